# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""A card on the reader, and the keyboard alone; the charger is a simulated one."""

import asyncio

import pytest

from devkit.odoo_server import OdooServer
from devkit.testing import Site
from iicharge_odoo.simulator import SimulatedCharger
from tests.e2e.register import open_register, run_tour

IDENTITY, SECRET = "GARAGE-4", "demo-garage-4-secret-0001"
STARTED = """
    SELECT token.uid, session.state FROM iicharge_session session
      JOIN iicharge_charger charger ON charger.id = session.charger_id
      JOIN iicharge_token token ON token.id = session.token_id
     WHERE charger.identity = %s
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    site = Site.from_environment()
    server = OdooServer(site, "e2e_pos_card", tmp_path_factory.mktemp("card") / "odoo.log")
    server.start()
    yield server
    server.stop()
    site.drop_database("e2e_pos_card")


async def open_charger(server):
    charger = SimulatedCharger(server.ocpp_url, IDENTITY, SECRET)
    await charger.connect()
    await charger.boot()
    for connector in (1, 2):
        await charger.status(connector, "Available")
    return charger


def test_card_on_the_reader_starts_the_charger_with_it(server):
    async def act():
        charger = await open_charger(server)

        async def charge():
            name, payload = await charger.next_command(60)
            assert (name, payload["id_tag"]) == ("RemoteStartTransaction", "STAFF1")
            await charger.status(1, "Preparing")
            started = await charger.start(1, payload["id_tag"], 1_000)
            assert started.id_tag_info["status"] == "Accepted"
            await charger.status(1, "Charging")

        with open_register(server) as browser:
            await run_tour(browser, "iicharge_card", charge)
        await charger.close()

    asyncio.run(act())
    assert server.wait_for(STARTED, IDENTITY) == [("STAFF1", "charging")]


class Keys:
    """A person who uses nothing but the keyboard."""

    def __init__(self, browser):
        self._browser = browser
        self.press, self.write = browser.press, browser.write

    def reach(self, selector, text=""):
        """Press Tab until an element that shows a text has the focus."""
        here = f"document.activeElement.matches({selector!r})"
        shown = f"{here} && document.activeElement.textContent.includes({text!r})"
        self._browser.wait_for(f"document.querySelector({selector!r})", 20)
        for _ in range(60):
            if self._browser.evaluate(shown):
                return
            self.press("Tab")
        raise AssertionError(f"Tab does not reach {selector} {text}\n{self._browser.report()}")

    def see_focus(self, selector):
        self._browser.wait_for(f"document.activeElement.matches({selector!r})", 20)


def test_keyboard_alone_finds_a_stay_and_reads_its_price(server):
    async def act():
        charger = await open_charger(server)
        with open_register(server) as browser:
            await asyncio.to_thread(go_by_keyboard, browser)
        await charger.close()

    asyncio.run(act())


def go_by_keyboard(browser):
    keys = Keys(browser)
    keys.reach(".o_iicharge_charging_button")
    keys.press("Enter")
    keys.reach(".o_iicharge_tile", "Garage 4 · 2")
    keys.press("Enter")
    keys.see_focus(".o_iicharge_stay_finder input")
    keys.write("102")
    keys.reach(".o_iicharge_stay", "102")
    keys.press("Enter")
    keys.see_focus(".o_iicharge_start_button")
    assert browser.evaluate("document.querySelector('.o_iicharge_quote').textContent.trim()")
    keys.reach(".o_iicharge_walk_in")
    keys.press("Enter")
    keys.see_focus("#iicharge_walk_in_name")
    keys.reach(".o_iicharge_back")
    keys.press("Enter")
    keys.see_focus(".o_iicharge_stay_finder input")
    keys.press("Escape")
    browser.wait_for("!document.querySelector('.modal')", 20)
    keys.reach(".o_iicharge_tile", "Garage 4 · 2")
