# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Take the pictures of the README and of the addon's manual, each as the role that reads about it.

They are written where the texts show them, so that git shows what has changed.
"""

import asyncio
import time
from datetime import UTC, datetime, timedelta

from PIL import Image

from benchmarks._pos import FIRST_PAGE_S, click, open_hotel, open_register, wait_for
from devkit import project
from devkit.browser import Browser

DATABASE = "hotel"

DOCS = project.CHECKOUT / "docs"
MANUAL = project.CHECKOUT / "iicharge_odoo/static/description"
# Charts are drawn over some frames, and avatars come last.
SETTLE_S = 1.5
# (role, file, action, view, record or None, what shows that the page is complete)
PAGES = (
    ("frontdesk", "live.png", "iicharge_connector_action_live", None, ".o_kanban_record"),
    ("frontdesk", "session.png", "iicharge_session_action", "iicharge.session", "canvas"),
    ("technician", "charger.png", "iicharge_charger_action", "iicharge.charger", ".o_form_view"),
    ("manager", "tariff.png", "iicharge_tariff_action", "iicharge.tariff", ".o_form_view"),
    ("manager", "site.png", "iicharge_site_action", "iicharge.site", ".o_form_view"),
    ("accountant", "analysis.png", "iicharge_analysis_action", None, ".o_pivot table"),
    ("admin", "settings.png", "iicharge_settings_action", None, ".o_setting_container"),
)


def run():
    """Take all pictures."""
    return asyncio.run(_take_all())


async def _take_all():
    async with open_hotel("bench_pictures") as (server, chargers, config_id):
        await _draw_curve(server, chargers["GARAGE-1"])
        await asyncio.to_thread(_take_register, server, config_id)
        for page in PAGES:
            await asyncio.to_thread(_take_page, server, *page)
    return {"pictures": 1 + len(PAGES)}


async def _draw_curve(server, charger):
    """Add readings of the car that charges for a stay, so that its curve has a power."""
    admin = await asyncio.to_thread(server.log_in, "admin")
    stay = [["folio_id", "!=", False]]
    fields = ["transaction_id", "started_at"]
    [session] = await asyncio.to_thread(
        admin.call, "iicharge.session", "search_read", stay, fields, limit=1
    )
    began = datetime.fromisoformat(session["started_at"]).replace(tzinfo=UTC)
    for minutes, power_w in ((5, 9_200), (15, 10_900), (25, 11_000), (35, 11_000), (45, 10_800)):
        at, number = began + timedelta(minutes=minutes), int(session["transaction_id"])
        await charger.meter(1, 1_000 + minutes * 180, power_w=power_w, transaction_id=number, at=at)


def _take_register(server, config_id):
    with Browser() as browser:
        open_register(browser, server, config_id)
        click(browser, ".o_iicharge_charging_button")
        wait_for(browser, ".o_iicharge_unpaid")
        _shoot(browser, DOCS / "register.png")


def _take_page(server, role, name, action, model, complete):
    url = f"{server.url}/odoo/action-iicharge_odoo.{action}"
    if model:
        url += f"/{_find_record(server, model)}"
    with Browser() as browser:
        browser.log_in(server, role)
        browser.open(url)
        browser.wait_for(f"document.querySelector({complete!r})", FIRST_PAGE_S)
        _shoot(browser, MANUAL / name)


def _find_record(server, model):
    """Return a record worth showing: the car that charges for a stay, else the first one."""
    domain = [["folio_id", "!=", False]] if model == "iicharge.session" else []
    return server.log_in("admin").call(model, "search", domain, limit=1)[0]


def _shoot(browser, path):
    time.sleep(SETTLE_S)
    browser.screenshot(path)
    Image.open(path).convert("RGB").quantize(256).save(path, optimize=True)
