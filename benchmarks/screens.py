# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Pictures of the register's main screens, on a desktop, a tablet and a phone.

They are put into `.iicharge/screens`. `IICHARGE_SCREENS_LANG` takes those that do not pay anything
in another language, such as `de_DE`.
"""

import asyncio
import os
import time

from benchmarks._pos import CASHIER, click, open_hotel, open_register, type_text, wait_for
from devkit import project
from devkit.browser import Browser

DATABASE = "hotel"

SIZES = ((1400, 900), (1024, 768), (390, 844))
SCREENS = project.CHECKOUT / ".iicharge/screens"
DIALOG = ".modal:not(.o_inactive_modal)"
# The page redraws for another size.
DRAW_S = 0.6


def run():
    """Take all pictures. Screens that are too wide are named."""
    SCREENS.mkdir(parents=True, exist_ok=True)
    return asyncio.run(_take_all())


async def _take_all():
    language = os.environ.get("IICHARGE_SCREENS_LANG", "")
    async with open_hotel("bench_screens") as (server, _chargers, config_id):
        if language:
            await asyncio.to_thread(_set_language, server, language)
        with Browser() as browser:
            await asyncio.to_thread(open_register, browser, server, config_id)
            camera = Camera(browser, language)
            for scene in LOOKS if language else (*LOOKS, *PAYMENTS):
                await asyncio.to_thread(scene, camera)
    return {"folder": str(SCREENS), "pictures": camera.count, "too_wide": camera.too_wide}


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

    def __init__(self, browser, language):
        self.browser = browser
        self.count = 0
        self.too_wide = []
        self._suffix = f"-{language[:2]}" if language else ""

    def shoot(self, name, shown=None):
        """:param shown: selector of what is to be in the picture, though it may be far down"""
        for width, height in SIZES:
            self.browser.resize(width, height)
            time.sleep(DRAW_S)
            if shown:
                self.browser.evaluate(
                    f"document.querySelector({shown!r}).scrollIntoView({{block: 'center'}})"
                )
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

    def open_connector(self, name):
        self.click(".o_iicharge_tile", name)
        self.wait_for(f"{DIALOG} .fa-question-circle")

    def run_action(self, icon):
        self.browser.evaluate(f"document.querySelector('{DIALOG} button .{icon}').click()")


# --- screens -------------------------------------------------------------------
def show_screen(camera):
    camera.click(".o_iicharge_charging_button")
    camera.wait_for(".o_iicharge_unpaid")
    camera.shoot("screen")


def show_connectors(camera):
    for place, name in (("Garage 1 · 1", "connector"), ("Garage 3 · 2", "connector-fault")):
        camera.open_connector(place)
        camera.shoot(name)
        camera.close()


def show_start(camera):
    camera.open_connector("Garage 4 · 1")
    camera.run_action("fa-play")
    camera.type_text(".o_iicharge_stay_finder input", "102")
    camera.wait_for(".o_iicharge_stay")
    camera.shoot("start-stay")
    camera.click(".o_iicharge_stay")
    camera.wait_for(".o_iicharge_quote")
    camera.shoot("start-terms")
    camera.close()


def show_card(camera):
    camera.browser.evaluate("document.querySelector('.fa-id-card-o').click()")
    for number, name in (("VISITOR1", "card"), ("LOST-1", "card-refused")):
        camera.type_text("#iicharge_card_number", number)
        camera.click(".o_iicharge_read_card")
        camera.wait_for(".o_iicharge_holder" if name == "card" else ".o_iicharge_refusal")
        camera.shoot(name)
    camera.close()


def show_stop(camera):
    camera.open_connector("Court 1 · 1")
    camera.run_action("fa-stop")
    camera.wait_for(".o_iicharge_stop_button")
    camera.shoot("stop")
    camera.close()


def show_session_payment(camera):
    camera.click(".o_iicharge_unpaid button")
    camera.wait_for(".o_iicharge_pay_now")
    camera.shoot("settle")
    camera.click(".o_iicharge_to_room")
    camera.type_text(".o_iicharge_stay_finder input", "102")
    camera.click(".o_iicharge_stay")
    camera.wait_for(".o_iicharge_to_room_now")
    camera.shoot("settle-room")
    camera.close()


def show_guide(camera):
    camera.open_connector("Garage 3 · 2")
    camera.run_action("fa-question-circle")
    camera.wait_for(".o_iicharge_others")
    camera.shoot("guide")
    camera.click("[data-step=technician] button")
    camera.wait_for(".o_iicharge_call")
    camera.shoot("guide-technician", ".o_iicharge_call")
    camera.close()


def show_questions(camera):
    camera.browser.evaluate(
        "document.querySelector('.o_iicharge_charging_screen .fa-info-circle').click()"
    )
    camera.wait_for(".o_iicharge_kind")
    camera.shoot("questions")
    camera.close()


# --- payments ---------------------------------------------------------------------------
def _pay_now(camera, charger):
    camera.click(".o_iicharge_charging_button")
    camera.click(".o_iicharge_unpaid button", charger)
    camera.click(f"{DIALOG} .o_iicharge_pay_now")
    camera.wait_for(".payment-screen .paymentmethod")


def show_card_payment(camera):
    _pay_now(camera, "Garage 2 · 1")
    camera.shoot("payment")
    camera.click(".paymentmethod", "Card")
    camera.click(".validation-button.next")
    camera.wait_for(".receipt-screen .pos-receipt")
    camera.shoot("receipt")
    camera.click(".receipt-screen .button.next")
    camera.wait_for(".product-screen")


def show_room_payment(camera):
    _pay_now(camera, "Garage 3 · 1")
    camera.click(".paymentmethod", "Room")
    camera.type_text("#iicharge_room_search", "102")
    camera.click(".o_iicharge_room")
    camera.shoot("room")
    camera.click(".o_iicharge_room_confirm")
    camera.wait_for(".payment-screen .payment-name small")
    camera.shoot("room-payment")
    camera.click(".validation-button.next")
    camera.wait_for(".receipt-screen .o_iicharge_room_slip")
    camera.shoot("room-slip", ".o_iicharge_room_slip")
    camera.click(".receipt-screen .button.next")
    camera.wait_for(".product-screen")


def show_refund(camera):
    """Show the refund of the order that was paid by card."""
    camera.click(".orders-button")
    camera.click(".pos-search-bar .filter")
    camera.click(".pos-search-bar .filter li", "Paid")
    camera.click(".ticket-screen .order-row", "8.86")
    camera.click(".ticket-screen .orderline")
    camera.click(".ticket-screen .numpad button", "1")
    camera.wait_for(".ticket-screen .to-refund-highlight")
    camera.shoot("refund")


LOOKS = (
    show_screen,
    show_connectors,
    show_start,
    show_card,
    show_stop,
    show_session_payment,
    show_guide,
    show_questions,
)
PAYMENTS = (show_card_payment, show_room_payment, show_refund)
