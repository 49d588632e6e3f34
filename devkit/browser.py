# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Chromium without a window, driven through its DevTools: for tours against a real server."""

import base64
import itertools
import json
import shutil
import subprocess
import tempfile
import time
from fnmatch import fnmatch
from pathlib import Path

import requests
import websocket

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
START_TIMEOUT_S = 30
TOUR_DONE = "tour succeeded"


class Browser:
    """One page of one browser. Use it as a context manager.

    :param width: of the page, in pixels
    :param height: of the page
    """

    def __init__(self, width: int = 1400, height: int = 900) -> None:
        program = next(filter(None, map(shutil.which, PROGRAMS)), None)
        if program is None:
            raise RuntimeError("No Chromium is installed.")
        self._profile = Path(tempfile.mkdtemp(prefix="iicharge-browser-"))
        self._process = subprocess.Popen(
            [
                program,
                *("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"),
                *("--no-first-run", "--remote-debugging-port=0", "--remote-allow-origins=*"),
                *("--password-store=basic", "--disable-background-timer-throttling"),
                *(f"--user-data-dir={self._profile}", "about:blank"),
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._ids = itertools.count(1)
        self.console: list[tuple[str, str]] = []
        self._held: list[dict] = []
        self._to_lose: list[str] = []
        self._loses = False
        self._socket = websocket.create_connection(self._find_page(), suppress_origin=True)
        for domain in ("Runtime", "Page", "Network", "Log"):
            self.send(f"{domain}.enable")
        self.resize(width, height)

    def _find_page(self) -> str:
        deadline = time.monotonic() + START_TIMEOUT_S
        port_file = self._profile / "DevToolsActivePort"
        while time.monotonic() < deadline:
            if port_file.exists() and (rows := port_file.read_text().split()):
                pages = requests.get(f"http://127.0.0.1:{rows[0]}/json", timeout=5).json()
                for page in pages:
                    if page["type"] == "page":
                        return page["webSocketDebuggerUrl"]
            time.sleep(0.05)
        raise RuntimeError("Chromium does not start.")

    def __enter__(self) -> "Browser":
        return self

    def __exit__(self, *_exception) -> None:
        self._socket.close()
        self._process.terminate()
        self._process.wait(10)
        shutil.rmtree(self._profile, ignore_errors=True)

    # --- the protocol ----------------------------------------------------------------------
    def send(self, method: str, **parameters) -> dict:
        """Call a method of the DevTools and return its result."""
        number = next(self._ids)
        self._socket.settimeout(60)
        message = {"id": number, "method": method, "params": parameters}
        self._socket.send(json.dumps(message))
        while True:
            answer = json.loads(self._socket.recv())
            if answer.get("id") == number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                return answer["result"]
            self._note(answer)

    def _note(self, event: dict) -> None:
        """Keep what the page says on its console."""
        if event.get("method") == "Runtime.consoleAPICalled":
            parts = [
                str(arg.get("value", arg.get("description", ""))) for arg in event["params"]["args"]
            ]
            self.console.append((event["params"]["type"], " ".join(parts)))
        elif event.get("method") == "Runtime.exceptionThrown":
            details = event["params"]["exceptionDetails"]
            text = details.get("exception", {}).get("description") or details["text"]
            self.console.append(("exception", text))
        elif event.get("method") == "Fetch.requestPaused":
            self._held.append(event["params"])

    def _listen(self, seconds: float) -> None:
        self._socket.settimeout(seconds)
        try:
            self._note(json.loads(self._socket.recv()))
        except websocket.WebSocketTimeoutException:
            pass
        while self._held:
            self._lose(self._held.pop())

    def _lose(self, held: dict) -> None:
        """Break the connection of an answered request; the next one to its address passes."""
        for pattern in self._to_lose:
            if fnmatch(held["request"]["url"], pattern):
                self._to_lose.remove(pattern)
                break
        self.send("Fetch.failRequest", requestId=held["requestId"], errorReason="ConnectionReset")
        self._watch_requests()

    def _watch_requests(self) -> None:
        self.send("Fetch.disable")
        if self._to_lose:
            patterns = [{"urlPattern": each, "requestStage": "Response"} for each in self._to_lose]
            self.send("Fetch.enable", patterns=patterns)

    # --- what tests do ---------------------------------------------------------------------
    def resize(self, width: int, height: int) -> None:
        """Give the page another size; narrow pages are a phone's."""
        self.send(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=width < 500,
        )

    def log_in(self, server, login: str) -> None:
        """Be a user of the server, without the login page."""
        client = server.log_in(login)
        self.send("Network.setCookie", name="session_id", value=client.session_id, url=server.url)

    def open(self, url: str) -> None:
        """Go to a page."""
        self.send("Page.navigate", url=url)

    def evaluate(self, expression: str):
        """The value of an expression in the page; promises are awaited."""
        result = self.send(
            "Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True
        )
        if "exceptionDetails" in result:
            details = result["exceptionDetails"]
            raise RuntimeError(details.get("exception", {}).get("description", details["text"]))
        return result["result"].get("value")

    def wait_for(self, expression: str, timeout_s: float = 60) -> None:
        """Return once an expression is true in the page."""
        deadline = time.monotonic() + timeout_s
        while True:
            try:
                if self.evaluate(f"Boolean({expression})"):
                    return
            except RuntimeError:
                pass  # the page is being loaded
            if time.monotonic() > deadline:
                raise AssertionError(f"Not in {timeout_s} s: {expression}\n{self.report()}")
            time.sleep(0.1)

    def start_tour(self, name: str) -> None:
        """Start a tour; wait for it by `finish_tour`."""
        self.wait_for(f"window.odoo?.isTourReady?.({json.dumps(name)})")
        self.evaluate(f"odoo.startTour({json.dumps(name)}, {{stepDelay: 0}}) && null")

    def finish_tour(self, timeout_s: float = 60) -> None:
        """Wait until the tour has ended well."""
        deadline = time.monotonic() + timeout_s
        while not any(TOUR_DONE in text for _kind, text in self.console):
            failed = [text for kind, text in self.console if self._is_failure(kind, text)]
            if failed or time.monotonic() > deadline:
                raise AssertionError(f"The tour failed:\n{self.report()}")
            self._listen(0.2)

    def _is_failure(self, kind: str, text: str) -> bool:
        """Odoo logs a lost connection as an error; where one is asked for, it is none."""
        forgiven = self._loses and "ConnectionLostError" in text
        return kind in ("error", "exception") and not forgiven

    def set_offline(self, offline: bool) -> None:
        """Take the page's network away, or give it back."""
        self._loses = True
        self.send(
            "Network.emulateNetworkConditions",
            offline=offline,
            latency=0,
            downloadThroughput=-1,
            uploadThroughput=-1,
        )

    def lose_answers(self, *patterns: str) -> None:
        """Let the server do the next request to each of the addresses, and lose its answer."""
        self._loses = True
        self._to_lose += patterns
        self._watch_requests()

    def screenshot(self, path: Path) -> None:
        """What the page shows, as PNG."""
        path.write_bytes(base64.b64decode(self.send("Page.captureScreenshot")["data"]))

    def report(self) -> str:
        """The last words of the page's console, and what it shows."""
        rows = [f"{kind}: {text[:2000]}" for kind, text in self.console[-15:]]
        path = Path(tempfile.gettempdir()) / "iicharge-browser.png"
        self.screenshot(path)
        return "\n".join([*rows, f"Screenshot: {path}"])
