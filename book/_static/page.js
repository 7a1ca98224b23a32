/* What the theme would do by scripts inside the page: its buttons, and the cursor in the field of the search page. */
(function () {
  "use strict";

  var does = {
    toggleFullScreen: function () { window.toggleFullScreen(); },
    "window.print": function () { window.print(); }
  };

  document.querySelectorAll("[data-does]").forEach(function (button) {
    button.addEventListener("click", does[button.dataset.does]);
  });

  if (document.getElementById("search-results")) {
    var field = document.querySelector(".bd-search-container input[type=search]");
    if (field) { field.focus(); field.select(); }
  }
})();
