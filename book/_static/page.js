/* What the theme would do by scripts inside the page, its buttons and the cursor in the field of the search page; and what
   its dialogs lack. */
(function () {
  "use strict";

  var does = {
    toggleFullScreen: function () { window.toggleFullScreen(); },
    "window.print": function () { window.print(); }
  };

  document.querySelectorAll("[data-does]").forEach(function (button) {
    button.addEventListener("click", does[button.dataset.does]);
  });

  /* The contents open as a dialog on a narrow screen: it gets a button to close it, and gives the focus back to its opener. */
  var opener = null;

  document.addEventListener("click", function (event) {
    opener = event.target.closest(".primary-toggle, .secondary-toggle, .search-button, .search-button-field") || opener;
  }, true);

  document.querySelectorAll("dialog").forEach(function (dialog) {
    var close = document.createElement("button");
    close.type = "button";
    close.className = "course-button is-quiet dialog-close";
    close.textContent = "Close";
    close.addEventListener("click", function () { dialog.close(); });
    new MutationObserver(function () {
      if (dialog.open && !dialog.contains(close)) { dialog.prepend(close); }
    }).observe(dialog, { attributes: true, attributeFilter: ["open"] });
    dialog.addEventListener("close", function () {
      close.remove(); /* before the theme moves what is in the dialog back */
      var back = opener;
      opener = null;
      if (back) { setTimeout(function () { back.focus({ preventScroll: true }); }); }
    });
  });

  if (document.getElementById("search-results")) {
    var field = document.querySelector(".bd-search-container input[type=search]");
    if (field) { field.focus(); field.select(); }
  }
})();
