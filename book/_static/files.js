/* Files that a reader saves from a page and loads back: nothing leaves the machine, and what cannot be read is refused. */
(function () {
  "use strict";

  var MARKUP = /<\s*[a-z!\/?]/i;

  function quote(value) {
    var text = typeof value === "string" ? value : JSON.stringify(value);
    return "“" + String(text).slice(0, 40) + "”";
  }

  window.courseFiles = {
    /* Text that a browser would take for markup; a field of plain text is refused if it holds any. */
    markup: function (text) { return MARKUP.test(text); },

    /* A value as a message names it. */
    quote: quote,

    /* Save a text as a file of the reader's. */
    save: function (name, type, text) {
      var link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([text], { type: type }));
      link.download = name;
      link.click();
      window.setTimeout(function () { URL.revokeObjectURL(link.href); }, 1000);
    },

    /* A labelled file input. take(text, name) is called with each chosen file and may throw an Error that says why not;
       refuse(why, name) is called then, and for a file of more than `most` bytes. */
    loader: function (words, accept, most, take, refuse) {
      var label = document.createElement("label"), input = document.createElement("input");
      label.className = "course-load";
      label.append(words + " ", input);
      input.type = "file";
      input.accept = accept;
      input.addEventListener("change", function () {
        var file = input.files[0];
        if (!file) { return; }
        if (file.size > most) { refuse("the file is too large, " + file.size + " bytes; allowed: up to " + most, file.name); }
        else {
          file.text().then(function (text) { take(text.replace(/^\ufeff/, ""), file.name); })
            .catch(function (fault) { refuse(fault.message, file.name); });
        }
        input.value = "";
      });
      return label;
    }
  };
})();
