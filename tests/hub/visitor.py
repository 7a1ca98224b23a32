"""A person at a JupyterHub, by HTTP as her browser speaks it: cookies, forms, the servers' interfaces, a terminal."""

from __future__ import annotations

import json
import secrets
import time
from typing import Any
from urllib.parse import quote

import requests
import websocket


class Visitor:
    """One person with cookies of her own.

    Parameters
    ----------
    address
        Of the hub.
    name, password
        What she types into the form.
    """

    def __init__(self, address: str, name: str, password: str) -> None:
        self.address, self.name, self.password = address.rstrip("/"), name, password
        self.session = requests.Session()

    def _token(self, base: str) -> str:
        """Return the token against forged requests that a part of the site gave to this browser."""
        fitting = [
            one
            for one in self.session.cookies
            if one.name == "_xsrf" and base.startswith(one.path.rstrip("/"))
        ]
        return max(fitting, key=lambda one: len(one.path)).value or "" if fitting else ""

    def ask(self, method: str, path: str, **more: Any) -> requests.Response:
        """Ask for a path of the hub, as the page in this browser would."""
        part = "/hub/" if path.startswith("/hub/") else "/".join(path.split("/")[:3]) + "/"
        headers = {"X-XSRFToken": self._token(part), "Referer": self.address + path}
        return self.session.request(method, self.address + path, headers=headers, timeout=150, **more)

    def log_in(self) -> requests.Response:
        """Fill in the form and send it."""
        self.session.get(f"{self.address}/hub/login", timeout=30)
        form = {"username": self.name, "password": self.password, "_xsrf": self._token("/hub/")}
        return self.session.post(f"{self.address}/hub/login?next=/hub/home", data=form, timeout=30)

    def begin(self) -> None:
        """Ask for a server of one's own; the hub starts it while one waits."""
        asked = self.ask("POST", f"/hub/api/users/{self.name}/server")
        assert asked.status_code in {201, 202}, asked.text

    def open(self) -> None:
        """Wait for one's own server and open it; the hub and the server then know each other by cookies."""
        end = time.monotonic() + 120
        while time.monotonic() < end:
            if self.ask("GET", f"/hub/api/users/{self.name}").json()["server"]:
                break
            time.sleep(0.25)
        opened = self.session.get(f"{self.address}/user/{self.name}/lab", timeout=60)
        assert opened.ok and f"/user/{self.name}/lab" in opened.url, (opened.status_code, opened.url)

    def own(self, method: str, path: str, **more: Any) -> Any:
        """Ask one's own server and return its answer as data.

        Raises
        ------
        AssertionError
            If it refuses.
        """
        answer = self.ask(method, f"/user/{self.name}/{path}", **more)
        assert answer.ok, f"{method} {path}: {answer.status_code} {answer.text[:500]}"
        return answer.json() if answer.content else None

    def read(self, path: str, **more: Any) -> Any:
        """Return the content of a file in one's own home."""
        return self.own("GET", f"api/contents/{quote(path)}", params={"content": 1, **more})["content"]

    def write(self, path: str, content: Any, kind: str = "notebook") -> None:
        """Save a file in one's own home, as JupyterLab does; folders on the way are made."""
        parts = path.split("/")[:-1]
        for depth in range(len(parts)):
            self.own("PUT", f"api/contents/{quote('/'.join(parts[: depth + 1]))}", json={"type": "directory"})
        model = {"type": kind, "format": "json" if kind == "notebook" else "text", "content": content}
        self.own("PUT", f"api/contents/{quote(path)}", json=model)

    def type(self, command: str, seconds: float = 60) -> str:
        """Type a line into a terminal of one's own server and return what it prints, with its exit code at the end."""
        terminal = self.own("POST", "api/terminals")["name"]
        part = f"/user/{self.name}/"
        cookies = "; ".join(
            f"{one.name}={one.value}" for one in self.session.cookies if part.startswith(one.path)
        )
        mark = secrets.token_hex(8)
        socket = websocket.create_connection(
            f"ws{self.address.removeprefix('http')}{part}terminals/websocket/{terminal}?_xsrf={self._token(part)}",
            cookie=cookies,
            timeout=seconds,
        )
        try:
            # The mark is typed in two halves, so that it is told from its own echo.
            line = f"{command}; echo \"{mark[:8]}\"'{mark[8:]}' exit $?\r"
            socket.send(json.dumps(["stdin", f"stty -echo cols 4000; PS1=''; echo \"begin-\"'{mark}'\r"]))
            said, end = "", time.monotonic() + seconds
            sent = False
            while time.monotonic() < end:
                kind, *rest = json.loads(socket.recv())
                said += rest[0] if kind == "stdout" else ""
                if not sent and f"begin-{mark}" in said:
                    socket.send(json.dumps(["stdin", line]))
                    said, sent = "", True
                if sent and f"{mark} exit " in said and said.endswith("\n"):
                    return said.replace("\r\n", "\n").replace(mark, "").strip()
        finally:
            socket.close()
            self.own("DELETE", f"api/terminals/{terminal}")
        raise AssertionError(f"the terminal did not end within {seconds} s: {said[-500:]}")

    # --- nbgrader ---------------------------------------------------------------------------------------------------

    def assignments(self) -> list[dict[str, Any]]:
        """Return what nbgrader's list of assignments shows."""
        listed = self.own("GET", "assignments", params={"course_id": COURSE})
        assert listed["success"], listed
        return list(listed["value"])

    def act(self, action: str, assignment: str) -> Any:
        """Press a button of the list: fetch, submit or fetch_feedback."""
        return self.own(
            "POST", f"assignments/{action}", json={"course_id": COURSE, "assignment_id": assignment}
        )

    def grader(self, path: str, method: str = "POST") -> Any:
        """Press a button of the formgrader; the instructor's only."""
        answer = self.own(method, f"formgrader/api/{path}")
        if isinstance(answer, dict) and "success" in answer:
            assert answer["success"], f"{answer.get('log')}\n{answer.get('error')}"
        return answer


COURSE = "promise-and-practice"
