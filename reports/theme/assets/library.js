/* Shows the reports that fit the choices; without scripts all are shown and the choices stay hidden. */
(function () {
  "use strict";

  const form = document.querySelector(".choices");
  const none = document.querySelector(".none");
  const choices = [...document.querySelectorAll("[data-filter]")];
  if (!choices.length) return;

  function fits(report) {
    return choices.every(({ value, dataset }) => !value || report.dataset[dataset.filter].split(" ").includes(value));
  }

  function show() {
    let shown = 0;
    document.querySelectorAll(".initiative").forEach((initiative) => {
      const reports = [...initiative.querySelectorAll(".report")];
      reports.forEach((report) => { report.hidden = !fits(report); });
      const left = reports.filter((report) => !report.hidden).length;
      initiative.hidden = !left;
      shown += left;
    });
    none.textContent = shown ? "" : none.dataset.text;
  }

  form.hidden = false;
  form.addEventListener("change", show);
  form.addEventListener("submit", (event) => event.preventDefault());
  show();
})();
