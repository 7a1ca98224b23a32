"""What the tests share: the built book, a server on loopback, a real browser, and no silent skips in CI."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tools import browser as chromium
from tools import build, serve

ROOT = Path(__file__).resolve().parent.parent
STRICT = os.environ.get("CI", "").lower() in {"1", "true", "yes"}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[Any]:
    """Under CI=true a test that was skipped has failed: nothing is left out in silence."""
    report = yield
    if STRICT and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} could not run, which fails under CI=true: {report.longrepr}"
    return report


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built book; built if it is missing or older than its sources, by one worker at a time."""
    with (tmp_path_factory.getbasetemp().parent / "book.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not build.is_fresh():
            build.build()
    return build.SITE


@pytest.fixture(scope="session")
def address(site: Path) -> Iterator[str]:
    """The address of the built book, served on loopback."""
    server, url = serve.start(site)
    yield url
    server.shutdown()


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """A Chromium without a window."""
    from playwright.sync_api import sync_playwright

    path = chromium.find()
    if path is None:
        pytest.fail(chromium.HELP)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=chromium.FLAGS)
        yield started
        started.close()


def until(page: Any, script: str, arg: Any = None, timeout: float = 30_000) -> None:
    """Wait until a script that is evaluated in the page gives something true.

    It asks from outside, again and again: Playwright's own waiting makes a function of text in the page, which the policy
    under which the book is served forbids.
    """
    end = time.monotonic() + timeout / 1000
    while not page.evaluate(script, arg):
        if time.monotonic() > end:
            raise AssertionError(f"after {timeout:.0f} ms still not so: {script}")
        page.wait_for_timeout(30)


#: Writes down what the policy of a page refuses to load or to run.
REFUSED = """
window.refused = [];
document.addEventListener("securitypolicyviolation", event =>
    window.refused.push(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`));
"""


@dataclass
class Visit:
    """A page in the browser, with what it did: requests to other hosts, failed and refused ones, errors of the console."""

    page: Any
    home: str
    foreign: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.add_init_script(REFUSED)
        self.page.on("request", self._request)
        self.page.on("requestfailed", lambda request: self.broken.append(request.url))
        self.page.on("response", self._response)
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))

    def _request(self, request: Any) -> None:
        if not request.url.startswith((self.home, "data:", "blob:", "file:")):
            self.foreign.append(request.url)

    def _response(self, response: Any) -> None:
        if response.status >= 400:
            self.broken.append(f"{response.status} {response.url}")

    def _console(self, message: Any) -> None:
        if message.type in {"error", "warning"}:
            self.errors.append(f"{message.type}: {message.text}")

    def quiet(self) -> None:
        """Fail when the page asked another host, was refused something, lacked a file, or complained."""
        assert self.page.evaluate("window.refused") == [], "the content security policy refuses"
        assert not self.foreign, f"requests to other hosts: {self.foreign}"
        assert not self.broken, f"requests that failed: {self.broken}"
        assert not self.errors, f"the console says: {self.errors}"

    def open(self, path: str) -> Visit:
        """Open a page of the book and wait until it has loaded."""
        self.page.goto(self.home + path)
        return self

    def wake(self) -> Visit:
        """Waive every guess, then scroll through the page until every chart is interactive."""
        while self.page.locator(".predict-waive:visible").count():
            self.page.locator(".predict-waive:visible").first.click()
        for box in self.page.locator(".chart").all():
            box.scroll_into_view_if_needed()
        until(
            self.page,
            "document.querySelectorAll('.chart.is-live').length === document.querySelectorAll('.chart').length",
            timeout=60_000,
        )
        return self


@pytest.fixture
def visitor(browser: Any, address: str) -> Iterator[Any]:
    """Return a function that gives a new visitor: her width, theme, with or without scripts, her way in."""
    contexts = []

    def new(
        width: int = 1280, theme: str = "light", scripts: bool = True, home: str = address, **more: Any
    ) -> Visit:
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=theme,
            java_script_enabled=scripts,
            reduced_motion="reduce",
            **more,
        )
        context.set_default_timeout(30_000)
        contexts.append(context)
        return Visit(context.new_page(), home)

    yield new
    for context in contexts:
        context.close()
