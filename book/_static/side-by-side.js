/* Side by side: two items of a list, chosen from two menus, compared row by row. Without scripts the list stands.

   <div class="side-by-side" data-first="a" data-second="b" data-unknown="not seen">
     <details class="side-item" data-item="a" data-label="A" data-group="Letters"><summary>…</summary>
       <p class="side-about">…</p>
       <dl><div data-row="size" data-name="Size" data-code="big"><dt>…</dt><dd>…</dd></div>…</dl>
     </details>…
   </div>
*/
(function () {
  "use strict";

  function make(tag, className, text) {
    var node = document.createElement(tag);
    if (className) { node.className = className; }
    if (text) { node.textContent = text; }
    return node;
  }

  /* Roles are written out, because a table that is stacked on a narrow screen loses them in some browsers. */
  function part(tag, role, from) {
    var node = make(tag);
    node.setAttribute("role", role);
    if (from) { from.childNodes.forEach(function (child) { node.appendChild(child.cloneNode(true)); }); }
    return node;
  }

  function menu(items, label) {
    var box = make("label", "side-menu", label + " ");
    var select = make("select");
    var groups = {};
    items.forEach(function (item) {
      var group = item.dataset.group || "";
      if (!groups[group]) {
        groups[group] = group ? make("optgroup") : select;
        if (group) { groups[group].label = group; select.appendChild(groups[group]); }
      }
      groups[group].appendChild(new Option(item.dataset.label, item.dataset.item));
    });
    box.appendChild(select);
    return { box: box, select: select };
  }

  function compared(one, other, unknown) {
    if (!one || !other || one.dataset.code === unknown || other.dataset.code === unknown) { return "not comparable"; }
    return one.dataset.code === other.dataset.code ? "alike" : "different";
  }

  function listed(names) {
    return names.length < 2 ? names.join("") : names.slice(0, -1).join(", ") + " and " + names[names.length - 1];
  }

  function set(box) {
    var items = Array.from(box.querySelectorAll(".side-item"));
    var byKey = {};
    items.forEach(function (item) { byKey[item.dataset.item] = item; });
    var left = menu(items, "First"), right = menu(items, "Second");
    var chosen = { first: box.dataset.first, second: box.dataset.second };

    var swap = make("button", "course-button is-quiet", "Swap the two");
    swap.type = "button";
    var live = make("p", "side-status");
    live.setAttribute("role", "status");
    var stage = make("div", "side-stage");
    var row = make("div", "side-menus");
    row.append(left.box, right.box, swap);
    var whole = make("div", "side-pair");
    whole.append(row, live, stage);
    box.querySelector(".side-item").before(whole);
    box.classList.add("is-scripted");

    function rows(item) { return Array.from(item.querySelectorAll("[data-row]")); }

    function cell(item, name, found) {
      var node = part("td", "cell", found && found.querySelector("dd"));
      if (!found) { node.textContent = "Nothing here on " + name + "."; }
      node.dataset.side = item.dataset.label;
      return node;
    }

    function draw() {
      var one = byKey[chosen.first], other = byKey[chosen.second];
      var table = part("table", "table");
      table.setAttribute("aria-label", one.dataset.label + " and " + other.dataset.label);
      var head = part("thead", "rowgroup"), heads = part("tr", "row"), tally = { different: [], "not comparable": [] };
      [one, other].forEach(function (item) {
        var top = part("th", "columnheader");
        top.scope = "col";
        top.append(make("span", "side-label", item.dataset.label), item.querySelector(".side-about").cloneNode(true));
        heads.appendChild(top);
      });
      head.appendChild(heads);
      table.appendChild(head);

      var names = rows(one).map(function (each) { return each.dataset.row; });
      rows(other).forEach(function (each) { if (names.indexOf(each.dataset.row) < 0) { names.push(each.dataset.row); } });
      names.forEach(function (key) {
        var a = one.querySelector('[data-row="' + key + '"]'), b = other.querySelector('[data-row="' + key + '"]');
        var name = (a || b).dataset.name, verdict = compared(a, b, box.dataset.unknown);
        if (tally[verdict]) { tally[verdict].push(name.toLowerCase()); }
        var group = part("tbody", "rowgroup"), top = part("tr", "row"), title = part("th", "rowheader", (a || b).querySelector("dt"));
        title.scope = "rowgroup";
        title.colSpan = 2;
        title.appendChild(make("span", "side-verdict is-" + verdict.replace(" ", "-"), verdict));
        top.appendChild(title);
        var pair = part("tr", "row");
        pair.append(cell(one, name, a), cell(other, name, b));
        group.append(top, pair);
        table.appendChild(group);
      });
      stage.replaceChildren(table);

      left.select.value = chosen.first;
      right.select.value = chosen.second;
      items.forEach(function (item) { item.classList.toggle("is-chosen", item === one || item === other); });
      var words = one.dataset.label + " beside " + other.dataset.label + ". ";
      words += tally.different.length ? "Different on " + listed(tally.different) + "." : "Different on nothing that can be compared.";
      if (tally["not comparable"].length) { words += " Not comparable on " + listed(tally["not comparable"]) + "."; }
      live.textContent = words;
    }

    /* The same item twice would compare nothing: the other side then takes the place that was left. */
    function choose(side, value) {
      var opposite = side === "first" ? "second" : "first";
      if (chosen[opposite] === value) { chosen[opposite] = chosen[side]; }
      chosen[side] = value;
      draw();
    }

    left.select.addEventListener("change", function () { choose("first", left.select.value); });
    right.select.addEventListener("change", function () { choose("second", right.select.value); });
    swap.addEventListener("click", function () { choose("first", chosen.second); });
    draw();
  }

  function start() { document.querySelectorAll(".side-by-side").forEach(set); }

  if (document.readyState === "loading") { document.addEventListener("DOMContentLoaded", start); } else { start(); }
})();
