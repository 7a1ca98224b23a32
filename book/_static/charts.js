/* Wakes the charts of a page: when one comes into view, its drawing becomes the interactive chart. */
(function () {
  "use strict";

  var specs = {};
  window.bookCharts = { add: function (key, spec) { specs[key] = spec; } };

  var narrow = window.matchMedia("(max-width: 575.98px)");
  var loading = {};

  function script(src) {
    if (!loading[src]) {
      loading[src] = new Promise(function (resolve, reject) {
        var tag = document.createElement("script");
        tag.src = src;
        tag.onload = resolve;
        tag.onerror = function () { reject(new Error("not loaded: " + src)); };
        document.head.appendChild(tag);
      });
    }
    return loading[src];
  }

  function root(base) {
    return base.replace(/_charts\/.*$/, "_charts/");
  }

  function wake(box) {
    var form = narrow.matches ? "narrow" : "wide";
    if (box.dataset.form === form) { return; }
    box.dataset.form = form;
    var name = box.dataset.chart, base = box.dataset.base;
    Promise.all([
      script(root(base) + box.dataset.runtime),
      script(base + name + "." + form + ".js")
    ]).then(function () {
      return draw(box, specs[name + "." + form], form);
    }).catch(function () {
      /* The drawing stays: a page without its scripts is still a page. */
      box.dataset.form = "";
      box.classList.add("is-static");
    });
  }

  /* What a reader has set: the value of every control of the chart that is being replaced. */
  function settings(box) {
    var kept = {}, controls = box.querySelector(".chart-controls");
    if (!box.bookView || !controls) { return kept; }
    controls.querySelectorAll("[name]").forEach(function (input) {
      kept[input.name] = box.bookView.signal(input.name);
    });
    return kept;
  }

  /* Draws aside and then puts in place, unless the window has meanwhile asked for the other form. */
  function draw(box, spec, form) {
    var live = box.querySelector(".chart-live");
    var controls = box.querySelector(".chart-controls");
    var stage = document.createElement("div"), bound = document.createElement("div");
    stage.setAttribute("aria-hidden", "true"); /* the picture around it carries the words */
    var vega = window.bookVega;
    /* Expressions are interpreted, not compiled: the page needs no eval. */
    var view = new vega.View(vega.parse(spec, null, { ast: true }), { expr: vega.interpreter, renderer: "svg", hover: true });
    view.tooltip(new vega.Tooltip({ disableDefaultStyle: true }).call);
    view.initialize(stage, controls ? bound : undefined);
    return view.runAsync().then(function () {
      if (box.dataset.form !== form) { view.finalize(); return; }
      var kept = settings(box);
      Object.keys(kept).forEach(function (name) { view.signal(name, kept[name]); });
      view.run();
      if (box.bookView) { box.bookView.finalize(); }
      box.bookView = view;
      live.replaceChildren(stage);
      live.hidden = false;
      box.querySelector(".chart-static").hidden = true;
      if (controls) {
        controls.replaceChildren.apply(controls, Array.from(bound.childNodes));
        controls.inert = false;
        label(controls);
      }
      announce(box, view);
      box.classList.add("is-live");
    });
  }

  /* A chart that keeps its finding in a signal named "answer" has it said aloud when a control changes it. */
  function announce(box, view) {
    var said;
    try { said = view.signal("answer"); } catch (none) { return; }
    var line = box.querySelector(".chart-said");
    if (!line) {
      line = document.createElement("p");
      line.className = "chart-said";
      line.setAttribute("role", "status");
      box.querySelector(".chart-picture").after(line);
    }
    if (line.textContent !== said) { line.textContent = said; }
    view.addSignalListener("answer", function (name, value) { line.textContent = value; });
  }

  /* Vega writes the value of a range beside it; say it to a screen reader as the range's value. */
  function label(controls) {
    controls.querySelectorAll("input[type=range]").forEach(function (input) {
      function say() { input.setAttribute("aria-valuetext", input.value); }
      input.addEventListener("input", say);
      say();
    });
  }

  function start() {
    var boxes = document.querySelectorAll(".chart");
    if (!("IntersectionObserver" in window)) { boxes.forEach(wake); return; }
    var watcher = new IntersectionObserver(function (entries) {
      entries.forEach(function (entry) {
        if (entry.isIntersecting) { watcher.unobserve(entry.target); wake(entry.target); }
      });
    }, { rootMargin: "200px 0px" });
    boxes.forEach(function (box) { watcher.observe(box); });
    narrow.addEventListener("change", function () {
      document.querySelectorAll(".chart[data-form]").forEach(wake);
    });
  }

  if (document.readyState === "loading") {
    document.addEventListener("DOMContentLoaded", start);
  } else {
    start();
  }
})();
