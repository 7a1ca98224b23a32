/* A sheet of probabilities: kept as the reader writes, scored when she asks, saved and loaded as a small file. */
(function () {
  "use strict";

  var SVG = "http://www.w3.org/2000/svg";

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

  function draw(tag, fields, parent) {
    var node = document.createElementNS(SVG, tag);
    Object.keys(fields).forEach(function (name) { node.setAttribute(name, fields[name]); });
    if (parent) { parent.appendChild(node); }
    return node;
  }

  function percent(share) { return Math.round(100 * share) + "%"; }
  function number(value) { return value.toFixed(3).replace("-", "−"); }
  function cells(table, where, texts, head) {
    var row = where.insertRow();
    texts.forEach(function (text, i) {
      var cell = make(head || i === 0 ? "th" : "td", "", text);
      if (head) { cell.scope = "col"; } else if (i === 0) { cell.scope = "row"; }
      row.append(cell);
    });
    return row;
  }
  function table(caption, heads) {
    var made = make("table");
    made.createCaption().textContent = caption;
    cells(made, made.createTHead(), heads, true);
    made.createTBody();
    return made;
  }

  function start(box) {
    var store = window.courseStore, files = window.courseFiles, scoring = window.courseScoring;
    var name = box.dataset.sheet, version = Number(box.dataset.version), longest = Number(box.dataset.code);
    var edges = JSON.parse(box.dataset.edges), items = JSON.parse(box.dataset.items);
    var key = "sheet:" + name + ":" + version;
    var ids = items.map(function (item) { return item.id; });
    var settled = items.filter(function (item) { return item.outcome !== null; });

    items.forEach(function (item) {
      item.box = box.querySelector('[data-item="' + item.id + '"]');
      item.number = item.box.querySelector(".sheet-number");
      item.range = item.box.querySelector(".sheet-range");
      item.fold = item.box.querySelector(".sheet-answer");
      item.title = item.box.querySelector(".sheet-title").textContent;
      item.result = make("p", "sheet-came");
      item.result.hidden = true;
      item.box.append(item.result);
      item.range.hidden = false;
      if (item.fold) { item.fold.hidden = true; }
    });

    /* --- what is kept --- */

    function empty() { return { code: "", scored: null, answers: {} }; }

    /* Return a filled sheet, or throw an Error that says what is not allowed. */
    function check(filled) {
      var code = filled.code === undefined ? "" : filled.code;
      var scored = filled.scored === undefined ? null : filled.scored, answers = filled.answers;
      if (typeof code !== "string" || Array.from(code).length > longest) { throw new Error("code: " + files.quote(code) + " is not allowed; allowed: text of up to " + longest + " characters"); }
      if (files.markup(code)) { throw new Error("code: it holds markup (“<…”); allowed: plain text"); }
      if (scored !== null && !(typeof scored === "string" && /^\d{4}-\d{2}-\d{2}$/.test(scored))) { throw new Error("scored: " + files.quote(scored) + " is not allowed; allowed: a day as YYYY-MM-DD, or null"); }
      if (answers === undefined) { answers = null; }
      if (typeof answers !== "object" || answers === null || Array.isArray(answers)) { throw new Error("answers: " + files.quote(answers) + " is not allowed; allowed: per cents by question"); }
      var good = {};
      Object.keys(answers).forEach(function (id) {
        var value = answers[id];
        if (ids.indexOf(id) < 0) { throw new Error("there is no question " + files.quote(id) + " on this sheet"); }
        if (!Number.isInteger(value) || value < 0 || value > 100) { throw new Error(id + ": " + files.quote(value) + " is not allowed; allowed: whole per cents from 0 to 100"); }
        good[id] = value;
      });
      if (!Object.keys(good).length) { throw new Error("it holds no answers"); }
      return { code: code, scored: scored, answers: good };
    }

    function parse(text) {
      var content;
      try { content = JSON.parse(text); } catch (broken) { throw new Error("it is no JSON; is it a file from this sheet?"); }
      if (typeof content !== "object" || content === null || Array.isArray(content)) { throw new Error("it holds no sheet; is it a file from this sheet?"); }
      var itsName = content.sheet === undefined ? null : content.sheet, itsVersion = content.version === undefined ? null : content.version;
      if (itsName !== name) { throw new Error("it is of another sheet, " + files.quote(itsName) + "; allowed: " + name); }
      if (itsVersion !== version) { throw new Error("it is of version " + files.quote(itsVersion) + " of this sheet; allowed: version " + version); }
      return check(content);
    }

    /* What this browser kept; an answer that is none any more is left out, the others stay. */
    function kept(under) {
      var found = store.get(under, null) || {}, good = empty();
      ids.forEach(function (id) {
        try { good.answers[id] = check({ answers: { [id]: (found.answers || {})[id] } }).answers[id]; } catch (none) { /* left empty */ }
      });
      try { good.code = check({ code: found.code, answers: { [ids[0]]: 0 } }).code; } catch (none) { /* left empty */ }
      try { good.scored = check({ scored: found.scored, answers: { [ids[0]]: 0 } }).scored; } catch (none) { /* left empty */ }
      return good;
    }
    var filled = kept(key);
    function keep() { store.set(key, filled); }

    /* --- the questions --- */

    function write(item) {
      var value = filled.answers[item.id], has = value !== undefined;
      var locked = filled.scored !== null && item.outcome !== null;
      item.number.value = has ? value : "";
      item.range.value = has ? value : 50;
      item.range.setAttribute("aria-valuetext", has ? value + " per cent" : "no answer yet");
      item.box.classList.toggle("is-empty", !has);
      item.number.readOnly = locked;
      item.range.disabled = locked;
      item.result.hidden = !locked;
      if (locked) {
        item.result.textContent = "";
        Array.from(item.fold.querySelector("p").childNodes).forEach(function (node) { item.result.append(node.cloneNode(true)); });
        item.result.append(" " + (has ? "You said " + value + "%: " + number((value / 100 - item.outcome) * (value / 100 - item.outcome)) + "." : "You gave no number."));
      }
    }

    function answer(item, text) {
      var value = Number(text);
      if (text !== "" && (!Number.isInteger(value) || value < 0 || value > 100)) { say(item.title + ": " + files.quote(text) + " is not allowed; allowed: whole per cents from 0 to 100, or nothing."); return; }
      if (text === "") { delete filled.answers[item.id]; } else { filled.answers[item.id] = value; }
      keep();
      item.range.value = text === "" ? 50 : value;
      item.range.setAttribute("aria-valuetext", text === "" ? "no answer yet" : value + " per cent");
      item.box.classList.toggle("is-empty", text === "");
      count();
    }

    items.forEach(function (item) {
      /* The browser empties a number field that holds no number; without this the old answer would be taken away. */
      item.number.addEventListener("change", function () {
        if (item.number.validity.badInput) { say(item.title + ": that is no number; allowed: whole per cents from 0 to 100, or nothing."); write(item); return; }
        answer(item, item.number.value);
        write(item);
      });
      item.range.addEventListener("input", function () { item.number.value = item.range.value; answer(item, item.range.value); });
    });

    /* --- the desk --- */

    var desk = box.querySelector(".sheet-desk");
    var counted = make("p", "sheet-count"), said = make("p", "sheet-said"), result = make("div", "sheet-result");
    said.setAttribute("role", "status");
    function say(text) { said.textContent = ""; window.setTimeout(function () { said.textContent = text; }, 60); }

    var score = button("Score my sheet", "sheet-score", function () {
      if (!mine().length) { say("Give a number to at least one of the settled questions first."); return; }
      filled.scored = today();
      keep();
      show();
      result.querySelector(".sheet-sentence").focus();
    });
    function today() {
      var now = new Date(), two = function (n) { return (n < 10 ? "0" : "") + n; };
      return now.getFullYear() + "-" + two(now.getMonth() + 1) + "-" + two(now.getDate());
    }

    var codeLabel = make("label", "sheet-code", "Your name or a code, for the file ");
    var code = make("input");
    code.type = "text";
    code.maxLength = longest;
    code.autocomplete = "off";
    codeLabel.append(code);
    code.addEventListener("change", function () {
      if (files.markup(code.value)) { say("The name holds markup (“<…”); allowed: plain text. It was not kept."); code.value = filled.code; return; }
      filled.code = code.value;
      keep();
    });

    /* What stood here before the last load or fresh start outlives a reload too. */
    var earlier = key + ":before";
    function change(next, words) {
      store.set(earlier, filled);
      filled = next;
      keep();
      undo.hidden = false;
      show();
      say(words);
    }
    var save = button("Download my sheet", "is-quiet", function () {
      if (!Object.keys(filled.answers).length) { say("There is no number on the sheet yet."); return; }
      var ordered = {};
      ids.forEach(function (id) { if (filled.answers[id] !== undefined) { ordered[id] = filled.answers[id]; } });
      var content = { sheet: name, version: version, code: filled.code, scored: filled.scored, answers: ordered };
      var stem = filled.code.replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-+|-+$/g, "");
      var file = name + (stem ? "-" + stem : "") + ".json";
      files.save(file, "application/json", JSON.stringify(content, null, 1) + "\n");
      say(Object.keys(ordered).length + " numbers saved as " + file + ".");
    });
    var loader = files.loader("Load a sheet", ".json,application/json", Number(box.dataset.file),
      function (text, file) {
        var found = parse(text);
        change(found, Object.keys(found.answers).length + " numbers loaded from " + file + ". Undo brings back what stood here.");
      },
      function (why, file) { say("Not loaded: " + file + ": " + why + ". Your sheet is as it was."); });
    var again = button("Start again", "is-quiet", function () { change(empty(), "The sheet is empty. Undo brings it back."); undo.focus(); });
    var undo = button("Undo", "sheet-undo", function () {
      filled = kept(earlier);
      keep();
      store.remove(earlier);
      undo.hidden = true;
      show();
      say("As before.");
      again.focus();
    });
    undo.hidden = store.get(earlier, null) === null;

    var first = make("div", "question-row"), tools = make("div", "question-row sheet-tools");
    first.append(score);
    tools.append(codeLabel, save, loader, again, undo);
    desk.append(counted, first, said, result, tools, make("p", "quiz-note", "Your numbers stay in this browser and are sent nowhere. The file goes where you send it."));

    function mine() { return settled.filter(function (item) { return filled.answers[item.id] !== undefined; }); }

    function count() {
      var open = items.length - settled.length;
      var done = items.filter(function (item) { return filled.answers[item.id] !== undefined; }).length - mine().length;
      counted.textContent = mine().length + " of " + settled.length + " settled questions and " + done + " of " + open + " open ones have a number." +
        (filled.scored ? " Scored on " + filled.scored + "; the settled ones are fixed, the open ones may still move." : " Leave empty what you know: a known answer is no forecast.");
    }

    /* --- the score --- */

    function compare(words, those, reference) {
      if (!those.length) { return null; }
      var p = those.map(function (item) { return filled.answers[item.id] / 100; }), o = those.map(function (item) { return item.outcome; });
      var own = scoring.brier(p, o), theirs = scoring.brier(those.map(reference), o), saved = scoring.skill(own, theirs);
      return [words, String(those.length), number(theirs), number(own), saved === null ? "not defined" : number(saved)];
    }

    function show() {
      items.forEach(write);
      code.value = filled.code;
      score.hidden = filled.scored !== null;
      result.replaceChildren();
      count();
      if (filled.scored === null || !mine().length) { return; }
      var those = mine(), p = those.map(function (item) { return filled.answers[item.id] / 100; }), o = those.map(function (item) { return item.outcome; });
      var parts = scoring.decompose(p, o, edges), bins = scoring.calibration(p, o, edges), yes = scoring.mean(o);

      var sentence = make("p", "sheet-sentence");
      sentence.tabIndex = -1;
      sentence.append("On " + those.length + " of " + settled.length + " settled questions your Brier score is ", make("strong", "", number(parts.brier)),
        ". 0 is perfect, 1 is certain and wrong, and always saying 50% earns 0.250. On Brier's own scale, which runs to 2, it is " + number(2 * parts.brier) + ".");
      result.append(sentence);

      var skills = table("Skill: how much of a reference's score you saved, on the same questions. 1 is all of it, 0 none, below 0 you did worse.",
        ["Reference", "Questions", "Its score", "Yours", "Skill"]);
      [
        compare("Always 50%", those, function () { return 0.5; }),
        yes === 0.5 ? null : compare("Always " + percent(yes) + ", the share that came true (known only afterwards)", those, function () { return yes; }),
        compare("The base rates, where a question has one", those.filter(function (item) { return item.base !== null; }), function (item) { return item.base; }),
        compare("A public crowd, where one is on record", those.filter(function (item) { return item.crowd !== null; }), function (item) { return item.crowd; })
      ].filter(Boolean).forEach(function (row) { cells(skills, skills.tBodies[0], row); });

      var made = table("What the score is made of, with your chances in " + (edges.length - 1) + " bins: the parts add up to it.", ["Part", "Value", "What it says"]);
      [
        ["Reliability", number(parts.reliability), "How far what you said in a bin is from what came true there. 0 is best."],
        ["less resolution", number(parts.resolution), "How well your bins tell yes from no. The more, the better."],
        ["plus uncertainty", number(parts.uncertainty), "How hard the questions were: the score of saying " + percent(yes) + " every time."],
        ["plus spread inside bins", number(parts.variance - parts.covariance), "What your differences inside a bin cost; below 0 they paid."],
        ["Brier score", number(parts.brier), ""]
      ].forEach(function (row) { cells(made, made.tBodies[0], row); });

      var chart = make("figure", "sheet-calibration"), legend = make("figcaption");
      legend.textContent = "Calibration: what you said and what came true. On the dashed line they are equal; a line from a point is its 95% interval. " +
        (those.length < 30 ? "With so few questions most intervals are wide, and little can be told from them." : "");
      chart.append(picture(bins), legend);
      var told = table("Calibration as a table", ["Your chance", "Questions", "You said, mean", "Came true", "95% interval"]);
      bins.forEach(function (one, i) {
        cells(told, told.tBodies[0], [percent(one.low) + " to " + (one.high === 1 ? "100%" : "under " + percent(one.high)), String(one.n), percent(one.mean), one.yes + " of " + one.n, percent(one.share_low) + " to " + percent(one.share_high)]);
      });
      [skills, made].forEach(function (each) { result.append(scroll(each)); });
      result.append(chart, scroll(told));
    }

    function scroll(inner) {
      var outer = make("div", "sheet-scroll");
      outer.tabIndex = 0;
      outer.setAttribute("role", "region");
      outer.setAttribute("aria-label", inner.caption.textContent.split(/[:.]/)[0]);
      outer.append(inner);
      return outer;
    }

    function picture(bins) {
      var S = 340, L = 60, R = 24, T = 12, B = 44;
      var svg = draw("svg", { viewBox: "0 0 " + S + " " + S, role: "img", focusable: "false" }, null);
      svg.setAttribute("aria-label", "Calibration. " + bins.map(function (one) { return "Said " + percent(one.mean) + " on " + one.n + (one.n === 1 ? " question" : " questions") + ", came true " + one.yes; }).join("; ") + ".");
      function x(v) { return L + (S - L - R) * v; }
      function y(v) { return S - B - (S - T - B) * v; }
      [0, 0.25, 0.5, 0.75, 1].forEach(function (v) {
        draw("line", { x1: x(0), x2: x(1), y1: y(v), y2: y(v), "class": "sheet-grid" }, svg);
        draw("text", { x: x(0) - 6, y: y(v) + 4, "text-anchor": "end" }, svg).textContent = percent(v);
        draw("text", { x: x(v), y: S - B + 18, "text-anchor": "middle" }, svg).textContent = percent(v);
      });
      draw("text", { x: x(0.5), y: S - 6, "text-anchor": "middle" }, svg).textContent = "What you said";
      draw("text", { x: 12, y: y(0.5), "text-anchor": "middle", transform: "rotate(-90 12 " + y(0.5) + ")" }, svg).textContent = "What came true";
      draw("line", { x1: x(0), y1: y(0), x2: x(1), y2: y(1), "class": "sheet-even" }, svg);
      bins.forEach(function (one) {
        draw("line", { x1: x(one.mean), x2: x(one.mean), y1: y(one.share_low), y2: y(one.share_high), "class": "sheet-interval" }, svg);
        draw("circle", { cx: x(one.mean), cy: y(one.share), r: 7, "class": "sheet-point" }, svg);
      });
      return svg;
    }

    box.querySelector(".sheet-plain").remove();
    desk.hidden = false;
    box.classList.add("is-scripted");
    document.addEventListener("course:store", function (event) { if (event.detail.key === "") { filled = empty(); undo.hidden = true; show(); } });
    show();
    box.courseSheet = { parse: parse };
  }

  function all() { document.querySelectorAll(".sheet").forEach(start); }
  if (document.readyState === "loading") { document.addEventListener("DOMContentLoaded", all); } else { all(); }
})();
