/* A page of definition lists gets a search box and a menu of its headings; without scripts it is read as it stands. */
(() => {
  "use strict";
  const plain = text => text.normalize("NFD").replace(/\p{M}/gu, "").toLocaleLowerCase();
  const make = (tag, values, ...children) => {
    const node = Object.assign(document.createElement(tag), values);
    node.append(...children);
    return node;
  };

  /* A list with its heading's section and its entries, each a term with what defines it. */
  const group = list => {
    const section = list.closest("section");
    const heading = section.querySelector("h2, h3").cloneNode(true);
    heading.querySelectorAll("a").forEach(link => link.remove());
    const entries = [];
    for (const node of list.children) {
      if (node.matches("dt")) { entries.push({ nodes: [node], text: "" }); } else { entries.at(-1)?.nodes.push(node); }
    }
    for (const entry of entries) { entry.text = plain(entry.nodes.map(node => node.textContent).join(" ")); }
    return { list, title: heading.textContent.trim(), entries };
  };

  const start = (place, number) => {
    const groups = [...document.querySelectorAll("dl.glossary")].map(group);
    const total = groups.reduce((sum, one) => sum + one.entries.length, 0);
    if (!total) { return; }
    const name = `entry-finder-${number}`;
    const words = make("input", { type: "search", id: `${name}-words`, autocomplete: "off" });
    const kind = make("select", { id: `${name}-kind` }, make("option", { value: "", textContent: "all" }));
    groups.forEach((one, index) => kind.append(make("option", { value: String(index), textContent: one.title })));
    const said = make("p", { className: "entry-count" });
    said.setAttribute("role", "status");

    const show = () => {
      const wanted = plain(words.value).split(/\s+/).filter(Boolean);
      let shown = 0;
      groups.forEach((one, index) => {
        const open = kind.value === "" || kind.value === String(index);
        let here = 0;
        for (const entry of one.entries) {
          const hit = open && wanted.every(word => entry.text.includes(word));
          for (const node of entry.nodes) { node.hidden = !hit; }
          here += hit;
        }
        one.list.closest("section").classList.toggle("is-without-entries", !here);
        shown += here;
      });
      said.textContent = `${shown} of ${total} entries`;
    };
    /* Whoever follows a link to an entry gets to see it, whatever was chosen before. */
    const reveal = () => {
      const target = document.getElementById(location.hash.slice(1));
      if (!target || target.getClientRects().length) { return; }
      words.value = kind.value = "";
      show();
      target.scrollIntoView();
    };

    place.append(make("fieldset", {},
      make("legend", { textContent: "Find an entry" }),
      make("div", { className: "entry-controls" },
        make("label", { htmlFor: words.id, textContent: "Words" }), words,
        make("label", { htmlFor: kind.id, textContent: "Kind" }), kind),
      said));
    words.addEventListener("input", show);
    kind.addEventListener("change", show);
    window.addEventListener("hashchange", reveal);
    show();
  };

  document.querySelectorAll(".entry-finder").forEach(start);
})();
