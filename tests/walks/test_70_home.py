# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""The first page of each role, on a hotel that has a charger and a stay."""

from .house import CHARGER
from .manual import walks


@walks("USAGE: Home: EV Charging opens", "USAGE: Home: - Front desk")
def test_front_desk_begins_at_home(screen, hotel):
    hotel.connect()
    screen.log_in("front_desk")
    screen.go("/odoo")
    screen.see("Needs you")
    screen.see("Free now")
    screen.click(".o_iicharge_tally[data-key=free]")
    screen.see(f"{CHARGER} · 1")
    screen.open("EV Charging", "Home")
    screen.click("[data-key=free] .o_iicharge_home_row .btn")
    screen.see("Start Charging")


@walks("USAGE: Home: - Technician", "USAGE: Home: What waits for a person")
def test_technician_begins_at_home(screen, hotel):
    hotel.connect()
    screen.log_in("technician")
    screen.go("/odoo")
    screen.see("Chargers, worst first")
    screen.click("[data-key=chargers] tbody .btn")
    # the worst one: another chapter may have let a new charger come and go
    screen.see("Highest Power Seen")


@walks("USAGE: Home: - Accountant")
def test_accountant_begins_at_home(screen, hotel):
    assert hotel.site
    screen.log_in("accountant")
    screen.go("/odoo")
    screen.see("Needs you, oldest first")
    screen.press("Reconcile up to today")
    screen.see("Reconciliation")


@walks("USAGE: Home: - Manager", "USAGE: Home: Before the first guest")
def test_manager_sees_results_and_switches_homes(screen, hotel):
    assert hotel.site
    screen.log_in("manager")
    screen.go("/odoo")
    screen.see("In use by hour")
    screen.click("[data-key=results] [data-key=sessions] .o_iicharge_value")
    screen.see("Since")
    screen.open("EV Charging", "Home")
    screen.press("Technician")
    screen.see("Chargers, worst first")
