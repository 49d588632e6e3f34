# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""The till's charging screen: pictures of it, and how fast it opens with 200 connectors.

A real Odoo with its gateway, simulated chargers and Chromium. The pictures are put into
`.iicharge/screens`.
"""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from devkit import bare, project
from devkit.browser import Browser
from devkit.odoo_server import OdooServer
from devkit.testing import Site

DATABASE = "hotel"

CONNECTORS = 200
SIZES = ((1400, 900), (1024, 768), (390, 844))
SCREENS = project.CHECKOUT / ".iicharge/screens"
CASHIER = "frontdesk"
BUSY = ("GARAGE-1", "GARAGE-2", "GARAGE-3", "COURT-1")

_OPEN = """
new Promise((resolve) => {
    performance.clearResourceTimings();
    const began = performance.now();
    const look = () => {
        const shown = document.querySelectorAll(".o_iicharge_tile").length;
        if (shown < %d) {
            return requestAnimationFrame(look);
        }
        const ms = performance.now() - began;
        const calls = performance.getEntriesByType("resource").filter(
            (entry) => entry.name.includes("/call_kw/"));
        resolve({ms, calls: calls.length, call_ms: calls.map((entry) => entry.duration)});
    };
    document.querySelector(".o_iicharge_charging_button").click();
    look();
})
"""
_SINCE_STATUS = """
new Promise((resolve) => {
    const tile = [...document.querySelectorAll(".o_iicharge_tile")].find(
        (each) => each.textContent.includes("Garage 4 · 1"));
    new MutationObserver(() => {
        if (tile.dataset.state === "faulted") {
            resolve(Date.now());
        }
    }).observe(tile, {attributes: true});
})
"""


def run():
    """Take the pictures, then measure; every duration in milliseconds."""
    bare.register()
    SCREENS.mkdir(parents=True, exist_ok=True)
    site = Site.from_environment()
    server = OdooServer(site, "bench_register", Path(site.filestore).parent / "bench.log")
    try:
        server.start()
        return asyncio.run(_measure(server))
    finally:
        server.stop()


async def _measure(server):
    from iicharge_odoo.simulator import SimulatedCharger

    chargers = {
        identity: SimulatedCharger(
            server.ocpp_url, identity, f"demo-{identity.lower()}-secret-0001"
        )
        for identity in (*BUSY, "GARAGE-4")
    }
    for charger in chargers.values():
        await charger.connect()
        await charger.boot()
        for connector in (1, 2)[: 1 if charger.identity.startswith("COURT") else 2]:
            await charger.status(connector, "Available")
    await _fill(chargers)
    config_id = await asyncio.to_thread(open_session, server)
    with Browser() as browser:
        await asyncio.to_thread(open_register, browser, server, config_id)
        await asyncio.to_thread(_take_pictures, browser)
        await asyncio.to_thread(_add_connectors, server)
        await asyncio.to_thread(open_register, browser, server, config_id)
        opened = [await asyncio.to_thread(_measure_open, browser) for _ in range(5)]
        waiting = asyncio.create_task(asyncio.to_thread(browser.evaluate, _SINCE_STATUS))
        await asyncio.sleep(1)
        began = time.time() * 1000
        await chargers["GARAGE-4"].status(1, "Faulted", "GroundFailure")
        changed = await waiting - began
    for charger in chargers.values():
        await charger.close()
    return {
        "connectors": CONNECTORS,
        "opened": opened,
        "charger_to_screen_ms": round(changed),
        "source_kb": round(_count_source() / 1024, 1),
        "goals": {"opened_under_ms": 300, "calls": 1, "charger_to_screen_under_ms": 1000},
    }


async def _fill(chargers):
    """Cars at some connectors, one that is done and waits, and a fault."""
    now = datetime.now(UTC).replace(microsecond=0)
    for identity, tag, minutes in (
        ("GARAGE-1", "ROOM101", 50),
        ("GARAGE-2", "VISITOR1", 95),
        ("COURT-1", "STAFF1", 12),
    ):
        charger, began = chargers[identity], now - timedelta(minutes=minutes)
        started = await charger.start(1, tag, 1_000, at=began)
        await charger.status(1, "Charging")
        number, energy_wh = started.transaction_id, 1_000 + minutes * 180
        await charger.meter(1, energy_wh, power_w=10_800, transaction_id=number, at=now)
        if identity == "GARAGE-2":
            await charger.stop(number, energy_wh, at=now)
            await charger.status(1, "Finishing")
    await chargers["GARAGE-3"].status(2, "Faulted", "GroundFailure")
    await asyncio.sleep(2)


def open_session(server):
    cashier = server.log_in(CASHIER)
    [config_id] = cashier.call("pos.config", "search", [["name", "=", "Front desk"]])
    cashier.call("pos.config", "open_ui", [config_id])
    sessions = cashier.call("pos.session", "search", [["config_id", "=", config_id]])
    cashier.call("pos.session", "set_opening_control", sessions, 0, "")
    return config_id


def open_register(browser, server, config_id):
    browser.log_in(server, CASHIER)
    browser.open(f"{server.url}/pos/ui/{config_id}?from_backend=1")
    browser.wait_for("document.querySelector('.product-screen')", 180)


def _click(browser, selector, text=""):
    elements = f"[...document.querySelectorAll({selector!r})]"
    found = f"{elements}.find((each) => each.textContent.includes({text!r}))"
    browser.wait_for(found)
    browser.evaluate(f"{found}.click()")


def _take_pictures(browser):
    _click(browser, ".o_iicharge_charging_button")
    browser.wait_for("document.querySelector('.o_iicharge_unpaid')")
    _shoot(browser, "screen")
    _click(browser, ".o_iicharge_tile", "Garage 1 · 1")
    _shoot(browser, "connector")
    _click(browser, ".modal .btn-close")
    _click(browser, ".o_iicharge_tile", "Garage 4 · 1")
    _click(browser, ".modal button", "Start charging")
    browser.wait_for("document.querySelector('.o_iicharge_stay_finder input')")
    browser.evaluate(
        """(() => { const input = document.querySelector('.o_iicharge_stay_finder input');
            input.value = '102'; input.dispatchEvent(new Event('input', {bubbles: true})); })()"""
    )
    browser.wait_for("document.querySelector('.o_iicharge_stay')")
    _shoot(browser, "stay")
    _click(browser, ".o_iicharge_stay")
    browser.wait_for("document.querySelector('.o_iicharge_quote')")
    _shoot(browser, "start")
    _click(browser, ".modal .btn-close")
    _click(browser, ".o_iicharge_unpaid button")
    browser.wait_for("document.querySelector('.o_iicharge_pay_now')")
    _shoot(browser, "settle")
    _click(browser, ".modal .btn-close")


def _shoot(browser, name):
    for width, height in SIZES:
        browser.resize(width, height)
        time.sleep(0.5)
        browser.screenshot(SCREENS / f"{name}-{width}x{height}.png")
    browser.resize(*SIZES[0])


def _add_connectors(server):
    admin = server.log_in("admin")
    [site_id] = admin.call("iicharge.site", "search", [["name", "=", "Hotel Iris"]])
    missing = CONNECTORS - admin.call("iicharge.connector", "search_count", [])
    chargers = admin.call(
        "iicharge.charger",
        "create",
        [
            {"name": f"Row {number}", "identity": f"ROW-{number}", "site_id": site_id}
            for number in range(missing // 2)
        ],
    )
    admin.call(
        "iicharge.connector",
        "create",
        [
            {"charger_id": charger, "number": number, "standard": "type2"}
            for charger in chargers
            for number in (1, 2)
        ],
    )


def _measure_open(browser):
    _click(browser, ".register-label")
    browser.wait_for("document.querySelector('.product-screen')")
    return browser.evaluate(_OPEN % CONNECTORS)


def _count_source():
    """What the register loads of ours, before it is made small."""
    folders = (project.CHECKOUT / "iicharge_odoo/static/src" / name for name in ("pos", "common"))
    return sum(path.stat().st_size for each in folders for path in each.rglob("*.*"))
