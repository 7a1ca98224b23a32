/* Predict, then reveal: the cells after a guess stay veiled until the reader commits, or waives it. */
(function () {
  "use strict";

  var store = window.courseStore;
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

  /* Each kind gives: read() the guess or null, write(guess), say(guess) in words, show(guess or null) the answer. */
  var kinds = {
    number: function (box, fields) {
      var input = box.querySelector(".predict-number");
      var unit = fields.unit ? " " + fields.unit : "";
      return {
        read: function () { return input.value === "" || !input.checkValidity() ? null : Number(input.value); },
        write: function (guess) { input.value = guess === null ? "" : guess; },
        hint: "Enter a number from " + fields.low + " to " + fields.high + " first.",
        say: function (guess) {
          var off = Math.round((guess - fields.answer) * 100) / 100, far = Math.abs(off);
          var apart = fields.unit === "per cent" ? " percentage point" + (far === 1 ? "" : "s") : unit;
          return "You said " + guess + unit + "; " + (off === 0 ? "that is the figure of the record." :
            far + apart + (off > 0 ? " too high." : " too low."));
        }
      };
    },

    choice: function (box, fields) {
      var inputs = Array.from(box.querySelectorAll("input[type=radio]"));
      return {
        read: function () { var one = inputs.find(function (i) { return i.checked; }); return one ? one.value : null; },
        write: function (guess) { inputs.forEach(function (i) { i.checked = i.value === guess; }); },
        hint: "Choose one first.",
        say: function (guess) {
          return "You chose “" + guess + "”" + (guess === fields.answer ? ", and so does the record." : "; the record has another answer.");
        }
      };
    },

    several: function (box, fields) {
      var inputs = Array.from(box.querySelectorAll("input[type=checkbox]"));
      function names(list) { return list.map(function (one) { return "“" + one + "”"; }).join(", "); }
      return {
        read: function () { return inputs.filter(function (i) { return i.checked; }).map(function (i) { return i.value; }); },
        write: function (guess) { inputs.forEach(function (i) { i.checked = guess !== null && guess.indexOf(i.value) >= 0; }); },
        hint: "",
        say: function (guess) {
          var more = guess.filter(function (one) { return fields.answer.indexOf(one) < 0; });
          var less = fields.answer.filter(function (one) { return guess.indexOf(one) < 0; });
          return "You ticked " + guess.length + " of " + inputs.length + ", and agree with the record on " + (inputs.length - more.length - less.length) + "." +
            (more.length ? " Ticked by you only: " + names(more) + "." : "") + (less.length ? " In the record only: " + names(less) + "." : "");
        },
        show: function (told) { inputs.forEach(function (i) { i.disabled = told; }); }
      };
    },

    ranking: function (box, fields, live) {
      var list = box.querySelector(".predict-list");
      var first = order();

      function order() { return Array.from(list.children).map(function (li) { return li.dataset.item; }); }

      function move(item, step) {
        var other = step < 0 ? item.previousElementSibling : item.nextElementSibling;
        if (!other) { return; }
        if (step < 0) { list.insertBefore(item, other); } else { list.insertBefore(other, item); }
        live.textContent = item.dataset.item + ", place " + (order().indexOf(item.dataset.item) + 1) + " of " + list.children.length + ".";
      }

      Array.from(list.children).forEach(function (item) {
        var tools = make("span", "predict-move");
        [["↑", "up", -1], ["↓", "down", 1]].forEach(function (one) {
          var tool = button(one[0], "", function () { move(item, one[2]); tool.focus(); });
          tool.setAttribute("aria-label", "Move " + item.dataset.item + " " + one[1]);
          tools.appendChild(tool);
        });
        item.appendChild(tools);
      });
      return {
        read: order,
        write: function (guess) {
          (guess || first).forEach(function (name) {
            var item = Array.from(list.children).find(function (li) { return li.dataset.item === name; });
            if (item) { list.appendChild(item); }
          });
        },
        hint: "",
        say: function (guess) {
          var right = guess.filter(function (name, place) { return fields.answer[place] === name; }).length;
          return "You have " + right + " of " + guess.length + " in their place.";
        }
      };
    },

    line: function (box, fields) {
      var inputs = Array.from(box.querySelectorAll(".predict-point input"));
      var W = 640, H = 260, L = 34, R = 16, T = 14, B = 30;
      var stage = box.querySelector(".predict-drawing");
      var svg = draw("svg", { viewBox: "0 0 " + W + " " + H, "aria-hidden": "true", focusable: "false" }, null);
      var dots = [];
      stage.appendChild(svg);

      function px(i) { return L + (W - L - R) * i / (fields.x.length - 1); }
      function py(v) { return H - B - (H - T - B) * (v - fields.low) / (fields.high - fields.low); }
      function path(values) { return values.map(function (v, i) { return (i ? "L" : "M") + px(i) + "," + py(v); }).join(""); }
      function values() { return inputs.map(function (i) { return i.checkValidity() && i.value !== "" ? Number(i.value) : null; }); }

      var every = Math.max(1, Math.round((fields.high - fields.low) / 4));
      for (var v = fields.low; v <= fields.high; v += every) {
        draw("line", { x1: L, x2: W - R, y1: py(v), y2: py(v), "class": "predict-grid" }, svg);
        draw("text", { x: L - 8, y: py(v) + 4, "text-anchor": "end" }, svg).textContent = v;
      }
      fields.x.forEach(function (label, i) {
        var anchor = i === 0 ? "start" : i === fields.x.length - 1 ? "end" : "middle";
        draw("text", { x: px(i) + (i === 0 ? -8 : i === fields.x.length - 1 ? 8 : 0), y: H - 8, "text-anchor": anchor }, svg).textContent = label;
      });
      var truth = draw("path", { "class": "predict-truth" }, svg);
      var guess = draw("path", { "class": "predict-guess" }, svg);
      fields.x.forEach(function (label, i) { dots.push(draw("circle", { r: 8, cx: px(i), "class": "predict-dot" }, svg)); });

      function redraw() {
        var now = values().map(function (v, i) { return v === null ? fields.low : v; });
        guess.setAttribute("d", path(now));
        dots.forEach(function (dot, i) { dot.setAttribute("cy", py(now[i])); });
      }

      function follow(event) {
        if (box.classList.contains("is-told")) { return; }
        var frame = svg.getBoundingClientRect(), scale = W / frame.width;
        var x = (event.clientX - frame.left) * scale, y = (event.clientY - frame.top) * scale;
        var i = Math.round((x - L) / (W - L - R) * (fields.x.length - 1));
        i = Math.max(0, Math.min(fields.x.length - 1, i));
        var v = Math.round(fields.low + (H - B - y) / (H - T - B) * (fields.high - fields.low));
        inputs[i].value = Math.max(fields.low, Math.min(fields.high, v));
        redraw();
      }
      var drawing = false;
      svg.addEventListener("pointerdown", function (event) { drawing = true; svg.setPointerCapture(event.pointerId); follow(event); });
      svg.addEventListener("pointermove", function (event) { if (drawing) { follow(event); } });
      svg.addEventListener("pointerup", function () { drawing = false; });
      svg.addEventListener("pointercancel", function () { drawing = false; });
      inputs.forEach(function (input) { input.addEventListener("input", redraw); });
      redraw();

      return {
        /* A line that nobody has moved is no guess. */
        read: function () {
          var now = values(), moved = inputs.some(function (input) { return input.value !== input.defaultValue; });
          return moved && now.indexOf(null) < 0 ? now : null;
        },
        write: function (kept) {
          inputs.forEach(function (input, i) { input.value = kept ? kept[i] : input.defaultValue; });
          redraw();
        },
        hint: "Move a point first; every point needs a whole number from " + fields.low + " to " + fields.high + ".",
        say: function (kept) {
          var right = kept.filter(function (v, i) { return v === fields.answer[i]; }).length;
          var worst = 0;
          kept.forEach(function (v, i) { if (Math.abs(v - fields.answer[i]) > Math.abs(kept[worst] - fields.answer[worst])) { worst = i; } });
          return "You have " + right + " of " + kept.length + " points right." + (right === kept.length ? "" :
            " Furthest off: " + fields.x[worst] + ", where you drew " + kept[worst] + " and the record has " + fields.answer[worst] + ".");
        },
        show: function (told) {
          truth.setAttribute("d", told ? path(fields.answer) : "");
          inputs.forEach(function (input) { input.disabled = told; });
        }
      };
    }
  };

  function veiled(box) {
    var cell = box.closest(".cell"), found = [];
    var next = cell && cell.nextElementSibling;
    while (next && next.classList.contains("tag_reveal")) { found.push(next); next = next.nextElementSibling; }
    return found;
  }

  function ask(box) {
    var fields = JSON.parse(box.dataset.fields);
    var key = "predict:" + box.dataset.predict;
    var cells = veiled(box);
    var told = box.querySelector(".predict-answer p");
    var live = make("p", "verdict");
    live.setAttribute("role", "status");
    var kind = kinds[box.dataset.kind](box, fields, live);
    var answer = make("div", "predict-told");
    answer.appendChild(told.cloneNode(true));
    box.classList.add("is-scripted");

    var row = make("div", "question-row");
    var commit = button("This is my guess", "predict-commit", function () {
      var guess = kind.read();
      if (guess === null) { live.textContent = kind.hint; return; }
      store.set(key, { guess: guess });
      reveal(guess, true);
    });
    var waive = button("Show without guessing", "predict-waive is-quiet", function () {
      store.set(key, { guess: null });
      reveal(null, true);
    });
    var again = button("Guess again", "predict-again is-quiet", function () { store.remove(key); veil(); commit.focus(); });
    row.append(commit, waive, again);
    box.querySelector("fieldset").append(row, live, answer);
    box.querySelector(".predict-answer").hidden = true;

    function state(isTold) {
      box.classList.toggle("is-told", isTold);
      commit.hidden = isTold;
      waive.hidden = isTold;
      again.hidden = !isTold;
      answer.hidden = !isTold;
      cells.forEach(function (cell) {
        cell.classList.toggle("is-veiled", !isTold);
        /* What was hidden when the page was measured can be scrolled now. */
        cell.querySelectorAll("pre").forEach(function (pre) { pre.tabIndex = pre.scrollWidth > pre.clientWidth ? 0 : -1; });
      });
      if (kind.show) { kind.show(isTold); }
    }

    function reveal(guess, byReader) {
      kind.write(guess);
      state(true);
      live.textContent = guess === null ? "Shown without a guess." : kind.say(guess);
      if (byReader) { again.focus(); }
    }

    function veil() {
      kind.write(null);
      state(false);
      live.textContent = "";
    }

    function restore() {
      var kept = store.get(key, null);
      if (kept) { reveal(kept.guess, false); } else { veil(); }
    }

    /* A link to what is still veiled leads to the guess before it. */
    function lead(hash) {
      var target = hash.length > 1 && document.getElementById(hash.slice(1));
      if (!target || !cells.some(function (cell) { return cell.classList.contains("is-veiled") && cell.contains(target); })) { return; }
      box.tabIndex = -1;
      box.focus();
      box.scrollIntoView();
      live.textContent = "The link leads to what stands behind this guess.";
    }

    restore();
    lead(location.hash);
    window.addEventListener("hashchange", function () { lead(location.hash); });
    document.addEventListener("click", function (event) {
      var link = event.target.closest("a[href^='#']");
      if (link && link.hash === location.hash) { lead(link.hash); }
    });
    document.addEventListener("course:store", function (event) { if (event.detail.key === "") { restore(); } });
  }

  function start() { document.querySelectorAll(".predict").forEach(ask); }

  if (document.readyState === "loading") { document.addEventListener("DOMContentLoaded", start); } else { start(); }
})();
