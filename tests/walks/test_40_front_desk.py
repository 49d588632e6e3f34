# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Front desk in the backend: a stay, a start, a stop, check-out, questions."""

import requests
from lxml import html

from devkit.browser import Browser

from .house import CHARGER, GUEST, ROOM, charge_for_the_room, stop_for_good
from .manual import walks


@walks(
    "README: Add it to your own Odoo 19: Without a hotel module",
    "CONFIGURE: Integrator: Stays: 1.",
    "CONFIGURE: Front desk",
    "CONFIGURE: Front desk: 1.",
)
def test_stay_is_a_confirmed_order_with_room_and_dates(screen, hotel):
    assert hotel.site
    screen.log_in("front_desk")
    screen.open("Sales", "Orders", "Quotations")
    screen.press("New")
    screen.create("partner_id", GUEST)
    screen.fill("iicharge_room", ROOM)
    screen.fill("iicharge_checkin", hotel.local_time(days=-1))
    screen.fill("iicharge_checkout", hotel.local_time(days=1))
    screen.fill("iicharge_credit_limit", 200)
    screen.press("Confirm")
    stay = hotel.find("sale.order", ["iicharge_room", "=", ROOM])
    assert hotel.read("sale.order", stay, "state")["state"] == "sale"


@walks(
    "CONFIGURE: Front desk: 2.",
    "USAGE: Front desk: Start for a room",
    "USAGE: Front desk: Stop charging",
)
def test_charging_for_a_room_starts_and_stops_on_live(screen, hotel):
    car, stay = hotel.connect(), hotel.stay
    charging = car.begin(car.charge())
    screen.log_in("front_desk")
    screen.open("EV Charging", "Live")
    screen.click(f".o_kanban_record:has-text('{CHARGER} · 1') button:has-text('Start')")
    screen.click(f".modal .o_iicharge_stay:has-text('{ROOM}')")
    screen.see(GUEST)
    screen.press("Start Charging")
    screen.see("The charger has accepted.")
    screen.press("Close")
    hotel.server.wait_for("SELECT 1 FROM iicharge_session WHERE state = 'charging'")
    screen.open("EV Charging", "Live")
    screen.click(f".o_kanban_record:has-text('{CHARGER} · 1') button:has-text('Stop')")
    screen.press("Stop charging")
    charging.result(60)
    hotel.wait_for_bill()
    screen.press("Close")
    screen.open("Sales", "Orders", "Orders")
    screen.row(hotel.read("sale.order", stay, "name")["name"])
    screen.see("EV charging")


@walks("USAGE: Front desk: Start for a walk-in")
def test_walk_in_is_started_and_given_back_on_live(screen, hotel):
    car = hotel.connect()
    accepting = car.begin(car.expect("RemoteStartTransaction"))
    screen.log_in("front_desk")
    screen.open("EV Charging", "Live")
    screen.press("Start a walk-in")
    screen.fill("plate", "B IR 4721")
    screen.press("Start Charging")
    accepting.result(30)
    screen.see("The charger has accepted.")
    screen.press("Close")
    screen.open("EV Charging", "Live")
    screen.see("Walk-in, B IR 4721")
    screen.click(".o_kanban_record:has-text('B IR 4721') button:has-text('Cancel')")
    screen.click(".o_iicharge_board:not(:has-text('B IR 4721')) h2")


@walks("USAGE: Front desk: Let guests start by themselves: 2.")
def test_stay_gets_another_pin(screen, hotel):
    stay = hotel.stay
    hotel.admin.call("sale.order", "action_iicharge_renew_pin", [stay])
    before = hotel.read("sale.order", stay, "iicharge_pin")["iicharge_pin"]
    screen.log_in("front_desk")
    screen.open("Sales", "Orders", "Orders")
    screen.row(hotel.read("sale.order", stay, "name")["name"])
    screen.see(before)
    screen.press("New PIN")
    after = hotel.read("sale.order", stay, "iicharge_pin")["iicharge_pin"]
    assert after != before
    screen.see(after)


@walks(
    "USAGE: Front desk: Let guests start by themselves: 1.",
    "USAGE: Front desk: Let guests start by themselves: 3.",
)
def test_wrong_names_at_a_sign_are_limited_and_front_desk_is_asked(screen, hotel):
    assert hotel.connect() and hotel.stay
    address = f"{hotel.server.url}/charge/{hotel.make_sign()}"
    phone = requests.Session()
    for _try in range(6):
        page = html.fromstring(phone.get(f"{address}/pay?pay=room", timeout=20).text)
        [form] = page.xpath("//form[@id='room']")
        typed = {**dict(form.form_values()), "room": ROOM, "name": "Nobody"}
        answer = phone.post(f"{address}/by/room", typed, timeout=20).text
    assert "Five tries did not match" in answer
    asked = "SELECT res_id FROM iicharge_alert WHERE kind = 'guest_tries'"
    [(connector,)] = hotel.server.wait_for(asked, timeout_s=60)
    screen.log_in("front_desk")
    # as the link of the activity does
    screen.go(f"/odoo/action-iicharge_odoo.iicharge_connector_action/{connector}")
    screen.see("Too many wrong rooms, names or PINs")
    hotel.server.rows("DELETE FROM iicharge_guest_try RETURNING id")


