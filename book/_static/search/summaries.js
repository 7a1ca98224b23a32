/* Under each page that the search has found stands the line where it found the words. The words of a page come as a
   script, so that they are there when the book is opened from a folder; making the line is left to Sphinx. */
(() => {
  "use strict";
  const place = document.getElementById("search-results");
  const query = new URLSearchParams(location.search).get("q");
  if (!place || !query) { return; }

  const texts = {}, asked = {};
  window.bookTexts = { add: (page, html) => { texts[page] = html; } };

  const load = page => {
    asked[page] = asked[page] || new Promise((done, fail) => {
      const script = document.createElement("script");
      script.src = `${document.documentElement.dataset.content_root}_search/${page}.js`;
      script.onload = () => done();
      script.onerror = fail;
      document.head.append(script);
    });
    return asked[page];
  };

  const [, terms, , highlighted] = Search._parseQuery(query);

  const tell = item => {
    const link = item.querySelector("a"), description = item.querySelector(":scope > span");
    if (!link || description) { return; }
    const [address, anchor] = link.getAttribute("href").split("#");
    const page = address.replace(/\.html$/, "");
    load(page).then(() => {
      const inside = anchor && texts[page].includes(`<section id="${anchor}">`);
      const line = Search.makeSearchSummary(texts[page], terms, inside ? `#${anchor}` : "");
      if (line) { item.append(line); }
      if (SPHINX_HIGHLIGHT_ENABLED) {
        highlighted.forEach(term => _highlightText(item, term, "highlighted"));
      }
    }, () => { /* without its words a page that was found is still a link */ });
  };

  new MutationObserver(changes => {
    for (const change of changes) {
      for (const node of change.addedNodes) {
        if (node.localName === "li") { tell(node); }
      }
    }
  }).observe(place, { childList: true, subtree: true });
})();
