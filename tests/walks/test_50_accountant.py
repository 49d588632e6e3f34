# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""The accountant: accounts, company accounts, late charges, the month, the books."""

from .house import GUEST, SITE
from .manual import walks

COMPANY = "Lakeside Couriers"
OPERATOR = "Volt Works"


@walks("CONFIGURE: Accountant: Products, accounts, taxes: 1.", "CONFIGURE: Accountant: Months")
def test_charging_product_and_accrual_are_set(screen, hotel):
    screen.log_in("accountant")
    screen.open("EV Charging", "Configuration", "Hotel Settings")
    assert screen.value("product_id")
    screen.tick("accrue_monthly")
    screen.save()
    company = hotel.read("res.company", 1, "iicharge_accrue_monthly")
    assert company["iicharge_accrue_monthly"]


@walks("CONFIGURE: Accountant: Products, accounts, taxes: 1.")
def test_account_of_the_charging_product_is_opened(screen, hotel):
    screen.log_in("accountant")
    screen.open("EV Charging", "Configuration", "Hotel Settings")
    screen.open_record("product_id")
    screen.tab("Accounting")
    assert screen.value("property_account_income_id")


@walks("CONFIGURE: Accountant: Products, accounts, taxes: 2.")
def test_site_sells_its_idle_time_as_a_product_of_its_own(screen, hotel):
    assert hotel.site
    hotel.need("product.product", "Idle time", type="service")
    screen.log_in("manager")
    screen.open("EV Charging", "Configuration", "Sites")
    screen.row(SITE)
    screen.tab("Accounting")
    screen.add_row("product_ids")
    screen.select("component", "Idle time", row="product_ids")
    screen.choose("product_id", "Idle time", row="product_ids")
    screen.save()
    site = hotel.read("iicharge.site", hotel.site, "product_ids")
    assert site["product_ids"]


@walks("CONFIGURE: Accountant: Other operators")
def test_site_has_an_operator_and_a_fee(screen, hotel):
    site = hotel.site
    hotel.need("res.partner", OPERATOR, is_company=True)
    screen.log_in("manager")
    screen.open("EV Charging", "Configuration", "Sites")
    screen.row(SITE)
    screen.choose("operator_id", OPERATOR)
    screen.fill("settlement_fee_percent", 5)
    screen.save()
    assert hotel.read("iicharge.site", site, "operator_id")["operator_id"]
    hotel.admin.call("iicharge.site", "write", [site], {"operator_id": False})


@walks("CONFIGURE: Accountant: Companies that pay", "USAGE: Accountant: Bill companies")
def test_company_account_is_made_found_and_invoiced(screen, hotel):
    hotel.need("res.partner", COMPANY, is_company=True)
    screen.log_in("accountant")
    screen.open("EV Charging", "Company Accounts")
    screen.press("New")
    screen.choose("partner_id", COMPANY)
    screen.save()
    assert hotel.find("iicharge.contract", ["partner_id.name", "=", COMPANY])
    screen.press("Invoice Until…")
    with screen.refused("Nothing to invoice"):
        screen.press("Create Invoices")
    screen.press("Cancel")
    screen.log_in("manager")
    screen.open("EV Charging", "Configuration", "Charging Cards")
    screen.press("New")
    screen.fill("uid", "COURIER1")
    screen.choose("contract_id", "Lakeside")
    screen.save()


@walks("USAGE: Accountant: What needs a person")
def test_late_charge_is_resolved_by_an_invoice(screen, hotel):
    hotel.make_late_charge()
    screen.log_in("accountant")
    screen.open("EV Charging", "Sessions")
    screen.filter("In Review")
    screen.open("EV Charging", "Late Charges")
    screen.row(GUEST)
    screen.press("Resolve")
    screen.select("resolution", "Put it on a new invoice")
    screen.press("Resolve")
    hotel.server.wait_for("SELECT 1 FROM iicharge_charge WHERE destination = 'invoice'")


@walks("USAGE: Accountant: Let the company pay")
def test_charging_of_a_stay_is_routed_to_another_bill(screen, hotel):
    stay = hotel.read("sale.order", hotel.stay, "name")["name"]
    other = hotel.make_stay("205")
    screen.log_in("accountant")
    screen.open("Sales", "Orders", "Orders")
    screen.row(stay)
    screen.tab("Payment Routing")
    screen.add_row("iicharge_routing_ids")
    name = hotel.read("sale.order", other, "name")["name"]
    screen.choose("paying_folio_id", name, row="iicharge_routing_ids")
    screen.save()
    assert hotel.find("iicharge.routing", ["paying_folio_id", "=", other])


@walks("USAGE: Accountant: Pay operators")
def test_statements_of_operators_are_made(screen, hotel):
    screen.log_in("accountant")
    screen.open("EV Charging", "Reporting", "Operator Statements")
    screen.press("Make Statements…")
    with screen.refused("is left to settle"):
        screen.press("Make Statements")
    screen.press("Cancel")


@walks("USAGE: Accountant: Close a month")
def test_month_is_accrued(screen, hotel):
    assert hotel.session
    screen.log_in("accountant")
    screen.open("EV Charging", "Reporting", "Month-End Accrual")
    screen.press("Cancel")
    screen.open("EV Charging", "Reporting", "Accrued Charging")


@walks("USAGE: Accountant: Prove that the books are right")
def test_reconciliation_has_no_difference(screen, hotel):
    assert hotel.session
    screen.log_in("accountant")
    screen.open("EV Charging", "Reporting", "Reconciliation")
    screen.press("Check")
    screen.see("Sessions")


@walks("USAGE: Accountant: Check card payments")
def test_card_payments_agree_with_the_providers(screen, hotel):
    assert hotel.session
    screen.log_in("accountant")
    screen.open("EV Charging", "Reporting", "Card Payments")
    screen.see("No guest has paid by card yet")
    screen.open("EV Charging", "Reporting", "Reconciliation with Providers")
    screen.see("All card payments agree with their charges")


@walks("USAGE: Accountant: Compare the VAT")
def test_vat_is_compared(screen, hotel):
    assert hotel.session
    screen.log_in("accountant")
    screen.open("EV Charging", "Reporting", "VAT of Charging")
    screen.press("Show")
