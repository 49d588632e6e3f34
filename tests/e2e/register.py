# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""A register of the demo hotel, open in a browser, with its cashier of the front desk."""

import asyncio
from contextlib import contextmanager

from devkit.browser import Browser

CASHIER = "frontdesk"
# The first page builds all of the register's assets.
FIRST_PAGE_S = 180


def open_session(server, config_name="Front desk"):
    """Open the register as the cashier does in the morning. :return: the pos.config's id"""
    cashier = server.log_in(CASHIER)
    [config_id] = cashier.call("pos.config", "search", [["name", "=", config_name]])
    cashier.call("pos.config", "open_ui", [config_id])
    [session_id] = cashier.call(
        "pos.session", "search", [["config_id", "=", config_id], ["state", "!=", "closed"]]
    )
    [session] = cashier.call("pos.session", "read", [session_id], ["state"])
    if session["state"] == "opening_control":
        cashier.call("pos.session", "set_opening_control", [session_id], 0, "")
    return config_id


@contextmanager
def open_register(server, width=1400, height=900, config_name="Front desk"):
    """Open the register in a browser, at the product screen."""
    config_id = open_session(server, config_name)
    with Browser(width, height) as browser:
        browser.log_in(server, CASHIER)
        browser.open(f"{server.url}/pos/ui/{config_id}?from_backend=1&debug=tests")
        browser.wait_for("document.querySelector('.product-screen')", FIRST_PAGE_S)
        yield browser


async def run_tour(browser, name, play):
    """Run a tour while the charger plays its part, and wait for both."""
    await asyncio.to_thread(browser.start_tour, name)
    played = asyncio.create_task(play())
    try:
        await asyncio.to_thread(browser.finish_tour)
        await played
    finally:
        played.cancel()


def play(browser, name):
    """Run a tour; more may follow on the same page."""
    browser.console.clear()
    browser.start_tour(name)
    browser.finish_tour()


@contextmanager
def offline(browser):
    """Disconnect the tablet from the network meanwhile; wait until the register has noticed."""
    browser.set_offline(True)
    browser.wait_for("posmodel.data.network.offline")
    yield
    browser.set_offline(False)
    browser.wait_for("!posmodel.data.network.offline")
