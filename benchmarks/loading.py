# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Size of files and time that the addon adds to the loading of the point of sale.

The same register of the same Odoo, in turns with the addon's scripts and styles and without: an
`ir.asset` takes them out of the register's bundle.

Each is opened twice, the second time measured, once the first has written the register's local
store (IndexedDB). Odoo writes it model by model after the register is on the screen, and the next
opening fetches only what has changed since: a register that was left in between lacks the models
that were not written yet. Odoo's tax totals then end in "Cannot read properties of undefined
(reading 'rounding')"; removing the currency from a complete store gives the same.
"""

import asyncio
import gzip

import requests

from benchmarks._pos import open_hotel, open_register, wait_until_stored
from devkit.browser import Browser

DATABASE = "hotel"

ROUNDS = 7
BUNDLE = "point_of_sale._assets_pos"
OURS = "iicharge_odoo/static/src/pos/app/**/*"
_PAGE = """
({
    ms: performance.now(),
    bundles: performance.getEntriesByType("resource").map((entry) => entry.name).filter(
        (name) => name.includes("/web/assets/") && name.includes("point_of_sale.assets_prod")),
})
"""


def run():
    """Load it in turns. :return: KB of the bundles (as they are and as gzip), milliseconds"""
    return asyncio.run(_run())


async def _run():
    async with open_hotel("bench_loading") as (server, _chargers, config_id):
        return await asyncio.to_thread(_measure, server, config_id)


def _measure(server, config_id):
    admin = server.log_in("admin")
    values = {"name": "Without charging", "bundle": BUNDLE, "directive": "remove", "path": OURS}
    without = admin.call("ir.asset", "create", {**values, "active": False})
    found, sizes = {"with": [], "without": []}, {}
    # the first round builds the bundles and is not counted
    for _ in range(ROUNDS + 1):
        for name, pages in found.items():
            admin.call("ir.asset", "write", [without], {"active": name == "without"})
            pages.append(_load(server, config_id))
            # at once: Odoo keeps the newest version of a bundle only
            sizes[name] = _weigh(pages[-1]["bundles"])
    times = {name: [page["ms"] for page in pages[1:]] for name, pages in found.items()}
    best = {name: min(each) for name, each in times.items()}
    return {
        "load_ms": {name: [round(ms) for ms in each] for name, each in times.items()},
        "best_ms": {name: round(ms) for name, ms in best.items()},
        "adds_ms": round(best["with"] - best["without"]),
        "adds_kb": round((sizes["with"][0] - sizes["without"][0]) / 1024, 1),
        "adds_gzip_kb": round((sizes["with"][1] - sizes["without"][1]) / 1024, 1),
        "goals": {"adds_ms_under": 100, "adds_kb_under": 50},
    }


def _load(server, config_id):
    """Open the register in a browser that has its files already. :return: see `_PAGE`"""
    with Browser() as browser:
        open_register(browser, server, config_id)
        wait_until_stored(browser)
        open_register(browser, server, config_id)
        return browser.evaluate(_PAGE)


def _weigh(addresses):
    bodies = [requests.get(address, timeout=60).content for address in addresses]
    return sum(map(len, bodies)), sum(len(gzip.compress(body)) for body in bodies)
