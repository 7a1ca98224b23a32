/* A page of claims gets menus of what their classes tell and a search box; without scripts it is read as it stands. */
(() => {
  "use strict";
  const FACETS = ["chapter", "type", "article", "verdict", "confidence"];
  const plain = text => text.normalize("NFD").replace(/\p{M}/gu, "").toLocaleLowerCase();
  const make = (tag, values, ...children) => {
    const node = Object.assign(document.createElement(tag), values);
    node.append(...children);
    return node;
  };
  const facet = (node, name) =>
    [...node.classList].find(one => one.startsWith(`${name}-`))?.slice(name.length + 1) ?? "";

  const start = place => {
    const groups = [...document.querySelectorAll(".disagreement")];
    const claims = groups.flatMap(group => {
      const head = plain(group.querySelector(":scope > p").textContent);
      return [...group.querySelectorAll(".claim")].map(node => ({ node, text: `${head} ${plain(node.textContent)}` }));
    });
    if (!claims.length) { return; }
    const words = make("input", { type: "search", id: "claim-words", autocomplete: "off" });
    const menus = FACETS.map(name => {
      const menu = make("select", { id: `claim-${name}` }, make("option", { value: "", textContent: "any" }));
      for (const value of [...new Set(claims.map(one => facet(one.node, name)))].sort()) {
        menu.append(make("option", { value, textContent: value.replaceAll("-", " ") }));
      }
      return menu;
    });
    const said = make("p", { className: "entry-count" });
    said.setAttribute("role", "status");

    const show = () => {
      const wanted = plain(words.value).split(/\s+/).filter(Boolean);
      let shown = 0;
      for (const { node, text } of claims) {
        node.hidden = !(wanted.every(word => text.includes(word)) &&
          menus.every((menu, index) => menu.value === "" || menu.value === facet(node, FACETS[index])));
        shown += !node.hidden;
      }
      for (const group of groups) { group.hidden = !group.querySelector(".claim:not([hidden])"); }
      said.textContent = `${shown} of ${claims.length} claims`;
    };
    /* Whoever follows a link to a claim gets to see it, whatever was chosen before. */
    const reveal = () => {
      const target = document.getElementById(location.hash.slice(1));
      if (!target || target.getClientRects().length) { return; }
      for (const control of [words, ...menus]) { control.value = ""; }
      show();
      target.scrollIntoView();
    };

    const controls = make("div", { className: "entry-controls" },
      make("label", { htmlFor: words.id, textContent: "Words" }), words);
    menus.forEach((menu, index) => {
      const name = FACETS[index];
      controls.append(make("label", { htmlFor: menu.id, textContent: name[0].toUpperCase() + name.slice(1) }), menu);
    });
    place.append(make("fieldset", {}, make("legend", { textContent: "Find a claim" }), controls, said));
    words.addEventListener("input", show);
    menus.forEach(menu => menu.addEventListener("change", show));
    window.addEventListener("hashchange", reveal);
    show();
    /* The menus have moved what a link from elsewhere led to. */
    if (location.hash) { document.getElementById(location.hash.slice(1))?.scrollIntoView(); }
  };

  document.querySelectorAll(".claim-finder").forEach(start);
})();
