/* Light or dark is settled before the first drawing, so that nothing appears in one and moves into the other. */
(function () {
  "use strict";
  var root = document.documentElement, mode = "auto";
  try { mode = window.localStorage.getItem("mode") || "auto"; } catch (blocked) { /* the system's choice, then */ }
  root.dataset.mode = mode;
  root.dataset.theme = mode !== "auto" ? mode : window.matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
})();
