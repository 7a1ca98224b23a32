"""Three browser engines behind one small face: Chromium by Playwright, Firefox by WebDriver BiDi, WebKit by WebDriver.

Playwright drives patched Firefoxes and WebKits of its own, which cannot be had everywhere; here the engines are those
that Debian packages, as a reader has them. `tools.browser` finds or installs them.
"""

from __future__ import annotations

import base64
import itertools
import json
import os
import re
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from tools import browser

#: Keys by the code points of WebDriver; Playwright knows them by name.
KEYS = {
    "Tab": "\ue004",
    "Enter": "\ue007",
    "Space": " ",
    "Escape": "\ue00c",
    "ArrowRight": "\ue014",
    "ArrowDown": "\ue015",
}


class Engine(Protocol):
    """What a test needs of a browser."""

    def open(self, url: str) -> None: ...
    def js(self, expression: str) -> Any: ...
    def awaited(self, expression: str) -> Any:
        """Return what a promise of the page comes to: a number, a word, true or false."""

    def key(self, name: str) -> None: ...
    def click(self, selector: str) -> None: ...
    def hover(self, selector: str) -> None: ...
    def tap(self, selector: str) -> None: ...
    def size(self, width: int, height: int) -> None: ...
    def picture(self, path: Path) -> None: ...
    def complaints(self) -> list[str]: ...


def until(engine: Engine, expression: str, seconds: float = 15) -> Any:
    """Wait until an expression of the page is true, and return its value.

    Raises
    ------
    AssertionError
        If it does not become true in time.
    """
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if value := engine.js(expression):
            return value
        time.sleep(0.05)
    raise AssertionError(f"did not become true within {seconds} s: {expression}")


class Chromium:
    """Chromium through Playwright."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.said: list[str] = []
        page.on(
            "console", lambda one: self.said.append(one.text) if one.type in {"error", "warning"} else None
        )
        page.on("pageerror", lambda error: self.said.append(str(error)))

    def open(self, url: str) -> None:
        self.page.goto(url)

    def js(self, expression: str) -> Any:
        try:
            return self.page.evaluate(f"() => ({expression})")
        except Exception as fault:
            if "Execution context was destroyed" in str(fault):
                return None  # asked while the page was left for another
            raise

    def awaited(self, expression: str) -> Any:
        return self.page.evaluate(f"() => ({expression})")

    def key(self, name: str) -> None:
        self.page.keyboard.press(name)

    def click(self, selector: str) -> None:
        self.page.locator(selector).first.click()

    def hover(self, selector: str) -> None:
        self.page.locator(selector).first.hover()

    def tap(self, selector: str) -> None:
        self.page.locator(selector).first.tap()

    def size(self, width: int, height: int) -> None:
        self.page.set_viewport_size({"width": width, "height": height})

    def picture(self, path: Path) -> None:
        self.page.screenshot(path=path)

    def complaints(self) -> list[str]:
        return self.said


class Firefox:
    """Firefox through WebDriver BiDi, the protocol that it speaks itself: no driver stands between."""

    def __init__(self, socket: Any) -> None:
        self.socket, self.ids, self.said = socket, itertools.count(1), []
        self.send("session.new", capabilities={})
        # The first tab never gets the focus, and without it no key presses a button; a new one has it.
        self.context = self.send("browsingContext.create", type="tab")["context"]
        self.send("session.subscribe", events=["log.entryAdded"])

    def send(self, method: str, **params: Any) -> dict[str, Any]:
        """Send one command and return its result; what the console says meanwhile is kept."""
        number = next(self.ids)
        self.socket.send(json.dumps({"id": number, "method": method, "params": params}))
        while True:
            heard = json.loads(self.socket.recv())
            if heard.get("method") == "log.entryAdded" and heard["params"]["level"] in {"error", "warn"}:
                self.said.append(heard["params"]["text"])
            if heard.get("id") == number:
                assert heard["type"] == "success", f"{method}: {heard.get('error')}: {heard.get('message')}"
                return heard["result"]

    def open(self, url: str) -> None:
        # Tab may have led into Firefox's own bars, out of which no command leads.
        if not self.js("document.hasFocus()"):
            left, self.context = self.context, self.send("browsingContext.create", type="tab")["context"]
            self.send("browsingContext.close", context=left)
            self.size(*self.room)
        self.send("browsingContext.navigate", context=self.context, url=url, wait="complete")

    def js(self, expression: str) -> Any:
        answer = self.send(
            "script.evaluate",
            expression=f"JSON.stringify({expression})",
            target={"context": self.context},
            awaitPromise=True,
        )
        assert answer["type"] == "success", answer["exceptionDetails"]["text"]
        return json.loads(answer["result"].get("value") or "null")

    def awaited(self, expression: str) -> Any:
        here = {"context": self.context}
        answer = self.send("script.evaluate", expression=expression, target=here, awaitPromise=True)
        assert answer["type"] == "success", answer["exceptionDetails"]["text"]
        return answer["result"].get("value")

    def key(self, name: str) -> None:
        presses = [{"type": kind, "value": KEYS[name]} for kind in ("keyDown", "keyUp")]
        device = {"type": "key", "id": "key", "actions": presses}
        self.send("input.performActions", context=self.context, actions=[device])

    def _point(self, selector: str, pointer: str, press: bool) -> None:
        x, y = self.js(middle_of(selector))
        steps: list[dict[str, Any]] = [{"type": "pointerMove", "x": round(x), "y": round(y)}]
        steps += [{"type": kind, "button": 0} for kind in ("pointerDown", "pointerUp") if press]
        device = {
            "type": "pointer",
            "id": pointer,
            "actions": steps,
            "parameters": {"pointerType": pointer},
        }
        self.send("input.performActions", context=self.context, actions=[device])

    def click(self, selector: str) -> None:
        self._point(selector, "mouse", press=True)

    def hover(self, selector: str) -> None:
        self._point(selector, "mouse", press=False)

    def tap(self, selector: str) -> None:
        self._point(selector, "touch", press=True)

    def size(self, width: int, height: int) -> None:
        self.room = (width, height)
        self.send(
            "browsingContext.setViewport", context=self.context, viewport={"width": width, "height": height}
        )

    def picture(self, path: Path) -> None:
        path.write_bytes(
            base64.b64decode(self.send("browsingContext.captureScreenshot", context=self.context)["data"])
        )

    def complaints(self) -> list[str]:
        self.js("1")
        return self.said


class WebKit:
    """WebKit (the GTK port, the engine of Safari) through WebDriver. Its driver tells nothing of the console."""

    def __init__(self, driver: Any) -> None:
        self.driver = driver

    def open(self, url: str) -> None:
        self.driver.get(url)

    def js(self, expression: str) -> Any:
        return json.loads(self.driver.execute_script(f"return JSON.stringify({expression})") or "null")

    def awaited(self, expression: str) -> Any:
        return self.driver.execute_script(f"return ({expression})")

    def key(self, name: str) -> None:
        from selenium.webdriver.common.action_chains import ActionChains

        ActionChains(self.driver).send_keys(KEYS[name]).perform()

    def click(self, selector: str) -> None:
        self.js(middle_of(selector))
        self.driver.find_element("css selector", selector).click()

    def _point(self, selector: str, pointer: str, press: bool) -> None:
        from selenium.webdriver.common.actions.action_builder import ActionBuilder
        from selenium.webdriver.common.actions.pointer_input import PointerInput

        x, y = self.js(middle_of(selector))
        actions = ActionBuilder(self.driver, mouse=PointerInput(pointer, pointer))
        actions.pointer_action.move_to_location(round(x), round(y))
        if press:
            actions.pointer_action.pointer_down().pointer_up()
        actions.perform()

    def hover(self, selector: str) -> None:
        self._point(selector, "mouse", press=False)

    def tap(self, selector: str) -> None:
        """Tell the page of a tap: this driver knows no finger, and would send a mouse in its place."""
        self.js(middle_of(selector))
        self.js(f"""(node => {{
            node.dispatchEvent(new PointerEvent("pointerdown", {{bubbles: true, pointerType: "touch"}}));
            node.click();
        }})(document.querySelector({json.dumps(selector)}))""")

    def size(self, width: int, height: int) -> None:
        self.driver.set_window_size(width, height)

    def picture(self, path: Path) -> None:
        self.driver.save_screenshot(str(path))

    def complaints(self) -> list[str]:
        return []


def middle_of(selector: str) -> str:
    """Return an expression that brings an element into the middle of the window and gives its own middle, x and y."""
    return f"""(node => {{
        node.scrollIntoView({{block: "center", behavior: "instant"}});
        const box = node.getBoundingClientRect();
        return [box.x + box.width / 2, box.y + box.height / 2];
    }})(document.querySelector({json.dumps(selector)}))"""


@contextmanager
def chromium() -> Iterator[Chromium]:
    """Start a Chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=browser.find(), args=browser.FLAGS)
        yield Chromium(started.new_page(viewport={"width": 1280, "height": 900}, has_touch=True))
        started.close()


