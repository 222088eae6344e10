/* Who is there: the number follows the taps. The page works without this file. */
(function () {
  "use strict";

  const status = document.querySelector("[data-marks-count]");
  if (!status) return;
  const form = status.closest("form");
  const words = status.dataset;

  function fill(template, number) {
    return template.replace("{n}", number);
  }

  function count() {
    const all = form.querySelectorAll("[data-mark-absent]");
    const absent = form.querySelectorAll("[data-mark-absent]:checked").length;
    const strong = document.createElement("b");
    strong.textContent = fill(words.present, all.length - absent);
    const rest = [fill(words.absent, absent)];
    if (words.waiting) rest.push(fill(words.waiting, words.waitingCount));
    status.replaceChildren(strong, ` · ${rest.join(" · ")}`);
  }

  form.addEventListener("change", function (event) {
    if (event.target.closest(".mark")) count();
  });

  /* opens the fold-out, for browsers that do not do so by themselves */
  document.addEventListener("click", function (event) {
    const link = event.target.closest("[data-open]");
    if (link) document.getElementById(link.dataset.open).open = true;
  });

  count();
})();
