/* Written answers: a box for the reader's own words, kept in her own browser, taken away as a file, forgotten when asked.
   What was written is only ever put in as text. */
(function () {
  "use strict";

  var store = window.courseStore;

  function make(tag, className, text) {
    var node = document.createElement(tag);
    if (className) { node.className = className; }
    if (text) { node.textContent = text; }
    return node;
  }

  function button(text, className, action) {
    var node = make("button", "course-button " + (className || ""), text);
    node.type = "button";
    node.addEventListener("click", action);
    return node;
  }

  /* The controls of a chart as they stand, and what the chart says of them. */
  function settings(name) {
    var chart = name && document.querySelector('.chart[data-chart="' + name + '"]');
    var found = { settings: {}, says: "" };
    if (!chart) { return found; }
    chart.querySelectorAll(".chart-controls input, .chart-controls select").forEach(function (control) {
      if (control.type === "radio" && !control.checked) { return; }
      var value = control.type === "checkbox" ? String(control.checked) : control.value;
      if (control.tagName === "SELECT") { value = control.selectedOptions[0] ? control.selectedOptions[0].textContent : ""; }
      var bound = control.closest(".vega-bind");
      found.settings[bound ? bound.querySelector(".vega-bind-name").textContent.trim() : control.name] = value;
    });
    var said = chart.querySelector(".chart-said");
    if (said) { found.says = said.textContent; }
    return found;
  }

  function save(name, type, text) {
    var link = make("a");
    link.href = URL.createObjectURL(new Blob([text], { type: type + ";charset=utf-8" }));
    link.download = name;
    document.body.appendChild(link);
    link.click();
    link.remove();
    window.setTimeout(function () { URL.revokeObjectURL(link.href); }, 1000);
  }

  function answer(box) {
    var name = box.dataset.written;
    var key = "written:" + name;
    var prompt = box.querySelector(".written-prompt");
    var mark = prompt.querySelector(".written-mark");
    var question = prompt.textContent.slice(mark ? mark.textContent.length : 0).trim();
    box.classList.add("is-scripted");

    var label = make("label");
    label.htmlFor = box.dataset.box;
    label.append.apply(label, Array.from(prompt.childNodes));
    prompt.replaceChildren(label);

    var text = make("textarea");
    text.id = box.dataset.box;
    text.rows = Number(box.dataset.rows);
    text.setAttribute("aria-describedby", box.dataset.box + "-note");
    var print = make("p", "written-print");
    var note = make("p", "written-note", store.lasts() ?
      "Kept in this browser as you write, and sent nowhere." :
      "This browser keeps nothing: take your answer away as a file before you leave the page.");
    note.id = box.dataset.box + "-note";

    var said = make("p", "written-said");
    said.setAttribute("role", "status");
    var row = make("div", "question-row");
    var sure = make("span", "quiz-sure");
    var forget = button("Forget my answer", "written-forget is-quiet", function () { sure.hidden = false; yes.focus(); });
    var yes = button("Yes, forget it", "", function () {
      store.remove(key);
      put("");
      sure.hidden = true;
      said.textContent = "Forgotten.";
      text.focus();
    });
    var no = button("Keep it", "is-quiet", function () { sure.hidden = true; forget.focus(); });
    sure.hidden = true;
    sure.append(yes, no);
    row.append(
      button("Download as text", "written-markdown", function () { take("md"); }),
      button("Download as data (JSON)", "written-json is-quiet", function () { take("json"); }),
      forget, sure
    );
    box.querySelector(".written-paper").hidden = true;
    box.append(text, print, note, row, said);

    function put(words) {
      text.value = words;
      print.textContent = words;
    }

    function take(kind) {
      if (!text.value.trim()) { said.textContent = "Write something first."; text.focus(); return; }
      var chart = settings(box.dataset.figure);
      var day = new Date().toISOString().slice(0, 10);
      if (kind === "json") {
        save(name + ".json", "application/json", JSON.stringify({
          name: name, page: document.title, question: question, answer: text.value, date: day,
          settings: chart.settings, says: chart.says
        }, null, 1) + "\n");
      } else {
        var lines = ["# " + question, "", text.value, ""];
        var names = Object.keys(chart.settings);
        if (names.length || chart.says) { lines.push("## The chart as it stood", ""); }
        names.forEach(function (one) { lines.push("- " + one + ": " + chart.settings[one]); });
        if (names.length) { lines.push(""); }
        if (chart.says) { lines.push(chart.says, ""); }
        lines.push("Written for “" + document.title + "”, " + day + ".", "");
        save(name + ".md", "text/markdown", lines.join("\n"));
      }
      said.textContent = "Saved as " + name + "." + kind + ".";
    }

    text.addEventListener("input", function () {
      print.textContent = text.value;
      said.textContent = "";
      if (text.value) { store.set(key, text.value); } else { store.remove(key); }
    });

    function restore() {
      var kept = store.get(key, "");
      put(typeof kept === "string" ? kept : "");
    }
    restore();
    document.addEventListener("course:store", function (event) { if (event.detail.key === "") { restore(); } });
  }

  function start() { document.querySelectorAll(".written").forEach(answer); }

  if (document.readyState === "loading") { document.addEventListener("DOMContentLoaded", start); } else { start(); }
})();
