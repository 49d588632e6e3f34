# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""States of the guest's page that the glue for loyalty programs brings: offers, prepaid cards."""

from .guest_states import SEEN_S, SITE, Stage

CODE = "GIFT-2042"
OFFER = "Coffee and a slice of cake for half the price at the bar while your car is charging"
SPRING = "Spring week for guests who come by electric car"


def show_offers(stage: Stage):
    """Offers on the sign, the locator and the screen in the lobby."""
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
    stage.admin.call("loyalty.program", "create", values)
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
    yield "prepaid-receipt"
