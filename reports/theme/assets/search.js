/* Search over all pages, on the reader's own machine: the index and MiniSearch are fetched when somebody searches.
   Everything shown is made of text nodes, so nothing that the report says can act. */
(function () {
  "use strict";

  const box = document.querySelector(".search");
  if (!box) return;
  const input = box.querySelector("input");
  const panel = box.querySelector(".search-panel");
  const status = box.querySelector(".search-status");
  const list = box.querySelector("ol");
  const assets = document.currentScript.src.replace(/[^/]*$/, "");
  const SHORTEST = 2;
  const MOST = 12;
  const AROUND = 70; // characters before and after what was found
  let engine = null;

  function load(name) {
    return new Promise((done, failed) => {
      const script = document.createElement("script");
      script.src = assets + name;
      script.addEventListener("load", done);
      script.addEventListener("error", failed);
      document.head.append(script);
    });
  }

  // A word is found by its beginning, by the end of a compound, and with a slip of the pen.
  function ends(term) {
    const word = term.toLowerCase();
    const tails = [word];
    for (let i = 1; word.length - i >= 4; i += 1) tails.push(word.slice(i));
    return tails;
  }

  async function prepare() {
    await Promise.all([load("minisearch.js"), load("search-index.js")]);
    const search = new window.MiniSearch({
      fields: ["heading", "text", "page"],
      processTerm: ends,
      searchOptions: {
        processTerm: (term) => term.toLowerCase(),
        boost: { heading: 4, page: 2 },
        prefix: true,
        fuzzy: (term) => (term.length > 5 ? 0.2 : false),
        combineWith: "AND",
      },
    });
    search.addAll(window.reportIndex.map((section, id) => ({ id, ...section })));
    return search;
  }

  const ready = () => (engine = engine || prepare());

  function marked(text, terms) {
    const found = terms.map((term) => text.toLowerCase().indexOf(term)).filter((at) => at >= 0);
    const at = found.length ? Math.min(...found) : 0;
    const from = Math.max(0, text.lastIndexOf(" ", Math.max(0, at - AROUND)) + (at > AROUND ? 1 : 0));
    const piece = text.slice(from, at + 2 * AROUND);
    const line = document.createElement("span");
    line.className = "found-text";
    line.append(from > 0 ? "… " : "");
    const escaped = terms.map((term) => term.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
    const pattern = new RegExp("(" + escaped.join("|") + ")", "giu");
    piece.split(pattern).forEach((part, i) => {
      if (i % 2 === 0) return line.append(part);
      const mark = document.createElement("mark");
      mark.textContent = part;
      return line.append(mark);
    });
    line.append(from + piece.length < text.length ? " …" : "");
    return line;
  }

  function entry(result) {
    const section = window.reportIndex[result.id];
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = assets.replace(/assets\/$/, "") + section.address;
    const where = document.createElement("span");
    where.className = "found-page";
    where.textContent = section.page;
    const heading = document.createElement("span");
    heading.className = "found-heading";
    heading.textContent = section.heading || section.page;
    link.append(...(section.heading ? [where, heading] : [heading]));
    const asked = result.queryTerms.filter((term) => section.text.toLowerCase().includes(term));
    if (section.text) link.append(marked(section.text, asked.length ? asked : result.terms));
    link.addEventListener("click", close);
    item.append(link);
    return item;
  }

  function close() {
    panel.hidden = true;
  }

  async function show() {
    const asked = input.value.trim();
    if (asked.length < SHORTEST) {
      list.replaceChildren();
      status.textContent = "";
      return close();
    }
    const found = (await ready()).search(asked);
    if (asked !== input.value.trim()) return undefined; // typed on meanwhile
    list.replaceChildren(...found.slice(0, MOST).map(entry));
    status.textContent = found.length ? box.dataset.found.replace("{count}", String(found.length)) : box.dataset.none;
    panel.hidden = false;
    return undefined;
  }

  function step(event) {
    if (!["ArrowDown", "ArrowUp"].includes(event.key) || panel.hidden) return;
    const stops = [input, ...list.querySelectorAll("a")];
    const at = stops.indexOf(document.activeElement);
    const next = stops[Math.min(stops.length - 1, Math.max(0, at + (event.key === "ArrowDown" ? 1 : -1)))];
    event.preventDefault();
    next.focus();
  }

  let waiting = 0;
  input.addEventListener("focus", () => ready().catch(console.error), { once: true });
  input.addEventListener("focus", () => {
    if (list.children.length) panel.hidden = false;
  });
  input.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => show().catch(console.error), 120);
  });
  box.addEventListener("keydown", (event) => {
    step(event);
    if (event.key === "Enter" && event.target === input) {
      clearTimeout(waiting);
      show().catch(console.error);
    }
    if (event.key === "Escape" && !panel.hidden) {
      close();
      input.focus();
      close();
    }
  });
  box.addEventListener("focusout", (event) => {
    if (!box.contains(event.relatedTarget)) close();
  });
  box.hidden = false;
})();
