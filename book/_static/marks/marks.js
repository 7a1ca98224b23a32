/* Notes on a page: a contested statement, a citation or a term says what stands behind it without leaving the page.

   A pointer that rests on such a link opens its note; a tap or Enter opens it and moves into it, and a second tap or Enter
   follows the link, as a click of a mouse does. Focus alone opens nothing: a page has a hundred of these links, and each
   note would stand in the way of whoever tabs through them or reads with a screen reader. An open note follows its link
   in the order of the page, so that Tab goes through it and on; Escape closes it and gives the focus back.
   What notes say comes from one file a page, loaded when a pointer or the focus first comes to such a link. */
(function () {
  "use strict";

  if (!HTMLElement.prototype.showPopover) { return; }

  var OPEN_AFTER = 180, CLOSE_AFTER = 300, EDGE = 8, LEAST = 120;
  var file = document.currentScript.dataset.notes;
  var box = document.createElement("div");
  var notes = null, owner = null, pinned = false, timer = 0, pressed = "";

  box.className = "course-note";
  box.id = "course-note";
  box.popover = "manual";
  box.tabIndex = -1;
  box.setAttribute("role", "dialog");

  function link(target) {
    return target instanceof Element ? target.closest("a.has-note") : null;
  }

  /* Say of every link that it opens a note; or, where there are no notes to be had, nothing: then it is a plain link. */
  function promise(one) {
    one.setAttribute("aria-haspopup", "dialog");
    one.setAttribute("aria-expanded", "false");
  }

  function plain() {
    document.querySelectorAll("a.has-note").forEach(function (one) {
      one.removeAttribute("aria-haspopup");
      one.removeAttribute("aria-expanded");
    });
  }

  /* The page's notes, by the part of an address behind #; a script, because from a folder nothing else can be read. */
  function load() {
    notes = notes || new Promise(function (done, fail) {
      var script = document.createElement("script");
      script.src = file;
      function lack() { notes = null; plain(); fail(); }
      /* Some hosts answer with a page where a file lacks: that loads, and brings no notes. */
      script.onload = function () { if (window.courseNotes) { done(window.courseNotes); } else { lack(); } };
      script.onerror = lack;
      document.head.append(script);
    });
    return notes;
  }

  function show(at, html, pin) {
    hide(false);
    owner = at;
    pinned = pin;
    box.innerHTML = html;
    var close = document.createElement("button");
    close.type = "button";
    close.className = "note-close";
    close.textContent = "×";
    close.setAttribute("aria-label", "Close");
    close.addEventListener("click", function () { hide(true); });
    box.append(close);
    box.setAttribute("aria-label", box.querySelector(".note-head").textContent);
    at.after(box);
    at.setAttribute("aria-expanded", "true");
    box.showPopover();
    place();
    if (pin) { box.focus({ preventScroll: true }); box.scrollIntoView({ block: "nearest" }); }
  }

  function place() {
    box.style.maxHeight = "";
    var lines = owner.getClientRects(), first = lines[0], last = lines[lines.length - 1];
    var wide = document.documentElement.clientWidth, high = window.innerHeight, size = box.getBoundingClientRect();
    var below = high - last.bottom > size.height + EDGE || high - last.bottom > first.top;
    var room = Math.max((below ? high - last.bottom : first.top) - EDGE - 4, LEAST), tall = Math.min(size.height, room);
    var left = Math.max(EDGE, Math.min((below ? last : first).left, wide - size.width - EDGE));
    var top = below ? last.bottom + 4 : Math.max(first.top - tall - 4, -window.scrollY);
    box.style.maxHeight = tall < size.height ? tall + "px" : "";
    box.style.left = left + window.scrollX + "px";
    box.style.top = top + window.scrollY + "px";
  }

  function hide(back) {
    clearTimeout(timer);
    if (!owner) { return; }
    var was = owner, inside = box.contains(document.activeElement);
    owner = null;
    was.setAttribute("aria-expanded", "false");
    if (box.isConnected) { box.hidePopover(); box.remove(); }
    if (back && inside) { was.focus({ preventScroll: true }); }
  }

  /* Open the note of a link; where it has none, or none can be loaded, do what a link does if the reader asked for it. */
  function open(at, pin) {
    load().then(function (found) {
      var html = found[at.hash.slice(1)];
      if (html) { show(at, html, pin); } else if (pin) { location.href = at.href; }
    }, function () { if (pin) { location.href = at.href; } });
  }

  function later(act, after) {
    clearTimeout(timer);
    timer = setTimeout(act, after);
  }

  document.querySelectorAll("a.has-note").forEach(function (one) { promise(one); });

  document.addEventListener("pointerover", function (event) {
    if (event.pointerType === "touch") { return; }
    var at = link(event.target);
    if (at && at !== owner) { load().catch(function () {}); later(function () { open(at, false); }, OPEN_AFTER); }
    else if (at || box.contains(event.target)) { clearTimeout(timer); }
    else if (owner && !pinned) { later(function () { hide(true); }, CLOSE_AFTER); }
    else { clearTimeout(timer); }
  });
  document.documentElement.addEventListener("pointerleave", function () {
    if (!pinned) { later(function () { hide(true); }, CLOSE_AFTER); }
  });

  document.addEventListener("pointerdown", function (event) {
    pressed = event.pointerType;
    if (owner && !box.contains(event.target) && link(event.target) !== owner) { hide(false); }
  });

  /* A click without a pointer before it comes from the keyboard or from a screen reader. */
  document.addEventListener("click", function (event) {
    var at = link(event.target), how = pressed;
    pressed = "";
    if (!at || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) { return; }
    if ((how === "mouse" || how === "pen") && event.detail) { return; }
    if (at === owner && pinned) { return; }
    event.preventDefault();
    open(at, true);
  });

  document.addEventListener("focusin", function (event) {
    if (link(event.target)) { load().catch(function () {}); }
    if (owner && pinned && event.target !== owner && !box.contains(event.target)) { hide(false); }
  });

  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape" && (owner || timer)) { hide(true); }
  });

  window.addEventListener("resize", function () { if (owner) { place(); } });
})();
