/* What a page needs besides links and summaries: menus that close, tabs, and tab stops only where something scrolls. */
(function () {
  "use strict";

  // ---- menus: Escape, or a press elsewhere, closes them ----

  const menus = [...document.querySelectorAll("details.downloads, details.menu")];

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    menus.filter((menu) => menu.open).forEach((menu) => {
      const within = menu.contains(document.activeElement);
      menu.open = false;
      if (within) menu.querySelector("summary").focus();
    });
  });
  document.addEventListener("click", (event) => {
    menus.forEach((menu) => {
      if (menu.classList.contains("downloads") && !menu.contains(event.target)) menu.open = false;
    });
  });

  // ---- tabs: without this script their contents stand one after another, each under its heading ----

  let made = 0;

  function tabsOf(tabset) {
    const panels = [...tabset.children];
    const list = document.createElement("div");
    list.setAttribute("role", "tablist");
    const tabs = panels.map((panel) => {
      const heading = panel.querySelector("h2, h3, h4, h5, h6");
      const tab = document.createElement("button");
      made += 1;
      tab.id = "tab-" + made;
      tab.type = "button";
      tab.textContent = heading.textContent;
      tab.setAttribute("role", "tab");
      panel.id = "tab-panel-" + made;
      panel.setAttribute("role", "tabpanel");
      panel.setAttribute("aria-labelledby", tab.id);
      panel.tabIndex = 0;
      tab.setAttribute("aria-controls", panel.id);
      heading.classList.add("tab-heading");
      list.append(tab);
      return tab;
    });

    function choose(chosen, focus) {
      tabs.forEach((tab, i) => {
        tab.setAttribute("aria-selected", String(i === chosen));
        tab.tabIndex = i === chosen ? 0 : -1;
        panels[i].hidden = i !== chosen;
      });
      if (focus) tabs[chosen].focus();
    }

    tabs.forEach((tab, i) => {
      tab.addEventListener("click", () => choose(i, false));
      tab.addEventListener("keydown", (event) => {
        const steps = { ArrowRight: i + 1, ArrowLeft: i - 1, Home: 0, End: tabs.length - 1 };
        if (!(event.key in steps)) return;
        event.preventDefault();
        choose((steps[event.key] + tabs.length) % tabs.length, true);
      });
    });
    tabset.prepend(list);
    choose(0, false);
    return { panels, choose };
  }

  const tabsets = [...document.querySelectorAll(".tabset")].map(tabsOf);

  // A link into a closed tab or a folded box opens it.
  function reveal() {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    tabsets.forEach(({ panels, choose }) => {
      const at = panels.findIndex((panel) => panel.contains(target));
      if (at >= 0) choose(at, false);
    });
    for (let box = target.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
    target.scrollIntoView();
  }

  if (location.hash) reveal();
  window.addEventListener("hashchange", reveal);

  // ---- navigation beside the text ends at a whole entry, so that no link is cut in half ----

  function trim(nav) {
    nav.style.maxHeight = "";
    const bottom = nav.getBoundingClientRect().top + nav.clientHeight;
    const fitting = [...nav.querySelectorAll("a")].map((link) => link.getBoundingClientRect().bottom).filter((end) => end <= bottom);
    if (nav.scrollHeight > nav.clientHeight && fitting.length) {
      nav.style.maxHeight = Math.ceil(Math.max(...fitting) - nav.getBoundingClientRect().top) + "px";
    }
  }

  const beside = [...document.querySelectorAll(".layout > nav")];
  const trimAll = () => beside.forEach((nav) => {
    nav.scrollTop = 0;
    trim(nav);
  });
  window.addEventListener("resize", trimAll);
  document.fonts.ready.then(trimAll);

  // ---- only what scrolls is a stop on the way through the page ----

  const regions = [...document.querySelectorAll(".table-scroll, .equation, .chart")];
  const scrolls = (region) => region.scrollWidth > region.clientWidth || region.scrollHeight > region.clientHeight;

  const sizes = new ResizeObserver((entries) => {
    entries.forEach(({ target }) => {
      const region = regions.includes(target) ? target : target.parentElement;
      if (scrolls(region)) region.tabIndex = 0;
      else region.removeAttribute("tabindex");
    });
  });

  regions.forEach((region) => {
    sizes.observe(region);
    if (region.firstElementChild) sizes.observe(region.firstElementChild);
  });
})();
