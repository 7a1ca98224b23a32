/* What a reader does stays in her own browser: one small store for the whole course. */
(function () {
  "use strict";

  var PREFIX = "course:";
  var memory = {};
  var storage = null;
  try {
    window.localStorage.setItem(PREFIX + "probe", "1");
    window.localStorage.removeItem(PREFIX + "probe");
    storage = window.localStorage;
  } catch (blocked) {
    storage = null; /* private window or blocked: keep it for this page only */
  }

  function tell(key) {
    document.dispatchEvent(new CustomEvent("course:store", { detail: { key: key } }));
  }

  function keys(prefix) {
    var all = storage ? Object.keys(storage) : Object.keys(memory);
    return all.filter(function (key) { return key.indexOf(PREFIX + (prefix || "")) === 0; })
      .map(function (key) { return key.slice(PREFIX.length); });
  }

  window.courseStore = {
    get: function (key, fallback) {
      var text = storage ? storage.getItem(PREFIX + key) : memory[PREFIX + key];
      if (text === null || text === undefined) { return fallback; }
      try { return JSON.parse(text); } catch (broken) { return fallback; }
    },
    set: function (key, value) {
      var text = JSON.stringify(value);
      memory[PREFIX + key] = text;
      if (storage) { try { storage.setItem(PREFIX + key, text); } catch (full) { storage = null; } }
      tell(key);
    },
    remove: function (prefix) {
      keys(prefix).forEach(function (key) {
        delete memory[PREFIX + key];
        if (storage) { storage.removeItem(PREFIX + key); }
      });
      tell(prefix);
    },
    keys: keys,
    lasts: function () { return storage !== null; }
  };
})();
