# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""The browser of the tours reports a page's errors, and disconnects it as a test requests."""

import asyncio
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from devkit.browser import Browser

PAGE = b"<!DOCTYPE html><input><p>Here</p>"
FETCH = "fetch('/answer').then(() => 'answered', () => 'lost')"


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.paths.append(self.path)
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(PAGE)))
        self.end_headers()
        self.wfile.write(PAGE)

    def log_message(self, *_arguments):
        """Keep the output of the tests clean."""


@pytest.fixture
def pages():
    """Serve one page, by a server that records the requested paths."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.paths = []
        threading.Thread(target=server.serve_forever).start()
        yield server
        server.shutdown()


@pytest.fixture
def browser(pages):
    with Browser(390, 844) as browser:
        browser.open(f"http://127.0.0.1:{pages.server_port}/page")
        browser.wait_for("document.querySelector('p').textContent === 'Here'")
        yield browser


def test_answer_is_lost_once_after_the_server_has_done_its_part(browser, pages):
    browser.lose_answers("*/answer")
    assert browser.evaluate(FETCH) == "lost"
    assert pages.paths.count("/answer") == 1
    assert browser.evaluate(FETCH) == "answered"


def test_page_without_network_reaches_nothing_until_it_is_back(browser, pages):
    browser.set_offline(True)
    assert browser.evaluate(FETCH) == "lost"
    assert pages.paths.count("/answer") == 0
    browser.set_offline(False)
    assert browser.evaluate(FETCH) == "answered"


def test_error_in_the_page_fails_its_tour(browser):
    browser.evaluate("setTimeout(() => { throw new TypeError('broken'); }) && null")
    with pytest.raises(AssertionError, match="TypeError: broken"):
        browser.finish_tour(20)


def test_lost_connection_fails_a_tour_unless_it_was_asked_for(browser):
    browser.evaluate("console.error('ConnectionLostError') ?? null")
    with pytest.raises(AssertionError, match="ConnectionLostError"):
        browser.finish_tour(20)
    browser.lose_answers("*/never")
    browser.evaluate("console.log('tour succeeded') ?? null")
    browser.finish_tour(20)


def test_keys_and_text_go_where_the_focus_is(browser):
    browser.press("Tab")
    browser.write("Zimmer 102")
    assert browser.evaluate("document.activeElement.value") == "Zimmer 102"
    assert browser.evaluate("innerWidth") == 390


def test_expression_that_stays_false_is_reported_with_the_console(browser):
    browser.evaluate("console.warn('waits for the charger') ?? null")
    with pytest.raises(AssertionError, match="waits for the charger"):
        browser.wait_for("document.querySelector('.none')", 0.2)


def test_browser_is_usable_inside_a_running_event_loop(browser):
    async def act():
        return browser.evaluate("1 + 1"), await asyncio.to_thread(browser.evaluate, "2 + 2")

    assert asyncio.run(act()) == (2, 4)
