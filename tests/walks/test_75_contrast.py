# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Texts of our own screens can be read in light and dark colours.

The Community edition serves light colours only; its bundle of dark ones is what addons with dark
colours begin from.
"""

import pytest

from devkit.browser import Browser
from devkit.contrast import find_low_contrast

PLACES = ".o_iicharge_home, .o_kanban_record, .o_iicharge_badge"
PAGES = (
    *((role, "ev-home") for role in ("front_desk", "technician", "accountant", "manager")),
    ("front_desk", "ev-live"),
    ("front_desk", "ev-sessions"),
)


@pytest.fixture(params=["light", "dark"])
def browser(request, hotel):
    async def serve_dark(route):
        dark = f"{hotel.server.url}/web/assets/any/web.assets_web_dark.min.css"
        await route.fulfill(response=await route.fetch(url=dark))

    with Browser() as browser:
        if request.param == "dark":
            browser.act(lambda page: page.route("**/web.assets_web.min.css", serve_dark))
        yield browser


def test_texts_can_be_read(hotel, browser):
    assert hotel.connect() and hotel.session
    for role, page in PAGES:
        browser.log_in(hotel.server, role)
        browser.open(f"{hotel.server.url}/odoo/{page}")
        shown = "document.querySelector('.o_iicharge_panel, .o_kanban_record b, .o_iicharge_badge')"
        browser.wait_for(shown)
        assert find_low_contrast(browser, PLACES) == [], (role, page)
