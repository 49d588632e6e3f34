# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""A guest pays by card on the page, in a browser, with Odoo's demo provider and a charger."""

import asyncio
import threading

import pytest

from devkit.browser import Browser
from devkit.odoo_server import OdooServer
from devkit.testing import Site

from .test_guest_page import CHARGER, FREE, Guest, charge_in_background
from .visit import Visit

PROVIDER = """
env["ir.module.module"].search([("name", "=", "payment_demo")]).button_immediate_install()
env = env(su=True)
env.ref("payment.payment_provider_demo").write({"state": "test", "is_published": True})
env.ref("payment.payment_provider_demo").capture_manually = True
env.ref("iicharge_odoo.demo_site").card_online = True
env.cr.commit()
"""
# The first page with the provider's form makes Odoo's bundle of scripts.
PAY_WAIT_S = 300
# Several requests of the provider, one after the other.
SETTLE_WAIT_S = 120
PAID = "SELECT amount_total FROM iicharge_session WHERE billing = 'paid'"
RELEASED = "SELECT 1 FROM iicharge_card_payment WHERE state = 'settled'"
SETTLED = """
    SELECT payment.amount, move.amount_total, move.payment_state, session.billing
      FROM iicharge_card_payment payment
      JOIN iicharge_session session ON session.id = payment.session_id
      JOIN iicharge_charge charge ON charge.session_id = session.id
      JOIN iicharge_charge_line line ON line.charge_id = charge.id
      JOIN account_move_line item ON item.id = line.invoice_line_id
      JOIN account_move move ON move.id = item.move_id
     WHERE payment.state = 'settled'
"""
# What the provider has done: kind, sum and state, the first one first.
DONE = """
    SELECT coalesce(request.kind, 'pay'), abs(transaction.amount), transaction.state
      FROM payment_transaction transaction
      LEFT JOIN iicharge_card_request request ON request.child_id = transaction.id
     ORDER BY transaction.id
"""
OPEN_ITEMS = """
    SELECT sum(abs(item.amount_residual)) FROM account_move_line item
      JOIN account_account account ON account.id = item.account_id
      JOIN account_move move ON move.id = item.move_id
     WHERE account.account_type = 'asset_receivable' AND move.state = 'posted'
       AND (move.invoice_origin IN (SELECT name FROM iicharge_session)
            OR move.origin_payment_id IS NOT NULL)
"""


class CardGuest(Guest):
    def choose_sum(self, text):
        self.press("Continue")
        self.see("Go on to pay")
        self.browser.act(lambda page: page.locator(f".chips label:has-text('{text}')").click())
        self.press("Go on to pay")

    def choose_card(self):
        self.browser.act(lambda page: page.locator("[name=pay][value=card]").check())

    def pay(self, status="done"):
        """Fill in the form of the demo provider."""
        self.browser.wait_for(
            "document.querySelector('#simulated_payment_state')?.checkVisibility()"
        )

        async def fill(page):
            await page.select_option("#simulated_payment_state", status)
            await page.locator("[name=customer_input]").fill("4242")
            await page.locator("[name=o_payment_submit_button]").first.click()

        self.browser.act(fill)


@pytest.fixture
def card_server(request, tmp_path):
    """Run the demo hotel with Odoo's demo provider, which holds first."""
    site = Site.from_environment()
    database = f"e2e_{request.node.name[:40].lower()}"
    server = OdooServer(site, database, tmp_path / "odoo.log")
    server.shell(PROVIDER)
    server.start()
    yield server
    # Odoo's own pages keep websockets open, for which its end may wait longer than `stop` does
    server.kill()
    site.drop_database(database)


@pytest.fixture
def phone(card_server):
    with Browser(360, 640) as browser:
        yield CardGuest(card_server, browser)


def charge_by_card(server, phone):
    """Pay, charge for an hour, and unplug."""
    car = charge_in_background(server, wait_s=PAY_WAIT_S)
    phone.scan()
    phone.choose_card()
    phone.choose_sum("40")
    phone.pay()
    phone.see("Speed now", PAY_WAIT_S)
    phone.press("Stop charging")
    phone.see("Stop now?")
    phone.press("Stop charging")
    car.join(60)
    phone.see("Thank you. Drive well.", SETTLE_WAIT_S)


def assert_settled(server, total):
    [(held, invoiced, payment_state, billing)] = server.wait_for(SETTLED, timeout_s=SETTLE_WAIT_S)
    assert (float(held), float(invoiced), billing) == (40, total, "paid")
    assert payment_state in ("paid", "in_payment")
    [(left,)] = server.rows(OPEN_ITEMS)
    assert left == 0


