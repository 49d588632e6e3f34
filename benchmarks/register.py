# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""The register's charging screen: how fast it opens and changes with 200 connectors.

A real Odoo with its gateway, simulated chargers and Chromium. Its pictures are `screens`'.
"""

import asyncio
import time

from benchmarks._pos import click, open_hotel, open_register, wait_for
from devkit import project
from devkit.browser import Browser

DATABASE = "hotel"

CONNECTORS = 200
# The charging screen's bundle comes a second after the register has loaded.
FIRST_TAP_AFTER_S = 2

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
    """Measure; every duration in milliseconds."""
    return asyncio.run(_measure())


async def _measure():
    async with open_hotel("bench_register") as (server, chargers, config_id):
        await asyncio.to_thread(_add_connectors, server)
        with Browser() as browser:
            await asyncio.to_thread(open_register, browser, server, config_id)
            await asyncio.sleep(FIRST_TAP_AFTER_S)
            opened = [await asyncio.to_thread(_measure_open, browser) for _ in range(5)]
            waiting = asyncio.create_task(asyncio.to_thread(browser.evaluate, _SINCE_STATUS))
            await asyncio.sleep(1)
            began = time.time() * 1000
            await chargers["GARAGE-4"].status(1, "Faulted", "GroundFailure")
            changed = await waiting - began
    return {
        "connectors": CONNECTORS,
        "opened": opened,
        "charger_to_screen_ms": round(changed),
        "source_kb": round(_count_source() / 1024, 1),
        "goals": {"opened_under_ms": 300, "calls": 1, "charger_to_screen_under_ms": 1000},
    }


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
    click(browser, ".register-label")
    wait_for(browser, ".product-screen")
    return browser.evaluate(_OPEN % CONNECTORS)


def _count_source():
    """Return the size of our files that the register loads, before minification."""
    folders = (project.CHECKOUT / "iicharge_odoo/static/src" / name for name in ("pos", "common"))
    return sum(path.stat().st_size for each in folders for path in each.rglob("*.*"))
