# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""States of the guest's page and the portal that the glue for loyalty programs brings: offers,
prepaid cards."""

from datetime import date, timedelta

from .guest_states import SEEN_S, SITE, Stage
from .guest_states_more import ODOO_PAGE_S, PORTAL
from .register import CASHIER, open_session
from .test_card_payment import PAY_WAIT_S, SETTLE_WAIT_S
from .test_guest_account import PORTAL as PORTAL_GROUP

CODE = "GIFT-2042"
OFFER = "Coffee and a slice of cake for half the price at the bar while your car is charging"
SPRING = "Spring week for guests who come by electric car"
# A log-in whose password is the same.
LOGIN = "room102.portal"
REST = """
    SELECT card.code FROM iicharge_card_payment payment
      JOIN loyalty_card card ON card.id = payment.rest_card_id
     WHERE payment.state = 'settled'
"""
GUEST = "SELECT partner_id FROM iicharge_token WHERE uid = 'ROOM102'"


def show_offers(stage: Stage):
    """Offers on the sign, the locator, the screen in the lobby and the register, and the sign once
    they are over."""
    [site] = stage.find("iicharge.site", *SITE)
    stage.admin.call("iicharge.site", "write", [site], {"offer": OFFER})
    reward = {"discount": 10, "discount_applicability": "order"}
    values = {
        "name": SPRING,
        "program_type": "promotion",
        "trigger": "auto",
        "rule_ids": [[5], [0, 0, {}]],
        "reward_ids": [[5], [0, 0, reward]],
    }
    program = stage.admin.call("loyalty.program", "create", values)
    stage.admin.call("iicharge.site", "action_renew_board", [site])
    [(key,)] = stage.server.rows("SELECT board_key FROM iicharge_site WHERE board_key IS NOT NULL")
    for path, name in (
        (f"/charge/{stage.code}", "sign-offer"),
        ("/charge", "locator-offer"),
        (f"/charge/board/{key}", "board-offer"),
    ):
        stage.go(path)
        stage.see(OFFER)
        stage.see(SPRING)
        yield name
    yield from _show_at_the_register(stage)
    over = str(date.today() - timedelta(days=3))
    stage.admin.call("iicharge.site", "write", [site], {"offer_until": over})
    stage.admin.call("loyalty.program", "write", [program], {"date_to": over})
    stage.go(f"/charge/{stage.code}")
    stage.see("Continue")
    assert not stage.browser.evaluate(f"document.body.innerText.includes({SPRING!r})")
    yield "sign-offer-over"


def _show_at_the_register(stage):
    register = open_session(stage.server)
    stage.browser.resize(1280, 800)
    stage.browser.log_in(stage.server, CASHIER)
    stage.go(f"/pos/ui/{register}?from_backend=1")
    stage.browser.wait_for("document.querySelector('.product-screen')", ODOO_PAGE_S)
    stage.click(".o_iicharge_charging_button")
    stage.click(".o_iicharge_panel:has(.fa-question-circle)")
    stage.see(SPRING)
    yield "register-offer", ".o_iicharge_questions"
    stage.browser.act(lambda page: page.context.clear_cookies())
    stage.browser.resize(360, 640)


def charge_by_prepaid_card(stage: Stage):
    """A charging on a prepaid card, from the code to the receipt."""
    [program] = stage.find("loyalty.program", ["program_type", "in", ["gift_card", "ewallet"]])
    values = {"program_id": program, "code": CODE, "points": 20}
    stage.admin.call("loyalty.card", "create", values)
    stage.scan()
    stage.choose("prepaid")
    stage.see("Use your prepaid card")
    yield "prepaid"
    stage.fill(card="GIFT-0000")
    stage.press("Start charging")
    stage.see("We know no card with this code.")
    yield "prepaid-wrong"
    stage.fill(card=CODE)
    stage.press("Try again")
    stage.see("Plug in now")
    yield "prepaid-plug-in"
    stage.plug_in()
    stage.report("Charging")
    stage.see("Speed now")
    stage.draw(30, 5_000, power_w=11_000)
    stage.server.wait_for("SELECT 1 FROM iicharge_session WHERE energy_wh = 5000")
    stage.reload()
    stage.see("Stops by itself at")
    yield "prepaid-live"
    stage.click("[href$='ask=limit']")
    stage.see("are used up")
    yield "prepaid-limit"
    stage.stop(9_400)
    stage.see("Thank you. Drive well.", SEEN_S)
    stage.server.wait_for("SELECT 1 FROM iicharge_session WHERE billing IN ('posted', 'paid')")
    stage.reload()
    stage.see("are left on your prepaid card.")
    yield "prepaid-receipt"


def keep_the_rest(stage: Stage):
    """A payment that is taken at once, whose rest stays on a prepaid card."""
    provider = stage.find("payment.provider", ["capture_manually", "=", True])
    stage.admin.call("payment.provider", "write", provider, {"capture_manually": False})
    stage.admin.call("loyalty.program", "create_from_template", "gift_card")
    stage.scan()
    stage.choose("card")
    stage.see("What happens with the rest?")
    stage.click("label:has-text('It stays here')")
    yield "card-rest"
    stage.press("Go on to pay")
    stage.pay()
    stage.see("Plug in now", PAY_WAIT_S)
    stage.plug_in()
    stage.report("Charging")
    stage.see("Speed now")
    stage.stop(9_400)
    stage.see("Thank you. Drive well.", SETTLE_WAIT_S)
    [(code,)] = stage.server.wait_for(REST, timeout_s=SETTLE_WAIT_S)
    stage.reload()
    stage.see(code)
    yield "card-rest-receipt"


def look_into_the_portal(stage: Stage):
    """A guest with a log-in: own charging, a prepaid card, messages, deletion; no company."""
    stage.start_for_room()
    stage.see("Plug in now")
    stage.plug_in()
    stage.report("Charging")
    stage.see("Speed now")
    stage.stop(9_400)
    stage.see("Thank you. Drive well.")
    _give_log_in(stage)
    for path, text, name in (
        ("/my/charging", "By SMS, too", "portal-guest"),
        ("/my/charging/data", "Delete my charging data", "portal-guest-data"),
    ):
        stage.go(path)
        stage.see(text, ODOO_PAGE_S)
        yield name, PORTAL
    stage.go(f"/charge/{stage.code}")
    stage.see("no company account or membership of yours pays here")
    yield "sign-not-a-member"


def _give_log_in(stage):
    [(guest,)] = stage.server.rows(GUEST)
    [(portal,)] = stage.server.rows(PORTAL_GROUP)
    user = {"login": LOGIN, "password": LOGIN, "partner_id": guest, "group_ids": [portal]}
    stage.admin.call("res.users", "create", user)
    person = {"email": "ada@example.com", "phone": "+491701234567"}
    stage.admin.call("res.partner", "write", [guest], person)
    stage.admin.call("iicharge.token", "create", {"uid": "ADA-7788", "partner_id": guest})
    [site] = stage.find("iicharge.site", *SITE)
    stage.admin.call("iicharge.site", "write", [site], {"guest_sms": True})
    [program] = stage.find("loyalty.program", ["program_type", "in", ["gift_card", "ewallet"]])
    until = str(date.today() + timedelta(days=365))
    card = {"program_id": program, "code": CODE, "points": 20, "partner_id": guest}
    stage.admin.call("loyalty.card", "create", {**card, "expiration_date": until})
    stage.browser.log_in(stage.server, LOGIN)
