# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""A guest waits for a charger, on the guest's page; front desk sees and changes the list."""

from devkit.browser import Browser
from tests.e2e.phone import Phone

from .house import CHARGER, REGISTER
from .manual import walks


@walks(
    "USAGE: Front desk: Let guests wait for a charger: 1.",
    "USAGE: Front desk: Let guests wait for a charger: 2.",
    "USAGE: Front desk: Let guests wait for a charger: 3.",
)
def test_guest_waits_and_front_desk_offers_and_removes(screen, hotel):
    assert hotel.connect()
    with Browser(360, 640) as browser:
        phone = Phone(browser)
        # a guest who looks for the list is on it also where something is free just now
        browser.open(f"{hotel.server.url}/charge/{hotel.make_sign()}/wait")
        phone.see("You would be number 1")
        phone.fill(email="greta@example.com")
        phone.press("Put me on the list")
        # the guest has the page open: offered at night, too
        phone.see("It is your turn")
        phone.click("[action$='/pass'] button")
        phone.see("You let the next guest go first")
        screen.log_in("front_desk")
        screen.open("EV Charging", "Chargers", "Waiting List")
        screen.row("greta@example.com")
        screen.press("Offer a Free Charger")
        screen.see("Kept Until")
        phone.see("It is your turn")
        screen.press("Remove from the List")
        screen.confirm()
        screen.see("Left")
        phone.see("You have left the list")
        assert browser.console == []


@walks("USAGE: Front desk: Let guests wait for a charger: 4.")
def test_front_desk_keeps_the_list_at_the_register(screen, hotel):
    hotel.connect()
    assert hotel.register
    screen.log_in("front_desk")
    screen.open("Point of Sale")
    screen.click(f".o_kanban_record:has-text('{REGISTER}') .btn-primary")
    screen.browser.wait_for("document.querySelector('.pos .modal, .product-screen')", 120)
    screen.settle()
    if screen.count(".modal button:has-text('Open Register')"):
        screen.press("Open Register")
    screen.click(".pos .o_iicharge_charging_button, .pos button:has-text('EV Charging')")
    screen.see(f"{CHARGER} · 1")
    screen.click("[data-hotkey=w]")
    screen.see("No guest waits for a charger.")
    screen.click(".o_iicharge_adding")
    screen.click(".o_iicharge_add_waiting #iicharge_waiting_name")
    screen.browser.act(lambda page: page.fill("#iicharge_waiting_name", "Bo Larsen"))
    screen.click(".o_iicharge_add:not(:disabled)")
    screen.see("Waiting list (1)")
    screen.see("Bo Larsen")
    screen.click(".o_iicharge_remove")
    screen.see("Waiting list (0)")