@walks(
    "USAGE: Front desk: Let guests start by themselves: 4.",
    "USAGE: Front desk: Let guests start by themselves: 5.",
)
def test_guest_is_written_to_and_says_how_it_was(screen, hotel):
    car = hotel.connect()
    assert hotel.stay
    charging = car.begin(car.charge())
    with Browser(360, 640) as browser:
        phone = charge_for_the_room(hotel, browser)
        phone.fill(address="greta@example.com")
        phone.click("[action$='/notify'] button")
        phone.see("We write to g…@example.com")
        stop_for_good(phone, charging)
        phone.rate(5, "So easy")
        phone.send_receipt("greta@example.com")
        phone.see("Something was wrong")
        assert browser.console == []
    # the other way of the step: for all charging of a stay
    screen.log_in("front_desk")
    screen.open("Sales", "Orders", "Orders")
    screen.row(hotel.read("sale.order", hotel.stay, "name")["name"])
    screen.tick("iicharge_notify")
    screen.save()
    assert hotel.read("sale.order", hotel.stay, "iicharge_notify")["iicharge_notify"]


@walks("USAGE: Front desk: Let guests start by themselves: 6.")
def test_blocked_bay_is_reported_and_freed(screen, hotel):
    address = f"{hotel.server.url}/charge/{hotel.make_sign()}"
    phone = requests.Session()
    page = html.fromstring(phone.get(f"{address}/blocked", timeout=20).text)
    [form] = page.xpath("//form[@id='blocked']")
    typed = {**dict(form.form_values()), "words": "A van without a plug"}
    assert "We will come and look" in phone.post(f"{address}/blocked", typed, timeout=20).text
    screen.log_in("front_desk")
    screen.go("/odoo")
    screen.see("Bay blocked")
    screen.open("EV Charging", "Chargers", "Blocked Bays")
    screen.row("A van without a plug")
    screen.press("The Bay Is Free Again")
    screen.see("Done By")
    screen.open("EV Charging", "Home")
    screen.see("Needs you")
    assert not screen.count("text=Bay blocked")


@walks("USAGE: Front desk: Answer a guest's question")
def test_evidence_is_one_page(screen, hotel):
    session = hotel.session
    screen.log_in("front_desk")
    screen.open("EV Charging", "Sessions")
    screen.row(session)
    screen.press_stat("Evidence")
    screen.see(session)


@walks("USAGE: Front desk: When a guest questions a charge")
def test_dispute_is_opened(screen, hotel):
    session = hotel.session
    screen.log_in("front_desk")
    screen.open("EV Charging", "Sessions")
    screen.row(session)
    screen.press("Open Dispute")
    screen.select("reason", "Somebody else charged")
    screen.fill("statement", "I was not there.")
    screen.press("Open Dispute")
    screen.see("Dispute")
    assert hotel.find("iicharge.dispute", ["session_id.name", "=", session])


@walks("USAGE: Front desk: Reserve")
def test_connector_is_kept_for_a_stay_and_given_back(screen, hotel):
    car = hotel.connect()
    assert hotel.stay
    screen.log_in("front_desk")
    screen.open("EV Charging", "Live")
    answer = car.begin(car.keep())
    screen.click(f".o_kanban_record:has-text('{CHARGER} · 2') button:has(.fa-bookmark-o)")
    screen.click(f".modal .o_iicharge_stay:has-text('{ROOM}')")
    screen.see(GUEST)
    screen.press("Reserve")
    answer.result(30)
    screen.see("keeps the connector")
    screen.press("Close")
    hotel.server.wait_for("SELECT 1 FROM iicharge_reservation WHERE state = 'active'")
    screen.open("EV Charging", "Chargers", "Reservations")
    screen.row(ROOM)
    released = car.begin(car.release())
    screen.press("Cancel the Reservation")
    screen.confirm()
    released.result(30)
    hotel.server.wait_for("SELECT 1 FROM iicharge_reservation WHERE state = 'cancelled'")


@walks("USAGE: Front desk: Close the day")
def test_night_audit_of_a_day_is_made(screen, hotel):
    assert hotel.session
    screen.log_in("front_desk")
    screen.open("EV Charging", "Reporting", "Night Audit")
    screen.press("Make for a Day")
    screen.press("Make")
    screen.see("Hotel Birch")


@walks("USAGE: Front desk: Check a guest out")
def test_bill_is_invoiced_while_a_car_charges(screen, hotel):
    car, stay = hotel.connect(), hotel.stay
    transaction = car.do(car.start(hotel.card))
    screen.log_in("front_desk")
    screen.open("Sales", "Orders", "Orders")
    screen.row(hotel.read("sale.order", stay, "name")["name"])
    screen.press("Create Invoice")
    screen.press("Create Draft")
    screen.see("A car of this guest is still charging")
    screen.select("choice", "Keep charging; it becomes a late charge")
    screen.press("Continue")
    screen.see("Draft")
    car.do(car.stop(transaction))
    hotel.server.wait_for("SELECT 1 FROM iicharge_charge WHERE state = 'late'")
