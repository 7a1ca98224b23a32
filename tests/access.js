/* What the tests of accessibility ask of a page. Loaded before the page's own scripts, so that it hears who listens for clicks. */
window.access = (() => {
  "use strict";
  const CONTROLS = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex], [contenteditable=true]";
  const clicked = new Set();
  const listen = EventTarget.prototype.addEventListener;
  EventTarget.prototype.addEventListener = function (kind, ...rest) {
    if (kind === "click" && this instanceof Element && this !== document.body && this !== document.documentElement) {
      clicked.add(this);
    }
    return listen.call(this, kind, ...rest);
  };

  const call = e => {
    if (!e || !(e instanceof Element)) { return String(e); }
    const words = (e.getAttribute("aria-label") || e.textContent || e.value || "").trim().replace(/\s+/g, " ").slice(0, 50);
    const kind = e.getAttribute("class") ? `.${e.getAttribute("class").split(/\s+/).slice(0, 3).join(".")}` : "";
    return `${e.tagName.toLowerCase()}${e.id ? `#${e.id}` : ""}${kind} “${words}”`;
  };
  const shown = e => e.checkVisibility({ visibilityProperty: true, opacityProperty: false }) && e.getClientRects().length > 0;
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  /* Everything that Tab should come to: of radio buttons of one name only the chosen one, or the first. */
  const stops = () => {
    const groups = new Set();
    return all(CONTROLS).filter(e => {
      if (e.disabled || e.matches(":disabled") || e.closest("[inert]") || e.tabIndex < 0 || !shown(e)) { return false; }
      if (e.tagName === "SUMMARY" && e !== e.parentElement.querySelector(":scope > summary")) { return false; }
      if (e.type === "radio" && e.name) {
        const group = all(`input[type=radio]`).filter(one => one.name === e.name && one.form === e.form);
        const chosen = group.find(one => one.checked);
        if (chosen ? chosen !== e : groups.has(group[0])) { return false; }
        groups.add(group[0]);
      }
      return true;
    });
  };

  /* Colours: the contrast of a colour with what lies behind an element. */
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = colour => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255).map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
  const contrast = (a, b) => { const [x, y] = [light(a), light(b)].sort((p, q) => q - p); return (x + .05) / (y + .05); };
  const behind = e => {
    for (let at = e; at; at = at.parentElement) {
      const found = rgba(getComputedStyle(at).backgroundColor);
      if (found[3] > 200) { return found; }
    }
    return rgba("Canvas");
  };

  /* Is the focus seen: an outline of 2 px that stands out from what is around it. */
  const seen = e => {
    const style = getComputedStyle(e);
    if (style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 2) { return `no outline: ${style.outline}`; }
    if (style.outlineStyle === "auto") { return ""; }
    const ratio = contrast(rgba(style.outlineColor), behind(e.parentElement || e));
    return ratio < 3 ? `the outline has a contrast of ${ratio.toFixed(1)} only` : "";
  };

  /* What lies over an element that is not its own: sticky bars, other layers. */
  const covered = e => {
    const high = innerHeight, wide = document.documentElement.clientWidth;
    const boxes = [...e.getClientRects()].filter(b => b.width > 1 && b.height > 1);
    if (!boxes.length) { return "has no size"; }
    if (e.tagName === "svg" || e.closest("svg")) { return ""; }
    const fixed = hit => {
      for (let at = hit; at && !at.contains(e); at = at.parentElement) {
        if (/fixed|sticky/.test(getComputedStyle(at).position)) { return true; }
      }
      return false;
    };
    const inside = boxes.filter(b => b.bottom > 0 && b.top < high && b.right > 0 && b.left < wide);
    if (!inside.length) { return `is outside the window: ${JSON.stringify(boxes[0])}, window ${wide} x ${high}`; }
    const first = inside[0];
    const region = e.matches("[role=region], .table-scroll, table");
    const out = Math.max(-boxes[0].top, boxes[0].bottom - high);
    if (e.tagName === "TEXTAREA") { /* of which the line one writes in counts */
      if (boxes[0].top < 0 || boxes[0].top + 30 > high) { return "has its first line outside the window"; }
    } else if (!region && boxes[0].height < high * .6 && out > 2 && out > boxes[0].height / 3) {
      return `is cut by the window: ${Math.round(boxes[0].top)} to ${Math.round(boxes[0].bottom)} of ${high}`;
    }
    let over = 0, points = 0, last = null;
    for (const [x, y] of [[.5, .5], [.1, .1], [.9, .1], [.1, .9], [.9, .9]]) {
      const px = first.left + first.width * x, py = first.top + first.height * y;
      if (px < 0 || py < 0 || px >= wide || py >= high) { continue; }
      points += 1;
      const hit = document.elementFromPoint(px, py);
      if (hit && hit !== e && !e.contains(hit) && !hit.contains(e) && !(e.labels && [...e.labels].some(l => l.contains(hit)))) {
        over += 1;
        last = hit;
        if (fixed(hit) && !region) { return `is covered by ${call(hit)}, which stays in its place`; }
      }
    }
    return points && over === points ? `is covered by ${call(last)}` : "";
  };

  /* The walk: what has the focus is judged at each press of Tab before it moves on, or, step by step, when the page has come to rest. */
  const walk = { list: [], faults: [], done: false, back: false };
  const judge = () => {
    const e = document.activeElement;
    if (!e || e === document.body) { if (walk.list.length) { walk.done = true; } return; }
    if (walk.list.includes(e)) {
      walk.done = true;
      if (e === walk.list.at(-1) && e !== walk.list[0]) { walk.faults.push(`${call(e)} keeps the focus`); }
      return;
    }
    const before = walk.list.at(-1);
    if (before) {
      const place = before.compareDocumentPosition(e);
      const follows = walk.back ? Node.DOCUMENT_POSITION_PRECEDING : Node.DOCUMENT_POSITION_FOLLOWING;
      if (!(place & follows)) { walk.faults.push(`${call(e)} comes after ${call(before)}, against the order of the page`); }
    }
    walk.list.push(e);
    const faint = seen(e), hidden = covered(e);
    if (faint) { walk.faults.push(`focus is not seen on ${call(e)}: ${faint}`); }
    if (hidden) { walk.faults.push(`${call(e)} has the focus and ${hidden}`); }
  };
  document.addEventListener("keydown", event => {
    if (!walk.on || event.key !== "Tab") { return; }
    judge();
    if (walk.done) { event.preventDefault(); }
  }, true);
  const begin = (back, stepwise) => {
    Object.assign(walk, { on: !stepwise, list: [], faults: [], done: false, back });
    if (stepwise) { document.documentElement.style.setProperty("scroll-behavior", "auto", "important"); } /* no way between two places */
  };
  const frame = () => new Promise(requestAnimationFrame);
  const step = async () => {
    await Promise.allSettled(document.getAnimations().map(one => one.finished));
    /* An engine may scroll some frames after it has moved the focus. */
    for (let wait = 0; wait < 10 && document.activeElement !== document.body && covered(document.activeElement); wait += 1) { await frame(); }
    judge();
    return walk.done;
  };
  const end = () => {
    walk.on = false;
    const been = new Set(walk.list);
    const group = e => e.type === "radio" && e.name ? all("input[type=radio]").filter(one => one.name === e.name && one.form === e.form) : [e];
    const missed = stops().filter(e => !group(e).some(one => been.has(one))).map(e => `${call(e)} is never reached`);
    return { count: walk.list.length, faults: [...walk.faults, ...missed] };
  };

  /* What can be clicked but not reached by keyboard: it neither is a control nor lies in one nor holds one. */
  const clickable = () => [...clicked].filter(e => e.isConnected && shown(e) &&
    !e.closest(`${CONTROLS}, label, .chart-live`) && /* Vega listens for links in its drawings; ours have none */ !e.querySelector(CONTROLS)).map(e => `${call(e)} answers clicks and no keys`);

  /* Order by style: what makes the eye read in another order than the ear. */
  const tricks = () => all("body *").filter(shown).flatMap(e => {
    const style = getComputedStyle(e), found = [];
    const before = e.previousElementSibling && shown(e.previousElementSibling) && getComputedStyle(e.previousElementSibling);
    if (before && Number(style.order) < Number(before.order)) { found.push(`order ${style.order} after ${before.order}`); }
    if (/flex|grid/.test(style.display) && style.flexDirection.endsWith("reverse")) { found.push(style.flexDirection); }
    if (e.tabIndex > 0) { found.push(`tabindex ${e.tabIndex}`); }
    return found.map(word => `${call(e)}: ${word}`);
  });

  /* Targets of less than 24 px (2.5.8): links in a line of text are excused, and what has room around it. */
  const small = () => {
    const targets = all(`a[href], button, input:not([type=hidden]), select, textarea, summary, [role=button]`).filter(e => shown(e) && !e.disabled);
    const box = e => {
      let b = e.getBoundingClientRect();
      const label = e.labels && e.labels[0];
      if (label && shown(label)) {
        const l = label.getBoundingClientRect();
        b = new DOMRect(Math.min(b.left, l.left), Math.min(b.top, l.top), Math.max(b.right, l.right) - Math.min(b.left, l.left), Math.max(b.bottom, l.bottom) - Math.min(b.top, l.top));
      }
      return b;
    };
    const boxes = targets.map(box);
    return targets.flatMap((e, i) => {
      const b = boxes[i];
      if (b.width >= 23.5 && b.height >= 23.5) { return []; }
      if (getComputedStyle(e).display === "inline" && e.tagName === "A") {
        const line = e.parentElement, words = line.innerText.trim().length - e.innerText.trim().length;
        if (words > 0 || line.closest("p, dd, td, li > p")) { return []; }
      }
      const x = b.left + b.width / 2, y = b.top + b.height / 2;
      const near = targets.find((other, j) => {
        if (j === i || e.contains(other) || other.contains(e)) { return false; }
        const o = boxes[j], dx = Math.max(o.left - x, 0, x - o.right), dy = Math.max(o.top - y, 0, y - o.bottom);
        const little = o.width < 23.5 || o.height < 23.5;
        return little ? Math.hypot(o.left + o.width / 2 - x, o.top + o.height / 2 - y) < 24 : Math.hypot(dx, dy) < 12;
      });
      return near ? [`${call(e)} is ${b.width.toFixed(0)} x ${b.height.toFixed(0)} px and near to ${call(near)}`] : [];
    });
  };

  /* A name that is spoken holds the words that are seen (2.5.3). */
  const plain = text => text.toLocaleLowerCase().replace(/[^\p{L}\p{N}]+/gu, " ").trim();
  const misnamed = () => all("a[href], button, input, select, textarea, summary, [role=button], [role=link]").filter(shown).flatMap(e => {
    const name = e.getAttribute("aria-label") ||
      (e.getAttribute("aria-labelledby") || "").split(/\s+/).filter(Boolean).map(id => document.getElementById(id)?.textContent || "").join(" ");
    const label = e.labels && e.labels.length ? e.labels[0].innerText : e.innerText || "";
    return name && plain(label) && !` ${plain(name)} `.includes(` ${plain(label)} `) ? [`${call(e)} is seen as “${label.trim()}” and spoken as “${name}”`] : [];
  });

  /* Motion that a reader has asked not to have. */
  const moving = () => {
    const still = value => value.split(",").every(v => parseFloat(v) === 0);
    const found = all("*").filter(e => {
      const style = getComputedStyle(e);
      return !still(style.transitionDuration) || (style.animationName !== "none" && !still(style.animationDuration)) || style.scrollBehavior === "smooth";
    });
    const running = document.getAnimations().map(one => call(one.effect && one.effect.target));
    return [...found.slice(0, 5).map(call), ...running];
  };

  /* Words that their box cuts off: what overflows a box that hides and does not scroll. */
  const cut = () => all("body *").filter(e => {
    const style = getComputedStyle(e);
    const hides = /hidden|clip/;
    if (!shown(e) || !e.innerText || !e.innerText.trim() || e.closest("svg, .visually-hidden, .sr-only, .chart-live") || style.clipPath !== "none" || style.clip !== "auto") { return false; }
    return (hides.test(style.overflowX) && e.scrollWidth > e.clientWidth + 2 && e.clientWidth > 2) ||
      (hides.test(style.overflowY) && e.scrollHeight > e.clientHeight + 2 && e.clientHeight > 2);
  }).map(call);

  /* Lines that lie over each other: the words of one block over those of the next. */
  const overlaid = () => {
    const scrolls = e => e.closest(".table-scroll, .chart-live, .chart-static, [role=region]");
    const blocks = all(".bd-article :is(p, li, h1, h2, h3, summary, legend, label, button, td, th, figcaption p)").filter(e => shown(e) && !scrolls(e) && !e.closest("svg") && e.innerText.trim() && ![...e.children].some(c => getComputedStyle(c).display === "block"));
    const found = [];
    for (let i = 1; i < blocks.length; i += 1) {
      const a = blocks[i - 1], b = blocks[i];
      if (a.contains(b) || b.contains(a) || getComputedStyle(b).position !== "static" || getComputedStyle(a).position !== "static") { continue; }
      const range = document.createRange();
      range.selectNodeContents(a); const p = range.getBoundingClientRect();
      range.selectNodeContents(b); const q = range.getBoundingClientRect();
      const wide = Math.min(p.right, q.right) - Math.max(p.left, q.left), high = Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top);
      if (wide > 4 && high > 4) { found.push(`${call(a)} and ${call(b)} lie over each other`); }
    }
    return found;
  };

  /* The room that bars which stay in their place leave for reading, as a part of the window. */
  const room = () => {
    let taken = 0;
    for (const e of all("body *")) {
      const style = getComputedStyle(e), b = e.getBoundingClientRect();
      if ((style.position === "fixed" || style.position === "sticky") && shown(e) && b.width > innerWidth * .6 && b.height < innerHeight && b.top <= 1 && b.bottom > 0) {
        taken = Math.max(taken, b.bottom);
      }
    }
    return 1 - taken / innerHeight;
  };

  /* WCAG 1.4.12: the distances that a reader may set. */
  const space = () => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync("*:not(svg, svg *) { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; } p { margin-bottom: 2em !important; }");
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  };

  return { call, shown, all, stops, begin, step, end, walk, clickable, tricks, small, misnamed, moving, cut, overlaid, room, space, contrast, rgba, behind, seen };
})();
