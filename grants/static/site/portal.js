// What the pages do better with scripts: an upload shows how far it is. Without scripts they work all the same.
"use strict";
(function () {
  function of(event, what) {
    const form = event.target.closest ? event.target.closest("form") : null;
    return form ? form.querySelector(what) : null;
  }
  document.addEventListener("htmx:xhr:loadstart", function (event) {
    const shown = of(event, "[data-upload]");
    if (shown) { shown.hidden = false; }
  });
  document.addEventListener("htmx:xhr:progress", function (event) {
    const bar = of(event, "progress"), words = of(event, "[data-words]");
    if (!bar || !event.detail.lengthComputable) { return; }
    const share = Math.floor((event.detail.loaded / event.detail.total) * 100);
    bar.value = share;
    words.textContent = share < 100 ? share + " percent sent" : "Sent. Reading and checking every cell …";
  });
  document.addEventListener("htmx:afterSettle", function () {
    const main = document.getElementById("main");
    if (main) { main.focus(); window.scrollTo(0, 0); }
  });
  document.addEventListener("htmx:sendError", function (event) {
    const words = of(event, "[data-words]");
    if (words) { words.textContent = "The connection broke off. Nothing was filed; try again."; }
  });
}());