@contextmanager
def firefox() -> Iterator[Firefox]:
    """Start a Firefox with a profile of its own, which is thrown away."""
    import websocket

    path = browser.find_firefox()
    assert path, browser.HELP_ENGINES
    with tempfile.TemporaryDirectory() as profile:
        Path(profile, "user.js").write_text('user_pref("network.captive-portal-service.enabled", false);\n')
        command = [path, "--headless", "--profile", profile, "--remote-debugging-port", "0", "about:blank"]
        started = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
        assert started.stderr
        try:
            for line in started.stderr:
                if told := re.search(r"WebDriver BiDi listening on (ws://\S+)", line):
                    break
            else:
                raise AssertionError("Firefox ended without saying where it listens")
            socket = websocket.create_connection(f"{told.group(1)}/session", timeout=60, suppress_origin=True)
            engine = Firefox(socket)
            engine.size(1280, 900)
            yield engine
            socket.close()
        finally:
            started.kill()
            started.wait()


@contextmanager
def webkit() -> Iterator[WebKit]:
    """Start WebKit's small browser on a screen of its own."""
    from selenium import webdriver
    from selenium.webdriver.webkitgtk.options import Options
    from selenium.webdriver.webkitgtk.service import Service

    paths = browser.find_webkit()
    assert paths, browser.HELP_ENGINES
    read, write = os.pipe()
    screen = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", "1400x1000x24", "-nolisten", "tcp"],
        pass_fds=[write],
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    try:
        with os.fdopen(read) as told:
            display = f":{told.readline().strip()}"
        options = Options()
        options.binary_location = paths["browser"]
        options.add_argument("--automation")
        service = Service(paths["driver"], env={**os.environ, "DISPLAY": display, "GDK_BACKEND": "x11"})
        driver = webdriver.WebKitGTK(options=options, service=service)
        driver.set_window_size(1280, 900)
        try:
            yield WebKit(driver)
        finally:
            driver.quit()
    finally:
        screen.kill()
        screen.wait()


ENGINES = {"chromium": chromium, "firefox": firefox, "webkit": webkit}
