/* Questions: shuffled options, an explicit check, feedback that is announced, progress that stays here. */
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

  function seed() {
    var value = store.get("seed", 0);
    if (!value) { value = 1 + Math.floor(Math.random() * 1e9); store.set("seed", value); }
    return value;
  }

  function hash(text) {
    var value = 2166136261;
    for (var i = 0; i < text.length; i += 1) { value = Math.imul(value ^ text.charCodeAt(i), 16777619); }
    return value >>> 0;
  }

  function shuffle(box, name) {
    var options = Array.from(box.querySelectorAll(".option"));
    var salt = seed() + ":" + name + ":";
    options.sort(function (a, b) { return hash(salt + a.dataset.option) - hash(salt + b.dataset.option); });
    options.forEach(function (option) { box.querySelector("fieldset").appendChild(option); });
  }

  function ask(box) {
    var name = box.dataset.question;
    var key = "quiz:" + name;
    box.classList.add("is-scripted");
    if (box.dataset.order !== "kept") { shuffle(box, name); }

    var row = make("div", "question-row");
    var verdict = make("p", "verdict");
    verdict.setAttribute("role", "status");
    var check = button("Check", "question-check", judge);
    var again = button("Try again", "question-again is-quiet", reset);
    again.hidden = true;
    row.append(check, again);
    box.querySelector("fieldset").append(row, verdict);

    function chosen() { return box.querySelector("input:checked"); }

    function show(option, announce) {
      box.querySelectorAll(".option").forEach(function (each) { each.classList.remove("is-right", "is-wrong"); });
      option.classList.add(option.dataset.right === "true" ? "is-right" : "is-wrong");
      var words = option.querySelector(".feedback").textContent;
      verdict.className = "verdict " + (option.dataset.right === "true" ? "is-right" : "is-wrong");
      verdict.textContent = "";
      if (announce) { window.setTimeout(function () { verdict.textContent = words; }, 60); } else { verdict.textContent = words; }
      again.hidden = false;
    }

    function judge() {
      var input = chosen();
      if (!input) {
        verdict.className = "verdict";
        verdict.textContent = "Choose an answer first.";
        return;
      }
      var option = input.closest(".option");
      var kept = store.get(key, null) || { first: option.dataset.right === "true", tries: 0 };
      store.set(key, { choice: option.dataset.option, first: kept.first, right: option.dataset.right === "true", tries: kept.tries + 1 });
      show(option, true);
    }

    function reset() {
      var input = chosen();
      if (input) { input.checked = false; }
      verdict.textContent = "";
      verdict.className = "verdict";
      again.hidden = true;
      box.querySelectorAll(".option").forEach(function (each) { each.classList.remove("is-right", "is-wrong"); });
      box.querySelector("input").focus();
    }

    function restore() {
      var kept = store.get(key, null);
      var option = kept && box.querySelector('.option[data-option="' + kept.choice + '"]');
      if (option) {
        option.querySelector("input").checked = true;
        show(option, false);
      } else if (!again.hidden) {
        var input = chosen();
        if (input) { input.checked = false; }
        verdict.textContent = "";
        again.hidden = true;
        box.querySelectorAll(".option").forEach(function (each) { each.classList.remove("is-right", "is-wrong"); });
      }
    }

    restore();
    document.addEventListener("course:store", function (event) { if (event.detail.key === "") { restore(); } });
    return key;
  }

  function progress(box, keys) {
    var line = make("p", "quiz-count");
    line.setAttribute("role", "status");
    var ask = button("Forget my answers", "is-quiet", function () { sure.hidden = false; yes.focus(); });
    var sure = make("span", "quiz-sure");
    var yes = button("Yes, forget all guesses and answers of the course", "", function () {
      store.remove("");
      sure.hidden = true;
      ask.focus();
    });
    var no = button("Keep them", "is-quiet", function () { sure.hidden = true; ask.focus(); });
    sure.hidden = true;
    sure.append(yes, no);
    box.append(line, ask, sure);

    function count() {
      var kept = keys.map(function (key) { return store.get(key, null); }).filter(Boolean);
      var first = kept.filter(function (one) { return one.first; }).length;
      line.textContent = kept.length + " of " + keys.length + " questions on this page answered, " + first + " right at the first try.";
    }
    count();
    document.addEventListener("course:store", count);
  }

  function start() {
    var keys = Array.from(document.querySelectorAll(".question")).map(ask);
    document.querySelectorAll(".quiz-progress").forEach(function (box) { progress(box, keys); });
  }

  if (document.readyState === "loading") { document.addEventListener("DOMContentLoaded", start); } else { start(); }
})();
