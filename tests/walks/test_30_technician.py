# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""The technician adds a charger, lets it connect, and reads what it sends."""

import requests

from .car import Car
from .house import CHARGER, IDENTITY, SITE
from .manual import walks


@walks(
    "README: Point a real charger at it: 2.",
    "README: Point a real charger at it: 3.",
    "README: Point a real charger at it: 4.",
    "CONFIGURE: Technician: Chargers: 1.",
    "CONFIGURE: Technician: Chargers: 2.",
    "CONFIGURE: Technician: Chargers: 3.",
)
def test_charger_is_added_and_connects_with_its_password(screen, hotel):
    assert hotel.site
    screen.log_in("technician")
    screen.open("EV Charging", "Chargers", "Chargers")
    screen.press("New")
    screen.fill("name", CHARGER)
    screen.fill("identity", IDENTITY)
    screen.choose("site_id", SITE)
    screen.save()
    screen.press("Set Password")
    hotel.secret = screen.value("secret")
    screen.press("I Have Copied It")
    car = hotel.connect()
    screen.see("Online")
    screen.press_stat("OCPP Messages")
    screen.see("BootNotification")
    assert car.identity == IDENTITY


@walks("CONFIGURE: Technician: Chargers: 3.", "README: Point a real charger at it: 4.")
def test_charger_that_is_not_let_in_is_listed_with_the_reason(screen, hotel):
    hotel.admin.call("iicharge.site", "write", [hotel.site], {"accept_unknown_chargers": False})
    stranger = Car(hotel.server, "NOBODY-1", "no password that anybody knows")
    assert not stranger.is_let_in()
    hotel.server.wait_for("SELECT 1 FROM iicharge_refused_connection")
    screen.log_in("technician")
    screen.open("EV Charging", "Chargers", "Refused Connections")
    screen.see("NOBODY-1")


@walks("README: Point a real charger at it: Or switch on", "CONFIGURE: Technician: Chargers: 3.")
def test_charger_that_announces_itself_is_accepted(screen, hotel):
    hotel.admin.call("iicharge.site", "write", [hotel.site], {"accept_unknown_chargers": True})
    car = Car(hotel.server, "BIRCH-2", "a password of its own")
    car.connect()
    hotel.server.wait_for("SELECT 1 FROM iicharge_charger WHERE identity_key = 'birch-2'")
    screen.log_in("technician")
    screen.open("EV Charging", "Chargers", "New Chargers")
    screen.row("BIRCH-2")
    screen.press("Accept")
    screen.fill("rated_power_kw", 22)
    screen.press("Accept")
    screen.see("Online")
    car.leave()


@walks("CONFIGURE: Technician: Chargers: 4.")
def test_password_is_changed(screen, hotel):
    hotel.connect()
    screen.log_in("technician")
    screen.open("EV Charging", "Chargers", "Chargers")
    screen.row(CHARGER)
    screen.press("Change Password")
    secret = screen.value("secret")
    assert 16 <= len(secret) <= 40
    screen.press("Cancel")


@walks(
    "CONFIGURE: Technician: Chargers: 5.",
    "CONFIGURE: Technician: Chargers: 6.",
    "CONFIGURE: Technician: Chargers: 8.",
)
def test_power_and_metering_are_entered(screen, hotel):
    assert hotel.charger
    screen.log_in("technician")
    screen.open("EV Charging", "Chargers", "Chargers")
    screen.row(CHARGER)
    screen.fill("rated_power_w", 11.04)
    screen.tab("Metering")
    screen.fill("measurands", "Energy.Active.Import.Register")
    screen.tab("Display")
    screen.fill("sign_key", "QRCode#")
    screen.save()
    charger = hotel.read(
        "iicharge.charger", hotel.charger, "rated_power_w", "measurands", "sign_key"
    )
    assert charger["rated_power_w"] == 11040 and charger["measurands"]
    assert charger["sign_key"] == "QRCode#"


@walks("CONFIGURE: Technician: Help when something fails: - EV Charging > Configuration")
def test_manager_adds_a_note_to_a_help_text(screen, hotel):
    screen.log_in("manager")
    screen.open("EV Charging", "Configuration", "Help Texts")
    guide = hotel.find("iicharge.guide")
    screen.row(hotel.read("iicharge.guide", guide, "name")["name"])
    screen.fill("note", "Call Ben, 0170 123.")
    screen.save()


@walks("CONFIGURE: Technician: Help when something fails: - Maintenance")
def test_team_for_calls_of_front_desk_is_added(screen, hotel):
    screen.log_in("technician")
    screen.open("Maintenance", "Configuration", "Maintenance Teams")
    screen.press("New")
    screen.fill("name", "Technicians")
    screen.click(".o_list_button_save")
    assert hotel.find("maintenance.team", ["name", "=", "Technicians"])


@walks("USAGE: Technician: Open the charger")
def test_messages_and_commands_of_a_charger_are_read(screen, hotel):
    hotel.connect()
    screen.log_in("technician")
    screen.open("EV Charging", "Chargers", "Chargers")
    screen.row(CHARGER)
    screen.see("Online")
    screen.press("Read Settings")
    screen.see("The charger has answered.")
    screen.press("Close")
    for name in ("OCPP Messages", "Commands"):
        screen.open("EV Charging", "Chargers", "Chargers")
        screen.row(CHARGER)
        screen.press_stat(name)
        assert screen.count(".o_data_row") or name == "Commands"
    screen.open("EV Charging", "Chargers", "New Chargers")
    screen.open("Maintenance", "Maintenance", "Maintenance Requests")


@walks("CONFIGURE: Technician: Chargers: 7.")
def test_sign_is_renewed_and_the_old_one_says_so(screen, hotel):
    assert hotel.connect()
    screen.log_in("technician")
    screen.open("EV Charging", "Chargers", "Connectors")
    screen.row(CHARGER)
    old = hotel.make_sign()
    screen.open("EV Charging", "Chargers", "Connectors")
    screen.row(CHARGER)
    screen.see(f"{old[:4]}-{old[4:]}")
    screen.press("Renew the Sign")
    screen.confirm()
    assert hotel.make_sign() != old
    answer = requests.get(f"{hotel.server.url}/charge/{old}", timeout=20)
    assert "This sign is old" in answer.text
