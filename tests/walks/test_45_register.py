# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Front desk opens a register, and finds the chargers there."""

from .house import CHARGER, REGISTER
from .manual import walks


@walks(
    "USAGE: Front desk: At the register: EV Charging in the bar",
    "USAGE: Front desk: At the register: - Questions",
)
def test_register_shows_chargers_and_answers_questions(screen, hotel):
    hotel.connect()
    assert hotel.register
    screen.log_in("front_desk")
    screen.open("Point of Sale")
    screen.click(f".o_kanban_record:has-text('{REGISTER}') button:has-text('Open Register')")
    screen.browser.wait_for("document.querySelector('.pos .modal, .product-screen')", 120)
    screen.settle()
    screen.press("Open Register")
    screen.click(".pos .o_iicharge_charging_button, .pos button:has-text('EV Charging')")
    screen.see(f"{CHARGER} · 1")
    screen.click("button:has-text('Questions')")
    screen.see("kWh")
