# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""A guest in the portal: own charging, a lost card, messages, and the own data."""

import json

from devkit.browser import Browser
from tests.e2e.phone import Phone

from .manual import walks

LOGIN = "greta.portal"
PORTAL = "SELECT res_id FROM ir_model_data WHERE module = 'base' AND name = 'group_portal'"
OWN = "SELECT partner_id, energy_wh FROM iicharge_session WHERE name = %s"


def make_log_in(hotel):
    """Give the guest of a session a log-in and a card. :return: the guest"""
    [(guest, energy_wh)] = hotel.server.rows(OWN, hotel.session)
    assert energy_wh
    if not hotel.find("res.users", ["login", "=", LOGIN]):
        [(portal,)] = hotel.server.rows(PORTAL)
        values = {"login": LOGIN, "password": LOGIN, "partner_id": guest, "group_ids": [portal]}
        hotel.admin.call("res.users", "create", values)
        hotel.admin.call("res.partner", "write", [guest], {"email": "greta@example.com"})
        hotel.admin.call("iicharge.token", "create", {"uid": "GRETA-7788", "partner_id": guest})
    return guest


@walks("USAGE: Front desk: Let guests see their own charging")
def test_guest_finds_the_own_charging_in_the_portal(hotel):
    guest = make_log_in(hotel)
    with Browser(360, 640) as browser:
        phone = Phone(browser)
        browser.log_in(hotel.server, LOGIN)
        browser.open(f"{hotel.server.url}/my/home")
        phone.click("a[href='/my/charging']")
        phone.see("On the bill")
        receipt = browser.evaluate("document.querySelector('[href*=receipt]').href")
        assert browser.act(lambda page: page.request.get(receipt)).status == 200
        phone.click(".card:has-text('7788') summary")
        phone.click(".card:has-text('7788') button")
        phone.see("Blocked")
        phone.click("[name=own]")
        phone.click("[action='/my/charging/messages'] button")
        browser.wait_for("document.querySelector('[name=own]')?.checked")
        assert hotel.read("res.partner", guest, "iicharge_notify")["iicharge_notify"]
        phone.click("a[href='/my/charging/data']")
        phone.see("Delete my charging data")
        url = f"{hotel.server.url}/my/charging/data/json"
        kept = browser.act(lambda page: page.request.get(url))
        assert json.loads(browser.act(lambda page: kept.text()))["charging"]
        phone.click("[name=sure]")
        phone.click("[action='/my/charging/data'] button")
        phone.see("What could go is deleted.")
        assert browser.console == []
    assert not hotel.read("res.partner", guest, "iicharge_notify")["iicharge_notify"]
