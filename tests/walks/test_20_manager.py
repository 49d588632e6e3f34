# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""The manager sets up what is sold, where, to whom and at which registers."""

import pytest

from devkit.browser import Browser
from tests.e2e.phone import Phone

from .house import REGISTER, SITE, TARIFF
from .manual import walks

# Preset: its number of prices; the last one as its row shows it, and as its form does.
PRESETS = {
    "Per kWh": (1, "0.45 per kWh", "0.45"),
    "Per kWh + idle fee": (2, "6.00 per hour", "6"),
    "Night rate": (2, "0.45 per kWh", "0.45"),
    "Free for guests": (1, "0.00 per kWh", "0"),
}


@walks("README: Add it to your own Odoo 19: 6. Under Configuration", "CONFIGURE: Manager: Tariffs")
def test_tariff_with_a_price_for_energy_is_added(screen, hotel):
    screen.log_in("manager")
    screen.open("EV Charging", "Configuration", "Tariffs")
    screen.press("New")
    screen.fill("name", TARIFF)
    screen.add_row("component_ids", "Add a price")
    assert screen.value("currency_name")
    screen.fill("price", "0.45")
    screen.press("Save & Close")
    screen.save()
    tariff = hotel.find("iicharge.tariff", ["name", "=", TARIFF])
    assert "per kWh" in hotel.read("iicharge.tariff", tariff, "summary")["summary"]


@pytest.mark.parametrize("preset", PRESETS)
@walks("CONFIGURE: Manager: Tariffs")
def test_preset_is_saved_and_its_prices_open_before(screen, hotel, preset):
    screen.log_in("manager")
    screen.open("EV Charging", "Configuration", "Tariffs")
    screen.press("New")
    screen.select("preset", preset)
    count, row, price = PRESETS[preset]
    screen.row(row)
    assert screen.value("price") == price
    assert screen.value("currency_name") not in ("", "Unnamed")
    screen.press("Discard")
    screen.save()
    tariff = hotel.find("iicharge.tariff", ["name", "=", preset])
    assert len(hotel.read("iicharge.tariff", tariff, "component_ids")["component_ids"]) == count
    # one that is free for guests would be so in all walks to come
    hotel.admin.call("iicharge.tariff", "action_archive", [tariff])


@walks(
    "README: Add it to your own Odoo 19: 6. Under Configuration",
    "CONFIGURE: Manager: Sites",
    "CONFIGURE: Manager: Sites: - Room Bills",
    "CONFIGURE: Manager: Sites: - New Chargers",
    "CONFIGURE: Manager: Sites: - Responsible",
    "CONFIGURE: Manager: Sites: - Energy Cost",
    "CONFIGURE: Manager: Sites: - Card Online",
    "CONFIGURE: Manager: Sites: - PIN at Check-in",
    "CONFIGURE: Manager: Sites: - Opening Hours",
    "CONFIGURE: Manager: Sites: - Lobby Screen",
    "README: Point a real charger at it: Or switch on",
)
def test_site_is_added(screen, hotel):
    assert hotel.tariff
    screen.log_in("manager")
    screen.open("EV Charging", "Configuration", "Sites")
    screen.press("New")
    screen.fill("name", SITE)
    screen.choose("tariff_id", TARIFF)
    screen.select("time_zone", "Europe/Berlin")
    screen.fill("opening_hours", "Always open")
    screen.fill("house_rules", "Please move your car when it is full.")
    screen.fill("offer", "This week: coffee while you charge.")
    screen.tick("refuse_past_checkout")
    screen.tick("stop_at_credit_limit")
    screen.tick("accept_unknown_chargers")
    screen.see("PIN at Check-in")
    screen.choose("responsible_technician_id", "Technician")
    screen.tab("Energy Cost")
    screen.add_row("energy_cost_ids")
    screen.fill("valid_from", "01/01/2026", row="energy_cost_ids")
    screen.fill("cost_kwh", "0.21", row="energy_cost_ids")
    screen.tab("Card Online")
    screen.tick("card_online")
    screen.fill("card_amounts", "20, 40")
    screen.save()
    screen.press("New Address")
    screen.see("/charge/board/")
    screen.press("Switch Off")
    site = hotel.read("iicharge.site", hotel.site, "accept_unknown_chargers", "energy_cost_ids")
    assert hotel.read("iicharge.site", hotel.site, "card_online")["card_online"]
    assert site["accept_unknown_chargers"] and site["energy_cost_ids"]


@walks("README: Add it to your own Odoo 19: 6. Under Configuration", "CONFIGURE: Manager: Cards")
def test_card_is_added(screen, hotel):
    screen.log_in("manager")
    screen.open("EV Charging", "Configuration", "Charging Cards")
    screen.press("New")
    screen.fill("uid", "VISITOR1")
    screen.save()
    assert hotel.find("iicharge.token", ["uid", "=", "VISITOR1"])


@walks("CONFIGURE: Manager: Registers: 1.")
def test_register_is_added(screen, hotel):
    assert hotel.site
    screen.log_in("manager")
    screen.open("EV Charging", "Configuration", "Registers")
    screen.press("Add a Register")
    screen.fill("name", REGISTER)
    screen.choose("site_ids", SITE)
    screen.press("Add")
    screen.see(REGISTER)
    assert hotel.offers_room(REGISTER)


@walks("CONFIGURE: Manager: Registers: 2.")
def test_register_that_is_there_offers_room(screen, hotel):
    hotel.add_register_without_room("Bar")
    screen.log_in("manager")
    screen.open("EV Charging", "Configuration", "Registers")
    screen.click(".o_data_row:has-text('Bar') button:has-text('Offer Room')")
    assert hotel.offers_room("Bar")


@walks("CONFIGURE: Manager: Guest data")
def test_guest_data_is_anonymized_after_some_days(screen, hotel):
    screen.log_in("manager")
    screen.open("EV Charging", "Configuration", "Hotel Settings")
    screen.fill("anonymize_days", 90)
    screen.save()
    company = hotel.read("res.company", 1, "iicharge_anonymize_days")
    assert company["iicharge_anonymize_days"] == 90


@walks("CONFIGURE: Manager: Languages of guests")
def test_languages_of_guests_are_added(screen, hotel):
    # all but one are there: each takes Odoo some seconds
    known = ["code", "in", ["de_DE", "fr_FR", "es_ES", "nl_NL"]]
    languages = hotel.admin.call("res.lang", "search", [known, ["active", "in", [True, False]]])
    hotel.admin.call("res.lang", "write", languages, {"active": True})
    screen.log_in("manager")
    screen.open("EV Charging", "Configuration", "Hotel Settings")
    assert screen.value("guest_languages") == "English, Deutsch, Français, Español, Nederlands"
    assert screen.value("missing_languages") == "Italiano"
    screen.press("Add Languages")
    screen.see("English, Deutsch, Français, Español, Nederlands, Italiano")
    with Browser(360, 640) as browser:
        phone = Phone(browser)
        browser.open(f"{hotel.server.url}/charge?lang=it_IT")
        phone.see("Trova la colonnina")
    hotel.admin.call("res.lang", "write", languages, {"active": False})
