# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""More states of the guest's page: cards and accounts, the waiting list, the portal."""

from .guest_states import SEEN_S
from .test_card_payment import PAY_WAIT_S
from .test_guest_account import LOGIN, PASSWORD, make_driver
from .test_guest_page import ROOM

# Long enough for the bundles of Odoo's own pages to be made.
ODOO_PAGE_S = 180
PORTAL = "#wrap"
NOTHING_COMES = """
    UPDATE iicharge_guest_visit SET create_date = create_date - interval '1 hour',
           write_date = now() AT TIME ZONE 'UTC' WHERE session_id IS NULL
"""
OFFER_OVER = """
    UPDATE iicharge_reservation SET expires_at = now() AT TIME ZONE 'UTC' - interval '1 minute',
           write_date = now() AT TIME ZONE 'UTC'
     WHERE id IN (SELECT reservation_id FROM iicharge_waiting WHERE state = 'offered')
"""
STOPPED = "SELECT 1 FROM iicharge_session WHERE billing NOT IN ('open', 'review')"


# --- a card that is held to the charger -----------------------------------------------------------
def hold_a_card(stage):
    """The page waits for a card and follows the charging that it begins."""
    stage.scan()
    stage.choose("tap")
    stage.see("Pay with your charging card")
    yield "tap"
    stage.press("Wait for my card")
    stage.see("Hold your card to the reader, then plug in")
    yield "tap-wait"
    stage.reader.take()
    stage.see("To stop, hold your card to the reader again.")
    stage.reader.charge(40)
    stage.see("Speed now")
    yield "tap-live"
    stage.reader.end(200)
    stage.see("Your card's bill has it.")
    yield "tap-done"


def hold_a_card_in_vain(stage):
    """Two phones wait for one card, and none of them is shown whose it is; no card comes."""
    for _phone in range(2):
        stage.scan()
        stage.choose("tap")
        stage.press("Wait for my card")
        stage.see("Hold your card to the reader")
    stage.see("Another phone waits for a card at this plug")
    yield "tap-contested"
    stage.change(NOTHING_COMES)
    stage.see("No card came in time")
    yield "tap-too-late"
    stage.scan()
    stage.choose("tap")
    stage.press("Wait for my card")
    stage.see("Hold your card to the reader")
    stage.change("UPDATE iicharge_guest_visit SET passed_over_at = now() WHERE true")
    stage.reload()
    stage.see("neither phone shows it")
    yield "tap-not-shown"


# --- the waiting list -----------------------------------------------------------------------------
def wait_in_line(stage):
    """From the list to the connector that is kept, and the ways out of the list."""
    _occupy(stage)
    yield "sign-full"
    stage.press("Put me on the list")
    stage.see("You would be number 1")
    yield "wait-join"
    stage.click("summary:has-text('I stay in the house')")
    stage.fill(room="999", name="Nobody")
    stage.press("Put me on the list")
    stage.see("We find no stay with this.")
    yield "wait-wrong"
    stage.fill(room=ROOM, name=stage.name, email="ada@example.com")
    stage.press("Put me on the list")
    stage.see("You are on the list")
    yield "wait-in-line"
    stage.click("[action$='/pass'] button")
    stage.see("You let the next guest go first")
    yield "wait-passed"
    stage.reader.end(200)
    stage.server.wait_for(STOPPED)
    stage.admin.call("iicharge.waiting", "action_offer", stage.find("iicharge.waiting"))
    stage.see("It is your turn", SEEN_S)
    link = stage.browser.evaluate("location.pathname")
    yield "wait-offered"
    stage.press("I am here, see the price")
    stage.see("Kept for you")
    yield "sign-kept-for-me"
    stage.browser.act(lambda page: page.context.clear_cookies())
    stage.reload()
    stage.see("kept for another guest until")
    yield "sign-kept"
    stage.go(link)
    stage.change(OFFER_OVER)
    stage.see("The time is over", SEEN_S)
    yield "wait-expired"


def leave_the_line(stage):
    """A guest leaves the list; another one is known by its page once the car charges."""
    _occupy(stage)
    stage.press("Put me on the list")
    stage.fill(email="ada@example.com")
    stage.press("Put me on the list")
    stage.see("You are on the list")
    stage.click("[action$='/leave'] button")
    stage.see("You have left the list")
    yield "wait-left"
    stage.change("UPDATE iicharge_waiting SET state = 'claimed' WHERE true")
    stage.reload()
    stage.see("Your car is charging")
    yield "wait-claimed"


