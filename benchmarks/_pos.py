# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""A register of the demo hotel with cars at its chargers, in a browser; for the register's
benchmarks."""

import asyncio
import subprocess
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from devkit import bare
from devkit.odoo_server import OdooServer
from devkit.testing import Site

CASHIER = "frontdesk"
CHARGERS = ("GARAGE-1", "GARAGE-2", "GARAGE-3", "GARAGE-4", "COURT-1")
FIRST_PAGE_S = 180


@asynccontextmanager
async def open_hotel(database):
    """Start Odoo and the hotel's chargers. Yield (server, chargers by identity, register's id)."""
    bare.register()
    from iicharge_odoo.simulator import SimulatedCharger
    from tests.e2e.visit import record_earlier_contact

    site = Site.from_environment()
    server = OdooServer(site, database, Path(site.filestore).parent / "bench.log")
    chargers = {}
    try:
        await asyncio.to_thread(server.start)
        # they report starts of the hour before
        await asyncio.to_thread(record_earlier_contact, server, *CHARGERS)
        for identity in CHARGERS:
            secret = f"demo-{identity.lower()}-secret-0001"
            chargers[identity] = SimulatedCharger(server.ocpp_url, identity, secret)
            await _boot(chargers[identity])
        await _fill(chargers)
        yield server, chargers, await asyncio.to_thread(open_session, server)
    finally:
        for charger in chargers.values():
            await charger.close()
        # a running job may delay the end of Odoo; it is killed then
        with suppress(subprocess.TimeoutExpired):
            server.stop()


async def _boot(charger):
    await charger.connect()
    await charger.boot()
    for connector in (1,) if charger.identity.startswith("COURT") else (1, 2):
        await charger.status(connector, "Available")


async def _fill(chargers):
    """Plug cars in, two of them done and waiting to pay, and set a fault."""
    now = datetime.now(UTC).replace(microsecond=0)
    for identity, tag, minutes in (
        ("GARAGE-1", "ROOM101", 50),
        ("GARAGE-2", "VISITOR1", 95),
        ("GARAGE-3", "VISITOR1", 40),
        ("COURT-1", "STAFF1", 12),
    ):
        charger, began = chargers[identity], now - timedelta(minutes=minutes)
        started = await charger.start(1, tag, 1_000, at=began)
        await charger.status(1, "Charging")
        number, energy_wh = started.transaction_id, 1_000 + minutes * 180
        await charger.meter(1, energy_wh, power_w=10_800, transaction_id=number, at=now)
        if tag == "VISITOR1":
            await charger.stop(number, energy_wh, at=now)
            await charger.status(1, "Finishing")
    await chargers["GARAGE-2"].status(2, "Preparing")
    await chargers["GARAGE-3"].status(2, "Faulted", "GroundFailure", info="Residual current")
    await asyncio.sleep(2)


def open_session(server):
    """Open the register as in the morning, with room charges as payment. Return its id."""
    cashier, admin = server.log_in(CASHIER), server.log_in("admin")
    [config_id] = cashier.call("pos.config", "search", [["name", "=", "Front desk"]])
    rooms = admin.call("pos.payment.method", "search", [["iicharge_room", "=", True]])
    if not rooms:
        rooms = [
            admin.call("pos.payment.method", "create", {"name": "Room", "iicharge_room": True})
        ]
    methods = {"payment_method_ids": [[4, room] for room in rooms]}
    admin.call("pos.config", "write", [config_id], methods)
    cashier.call("pos.config", "open_ui", [config_id])
    is_open = [["config_id", "=", config_id], ["state", "=", "opening_control"]]
    sessions = cashier.call("pos.session", "search", is_open)
    if sessions:
        cashier.call("pos.session", "set_opening_control", sessions, 0, "")
    return config_id


def open_register(browser, server, config_id):
    browser.log_in(server, CASHIER)
    browser.open(f"{server.url}/pos/ui/{config_id}?from_backend=1")
    browser.wait_for("document.querySelector('.product-screen')", FIRST_PAGE_S)


def wait_until_stored(browser):
    """Wait until the register has written all that it loaded into its local store.

    It starts to write a model before the last one is done, so that there is always a
    transaction until the last one has ended.
    """
    browser.wait_for("posmodel.data.indexedDB.activeTransactions.size === 0", FIRST_PAGE_S)


def wait_for(browser, selector):
    browser.wait_for(f"document.querySelector({selector!r})", 20)


def click(browser, selector, text=""):
    """Click the first element of a selector that shows a text."""
    elements = f"[...document.querySelectorAll({selector!r})]"
    found = f"{elements}.find((each) => each.textContent.includes({text!r}) && !each.disabled)"
    browser.wait_for(found, 20)
    browser.evaluate(f"{found}.click()")


def type_text(browser, selector, text):
    wait_for(browser, selector)
    browser.evaluate(
        f"""(() => {{ const input = document.querySelector({selector!r});
            input.focus(); input.value = {text!r};
            input.dispatchEvent(new Event('input', {{bubbles: true}})); }})()"""
    )
