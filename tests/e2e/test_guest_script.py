# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""The script of the guest's page, in a browser: how often it asks, and what it says without an
answer. The page's clock is put forward, so that minutes of waiting take none."""

import time

import pytest

from devkit.browser import Browser

from .axe import PHONE
from .guest_states import SITE
from .test_guest_states import open_stage

AWAY = "The hotel's system does not answer right now. What you see is of"
NO_CONNECTION = "No connection. What you see is of"
LOST, HANGS = "lost", "hangs"
# For what the page does with an answer, by our clock.
SETTLE_S = 0.1
COUNT = """
const ask = window.fetch;
window.asked = [];
window.pending = 0;
window.fetch = async (...given) => {
    window.asked.push(Math.round(Date.now() / 1000));
    window.pending += 1;
    try {
        return await ask(...given);
    } finally {
        window.pending -= 1;
    }
};
// in the middle of what the page spreads its questions over
Math.random = () => 0.5;
"""
# A page without a window is never hidden alone.
HIDE = """
Object.defineProperty(document, "hidden", {value: %s, configurable: true});
document.dispatchEvent(new Event("visibilitychange"));
"""
NOTES = "[...document.querySelectorAll('[data-no-answer] > *')].filter((e) => !e.hidden)"


class Watch:
    """A page with the script, whose questions are counted and may be answered otherwise.

    :param browser: `devkit.browser.Browser`, open
    :param url: of the page
    :param asks: a pattern of the addresses that its script asks
    :ivar answer: to the next questions: None (the server's), `LOST`, `HANGS` or
        (status, headers, body)
    """

    def __init__(self, browser, url, asks):
        self.browser = browser
        self.answer = None
        browser.act(lambda page: page.clock.install(time=1_000))
        browser.act(lambda page: page.add_init_script(COUNT))
        browser.act(lambda page: page.route(asks, self._answer))
        browser.open(url)
        browser.wait_for("document.readyState === 'complete'")
        # the first question is due long before; from now on only a test puts the clock forward
        browser.act(lambda page: page.clock.pause_at(10_000))
        self.settle()
        assert len(self.asked) == 1

    async def _answer(self, route):
        answer = None if route.request.is_navigation_request() else self.answer
        if answer is None:
            await route.continue_()
        elif answer == LOST:
            await route.abort("connectionreset")
        elif answer != HANGS:
            status, headers, body = answer
            await route.fulfill(status=status, headers=headers, body=body)

    @property
    def asked(self):
        """Times in s on the page's clock."""
        return self.browser.evaluate("asked")

    @property
    def notes(self):
        return self.browser.evaluate(f"{NOTES}.map((note) => note.innerText)")

    def wait(self, seconds):
        """Put the page's clock forward. :return: after how many seconds it asked first, or None"""
        known, began = len(self.asked), self.browser.evaluate("Math.round(Date.now() / 1000)")
        for _second in range(seconds):
            self.browser.act(lambda page: page.clock.run_for(1_000))
            if self.browser.evaluate("pending"):
                self.settle()
        later = self.asked[known:]
        return later[0] - began if later else None

    def settle(self):
        if self.answer != HANGS:
            self.browser.wait_for("!pending")
        time.sleep(SETTLE_S)

    def hide(self, hidden):
        self.browser.evaluate("(() => {" + HIDE % ("true" if hidden else "false") + "})()")
        self.settle()


def charge(stage):
    """Let the guest of room 102 charge."""
    stage.start_for_room()
    stage.see("Plug in now")
    stage.plug_in()
    stage.report("Charging")
    stage.see("Speed now")


@pytest.fixture(scope="module")
def stage(tmp_path_factory):
    with open_stage(charge, tmp_path_factory.mktemp("script") / "odoo.log") as stage:
        charge(stage)
        stage.link = stage.browser.evaluate("location.href")
        yield stage


@pytest.fixture
def live(stage):
    """The page of the charging, on another phone."""
    with Browser(*PHONE) as browser:
        yield Watch(browser, stage.link, "**/figures")
        assert browser.console == []


@pytest.fixture
def board(stage):
    """The screen in the lobby."""
    site = stage.find("iicharge.site", *SITE)
    stage.admin.call("iicharge.site", "action_renew_board", site)
    [(key,)] = stage.server.rows("SELECT board_key FROM iicharge_site WHERE board_key IS NOT NULL")
    with Browser(1280, 800) as browser:
        yield Watch(browser, f"{stage.server.url}/charge/board/{key}", "**/board/*")
        assert browser.console == []