def test_declined_card_starts_nothing_and_the_hold_of_the_next_is_taken_in_part(card_server, phone):
    car = charge_in_background(card_server, wait_s=PAY_WAIT_S)
    phone.scan()
    phone.choose_card()
    phone.choose_sum("40")
    phone.pay("error")
    phone.see("Nothing was charged, and nothing has started.", PAY_WAIT_S)
    assert card_server.rows("SELECT count(*) FROM iicharge_guest_visit") == [(0,)]
    phone.press("Try again or use another card")
    phone.pay()
    phone.see("Speed now", PAY_WAIT_S)
    phone.press("Stop charging")
    phone.see("Stop now?")
    phone.press("Stop charging")
    car.join(60)
    phone.see("Thank you. Drive well.", SETTLE_WAIT_S)
    [(total,)] = card_server.wait_for(PAID, timeout_s=SETTLE_WAIT_S)
    assert_settled(card_server, float(total))
    done = [
        (kind, round(float(amount), 2), state) for kind, amount, state in card_server.rows(DONE)
    ]
    rest = round(40 - float(total), 2)
    assert done == [
        ("pay", 40, "error"),
        ("pay", 40, "done"),
        ("capture", float(total), "done"),
        ("void", rest, "cancel"),
    ]
    phone.browser.evaluate("location.reload() && null")
    phone.see("are released")


def test_fixed_sum_is_paid_and_the_rest_comes_back(card_server, phone):
    admin = card_server.log_in("admin")
    provider = admin.call("payment.provider", "search", [["capture_manually", "=", True]])
    admin.call("payment.provider", "write", provider, {"capture_manually": False})
    charge_by_card(card_server, phone)
    [(total,)] = card_server.wait_for(PAID, timeout_s=SETTLE_WAIT_S)
    assert_settled(card_server, float(total))
    done = [
        (kind, round(float(amount), 2), state) for kind, amount, state in card_server.rows(DONE)
    ]
    assert done == [("pay", 40, "done"), ("refund", round(40 - float(total), 2), "done")]
    phone.browser.evaluate("location.reload() && null")
    phone.see("come back to your card")


@pytest.mark.companions_only
def test_typed_sum_is_paid_and_the_rest_stays_on_a_prepaid_card(card_server, phone):
    admin = card_server.log_in("admin")
    provider = admin.call("payment.provider", "search", [["capture_manually", "=", True]])
    admin.call("payment.provider", "write", provider, {"capture_manually": False})
    admin.call("loyalty.program", "create_from_template", "gift_card")
    car = charge_in_background(card_server, wait_s=PAY_WAIT_S)
    phone.scan()
    phone.choose_card()
    phone.press("Continue")
    phone.see("Go on to pay")
    phone.click(".chips label:has-text('Another sum')")
    phone.fill(other_amount="33")
    phone.click("label:has-text('It stays here')")
    phone.press("Go on to pay")
    phone.pay()
    phone.see("Speed now", PAY_WAIT_S)
    phone.press("Stop charging")
    phone.see("Stop now?")
    phone.press("Stop charging")
    car.join(60)
    phone.see("Thank you. Drive well.", SETTLE_WAIT_S)
    [(total,)] = card_server.wait_for(PAID, timeout_s=SETTLE_WAIT_S)
    [(code, points)] = card_server.wait_for(
        """SELECT card.code, card.points FROM iicharge_card_payment payment
             JOIN loyalty_card card ON card.id = payment.rest_card_id
            WHERE payment.state = 'settled'""",
        timeout_s=SETTLE_WAIT_S,
    )
    assert round(float(points), 2) == round(33 - float(total), 2)
    done = [(kind, float(amount), state) for kind, amount, state in card_server.rows(DONE)]
    assert done == [("pay", 33, "done")]
    [(left,)] = card_server.rows(OPEN_ITEMS)
    assert left == 0
    phone.browser.evaluate("location.reload() && null")
    phone.see(code)


def test_money_is_let_go_where_no_car_comes(card_server, phone):
    over = threading.Event()

    async def wait_for_a_car():
        async with Visit(card_server, CHARGER) as charger:
            await asyncio.to_thread(over.wait, PAY_WAIT_S)
            assert await charger.charger.next_command(1)

    thread = threading.Thread(target=asyncio.run, args=[wait_for_a_car()])
    thread.start()
    card_server.wait_for(FREE, CHARGER)
    phone.scan()
    phone.choose_card()
    phone.choose_sum("20")
    phone.pay()
    phone.see("Plug in now", PAY_WAIT_S)
    phone.press("Cancel")
    phone.see("Nothing was charged.")
    card_server.wait_for(RELEASED, timeout_s=SETTLE_WAIT_S)
    over.set()
    thread.join(60)
    done = [(kind, float(amount), state) for kind, amount, state in card_server.rows(DONE)]
    assert done == [("pay", 20, "cancel"), ("void", 20, "cancel")]
