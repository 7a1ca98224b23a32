/* The log of a council: a text, what each member said to it, and what every rule makes of it.
   The verdict for every split of the members over the positions comes with the page; no rule is written here. */
(function () {
  "use strict";

  var store = window.courseStore, serial = 0;

  function make(tag, className, text) {
    var node = document.createElement(tag);
    if (className) { node.className = className; }
    if (text !== undefined) { node.textContent = text; }
    return node;
  }

  function button(text, className, action) {
    var node = make("button", "course-button " + (className || ""), text);
    node.type = "button";
    node.addEventListener("click", action);
    return node;
  }

  function csvLine(cells) {
    return cells.map(function (value) {
      var text = String(value);
      return /[",\r\n]/.test(text) ? '"' + text.replace(/"/g, '""') + '"' : text;
    }).join(",") + "\r\n";
  }
  function safe(text) { return text.replace(/^(?=[=+\-@\t\r])/, "'"); }
  function line(text) { return text.replace(/\s+/g, " ").trim().replace(/\|/g, "\\|"); }
  function capital(text) { return text.slice(0, 1).toUpperCase() + text.slice(1); }

  function start(box) {
    var files = window.courseFiles, data = box.dataset;
    function given(name) { return JSON.parse(data[name]); }
    var name = data.council, version = Number(data.version), longest = Number(data.field), most = Number(data.texts), host = data.host;
    var sets = given("members"), positions = given("positions"), steps = given("steps"), bases = given("bases"), rounds = given("rounds");
    var rules = given("rules"), free = given("free"), verdicts = given("verdicts"), places = given("places"), splits = {};
    given("splits").forEach(function (split, number) { splits[split] = number; });
    var key = "council:" + name + ":" + version;
    var word = {}, codes = positions.map(function (one) { word[one[0]] = one[1]; return one[0]; });
    var stepOf = {}, ruleOf = {};
    steps.forEach(function (one) { stepOf[one[0]] = { name: one[1], host: one[2] }; });
    rules.forEach(function (one) { ruleOf[one[0]] = { name: one[1], says: one[2], binds: one[3] }; });
    var desk = box.querySelector(".council-desk"), base = "council-" + (serial += 1);
    var log = { names: Object.keys(sets)[0], motions: [] };

    function verdict(motion, rule) {
      var counts = codes.map(function (code) {
        return Object.keys(motion.positions).filter(function (member) { return motion.positions[member] === code; }).length;
      });
      var word = !stepOf[motion.step].host || motion.positions[host] === "consents";
      var found = verdicts[places[rule || motion.rule][splits[counts.join(",")]][word ? 1 : 0]];
      return { adopted: found[0], why: found[1] };
    }

    /* --- reading: what a file or the browser holds is taken only if all of it is allowed --- */

    function among(where, value, allowed) {
      if (allowed.indexOf(value) < 0) { throw new Error(where + ": " + files.quote(value) + " is not allowed; allowed: " + allowed.join(", ")); }
    }
    function plain(where, value) {
      if (typeof value !== "string" || value.length > longest) { throw new Error(where + ": " + files.quote(value) + " is not allowed; allowed: text of up to " + longest + " characters"); }
      if (files.markup(value)) { throw new Error(where + ": " + files.quote(value) + " holds markup; allowed: plain text"); }
    }
    function object(where, value) {
      if (!value || typeof value !== "object" || Array.isArray(value)) { throw new Error(where + ": not in the form of a log"); }
    }
    function check(content) {
      object("the file", content);
      if (content.council !== name) { throw new Error("it is no log of this council"); }
      if (content.version !== version) { throw new Error("it is of version " + files.quote(content.version) + "; allowed: version " + version); }
      among("names", content.names, Object.keys(sets));
      if (!Array.isArray(content.motions) || content.motions.length > most) { throw new Error("motions: not a list of up to " + most + " texts"); }
      return { names: content.names, motions: content.motions.map(function (one, i) {
        var where = "text " + (i + 1), members = sets[content.names];
        object(where, one);
        among(where + ", round", one.round, rounds);
        among(where + ", step", one.step, Object.keys(stepOf));
        among(where + ", basis", one.basis, bases);
        among(where + ", rule", one.rule, Object.keys(ruleOf));
        plain(where, one.title);
        plain(where, one.text);
        object(where, one.positions);
        object(where, one.objections);
        if (Object.keys(one.positions).join("|") !== members.join("|")) { throw new Error(where + ", positions: not of all members in order; allowed: " + members.join(", ")); }
        members.forEach(function (member) { among(where + ", " + member, one.positions[member], codes); });
        var against = members.filter(function (member) { return one.positions[member] === "objects"; }), objections = {};
        if (Object.keys(one.objections).join("|") !== against.join("|")) { throw new Error(where + ", objections: not of those that object; allowed: " + (against.join(", ") || "none")); }
        against.forEach(function (member) {
          object(where, one.objections[member]);
          plain(where, one.objections[member].words);
          plain(where, one.objections[member].offered);
          objections[member] = { words: one.objections[member].words, offered: one.objections[member].offered };
        });
        return { round: one.round, step: one.step, basis: one.basis, title: one.title, text: one.text, rule: one.rule, positions: one.positions, objections: objections };
      }) };
    }
    function parse(text) {
      var content;
      try { content = JSON.parse(text); } catch (fault) { throw new Error("it is no JSON; is it a log of this council?"); }
      return check(content);
    }

    /* --- writing --- */

    function whole() { return { council: name, version: version, names: log.names, motions: log.motions }; }
    function toJson() { return JSON.stringify(whole(), null, 1) + "\n"; }
    function toCsv() {
      var out = csvLine(["text", "round", "step", "basis", "title", "rule", "member", "position", "words", "offered", "adopted"]);
      log.motions.forEach(function (one, i) {
        var adopted = verdict(one).adopted ? "yes" : "no";
        Object.keys(one.positions).forEach(function (member) {
          var said = one.objections[member] || { words: "", offered: "" };
          out += csvLine([i + 1, one.round, one.step, one.basis, safe(one.title), one.rule, member, one.positions[member], safe(said.words), safe(said.offered), adopted]);
        });
      });
      return out;
    }
    function toMarkdown() {
      var parts = ["# Log of the council", "Members: " + sets[log.names].join(", ") + "."];
      log.motions.forEach(function (one, i) {
        var found = verdict(one), rows = ["| Member | Position | Words objected to | Words offered |", "|:--|:--|:--|:--|"];
        parts.push("## " + (i + 1) + ". " + one.step + " " + stepOf[one.step].name + (one.title ? ": " + line(one.title) : ""));
        parts.push("Council " + one.round + ". " + capital(one.basis) + ". Rule: " + ruleOf[one.rule].name + ".");
        if (one.text) { parts.push("> " + line(one.text)); }
        Object.keys(one.positions).forEach(function (member) {
          var said = one.objections[member];
          rows.push("| " + member + " | " + word[one.positions[member]] + " | " + (said ? line(said.words) || "in principle" : "") + " | " + (said ? line(said.offered) : "") + " |");
        });
        parts.push(rows.join("\n"), "**" + (found.adopted ? "Adopted" : "Not adopted") + ".** " + found.why);
        rows = ["| Rule | Result | Why |", "|:--|:--|:--|"];
        rules.forEach(function (rule) {
          var other = verdict(one, rule[0]);
          rows.push("| " + rule[1] + " | " + (other.adopted ? "adopted" : "not adopted") + " | " + other.why + " |");
        });
        parts.push(rows.join("\n"));
      });
      return parts.join("\n\n") + "\n";
    }

    /* --- the desk --- */

    function field(label, control) {
      var row = make("p", "council-field"), tag = make("label", "", label);
      control.id = base + "-" + (serial += 1);
      tag.htmlFor = control.id;
      row.append(tag, control);
      return row;
    }
    function select(pairs) {
      var node = make("select");
      pairs.forEach(function (pair) { var option = make("option", "", pair[1]); option.value = pair[0]; node.append(option); });
      node.addEventListener("change", judge);
      return node;
    }
    function text(tag) { var node = make(tag); node.maxLength = longest; if (tag === "input") { node.type = "text"; } else { node.rows = 3; } return node; }

    var names = select(Object.keys(sets).map(function (one) { return [one, one === "real" ? "real members" : one]; }));
    var rule = select(rules.map(function (one) { return [one[0], one[1]]; }));
    var round = select(rounds.map(function (one) { return [one, "council " + one]; }));
    var step = select(steps.map(function (one) { return [one[0], one[0] + " " + one[1]]; }));
    var basis = select(bases.map(function (one) { return [one, one]; }));
    var title = text("input"), wording = text("textarea"), chairs = make("div", "council-chairs"), seats = [];
    var said = make("p", "council-said"), told = make("p", "council-told"), compared = make("div"), entered = make("div", "council-log");
    said.setAttribute("role", "status");
    told.setAttribute("role", "status");

    names.addEventListener("change", function () {
      if (log.motions.length) { names.value = log.names; told.textContent = "The log has begun; names can be changed only with an empty log."; return; }
      log.names = names.value;
      seat();
    });

    function seat() {
      chairs.replaceChildren();
      names.value = log.names;
      seats = sets[log.names].map(function (member) {
        var set = make("fieldset", "council-seat"), inputs = {}, group = base + "-" + (serial += 1);
        set.append(make("legend", "", member));
        positions.forEach(function (one) {
          var label = make("label", "council-option"), input = make("input");
          input.type = "radio";
          input.name = group;
          input.value = one[0];
          input.checked = one[0] === "silent";
          input.addEventListener("change", judge);
          inputs[one[0]] = input;
          label.append(input, " " + one[1]);
          set.append(label);
        });
        var words = text("input"), offered = text("input"), against = make("div", "council-against");
        against.append(field("Words objected to", words), field("Words offered", offered));
        set.append(against);
        chairs.append(set);
        return { member: member, inputs: inputs, words: words, offered: offered, against: against,
          code: function () { return codes.filter(function (code) { return inputs[code].checked; })[0]; } };
      });
      judge();
    }

    function motion() {
      var at = {}, objections = {};
      seats.forEach(function (one) {
        at[one.member] = one.code();
        if (one.code() === "objects") { objections[one.member] = { words: one.words.value, offered: one.offered.value }; }
      });
      return { round: Number(round.value), step: step.value, basis: basis.value, title: title.value, text: wording.value, rule: rule.value, positions: at, objections: objections };
    }

    function table(caption, heads, rows, called) {
      var outer = make("div", "council-scroll"), node = make("table"), head = make("tr"), body = make("tbody");
      outer.tabIndex = 0;
      outer.setAttribute("role", "region");
      outer.setAttribute("aria-label", called || caption);
      node.append(make("caption", "", caption));
      heads.forEach(function (each) { var cell = make("th", "", each); cell.scope = "col"; head.append(cell); });
      var top = make("thead");
      top.append(head);
      rows.forEach(function (row) {
        var line = make("tr");
        row.forEach(function (each, i) { var cell = make(i ? "td" : "th", "", each); if (!i) { cell.scope = "row"; } line.append(cell); });
        body.append(line);
      });
      node.append(top, body);
      outer.append(node);
      return outer;
    }
    function results(one) {
      return rules.map(function (each) { var found = verdict(one, each[0]); return [each[1], found.adopted ? "adopted" : "not adopted", found.why]; });
    }
    function effect(one, member) {
      var code = one.positions[member];
      return ruleOf[one.rule].binds.indexOf(code) >= 0 ? "bound" : free[code];
    }

    function judge() {
      if (!seats.length) { return; }
      seats.forEach(function (one) { one.against.hidden = one.code() !== "objects"; });
      var now = motion(), found = verdict(now);
      said.textContent = (found.adopted ? "Adopted. " : "Not adopted. ") + found.why;
      compared.replaceChildren(table("These positions by every rule", ["Rule", "Result", "Why"], results(now)));
    }

    function keep() { store.set(key, whole()); }

    function show() {
      entered.replaceChildren();
      if (!log.motions.length) { return; }
      var head = make("p", "council-head", "The log");
      head.tabIndex = -1;
      entered.append(head);
      log.motions.forEach(function (one, i) {
        var entry = make("section", "council-entry"), found = verdict(one), id = base + "-entry-" + (serial += 1);
        var top = make("p", "council-title", (i + 1) + ". " + one.step + " " + stepOf[one.step].name + (one.title ? ": " + one.title : ""));
        top.id = id;
        entry.setAttribute("aria-labelledby", id);
        entry.append(top, make("p", "council-meta", "Council " + one.round + ". " + capital(one.basis) + ". Rule: " + ruleOf[one.rule].name + "."));
        if (one.text) { entry.append(make("blockquote", "", one.text)); }
        var result = make("p", "", "");
        result.append(make("strong", "", found.adopted ? "Adopted." : "Not adopted."), " " + found.why);
        entry.append(result, table("What each member said", ["Member", "Position", "Words objected to", "Words offered", found.adopted ? "The text is for it" : ""].filter(Boolean),
          Object.keys(one.positions).map(function (member) {
            var against = one.objections[member];
            return [member, word[one.positions[member]], against ? against.words || "in principle" : "", against ? against.offered : ""].concat(found.adopted ? [effect(one, member)] : []);
          }), "What each member said to text " + (i + 1)));
        var more = make("details"), summary = make("summary", "", "By every rule");
        more.append(summary, table("Text " + (i + 1) + " by every rule", ["Rule", "Result", "Why"], results(one)));
        entry.append(more);
        entered.append(entry);
      });
    }

    function enter() {
      if (log.motions.length >= most) { told.textContent = "The log is full."; return; }
      var now = motion();
      try { check({ council: name, version: version, names: log.names, motions: [now] }); } catch (fault) { told.textContent = "Not entered: " + fault.message; return; }
      log.motions.push(now);
      keep();
      show();
      told.textContent = "Entered as number " + log.motions.length + ". " + said.textContent;
      title.value = wording.value = "";
      seat();
      title.focus();
    }

    var undo = button("Take the last one back", "is-quiet", function () {
      if (!log.motions.length) { told.textContent = "The log is empty."; return; }
      log.motions.pop();
      keep();
      show();
      told.textContent = "Taken back. The log holds " + log.motions.length + ".";
    });
    function saver(words, ending, type, write) {
      return button(words, "is-quiet", function () {
        if (!log.motions.length) { told.textContent = "The log is empty, so there is nothing to save."; return; }
        files.save("council-log." + ending, type, write());
      });
    }
    var tools = make("div", "council-tools");
    tools.append(
      saver("Markdown", "md", "text/markdown", toMarkdown), saver("CSV", "csv", "text/csv", toCsv), saver("JSON", "json", "application/json", toJson),
      button("Print the log", "is-quiet", function () { window.print(); }),
      files.loader("Read a log (JSON)", ".json,application/json", Number(data.file), function (content, file) {
        log = parse(content);
        keep();
        seat();
        show();
        told.textContent = log.motions.length + " texts read from " + file + ".";
      }, function (why, file) { told.textContent = file + " was not read: " + why; }),
      button("Empty the log", "is-quiet", function () {
        if (!window.confirm("Empty the log? What you have not saved is gone.")) { return; }
        log.motions = [];
        store.remove(key);
        show();
        told.textContent = "The log is empty.";
      }));

    var form = make("div", "council-form"), settings = make("div", "council-settings"), row = make("div", "council-tools");
    settings.append(field("Names", names), field("Rule in use", rule), field("Before", round), field("Step", step), field("Legal basis", basis));
    row.append(button("Enter into the log", "", enter), undo);
    form.append(settings, field("Title", title), field("Text", wording), chairs, said, compared, row);
    desk.append(form, told, entered, tools, make("p", "quiz-note", "The log stays in this browser and is sent nowhere. " + (store.lasts() ? "" : "This browser does not keep it: save it before you leave.")));
    try { log = check(store.get(key, whole())); } catch (old) { log = { names: Object.keys(sets)[0], motions: [] }; }
    seat();
    show();
    desk.hidden = false;
    box.querySelector(".council-plain").remove();
    document.addEventListener("course:store", function (event) { if (event.detail.key === "") { log.motions = []; show(); } });
    box.courseCouncil = { parse: function (content) { log = parse(content); show(); }, verdict: verdict, json: toJson, csv: toCsv, markdown: toMarkdown };
  }

  function all() { document.querySelectorAll(".council").forEach(start); }
  if (document.readyState === "loading") { document.addEventListener("DOMContentLoaded", all); } else { all(); }
})();