def _occupy(stage):
    stage.reader.take()
    stage.report("Unavailable", 2)
    stage.server.wait_for("SELECT 1 FROM iicharge_connector WHERE status = 'unavailable'")
    stage.go(f"/charge/{stage.code}")
    stage.see("No plug is free for your car.")


# --- company and portal ---------------------------------------------------------------------------
def pay_by_company(stage):
    """A driver logs in, charges on the company's account, and sees it in the portal."""
    make_driver(stage.server)
    stage.scan()
    stage.choose("account")
    stage.see("Log in to let your company")
    yield "account"
    stage.press("Log in")
    _log_in(stage)
    stage.see("Your company pays")
    yield "sign-company"
    stage.click("[name=limit]")
    stage.browser.act(lambda page: page.locator("[name=pay]").first.check())
    stage.press("Set a limit")
    stage.browser.wait_for("document.querySelector('#member')")
    yield "company"
    stage.press("Start charging")
    stage.see("Plug in now")
    stage.plug_in()
    stage.report("Charging")
    stage.see("Speed now")
    stage.stop(9_400)
    stage.see("Thank you. Drive well.")
    stage.server.wait_for(STOPPED)
    yield "company-receipt"
    yield from _show_portal(stage)


def _show_portal(stage):
    [person] = stage.find("res.partner", ["name", "=", "Dora Driver"])
    contract = stage.find("iicharge.contract", ["reference", "=", "PO 4711"])
    values = {"portal_contact_ids": [[4, person]]}
    stage.admin.call("iicharge.contract", "write", contract, values)
    values = {"uid": "DORA-7788", "partner_id": person}
    stage.admin.call("iicharge.token", "create", values)
    stage.admin.call("res.partner", "write", [person], {"email": LOGIN})
    for path, text, name in (
        ("/my/charging", "Cards and balance", "portal"),
        ("/my/charging/company", "Download all as a table", "portal-company"),
        ("/my/charging/data", "Delete my charging data", "portal-data"),
    ):
        stage.go(path)
        stage.see(text, ODOO_PAGE_S)
        yield name, PORTAL


def _log_in(stage):
    shown = "document.querySelector('[name=password]')?.checkVisibility()"
    stage.browser.wait_for(shown, ODOO_PAGE_S)
    stage.fill(login=LOGIN, password=PASSWORD)
    stage.click("form.oe_login_form [type=submit]")


# --- card payment ---------------------------------------------------------------------------------
def pay_by_card(stage):
    """A payment online: the sum, the provider's form, refused, waiting, over."""
    stage.scan()
    stage.choose("card")
    stage.see("Go on to pay")
    yield "card"
    stage.press("Go on to pay")
    shown = "document.querySelector('#simulated_payment_state')?.checkVisibility()"
    stage.browser.wait_for(shown, PAY_WAIT_S)
    yield "card-form", PORTAL
    stage.pay("error")
    stage.see("Nothing was charged, and nothing has started.", PAY_WAIT_S)
    link = stage.browser.evaluate("location.pathname")
    yield "card-declined"
    stage.press("Try again or use another card")
    stage.pay("pending")
    # Odoo's own page, which leads back once the bank has answered
    stage.see("waiting for approval", PAY_WAIT_S)
    stage.go(link)
    stage.see("We wait for your bank")
    yield "card-waiting"
    for state, text in (("expired", "The time to pay is over"), ("settled", "did not start")):
        stage.change("UPDATE iicharge_card_payment SET state = %s WHERE true", state)
        stage.go(link)
        stage.see(text)
        yield f"card-{state}"


def type_a_sum(stage):
    """A provider that takes the sum at once: what is left, and another sum than those offered."""
    provider = stage.find("payment.provider", ["capture_manually", "=", True])
    stage.admin.call("payment.provider", "write", provider, {"capture_manually": False})
    site = stage.find("iicharge.site", ["name", "=", "Hotel Iris"])
    stage.admin.call("iicharge.site", "write", site, {"card_other_amount": True})
    stage.scan()
    stage.choose("card")
    stage.see("Go on to pay")
    stage.click(".chips label:has-text('Another sum')")
    yield "card-other-sum"
    stage.fill(other_amount="1")
    stage.press("Go on to pay")
    stage.see("Please choose one of the sums")
    yield "card-wrong-sum"
