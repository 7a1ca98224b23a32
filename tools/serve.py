"""Serve the built book on this machine only, and print the address."""

from __future__ import annotations

import argparse
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from book.theme import POLICY
from tools.build import SITE

#: The policy that the pages carry themselves, and what only a header can say.
HEADERS = {
    "Content-Security-Policy": f"{POLICY}; form-action 'self'; frame-ancestors 'self'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}


class Handler(SimpleHTTPRequestHandler):
    """Serves files without a line of log each, under a strict content security policy or with other headers."""

    def __init__(self, *args: Any, headers_too: dict[str, str], **kwargs: Any) -> None:
        self.headers_too = headers_too
        super().__init__(*args, **kwargs)

    def end_headers(self) -> None:
        """Add the extra headers."""
        for name, value in self.headers_too.items():
            self.send_header(name, value)
        super().end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Stay silent."""


def server(
    folder: Path = SITE, port: int = 0, headers: dict[str, str] | None = None
) -> tuple[ThreadingHTTPServer, str]:
    """Return a server on loopback and its address; port 0 takes any free one."""
    handler = partial(Handler, directory=str(folder), headers_too=HEADERS if headers is None else headers)
    made = ThreadingHTTPServer(("127.0.0.1", port), handler)
    return made, f"http://127.0.0.1:{made.server_address[1]}/"


def start(folder: Path = SITE, headers: dict[str, str] | None = None) -> tuple[ThreadingHTTPServer, str]:
    """Serve a folder from a thread and return the server and its address."""
    made, address = server(folder, headers=headers)
    threading.Thread(target=made.serve_forever, daemon=True).start()
    return made, address


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8000, help="the port; another is taken when it is in use")
    port = parser.parse_args().port
    if not (SITE / "index.html").is_file():
        raise SystemExit("There is no built book yet: make book")
    try:
        made, address = server(port=port)
    except OSError:
        made, address = server()
    print(f"The book is at {address}  (stop with Ctrl+C)", flush=True)
    try:
        made.serve_forever()
    except KeyboardInterrupt:
        print()


if __name__ == "__main__":
    main()
