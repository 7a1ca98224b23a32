"""The built pages as a book for paper: what its PDF and its EPUB share.

`read` gives a `Book`: the pages in the order of the contents, cleaned of all that needs a screen, with a key to every
question at the end. All references within the book are of the form `#id`, with ids that are unique in the whole book, so
that one file or many can be made of it.
"""

from tools.paper.book import Book, Drawing, Page, read
from tools.paper.facts import Facts, facts

__all__ = ["Book", "Drawing", "Facts", "Page", "facts", "read"]
