# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""A guest with a phone: from the sign to the receipt, in a browser and with a charger."""

import asyncio
import threading

import pytest

from devkit.browser import Browser

from .phone import Phone
from .visit import Visit

CHARGER, ROOM = "GARAGE-1", "102"
FREE = """
    SELECT 1 FROM iicharge_connector WHERE status = 'available' AND number = 1
       AND charger_id = (SELECT id FROM iicharge_charger WHERE identity = %s)
"""
LAST_NAME = """
    SELECT regexp_replace(partner.name, '^.* ', '')
      FROM iicharge_token token JOIN res_partner partner ON partner.id = token.partner_id
     WHERE token.uid = 'ROOM102'
"""


class Guest(Phone):
    """A guest in room 102 with a phone, at the first connector of a charger."""

    def __init__(self, server, browser):
        super().__init__(browser)
        self.server = server
        admin = server.log_in("admin")
        domain = [["charger_id.identity", "=", CHARGER], ["number", "=", 1]]
        [connector] = admin.call("iicharge.connector", "search", domain)
        admin.call("iicharge.connector", "action_print_sign", [connector])
        [found] = admin.call("iicharge.connector", "read", [connector], ["sign_id"])
        self.code = found["sign_id"][1].replace("-", "")
        [(self.name,)] = server.rows(LAST_NAME)

    def scan(self):
        self.browser.open(f"{self.server.url}/charge/{self.code}")
        self.see("Free")

    def start(self):
        self.press("Continue")
        self.see("Put it on your room bill")
        self.fill(room=ROOM, name=self.name)
        self.press("Start charging")


@pytest.fixture
def phone(server):
    with Browser(360, 640) as browser:
        yield Guest(server, browser)


def charge_in_background(server, **options):
    """Let the car of the guest come when the charger is asked to start, and stop when asked."""

    async def visit():
        async with Visit(server, CHARGER) as car:
            await car.charge(**options)

    thread = threading.Thread(target=asyncio.run, args=[visit()])
    thread.start()
    server.wait_for(FREE, CHARGER)
    return thread


def test_guest_goes_from_the_sign_to_the_receipt(server, phone):
    car = charge_in_background(server)
    phone.scan()
    phone.see("per kWh")
    phone.start()
    phone.see("Speed now")
    link = phone.browser.evaluate("location.href")
    # another phone with the link; the answer to the stop is lost
    with Browser(360, 640) as other:
        second = Guest(server, other)
        other.open(link)
        second.see("Speed now")
    phone.press("Stop charging")
    phone.see("Stop now?")
    phone.press("Stop charging")
    car.join(60)
    phone.see("Thank you. Drive well.")
    phone.see("10 kWh at")
    [(room, billing)] = server.rows("SELECT room, billing FROM iicharge_session")
    assert (room, billing) == (ROOM, "posted")
    receipt = phone.browser.act(lambda page: page.request.get(f"{link}/receipt"))
    assert receipt.status == 200
    phone.rate(4, "Easy")
    query = "SELECT rating, feedback FROM rating_rating WHERE res_model = 'iicharge.session'"
    assert server.rows(query) == [(4, "Easy")]
    phone.send_receipt("ada@example.com")
    attached = """
        SELECT attachment.mimetype FROM mail_mail mail
          JOIN message_attachment_rel ON message_id = mail.mail_message_id
          JOIN ir_attachment attachment ON attachment.id = attachment_id
         WHERE mail.email_to = 'ada@example.com'"""
    assert server.rows(attached) == [("application/pdf",)]
    assert phone.browser.console == []


def test_start_works_without_scripts(server, phone):
    car = charge_in_background(server)

    async def open_without_scripts(page):
        context = await page.context.browser.new_context(java_script_enabled=False)
        plain = await context.new_page()
        await plain.goto(f"{server.url}/charge/{phone.code}")
        await plain.locator(".act button").click()
        await plain.locator("[name=room]").fill(ROOM)
        await plain.locator("[name=name]").fill(phone.name)
        await plain.locator(".act button").click()
        server.wait_for("SELECT 1 FROM iicharge_session WHERE state = 'charging'")
        await plain.reload()
        text = await plain.locator("body").inner_text()
        await plain.locator(".act a").click()
        await plain.locator(".act button").click()
        return text

    assert "Speed now" in phone.browser.act(open_without_scripts)
    car.join(60)
    server.wait_for("SELECT 1 FROM iicharge_session WHERE billing = 'posted'")


def test_two_phones_at_one_connector_start_once(server, phone):
    car = charge_in_background(server)
    phone.scan()
    with Browser(360, 640) as other:
        second = Guest(server, other)
        second.scan()
        phone.press("Continue")
        second.press("Continue")
        for each in (phone, second):
            each.see("Put it on your room bill")
            each.fill(room=ROOM, name=each.name)
        phone.press("Start charging")
        second.press("Start charging")
        second.see("not free any more")
    phone.see("Speed now")
    assert server.rows("SELECT count(*) FROM iicharge_guest_visit") == [(1,)]
    phone.press("Stop charging")
    phone.press("Stop charging")
    car.join(60)


def test_charging_stops_where_the_guest_says(server, phone):
    car = charge_in_background(server, reading_wh=9_000)
    phone.scan()
    phone.start()
    phone.see("Charges until your car is full")
    phone.click("[href$='ask=limit']")
    phone.see("When should it stop?")
    phone.click("label:has-text('At an energy')")
    phone.fill(kwh="5")
    phone.press("Save")
    phone.see("more kWh than are in your car")
    phone.fill(kwh="9,01")
    phone.press("Save")
    # 46 Wh come until limits are looked at again: the charger is asked now
    car.join(60)
    phone.see("Thank you. Drive well.")
    [(stopped, kind)] = server.rows(
        """SELECT session.limit_stop_at IS NOT NULL, state.kind FROM iicharge_session session
             JOIN iicharge_desired_state state ON state.session_id = session.id"""
    )
    assert (stopped, kind) == (True, "ended")
    assert phone.browser.console == []