def test_hidden_page_asks_nothing_and_asks_at_once_when_shown(live):
    assert live.wait(40)
    known = len(live.asked)
    live.hide(True)
    assert live.wait(300) is None
    live.hide(False)
    assert len(live.asked) == known + 1
    # and goes on as before, once
    assert live.wait(40)
    assert len(live.asked) <= known + 3


def test_page_that_is_shown_while_it_asks_does_not_ask_twice(live):
    live.answer = HANGS
    assert live.wait(35)
    known = len(live.asked)
    live.hide(True)
    live.hide(False)
    assert len(live.asked) == known


def test_server_in_trouble_is_asked_ever_later(live):
    live.answer = (500, {}, "no page of ours")
    live.wait(35)
    [note] = live.notes
    assert note.startswith(AWAY)
    live.wait(700)
    gaps = [after - before for before, after in zip(live.asked, live.asked[1:], strict=False)]
    # 5, 10 and 20 s are less than it waits while nothing is wrong
    assert sorted(gaps) == gaps
    assert set(gaps) == {30, 40, 80, 120}
    live.answer = None
    assert live.wait(120)
    assert live.notes == []
    assert live.wait(40) <= 35


def test_server_that_says_when_is_not_asked_before(live):
    live.browser.evaluate("Math.random = () => 0")
    live.answer = (503, {"Retry-After": "90"}, "")
    live.wait(35)
    asked = live.asked
    assert live.notes[0].startswith(AWAY)
    # another state of the phone's network is no reason
    live.wait(120)
    assert live.asked[len(asked)] - asked[-1] >= 90


def test_phone_without_connection_says_so_and_asks_when_it_is_back(live):
    live.browser.set_offline(True)
    live.wait(35)
    [note] = live.notes
    assert note.startswith(NO_CONNECTION)
    # how old: the time of the last answer
    assert live.browser.evaluate("document.querySelector('[data-seen]').innerText.length > 3")
    known = len(live.asked)
    live.browser.set_offline(False)
    live.browser.wait_for(f"asked.length > {known}", 5)
    live.settle()
    assert live.notes == []


def test_lost_answer_reads_as_no_connection(live):
    live.answer = LOST
    live.wait(35)
    assert live.notes[0].startswith(NO_CONNECTION)


def test_question_without_an_answer_is_given_up(live):
    live.answer = HANGS
    live.wait(35)
    assert live.wait(16) is None
    live.answer = None
    live.settle()
    assert live.notes[0].startswith(AWAY)
    assert live.wait(60)
    assert live.notes == []


def test_page_of_a_hotspot_is_no_answer(live):
    live.answer = (200, {}, "<html>Log in to the wireless network</html>")
    live.wait(35)
    assert live.notes[0].startswith(NO_CONNECTION)
    live.answer = None
    assert live.wait(60)
    assert live.notes == []


def test_link_that_has_ended_says_what_to_do_and_asks_seldom(live):
    live.answer = (404, {}, "")
    live.wait(35)
    [note] = live.notes
    assert note.startswith("This link has ended. Scan the sign")
    known = len(live.asked)
    live.wait(119)
    assert len(live.asked) - known <= 1
    live.answer = None
    assert live.wait(121)
    assert live.notes == []


def test_lobby_screen_shows_what_changes(stage, board):
    free = "document.querySelector('.price b').innerText"
    before = int(board.browser.evaluate(free))
    try:
        stage.report("Faulted", 2, error_code="GroundFailure")
        faulted = "SELECT 1 FROM iicharge_connector WHERE status = 'faulted'"
        stage.server.wait_for(faulted)
        assert board.wait(31)
        assert int(board.browser.evaluate(free)) == before - 1
    finally:
        stage.report("Available", 2)


def test_lobby_screen_goes_on_after_trouble(board):
    for answer, note in (
        (LOST, NO_CONNECTION),
        ((503, {"Retry-After": "5"}, ""), AWAY),
        ((200, {}, "<html><body>Log in to the wireless network</body></html>"), NO_CONNECTION),
        ((404, {}, ""), "This address has ended. The front desk has the new one."),
    ):
        board.answer = answer
        assert board.wait(130), answer
        assert board.notes[0].startswith(note), answer
        board.answer = None
        assert board.wait(140), answer
        assert board.notes == [], answer


def test_lobby_screen_with_other_styles_is_loaded_as_a_whole(board):
    board.browser.evaluate("window.kept = true")
    board.answer = (200, {}, "<style>main{}</style><main class='board'>New</main>")
    board.browser.act(lambda page: page.clock.run_for(34_000))
    board.browser.wait_for("!window.kept && document.querySelector('.price')", 30)
