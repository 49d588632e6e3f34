# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Messages by SMS: switched on by the manager, wanted by a guest, seen and ended by front desk."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from devkit.browser import Browser
from tests.e2e.phone import Phone

from .house import SITE, charge_for_the_room, stop_for_good
from .manual import walks
from .test_80_portal import LOGIN, make_log_in

PHONE = "+491701234567"
SHOWN = "+49…67"
PATIENCE_S = 90


class Provider(BaseHTTPRequestHandler):
    """The provider of Odoo's SMS, which takes all. Odoo finds it by a parameter."""

    def do_POST(self):  # noqa: N802, of the base class
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        found = [
            (number["uuid"], number["number"], message["content"])
            for message in asked["params"]["messages"]
            for number in message["numbers"]
        ]
        self.server.sent += [(number, text) for _uuid, number, text in found]
        states = [{"uuid": uuid, "state": "success", "credit": 1} for uuid, *_sms in found]
        body = json.dumps({"jsonrpc": "2.0", "id": asked["id"], "result": states}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_values):
        """Print nothing."""


@pytest.fixture
def provider(hotel):
    """What is sent to the provider, as [(number, text)]; the site sends by SMS at any hour."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Provider)
    server.sent = []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}"
    hotel.admin.call("ir.config_parameter", "set_param", "sms.endpoint", url)
    values = {"guest_sms": True, "quiet_from": 0, "quiet_until": 0}
    hotel.admin.call("iicharge.site", "write", [hotel.site], values)
    yield server
    server.shutdown()
    server.server_close()


def wait_for_sms(provider, text):
    """Wait until Odoo's queue has sent an SMS with a text, which its cron does soon. :return: it"""
    deadline = time.monotonic() + PATIENCE_S
    while True:
        found = [said for number, said in provider.sent if text in said and number == PHONE]
        if found:
            return found[0]
        assert time.monotonic() < deadline, provider.sent
        time.sleep(0.2)


@walks("SMS CONFIGURE: Manager: 2.")
def test_manager_switches_sms_on_for_a_site(screen, hotel):
    assert hotel.site
    screen.log_in("manager")
    screen.open("EV Charging", "Configuration", "Sites")
    screen.row(SITE)
    screen.tick("guest_sms")
    screen.fill("guest_sms_per_day", "50")
    screen.save()
    site = hotel.read("iicharge.site", hotel.site, "guest_sms", "guest_sms_per_day")
    assert (site["guest_sms"], site["guest_sms_per_day"]) == (True, 50)
    screen.see("sent: 0")


@walks(
    "SMS USAGE: Guest",
    "SMS USAGE: Front desk: - The log of a session",
)
def test_guest_gets_sms_and_front_desk_reads_that_it_was_sent(screen, hotel, provider):
    car = hotel.connect()
    assert hotel.stay
    charging = car.begin(car.charge())
    with Browser(360, 640) as browser:
        phone = charge_for_the_room(hotel, browser)
        phone.fill(phone="0170 1234567")
        phone.click("[action$='/notify'] button")
        phone.see("This is no phone number")
        phone.fill(phone=PHONE)
        phone.click("[action$='/notify'] button")
        phone.see(f"We write to {SHOWN}")
        stop_for_good(phone, charging)
        link = browser.evaluate("location.href")
        assert browser.console == []
    hotel.wait_for_bill()
    assert link in wait_for_sms(provider, "Receipt:")
    screen.log_in("front_desk")
    screen.open("EV Charging", "Sessions")
    screen.row(hotel.session)
    screen.see(f"SMS to the guest ({SHOWN})")
    assert link not in screen.text("body")


@walks("SMS USAGE: Front desk: - By SMS, Too")
def test_front_desk_switches_sms_on_for_a_stay(screen, hotel, provider):
    stay = hotel.stay
    guest, _name = hotel.read("sale.order", stay, "partner_id")["partner_id"]
    hotel.admin.call("res.partner", "write", [guest], {"phone": PHONE})
    screen.log_in("front_desk")
    screen.open("Sales", "Orders", "Orders")
    screen.row(hotel.read("sale.order", stay, "name")["name"])
    for field in ("iicharge_notify", "iicharge_notify_sms"):
        if not hotel.read("sale.order", stay, field)[field]:
            screen.tick(field)
    screen.save()
    assert hotel.read("sale.order", stay, "iicharge_notify_sms")["iicharge_notify_sms"]
    car = hotel.connect()
    car.do(car.stop(car.do(car.start(hotel.card))))
    hotel.wait_for_bill()
    assert "/charge/" not in wait_for_sms(provider, "Thank you.")
    hotel.admin.call("sale.order", "write", [stay], {"iicharge_notify": False})


@walks("SMS USAGE: Guest: A guest with a log-in")
def test_guest_wants_sms_about_all_charging_in_the_portal(hotel, provider):
    guest = make_log_in(hotel)
    hotel.admin.call("res.partner", "write", [guest], {"phone": PHONE})
    with Browser(360, 640) as browser:
        phone = Phone(browser)
        browser.log_in(hotel.server, LOGIN)
        browser.open(f"{hotel.server.url}/my/charging")
        phone.see(f"By SMS, too, to {SHOWN}")
        phone.click("[name=own]")
        phone.click("[name=way]")
        phone.click("[action='/my/charging/messages'] button")
        browser.wait_for("document.querySelector('[name=way]')?.checked")
        assert browser.console == []
    assert hotel.read("res.partner", guest, "iicharge_notify_sms")["iicharge_notify_sms"]
    values = {"iicharge_notify": False, "iicharge_notify_sms": False}
    hotel.admin.call("res.partner", "write", [guest], values)
