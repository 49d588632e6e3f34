# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""The system's Chromium without a window, driven by Playwright: for tours against a real server.

Playwright runs in an event loop and a thread of its own, so that a browser can be used from any
thread, also where another event loop is running. It records the page's console.
"""

import asyncio
import json
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Coroutine
from fnmatch import fnmatch
from functools import partial
from pathlib import Path

from playwright.async_api import ConsoleMessage, Page, Request, Route, async_playwright
from playwright.async_api import Error as PlaywrightError

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
OPTIONS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
TOUR_DONE = "tour succeeded"


class Browser:
    """One page of one browser with an empty profile. Use it as a context manager.

    :param width: of the page, in pixels
    :param height: of the page
    """

    def __init__(self, width: int = 1400, height: int = 900) -> None:
        self.console: list[tuple[str, str]] = []
        self._loses = False
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        try:
            self._page: Page = self._do(self._start(width, height))
        except BaseException:
            self._end_loop()
            raise

    def _do(self, action: Coroutine):
        return asyncio.run_coroutine_threadsafe(action, self._loop).result()

    async def _start(self, width: int, height: int) -> Page:
        program = next(filter(None, map(shutil.which, PROGRAMS)), None)
        if program is None:
            raise RuntimeError("No Chromium is installed.")
        self._playwright = await async_playwright().start()
        try:
            self._browser = await self._playwright.chromium.launch(
                executable_path=program, headless=True, args=list(OPTIONS)
            )
            page = await self._browser.new_page(viewport={"width": width, "height": height})
        except BaseException:
            await self._playwright.stop()
            raise
        page.on("console", self._note)
        page.on("pageerror", self._note_exception)
        return page

    def act(self, action: Callable[[Page], Coroutine]):
        """Return what a coroutine on Playwright's page returns: for what has no method here."""
        return self._do(action(self._page))

    def _end_loop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def __enter__(self) -> "Browser":
        return self

    def __exit__(self, *_exception) -> None:
        async def close() -> None:
            await self._browser.close()
            await self._playwright.stop()

        self._do(close())
        self._end_loop()

    def _note(self, message: ConsoleMessage) -> None:
        """Record messages of scripts; the browser's own, as of a failed request, have no args."""
        if message.args:
            self.console.append((message.type, message.text))

    def _note_exception(self, error: PlaywrightError) -> None:
        self.console.append(("exception", error.stack or error.message))

    def resize(self, width: int, height: int) -> None:
        """Give the page another size."""
        self._do(self._page.set_viewport_size({"width": width, "height": height}))

    def log_in(self, server, login: str) -> None:
        """Act as a user of the server, without the login page."""
        session_id = server.log_in(login).session_id
        cookie = {"name": "session_id", "value": session_id, "url": server.url}
        self._do(self._page.context.add_cookies([cookie]))

    def open(self, url: str) -> None:
        """Go to a page."""
        self._do(self._page.goto(url, wait_until="commit"))

    def evaluate(self, expression: str):
        """Return the value of an expression in the page; promises are awaited."""
        return self._do(self._page.evaluate(expression))

    def wait_for(self, expression: str, timeout_s: float = 60) -> None:
        """Return once an expression is true in the page."""
        deadline = time.monotonic() + timeout_s
        while True:
            try:
                if self.evaluate(f"Boolean({expression})"):
                    return
            except PlaywrightError:
                pass  # the page is being loaded
            if time.monotonic() > deadline:
                raise AssertionError(f"Not in {timeout_s} s: {expression}\n{self.report()}")
            time.sleep(0.1)

    def press(self, key: str) -> None:
        """Press and release a key, by its name in the DOM."""
        self._do(self._page.keyboard.press(key))

    def write(self, text: str) -> None:
        """Type a text into the element with the focus."""
        self._do(self._page.keyboard.insert_text(text))

    def start_tour(self, name: str) -> None:
        """Start a tour; wait for it by `finish_tour`."""
        self.wait_for(f"window.odoo?.isTourReady?.({json.dumps(name)})")
        self.evaluate(f"odoo.startTour({json.dumps(name)}, {{stepDelay: 0}}) && null")

    def finish_tour(self, timeout_s: float = 60) -> None:
        """Wait until the tour has succeeded."""
        deadline = time.monotonic() + timeout_s
        while not any(TOUR_DONE in text for _kind, text in self.console):
            failed = [text for kind, text in self.console if self._is_failure(kind, text)]
            if failed or time.monotonic() > deadline:
                raise AssertionError(f"The tour failed:\n{self.report()}")
            time.sleep(0.1)

    def _is_failure(self, kind: str, text: str) -> bool:
        """Check whether a row is a failure; a connection lost on purpose is none."""
        expected = self._loses and "ConnectionLostError" in text
        return kind in ("error", "exception") and not expected

    def set_offline(self, offline: bool) -> None:
        """Disconnect the page from the network, or reconnect it."""
        self._loses = True
        self._do(self._page.context.set_offline(offline))

    def lose_answers(self, *patterns: str) -> None:
        """Let the server do the next request to each of the addresses, and lose its answer."""

        async def lose(route: Route) -> None:
            await route.fetch()
            await route.abort("connectionreset")

        self._loses = True
        for pattern in patterns:
            self._do(self._page.route(partial(_fits, pattern), lose, times=1))

    def record_requests(self, pattern: str) -> list[dict]:
        """Return a list that receives the JSON bodies of requests to an address from now on."""
        bodies: list[dict] = []

        def record(request: Request) -> None:
            if _fits(pattern, request.url):
                bodies.append(request.post_data_json)

        async def listen() -> None:
            self._page.on("request", record)

        self._do(listen())
        return bodies

    def screenshot(self, path: Path) -> None:
        """Return a picture of the page, as PNG."""
        self._do(self._page.screenshot(path=path))

    def report(self) -> str:
        """Return the last rows of the page's console, and what it shows."""
        rows = [f"{kind}: {text[:2000]}" for kind, text in self.console[-15:]]
        with tempfile.NamedTemporaryFile(
            prefix="iicharge-browser-", suffix=".png", delete=False
        ) as file:
            self.screenshot(Path(file.name))
        return "\n".join([*rows, f"Screenshot: {file.name}"])


def _fits(pattern: str, url: str) -> bool:
    return fnmatch(url, pattern)
