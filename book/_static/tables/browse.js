/* A table of the data: its columns sort, its rows are searched, and the row of an address is shown.
   The work is that of DataTables; without scripts the page is the plain table. */
(() => {
  "use strict";
  const make = (tag, values, ...children) => {
    const node = Object.assign(document.createElement(tag), values);
    node.append(...children);
    return node;
  };

  const start = (box, number) => {
    const table = box.querySelector("table"), total = Number(box.dataset.browse);
    const grid = new DataTable(table, {
      autoWidth: false, paging: false, info: false, layout: { topStart: null, topEnd: null, bottomStart: null, bottomEnd: null }, order: []
    });

    const words = make("input", { type: "search", id: `browse-${number}`, autocomplete: "off" });
    const said = make("p", { className: "browse-count" });
    said.setAttribute("role", "status");
    const order = make("button", { type: "button", className: "course-button is-quiet", textContent: "Order as stored" });
    box.prepend(make("div", { className: "browse-tools" },
      make("label", { htmlFor: words.id, textContent: "Search all columns" }), words, order, said));

    /* What stands now, in words: how many rows, and by what they are sorted. */
    const tell = () => {
      const [column, direction] = grid.order()[0] || [];
      const by = direction ? `, sorted by ${grid.column(column).title()}, ${direction === "asc" ? "ascending" : "descending"}` : ", as stored";
      said.textContent = `${grid.rows({ search: "applied" }).count()} of ${total} rows${by}`;
      order.hidden = !direction;
    };
    words.addEventListener("input", () => grid.search(words.value).draw());
    order.addEventListener("click", () => { grid.order([]).draw(); words.focus(); });
    grid.on("draw", tell);
    tell();

    /* A row is wider than a window: whoever follows a link to one gets it field by field, above the table. */
    const card = make("div", { className: "browse-row", hidden: true });
    card.setAttribute("role", "region");
    card.setAttribute("aria-label", "The row that the link leads to");
    box.prepend(card);
    const unfold = row => {
      const fields = make("dl", {});
      [...row.cells].forEach((cell, column) => {
        if (!cell.textContent) { return; }
        const value = make("dd", {});
        value.append(...[...cell.childNodes].map(node => node.cloneNode(true)));
        fields.append(make("dt", { textContent: grid.column(column).title() }), value);
      });
      const close = make("button", { type: "button", className: "course-button is-quiet", textContent: "Close the row" });
      close.addEventListener("click", () => { card.hidden = true; words.focus(); });
      card.replaceChildren(fields, close);
      card.hidden = false;
    };

    /* Whoever follows a link to a row gets to see it, whatever was searched before. */
    const reveal = () => {
      const name = location.hash.slice(1);
      const row = name && grid.row((index, values, node) => node.id === name).node();
      if (!row) { return; }
      if (!row.isConnected) { words.value = ""; grid.search("").draw(); }
      row.scrollIntoView({ block: "center" });
      unfold(row);
      card.scrollIntoView({ block: "start" });
    };
    window.addEventListener("hashchange", reveal);
    reveal();
    /* When all has loaded the browser goes to the row once more. */
    window.addEventListener("load", () => setTimeout(() => { if (!card.hidden) { card.scrollIntoView({ block: "start" }); } }));
  };

  document.querySelectorAll(".browse").forEach(start);
})();
