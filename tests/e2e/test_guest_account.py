# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""A driver of a company logs in at the sign and charges on the company's account, in a browser."""

import pytest

from devkit.browser import Browser

from .test_guest_page import Guest, charge_in_background

LOGIN = "driver@couriers.example"
PASSWORD = "a driver's password"
PAYER = """
    SELECT partner.name, contract.reference, session.destination, session.billing
      FROM iicharge_session session
      JOIN res_partner partner ON partner.id = session.partner_id
      JOIN iicharge_contract contract ON contract.id = session.contract_id
"""
RATED = "SELECT 1 FROM iicharge_session WHERE billing = 'rated'"
PORTAL = "SELECT res_id FROM ir_model_data WHERE module = 'base' AND name = 'group_portal'"


def make_driver(server):
    """Give a company an account at the hotel, and one of its people a log-in."""
    admin = server.log_in("admin")
    company = admin.call("res.partner", "create", {"name": "Couriers", "is_company": True})
    admin.call(
        "iicharge.contract",
        "create",
        {"partner_id": company, "reference": "PO 4711", "date_from": "2020-01-01"},
    )
    person = admin.call("res.partner", "create", {"name": "Dora Driver", "parent_id": company})
    [(portal,)] = server.rows(PORTAL)
    user = {"login": LOGIN, "password": PASSWORD, "partner_id": person, "group_ids": [portal]}
    admin.call("res.users", "create", user)


@pytest.fixture
def phone(server):
    make_driver(server)
    with Browser(360, 640) as browser:
        yield Guest(server, browser)


def log_in(phone):
    phone.see("Log in to let your company")
    phone.press("Log in")
    phone.browser.wait_for("document.querySelector('[name=password]')?.checkVisibility()")
    phone.fill(login=LOGIN, password=PASSWORD)
    phone.click("form.oe_login_form [type=submit]")


def test_driver_logs_in_and_charges_on_the_company_with_one_tap(server, phone):
    car = charge_in_background(server, wait_s=180)
    phone.scan()
    phone.click("[name=pay][value=account]")
    phone.press("Continue")
    log_in(phone)
    phone.see("Your company pays")
    assert phone.browser.evaluate("location.pathname") == f"/charge/{phone.code}"
    # a limit is set by the longer way
    phone.click("[name=limit]")
    hidden = "!document.querySelector('.act .own').checkVisibility()"
    assert phone.browser.evaluate(hidden)
    phone.click("[name=limit]")
    phone.press("Start charging")
    phone.see("Speed now")
    phone.press("Stop charging")
    phone.press("Stop charging")
    car.join(60)
    phone.see("Your company pays")
    server.wait_for(RATED)
    assert server.rows(PAYER) == [("Dora Driver", "PO 4711", "contract", "rated")]
    assert phone.browser.console == []
