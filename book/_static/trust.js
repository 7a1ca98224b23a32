/* Check before you trust: first thoughts before the way to the record opens, and at the end the two side by side. */
(() => {
  "use strict";
  const store = window.courseStore;
  const make = (tag, values, ...children) => {
    const node = Object.assign(document.createElement(tag), values);
    node.append(...children);
    return node;
  };
  const percent = value => `${Math.round(value)}%`;
  const mean = values => values.reduce((sum, value) => sum + value, 0) / values.length;

  /* A statement: its first thoughts, kept, and what waits for them. */
  const start = box => {
    const name = box.dataset.trust, key = `trust:${name}`;
    const waiting = [];
    for (let next = box.nextElementSibling; next && !next.matches("h3, .trust"); next = next.nextElementSibling) {
      if (next.matches(".trust-path, .question")) { waiting.push(next); }
    }
    const hint = make("p", { className: "trust-hint", textContent: "Answer both, and the way to the record opens." });
    box.append(hint);
    const show = () => {
      const kept = store.get(key, {}), ready = kept.sure !== undefined && kept.pass !== undefined;
      box.querySelectorAll("input").forEach(input => {
        input.checked = input.name.endsWith("-sure") ? Number(input.value) === kept.sure : input.value === kept.pass;
      });
      waiting.forEach(part => part.classList.toggle("is-veiled", !ready));
      hint.hidden = ready;
    };
    box.addEventListener("change", event => {
      const { name: field, value } = event.target;
      store.set(key, { ...store.get(key, {}), ...(field.endsWith("-sure") ? { sure: Number(value) } : { pass: value }) });
      show();
    });
    document.addEventListener("course:store", event => { if (event.detail.key === "") { show(); } });
    show();
    return {
      number: Number(box.dataset.number), said: box.dataset.said, record: box.dataset.verdict,
      holds: box.dataset.holds === undefined ? null : Number(box.dataset.holds),
      first: () => store.get(key, {}),
      verdict: () => {
        const kept = store.get(`quiz:${name}`, null);
        const option = kept && document.querySelector(`[data-question="${name}"] [data-option="${kept.choice}"] label`);
        return option ? { words: option.textContent, first: kept.first } : null;
      },
      words: value => value === undefined ? "" : box.querySelector(`.trust-sure input[value="${value}"]`).parentNode.textContent.trim()
    };
  };

  /* The comparison in sentences, of the statements that have first thoughts and a verdict. */
  const sentences = done => {
    const settled = done.filter(one => one.holds !== null), said = [];
    said.push(`${done.filter(one => one.verdict().first).length} of ${done.length} verdicts right at the first try.`);
    const passed = done.filter(one => one.first().pass === "yes"), good = passed.filter(one => one.holds === 1).length;
    said.push(passed.length ? `You would have passed on ${passed.length}, of which ${good} ${good === 1 ? "holds" : "hold"} as ${good === 1 ? "it stands" : "they stand"}.` : "You would have passed on none.");
    if (settled.length) {
      const p = settled.map(one => one.first().sure / 100), o = settled.map(one => one.holds);
      said.push(`Of the ${settled.length} that the record settles, you held ${percent(100 * mean(p))} to be right on average, and ${percent(100 * mean(o))} are: ` +
        (mean(p) > mean(o) + 0.1 ? "you trusted too much." : mean(p) < mean(o) - 0.1 ? "you doubted too much." : "about the right measure."));
      said.push(`Your Brier score, the mean of the squared gaps, is ${window.courseScoring.brier(p, o).toFixed(2)}; whoever says “could be either” each time scores 0.25.`);
    }
    said.push("Five statements are too few to know how well your confidence fits; chapter 5 has a longer sheet.");
    return said;
  };

  const finish = (box, all) => {
    const text = make("div", { className: "trust-sentences" });
    text.setAttribute("role", "status");
    const body = make("tbody");
    const heads = ["Statement", "Sure at first", "Pass on", "Your verdict", "The record"];
    const table = make("table", {}, make("thead", {}, make("tr", {}, ...heads.map(head => make("th", { scope: "col", textContent: head })))), body);
    const scroll = make("div", { className: "table-scroll" }, table);
    scroll.tabIndex = 0;
    scroll.setAttribute("role", "region");
    scroll.setAttribute("aria-label", "Your first thoughts beside the record");
    const done = () => all.filter(one => one.verdict() && one.first().sure !== undefined && one.first().pass !== undefined);
    const row = one => {
      const ready = done().includes(one), verdict = one.verdict();
      return [`${one.number}`, one.words(one.first().sure), one.first().pass || "", ready ? verdict.words + (verdict.first ? "" : " (not at once)") : "", ready ? one.record : "not yet"];
    };
    const save = make("button", { type: "button", className: "course-button", textContent: "Download as text" });
    const again = make("button", { type: "button", className: "course-button is-quiet", textContent: "Start this page again" });
    const show = () => {
      body.replaceChildren(...all.map(one => make("tr", {}, ...row(one).map((cell, index) =>
        index ? make("td", { textContent: cell }) : make("th", { scope: "row", textContent: cell })))));
      const lines = done().length ? sentences(done()) : ["Nothing to compare yet: give your first thoughts and a verdict on one statement."];
      text.replaceChildren(...lines.map(line => make("p", { textContent: line })));
      save.disabled = !done().length;
    };
    save.addEventListener("click", () => window.courseFiles.save("check-before-you-trust.md", "text/markdown", [
      "# Check before you trust", "",
      ...all.flatMap(one => [`## Statement ${one.number}`, "", `> ${one.said}`, "", ...row(one).slice(1).map((cell, index) => `- ${heads[index + 1]}: ${cell}`), ""]),
      ...(done().length ? sentences(done()) : []), ""
    ].join("\n")));
    again.addEventListener("click", () => {
      store.remove("trust:check-");
      store.remove("quiz:check-");
      location.reload();
    });
    box.replaceChildren(text, scroll, make("div", { className: "question-row" }, save, again));
    document.addEventListener("course:store", show);
    show();
  };

  const all = [...document.querySelectorAll(".trust")].map(start);
  document.querySelectorAll(".trust-result").forEach(box => finish(box, all));
})();
