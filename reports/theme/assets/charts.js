/* Makes each chart that carries its specification interactive; paper and readers without scripts keep the picture.
   Vega's expression interpreter (`ast`) is used because the page's content security policy allows no eval. */
(function () {
  "use strict";

  const FONTS = ["400", "600"].map((weight) => `${weight} 13px ${getComputedStyle(document.body).fontFamily}`);
  const NARROWEST_PLOT = 230; // with its axis, px
  const bubble = document.createElement("div");
  bubble.className = "chart-tooltip";
  bubble.hidden = true;
  bubble.setAttribute("role", "status");

  function rows(value) {
    if (value === null || typeof value !== "object") return [["", String(value)]];
    return Object.entries(value).map(([name, shown]) => [name, String(shown)]);
  }

  function show(value, x, y) {
    bubble.replaceChildren(...rows(value).map(([name, shown]) => {
      const line = document.createElement("p");
      const label = document.createElement("span");
      label.textContent = name;
      line.append(label, " ", shown);
      return line;
    }));
    bubble.hidden = false;
    const left = Math.min(x + 14, window.innerWidth - bubble.offsetWidth - 8);
    const top = Math.min(y + 14, window.innerHeight - bubble.offsetHeight - 8);
    bubble.style.left = Math.max(8, left) + "px";
    bubble.style.top = Math.max(8, top) + "px";
  }

  function tooltip(handler, event, item, value) {
    if (value === null || value === undefined || value === "") bubble.hidden = true;
    else show(value, event.clientX, event.clientY);
  }

  // The marks that have something to say, with their middle in the chart's own measure, from left to right.
  function marksWithTooltips(view) {
    const found = [];
    function walk(item, x, y) {
      const isGroup = item.marktype === undefined && item.items;
      if (item.tooltip && !isGroup) {
        const { x1 = item.x, x2 = item.x, y1 = item.y, y2 = item.y } = item.bounds || {};
        found.push({ value: item.tooltip, x: x + (x1 + x2) / 2, y: y + (y1 + y2) / 2 });
      }
      (item.items || []).forEach((each) => walk(each, x + (isGroup ? item.x || 0 : 0), y + (isGroup ? item.y || 0 : 0)));
    }
    walk(view.scenegraph().root, 0, 0);
    return found.sort((a, b) => a.x - b.x || a.y - b.y);
  }

  // With the keyboard: arrows go from mark to mark, Escape puts the label away.
  function keys(live, viewOf) {
    let at = -1;
    live.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (!step || !viewOf()) return;
      const marks = marksWithTooltips(viewOf());
      if (!marks.length) return;
      event.preventDefault();
      at = Math.max(0, Math.min(marks.length - 1, at + step));
      const svg = live.querySelector("svg").getBoundingClientRect();
      const [left, top] = viewOf().origin();
      show(marks[at].value, svg.left + left + marks[at].x, svg.top + top + marks[at].y);
    });
    live.addEventListener("blur", () => {
      at = -1;
      bubble.hidden = true;
    });
  }

  // A family name that ends in a digit must be quoted, or the browser measures labels in another font.
  function parse(text) {
    const quoted = (name) => (/^['"]/.test(name) ? name : "'" + name + "'");
    return JSON.parse(text, (key, value) => (/font$/i.test(key) && typeof value === "string" ? quoted(value) : value));
  }

  function parts(spec) {
    return spec.vconcat || spec.hconcat || spec.concat || (spec.spec ? [spec.spec] : [spec]);
  }

  // How many plots stand side by side at this width; a row of plots becomes a column on a phone.
  function arrange(spec, width) {
    if (spec.hconcat && width < 560) {
      spec.vconcat = spec.hconcat;
      delete spec.hconcat;
    }
    if (spec.hconcat) return spec.hconcat.length;
    if (!spec.columns) return 1;
    spec.columns = Math.max(1, Math.min(spec.columns, Math.floor(width / NARROWEST_PLOT)));
    return spec.columns;
  }

  function embed(spec, plotWidth) {
    parts(spec).forEach((part) => {
      part.width = Math.max(120, Math.floor(plotWidth));
    });
    return window.vegaEmbed(document.createElement("div"), spec, {
      mode: "vega-lite",
      ast: true,
      actions: false,
      renderer: "svg",
      defaultStyle: false,
      tooltip,
    });
  }

  // Axes and labels take room of their own, known only once drawn: draw, measure, and draw to fit.
  async function embedFitting(original, width) {
    const spec = { ...structuredClone(original), padding: 4 };
    const across = arrange(spec, width);
    const guess = (width - 100 * across) / across;
    const trial = await embed(spec, guess);
    const excess = trial.view.container().querySelector("svg").width.baseVal.value - width;
    trial.view.finalize();
    return embed(spec, guess - excess / across);
  }

  function upgrade(script) {
    const figure = script.closest("figure");
    const picture = figure && figure.querySelector(".chart");
    if (!picture || figure.id !== script.dataset.figure) return;
    const original = parse(script.textContent);
    const live = document.createElement("div");
    live.className = "chart-live";
    live.setAttribute("role", "img");
    live.setAttribute("aria-label", picture.getAttribute("aria-label"));
    live.tabIndex = 0;
    keys(live, () => view);
    let drawn = 0;
    let view = null;

    async function draw() {
      const width = Math.floor(figure.clientWidth - parseFloat(getComputedStyle(figure).paddingLeft) * 2);
      if (width <= 0 || width === drawn) return undefined;
      drawn = width;
      await Promise.all(FONTS.map((font) => document.fonts.load(font))); // labels are measured in them
      const result = await embedFitting(original, width);
      if (width !== drawn) return result.view.finalize(); // resized meanwhile
      if (view) view.finalize();
      view = result.view;
      view.container().querySelector("svg").setAttribute("aria-hidden", "true"); // the chart speaks as one picture
      live.replaceChildren(view.container());
      if (!live.isConnected) {
        picture.classList.add("chart-still");
        picture.after(live);
      }
      return undefined;
    }

    let waiting = 0;
    const redraw = () => draw().catch((error) => console.error(figure.id, error));
    redraw();
    new ResizeObserver(() => {
      clearTimeout(waiting);
      waiting = setTimeout(redraw, 150);
    }).observe(figure);
  }

  document.body.append(bubble);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") bubble.hidden = true;
  });
  document.querySelectorAll("script.vega-lite").forEach((script) => {
    try {
      upgrade(script);
    } catch (error) {
      console.error(script.dataset.figure, error);
    }
  });
})();
