# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Pictures of the register's main screens, on a desktop, a tablet and a phone, and task strips.

The pictures are put into `.iicharge/screens`; `IICHARGE_SCREENS_LANG` takes them in another
language, such as `de_DE`, and `IICHARGE_SCREENS_SCHEME=dark` in dark colours. Texts that are hard
to read are named. In English and light colours the strips of the everyday tasks are made, too,
where the manual shows them.
"""

import os
import subprocess
import time
from contextlib import contextmanager, suppress
from pathlib import Path

from benchmarks._pos import CASHIER, click, open_register, open_session, type_text, wait_for
from benchmarks._strips import Strip, onboard, take_register_strips
from devkit import bare, project
from devkit.browser import Browser
from devkit.contrast import find_low_contrast, set_scheme
from devkit.odoo_server import OdooServer
from devkit.processes import spawn, stop
from devkit.testing import Site

DATABASE = "iris"

SITE = "Hotel Iris"
SIZES = ((1400, 900), (1024, 768), (390, 844))
SCREENS = project.CHECKOUT / ".iicharge/screens"
DIALOG = ".modal:not(.o_inactive_modal)"
# The page redraws for another size.
DRAW_S = 0.6


def run():
    """Take all pictures. Screens that are too wide and texts that are hard to read are named."""
    SCREENS.mkdir(parents=True, exist_ok=True)
    language = os.environ.get("IICHARGE_SCREENS_LANG", "")
    scheme = os.environ.get("IICHARGE_SCREENS_SCHEME", "light")
    makes_strips = not language and scheme == "light"
    strips = []
    with open_iris("bench_screens") as (server, config_id):
        if language:
            _set_language(server, language)
        with Browser() as browser:
            set_scheme(browser, server.url, scheme)
            open_register(browser, server, config_id)
            camera = Camera(browser, language, scheme)
            for scene in SCENES:
                scene(camera)
            if makes_strips:
                strips = take_register_strips(browser)
        if makes_strips:
            strips.append(_take_onboarding(server))
    return {
        "folder": str(SCREENS),
        "pictures": camera.count,
        "too_wide": camera.too_wide,
        "hard_to_read": sorted(camera.hard_to_read),
        "strips": strips,
    }


@contextmanager
def open_iris(database):
    """Start Odoo and the simulated chargers of Hotel Iris. Yield (server, register's id)."""
    bare.register()
    site = Site.from_environment()
    server = OdooServer(site, database, Path(site.filestore).parent / "bench.log")
    fleet = None
    try:
        server.start()
        with server.log.open("ab") as log:
            command = [*site.odoo, "iicharge_simulator", "--url", server.ocpp_url]
            fleet = spawn(command, stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
        server.wait_for("SELECT 1 FROM iicharge_session WHERE state = 'charging'", timeout_s=120)
        yield server, open_session(server)
    finally:
        if fleet:
            stop(fleet)
        # a running job may delay the end of Odoo; it is killed then
        with suppress(subprocess.TimeoutExpired):
            server.stop()


def _take_onboarding(server):
    from tests.walks.screen import Screen

    with Screen(server) as screen:
        strip = Strip(screen.browser, "task-onboard")
        onboard(strip, screen, SITE)
        return strip.save()


def _set_language(server, language):
    admin = server.log_in("admin")
    [lang_id] = admin.call(
        "res.lang", "search", [["code", "=", language], ["active", "in", [True, False]]]
    )
    wizard = admin.call("base.language.install", "create", {"lang_ids": [[6, 0, [lang_id]]]})
    admin.call("base.language.install", "lang_install", [wizard])
    users = admin.call("res.users", "search", [["login", "=", CASHIER]])
    admin.call("res.users", "write", users, {"lang": language})


class Camera:
    """Camera that takes each picture in all sizes."""

    def __init__(self, browser, language, scheme):
        self.browser = browser
        self.count = 0
        self.too_wide = []
        self.hard_to_read = set()
        self._suffix = f"-{language[:2]}" if language else ""
        self._suffix += "-dark" if scheme == "dark" else ""

    def shoot(self, name, shown=None):
        """:param shown: selector of what is to be in the picture, though it may be far down"""
        for width, height in SIZES:
            self.browser.resize(width, height)
            time.sleep(DRAW_S)
            if shown:
                self.browser.evaluate(
                    f"document.querySelector({shown!r}).scrollIntoView({{block: 'center'}})"
                )
            self.hard_to_read.update(find_low_contrast(self.browser))
            path = SCREENS / f"{name}{self._suffix}-{width}x{height}.png"
            self.browser.screenshot(path)
            self.count += 1
            root = "document.documentElement"
            if self.browser.evaluate(f"{root}.scrollWidth > {root}.clientWidth"):
                self.too_wide.append(path.name)
        self.browser.resize(*SIZES[0])
        time.sleep(DRAW_S)

    def click(self, selector, text=""):
        click(self.browser, selector, text)

    def wait_for(self, selector):
        wait_for(self.browser, selector)

    def type_text(self, selector, text):
        type_text(self.browser, selector, text)

    def close(self):
        self.click(f"{DIALOG} .btn-close")
        self.browser.wait_for("!document.querySelector('.modal')", 20)

    def open_place(self, state, shown):
        """Open the first connector in a state. :param shown: selector of what it opens"""
        self.click(f".o_iicharge_tile[data-state={state}]")
        self.wait_for(f"{DIALOG} {shown}")


# --- screens -------------------------------------------------------------------
def show_screen(camera):
    camera.click(".o_iicharge_charging_button")
    camera.wait_for(".o_iicharge_unpaid")
    camera.shoot("screen")


def show_start(camera):
    camera.open_place("available", ".o_iicharge_stay")
    camera.shoot("start-stay")
    camera.click(f"{DIALOG} .o_iicharge_stay", "103")
    camera.wait_for(f"{DIALOG} .o_iicharge_quote")
    camera.shoot("start-terms")
    camera.close()


def show_card(camera):
    camera.click(".o_iicharge_charging_screen button:has(.fa-id-card-o)")
    for number, name in (("VISITOR1", "card"), ("LOST-1", "card-refused")):
        camera.type_text("#iicharge_card_number", number)
        camera.click(".o_iicharge_read_card")
        camera.wait_for(".o_iicharge_holder" if name == "card" else ".o_iicharge_refusal")
        camera.shoot(name)
    camera.close()


def show_session(camera):
    camera.open_place("charging", ".o_iicharge_stop_button")
    camera.shoot("session")
    camera.close()


def show_session_payment(camera):
    camera.click(".o_iicharge_unpaid button")
    camera.wait_for(f"{DIALOG} .o_iicharge_pay_with")
    camera.shoot("settle")
    camera.click(f"{DIALOG} .o_iicharge_to_room")
    camera.type_text(f"{DIALOG} .o_iicharge_stay_finder input", "103")
    camera.wait_for(f"{DIALOG} .o_iicharge_stay")
    camera.shoot("settle-room")
    camera.close()


def show_finished(camera):
    camera.click(".o_iicharge_charging_screen .o_iicharge_panel:has(.fa-history)")
    camera.wait_for(f"{DIALOG} .o_iicharge_finished .o_iicharge_row")
    camera.shoot("finished")
    camera.close()


def show_guide(camera):
    camera.open_place("faulted", ".o_iicharge_others")
    camera.shoot("guide")
    camera.close()


def show_questions(camera):
    camera.click(".o_iicharge_charging_screen .o_iicharge_panel:has(.fa-question-circle)")
    camera.wait_for(".o_iicharge_kind")
    camera.shoot("questions")
    camera.close()


SCENES = (
    show_screen,
    show_start,
    show_card,
    show_session,
    show_session_payment,
    show_finished,
    show_guide,
    show_questions,
)
