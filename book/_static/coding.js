/* Coding cases: answers by the reader, a rule's verdict on them, and how far she agrees with the published coding. */
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

  /* Percentage and Cohen's kappa of two lists of codes; kappa is null where both use one code only. */
  function agreement(first, second) {
    var n = first.length, same = 0, chance = 0, counts = {};
    first.forEach(function (code, i) {
      if (code === second[i]) { same += 1; }
      [code, second[i]].forEach(function (each, coder) {
        counts[each] = counts[each] || [0, 0];
        counts[each][coder] += 1;
      });
    });
    Object.keys(counts).forEach(function (code) { chance += counts[code][0] * counts[code][1] / (n * n); });
    var share = same / n;
    return { n: n, same: same, share: share, kappa: Object.keys(counts).length < 2 ? null : (share - chance) / (1 - chance) };
  }

  /* The rows of a CSV text, by RFC 4180. */
  function readCsv(text) {
    var rows = [], row = [], field = "", quoted = false;
    for (var i = 0; i < text.length; i += 1) {
      var c = text[i];
      if (quoted) {
        if (c === '"' && text[i + 1] === '"') { field += c; i += 1; }
        else if (c === '"') { quoted = false; }
        else { field += c; }
      } else if (c === '"' && field === "") { quoted = true; }
      else if (c === ",") { row.push(field); field = ""; }
      else if (c === "\n" || c === "\r") {
        if (c === "\r" && text[i + 1] === "\n") { i += 1; }
        row.push(field);
        rows.push(row);
        row = [];
        field = "";
      } else { field += c; }
    }
    if (field !== "" || row.length) { row.push(field); rows.push(row); }
    return rows;
  }

  function writeCsv(rows) {
    return rows.map(function (row) {
      return row.map(function (value) {
        var text = String(value);
        return /[",\r\n]/.test(text) ? '"' + text.replace(/"/g, '""') + '"' : text;
      }).join(",");
    }).join("\r\n") + "\r\n";
  }

  function start(box) {
    var files = window.courseFiles, quote = files.quote;
    var name = box.dataset.coding, version = box.dataset.version;
    var one = box.dataset.one, many = box.dataset.many, longest = Number(box.dataset.note);
    var key = "coding:" + name + ":" + version;
    var outcomes = JSON.parse(box.dataset.outcomes), places = JSON.parse(box.dataset.places);
    var desk = box.querySelector(".coding-desk"), form = box.querySelector(".coding-form");
    var select = box.querySelector("select"), told = box.querySelector(".coding-case");

    var questions = Array.from(form.querySelectorAll("fieldset")).map(function (field) {
      var labels = {}, inputs = Array.from(field.querySelectorAll("input"));
      inputs.forEach(function (input) { labels[input.value] = input.parentNode.textContent.trim(); });
      var codes = inputs.map(function (input) { return input.value; });
      return { id: field.dataset.question, short: field.dataset.short, inputs: inputs, codes: codes, labels: labels };
    });
    var cases = {}, ids = [];
    box.querySelectorAll(".coding-sheet li[data-case]").forEach(function (item) {
      cases[item.dataset.case] = {
        title: item.querySelector(".coding-title").textContent,
        told: item.querySelector(".coding-told"),
        notes: item.querySelector(".coding-notes"),
        answers: JSON.parse(item.dataset.answers)
      };
      ids.push(item.dataset.case);
    });

    function outcome(codes) {
      var place = questions.reduce(function (sum, question) {
        return sum * question.codes.length + question.codes.indexOf(codes[question.id]);
      }, 0);
      var found = outcomes[places[place]];
      return { verdict: found[0], why: found[1], basis: found[2] };
    }

    /* What the browser kept, without anything that is no answer. */
    function kept() {
      var all = store.get(key, {}), good = {};
      ids.forEach(function (id) {
        if (all[id] && questions.every(function (question) { return question.codes.indexOf(all[id][question.id]) >= 0; })) { good[id] = all[id]; }
      });
      return good;
    }
    function keep(answers) { store.set(key, answers); }
    function coded() { var answers = kept(); return ids.filter(function (id) { return answers[id]; }); }

    /* --- what stands on the desk --- */

    var said = make("p", "coding-said");
    said.setAttribute("role", "status");
    function say(text) { said.textContent = ""; window.setTimeout(function () { said.textContent = text; }, 60); }

    var previous = button("Previous", "is-quiet", function () { step(-1); });
    var next = button("Next", "is-quiet", function () { step(1); });
    box.querySelector(".coding-choose").append(previous, next);

    var row = make("div", "question-row");
    var judge = make("button", "course-button coding-judge", "Show the verdict");
    judge.type = "submit";
    row.append(judge);
    form.append(row);

    var result = make("div", "coding-result");
    var tally = make("div", "coding-tally");
    desk.append(result, said, tally);

    function step(by) {
      var at = (ids.indexOf(select.value) + by + ids.length) % ids.length;
      select.value = ids[at];
      show();
      told.focus();
    }

    function show() {
      var id = select.value, mine = kept()[id], one = cases[id];
      told.replaceChildren(one.told.cloneNode(true));
      told.tabIndex = -1;
      form.hidden = Boolean(mine);
      result.hidden = !mine;
      questions.forEach(function (question) {
        question.inputs.forEach(function (input) { input.checked = Boolean(mine) && input.value === mine[question.id]; });
      });
      if (mine) { compare(id, mine, one); }
    }

    function line(parent, name, words, className) {
      var item = make("li", className);
      item.append(make("strong", "", name + ": "), document.createTextNode(words));
      parent.append(item);
    }

    function compare(id, mine, one) {
      var ours = outcome(one.answers), yours = outcome(mine);
      var agreed = ours.verdict === yours.verdict, alike = agreed && ours.why === yours.why && ours.basis === yours.basis;
      var head = make("p", "coding-verdict");
      head.tabIndex = -1;
      head.append("By your answers: ", make("strong", "", yours.verdict), agreed ? ". The published coding comes to the same" + (alike ? "." : ", for another reason.") : ". By the published coding: ");
      if (!agreed) { head.append(make("strong", "", ours.verdict), "."); }
      result.replaceChildren(head, reason(alike ? "Why" : "Why, by your answers", yours));
      if (!alike) { result.append(reason("Why, by the published coding", ours)); }

      var list = make("ul", "coding-compare");
      questions.forEach(function (question) {
        var a = question.labels[mine[question.id]], b = question.labels[one.answers[question.id]];
        if (a === b) { line(list, "= " + question.short, a, "is-same"); }
        else { line(list, "≠ " + question.short, "you: " + a + "; published: " + b, "is-apart"); }
      });
      result.append(list, one.notes.cloneNode(true));

      var label = make("label", "coding-note", "Your note: what would settle it? (optional) ");
      var note = make("textarea");
      note.rows = 2;
      note.maxLength = longest;
      note.value = mine.note || "";
      label.append(note);
      note.addEventListener("change", function () {
        if (files.markup(note.value)) { say("The note holds markup (“<…”); plain text only. It was not kept."); return; }
        var all = kept();
        all[id].note = note.value;
        keep(all);
        say("Note kept.");
      });
      var after = make("div", "question-row");
      after.append(
        button("Next " + box.dataset.one, "coding-next", function () { step(1); }),
        button("Code this one again", "coding-again is-quiet", function () {
          var all = kept();
          delete all[id];
          keep(all);
          show();
          count();
          say("Your answers on this " + box.dataset.one + " are forgotten.");
          questions[0].inputs[0].focus();
        })
      );
      result.append(label, after);
    }

    function reason(name, found) {
      var words = make("p", "coding-why");
      words.append(make("strong", "", name + ": "), found.why + " ", make("span", "coding-basis", found.basis));
      return words;
    }

    form.addEventListener("submit", function (event) {
      event.preventDefault();
      var codes = {}, missing = null;
      questions.forEach(function (question, number) {
        var input = question.inputs.find(function (each) { return each.checked; });
        if (input) { codes[question.id] = input.value; } else if (!missing) { missing = { question: question, number: number + 1 }; }
      });
      if (missing) {
        say("Answer question " + missing.number + " first: " + missing.question.short + ".");
        missing.question.inputs[0].focus();
        return;
      }
      var all = kept();
      all[select.value] = Object.assign(codes, { note: "" });
      keep(all);
      show();
      count();
      var apart = questions.filter(function (q) { return codes[q.id] !== cases[select.value].answers[q.id]; }).length;
      result.querySelector(".coding-verdict").focus();
      say("You and the published coding part on " + apart + " of " + questions.length + " questions.");
    });

    /* --- the tally --- */

    var FIELDS = questions.concat([{ id: "verdict", short: "Verdict", labels: {} }]);

    function code(answers, field) { return field === "verdict" ? outcome(answers).verdict : answers[field]; }

    function count() {
      var all = kept(), done = coded();
      Array.from(select.options).forEach(function (option) {
        option.textContent = (all[option.value] ? "✓ " : "") + cases[option.value].title;
      });
      lead.textContent = done.length + " of " + ids.length + " " + many + " coded.";
      table.hidden = parts.hidden = !done.length;
      saving.forEach(function (each) { each.hidden = !done.length; });
      if (!done.length) { return; }
      var body = table.tBodies[0];
      body.replaceChildren();
      partsList.replaceChildren();
      var differences = 0;
      FIELDS.forEach(function (field) {
        var ours = done.map(function (id) { return code(cases[id].answers, field.id); });
        var yours = done.map(function (id) { return code(all[id], field.id); });
        var found = agreement(ours, yours);
        var line = body.insertRow();
        var head = make("th", "", field.short);
        head.scope = "row";
        line.append(head, make("td", "", found.same + " of " + found.n), make("td", "", Math.round(100 * found.share) + "%"),
          make("td", "", found.kappa === null ? "–" : found.kappa.toFixed(2).replace("-", "−")));
        line.dataset.field = field.id;
        line.dataset.kappa = found.kappa === null ? "" : found.kappa;
        done.forEach(function (id, i) {
          if (ours[i] === yours[i] || field.id === "verdict") { return; }
          differences += 1;
          var item = make("li", "", field.short + ": you “" + field.labels[yours[i]] + "”, published “" + field.labels[ours[i]] + "”. ");
          item.prepend(button(cases[id].title, "coding-goto", function () { select.value = id; show(); told.focus(); }), " ");
          partsList.append(item);
        });
      });
      partsHead.textContent = "Where you part (" + differences + ")";
    }

    var lead = make("p", "coding-count");
    var table = make("table");
    var caption = table.createCaption();
    caption.textContent = "Your agreement with the published coding. Kappa takes out what chance would give: 1 is full agreement, 0 is chance; – where both use one code only.";
    var heads = table.createTHead().insertRow();
    ["Question", "Same", "Per cent", "Kappa"].forEach(function (text) { var th = make("th", "", text); th.scope = "col"; heads.append(th); });
    table.createTBody();
    var parts = make("details", "coding-parts");
    var partsHead = make("summary");
    var partsList = make("ul");
    parts.append(partsHead, partsList);

    /* --- files --- */

    var columns = ["case"].concat(questions.map(function (question) { return question.id; }), ["verdict", "note"]);

    function rows() {
      var all = kept();
      return coded().map(function (id) {
        var entry = { "case": id };
        questions.forEach(function (question) { entry[question.id] = all[id][question.id]; });
        entry.verdict = outcome(all[id]).verdict;
        entry.note = all[id].note || "";
        return entry;
      });
    }

    function save(ending, type, text) {
      var file = name + "-answers." + ending;
      files.save(file, type, text);
      say(coded().length + " answers saved as " + file + ".");
    }

    function toJson() { return JSON.stringify({ coding: name, version: Number(version), answers: rows() }, null, 1) + "\n"; }

    /* A note that a spreadsheet would take for a formula is preceded by an apostrophe. */
    function toCsv() {
      return writeCsv([["coding", "version"].concat(columns)].concat(rows().map(function (entry) {
        entry.note = entry.note.replace(/^(?='*[=+\-@\t\r])/, "'");
        return [name, version].concat(columns.map(function (column) { return entry[column]; }));
      })));
    }

    function same(itsName, itsVersion) {
      if (itsName !== name) { throw new Error("it is of another coding, " + quote(itsName) + "; allowed: " + name); }
      if (String(itsVersion) !== version) { throw new Error("it is of version " + quote(itsVersion) + " of this lab; allowed: version " + version); }
    }

    function parse(text) {
      var found = [];
      if (/^\s*\{/.test(text)) {
        var content;
        try { content = JSON.parse(text); } catch (broken) { throw new Error("it begins like JSON and is none"); }
        same(content.coding, content.version);
        if (!Array.isArray(content.answers)) { throw new Error("its answers are not a list"); }
        found = content.answers;
      } else {
        var lines = readCsv(text), head = lines[0] || [];
        ["coding", "version"].concat(columns).forEach(function (column) {
          if (column !== "verdict" && head.indexOf(column) < 0) { throw new Error("it lacks the column " + column + "; is it a file from this lab?"); }
        });
        lines.slice(1).forEach(function (line, number) {
          if (line.length === 1 && line[0] === "") { return; }
          if (line.length !== head.length) { throw new Error("row " + (number + 2) + " has " + line.length + " fields; allowed: " + head.length); }
          var entry = {};
          head.forEach(function (column, i) { entry[column] = line[i]; });
          same(entry.coding, entry.version);
          entry.note = entry.note.replace(/^'(?='*[=+\-@\t\r])/, "");
          found.push(entry);
        });
      }
      var answers = {};
      found.forEach(function (entry) {
        var id = entry && entry["case"];
        if (ids.indexOf(id) < 0) { throw new Error("there is no " + one + " " + quote(id)); }
        if (answers[id]) { throw new Error(id + " stands twice"); }
        answers[id] = {};
        questions.forEach(function (question) {
          if (question.codes.indexOf(entry[question.id]) < 0) {
            throw new Error(id + ", " + question.id + ": " + quote(entry[question.id]) + " is not allowed; allowed: " + question.codes.join(", "));
          }
          answers[id][question.id] = entry[question.id];
        });
        var note = entry.note === undefined ? "" : entry.note;
        if (typeof note !== "string" || note.length > longest) { throw new Error(id + ": the note is no text of up to " + longest + " characters"); }
        if (files.markup(note)) { throw new Error(id + ": the note holds markup (“<…”); allowed: plain text"); }
        answers[id].note = note;
      });
      if (!found.length) { throw new Error("it holds no answers"); }
      return answers;
    }

    var before = null;
    function change(answers, words) {
      before = kept();
      keep(answers);
      undo.hidden = false;
      show();
      count();
      say(words);
    }

    var tools = make("div", "question-row coding-tools");
    var csv = button("Download CSV", "is-quiet", function () { save("csv", "text/csv", toCsv()); });
    var json = button("Download JSON", "is-quiet", function () { save("json", "application/json", toJson()); });
    var loader = files.loader("Load a file of answers", ".csv,.json,text/csv,application/json", Number(box.dataset.file),
      function (text, file) {
        var found = parse(text), number = Object.keys(found).length;
        change(Object.assign({}, kept(), found), number + " loaded from " + file + "; where you had coded the same " + one + " the file counts.");
      },
      function (why) { say("Not loaded: " + why + ". Your answers here are as they were."); });
    loader.querySelector("input").classList.add("coding-file");
    var forget = button("Forget my answers to this lab", "is-quiet", function () { change({}, "Forgotten."); undo.focus(); });
    var undo = button("Undo", "", function () { var back = before; undo.hidden = true; keep(back); show(); count(); say("As before."); select.focus(); });
    undo.hidden = true;
    var saving = [csv, json, forget];
    tools.append(csv, json, loader, forget, undo);
    tally.append(lead, table, parts, tools, make("p", "quiz-note", "Your answers stay in this browser and are sent nowhere."));

    select.addEventListener("change", show);
    document.addEventListener("course:store", function (event) { if (event.detail.key === "") { undo.hidden = true; show(); count(); } });
    box.querySelector(".coding-plain").remove();
    box.querySelector(".coding-rule").open = false;
    desk.hidden = false;
    box.classList.add("is-scripted");
    show();
    count();
  }

  window.courseCoding = { agreement: agreement };

  function all() { document.querySelectorAll(".coding").forEach(start); }
  if (document.readyState === "loading") { document.addEventListener("DOMContentLoaded", all); } else { all(); }
})();
