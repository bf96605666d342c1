/* Makes each chart that carries its specification interactive; paper and readers without scripts keep the picture.
   Vega's expression interpreter (`ast`) is used because the page's content security policy allows no eval. */
(function () {
  "use strict";

  const MARGIN = 72; // axis and padding beside one part of a composed chart, px
  const bubble = document.createElement("div");
  bubble.className = "chart-tooltip";
  bubble.hidden = true;

  function rows(value) {
    if (value === null || typeof value !== "object") return [["", String(value)]];
    return Object.entries(value).map(([name, shown]) => [name, String(shown)]);
  }

  function tooltip(handler, event, item, value) {
    if (value === null || value === undefined || value === "") {
      bubble.hidden = true;
      return;
    }
    bubble.replaceChildren(...rows(value).map(([name, shown]) => {
      const line = document.createElement("p");
      const label = document.createElement("span");
      label.textContent = name;
      line.append(label, " ", shown);
      return line;
    }));
    bubble.hidden = false;
    const left = Math.min(event.clientX + 14, window.innerWidth - bubble.offsetWidth - 8);
    const top = Math.min(event.clientY + 14, window.innerHeight - bubble.offsetHeight - 8);
    bubble.style.left = Math.max(8, left) + "px";
    bubble.style.top = Math.max(8, top) + "px";
  }

  function parts(spec) {
    return spec.vconcat || spec.hconcat || spec.concat || (spec.spec ? [spec.spec] : []);
  }

  function fitted(original, width) {
    const spec = structuredClone(original);
    if (parts(spec).length === 0) {
      spec.width = width;
      spec.autosize = { type: "fit-x", contains: "padding" };
      return spec;
    }
    if (spec.hconcat && width < 560) {
      spec.vconcat = spec.hconcat;
      delete spec.hconcat;
    }
    const widest = Math.max(...parts(spec).map((part) => (typeof part.width === "number" ? part.width : 200)));
    let across = spec.hconcat ? spec.hconcat.length : 1;
    if (spec.columns) {
      across = Math.max(1, Math.min(spec.columns, Math.floor(width / (Math.min(widest, 160) + MARGIN))));
      spec.columns = across;
    }
    parts(spec).forEach((part) => {
      part.width = Math.max(120, Math.floor(width / across) - MARGIN);
    });
    return spec;
  }

  function upgrade(script) {
    const figure = script.closest("figure");
    const picture = figure && figure.querySelector(".chart");
    if (!picture || figure.id !== script.dataset.figure) return;
    const original = JSON.parse(script.textContent);
    const live = document.createElement("div");
    live.className = "chart-live";
    live.setAttribute("role", "img");
    live.setAttribute("aria-label", picture.getAttribute("aria-label"));
    let drawn = 0;
    let view = null;

    async function draw() {
      const width = Math.floor(figure.clientWidth - parseFloat(getComputedStyle(figure).paddingLeft) * 2);
      if (width <= 0 || width === drawn) return;
      drawn = width;
      await document.fonts.ready; // labels are measured in the page's own font
      const fresh = document.createElement("div");
      const result = await window.vegaEmbed(fresh, fitted(original, width), {
        mode: "vega-lite",
        ast: true,
        actions: false,
        renderer: "svg",
        defaultStyle: false,
        tooltip,
      });
      if (view) view.finalize();
      view = result.view;
      live.replaceChildren(fresh);
      if (!live.isConnected) {
        picture.classList.add("chart-still");
        picture.after(live);
      }
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
  document.querySelectorAll("script.vega-lite").forEach((script) => {
    try {
      upgrade(script);
    } catch (error) {
      console.error(script.dataset.figure, error);
    }
  });
})();
