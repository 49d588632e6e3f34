# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""A walk-in prepays at the register, with the real gateway; the charger is a simulated one."""

import asyncio
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from tests.e2e.register import open_register, play, run_tour
from tests.e2e.test_pos_races import Register, assert_one_wins, do_at_once
from tests.e2e.visit import Visit

pytestmark = pytest.mark.companions_only
STOP_WAIT_S = 40
CARD = """
    SELECT card.id, card.code, card.points FROM loyalty_card card
      JOIN sale_order_line line ON line.iicharge_topup_card_id = card.id
     ORDER BY line.id DESC LIMIT 1
"""
PAID = """
    SELECT session.id FROM iicharge_session session
     WHERE session.loyalty_card_id = %s AND session.billing = 'paid'
"""
INVOICE = """
    SELECT move.state, move.amount_total, max(line.price_total) FROM account_move move
      JOIN sale_order ON sale_order.name = move.invoice_origin
      JOIN iicharge_session session ON session.name = sale_order.client_order_ref
      JOIN account_move_line line ON line.move_id = move.id
     WHERE session.id = %s GROUP BY move.id
"""
HISTORY = "SELECT sum(issued), sum(used) FROM loyalty_history WHERE card_id = %s"
REGISTER_ORDERS = """
    SELECT pos_order.amount_total, pos_order.state FROM pos_order_line line
      JOIN sale_order_line sold ON sold.id = line.iicharge_topup_line_id
      JOIN pos_order ON pos_order.id = line.order_id
     WHERE sold.iicharge_topup_card_id = %s ORDER BY line.id
"""


async def charge_until_stopped(charger):
    """Start on request, and use more than was prepaid; four hours by the charger's clock."""
    name, payload = await charger.next_command(60)
    assert name == "RemoteStartTransaction", name
    began = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=4)
    await charger.status(1, "Preparing")
    answer = await charger.start(1, payload["id_tag"], 0, at=began)
    assert answer.id_tag_info["status"] == "Accepted"
    await charger.status(1, "Charging")
    number = answer.transaction_id
    # 4.97 so far, and 5.00 before the next check
    at = began + timedelta(hours=3)
    await charger.meter(1, 9_600, transaction_id=number, at=at, power_w=22_000)
    name, payload = await charger.next_command(STOP_WAIT_S)
    assert (name, payload["transaction_id"]) == ("RemoteStopTransaction", number)
    at += timedelta(seconds=10)
    await charger.stop(number, 9_620, at=at, reason="Remote")
    await charger.status(1, "Available")


def test_walk_in_prepays_charges_until_it_is_used_up_and_gets_the_rest(pos_server):
    async def act():
        async with Visit(pos_server, "GARAGE-2") as visit:
            await run_tour(browser, "iicharge_prepay", lambda: charge_until_stopped(visit.charger))

    with open_register(pos_server) as browser:
        asyncio.run(act())
        [(card_id, _code, _points)] = pos_server.rows(CARD)
        [(session_id,)] = pos_server.wait_for(PAID, card_id)
        [(_id, _code, points)] = pos_server.rows(CARD)
        # 9.62 kWh for 0.45 and 15 % tax
        assert round(points, 2) == round(5 - 4.98, 2)
        [(state, total, used)] = pos_server.rows(INVOICE, session_id)
        assert (state, str(total), str(used)) == ("posted", "0.00", "4.98")
        play(browser, "iicharge_prepay_rest")
        play(browser, "iicharge_top_up")
    assert [round(value, 2) for value in pos_server.rows(HISTORY, card_id)[0]] == [25, 5]
    paid = [
        (round(float(total), 2), state)
        for total, state in pos_server.rows(REGISTER_ORDERS, card_id)
    ]
    assert paid == [(5, "paid"), (-0.02, "paid"), (20, "paid")]


@pytest.fixture
def offer(pos_server):
    """10 % off every order, while the test lasts."""
    admin = pos_server.log_in("admin")
    values = {
        "name": "Ten off",
        "program_type": "promotion",
        "applies_on": "current",
        "trigger": "auto",
        "rule_ids": [[5], [0, 0, {"minimum_amount": 0}]],
        "reward_ids": [[5], [0, 0, {"discount": 10, "discount_mode": "percent"}]],
    }
    program_id = admin.call("loyalty.program", "create", values)
    yield
    admin.call("loyalty.program", "write", [program_id], {"active": False})


@pytest.mark.usefixtures("offer")
def test_prepaid_card_is_sold_without_a_discount_and_refunded_whole(pos_server):
    async def act():
        async with Visit(pos_server, "GARAGE-3"):
            await asyncio.to_thread(play, browser, "iicharge_prepay_refund")

    with open_register(pos_server) as browser:
        asyncio.run(act())
    [(card_id, _code, points)] = pos_server.rows(CARD)
    assert points == 0
    paid = [round(float(total), 2) for total, _state in pos_server.rows(REGISTER_ORDERS, card_id)]
    assert (round(paid[0], 1), paid[1]) == (23.1, -20)


def load(register, order_id):
    """Return the lines of a sales order, as a register loads them."""
    names = ["product_id", "product_uom_qty", "price_unit", "tax_ids", "price_subtotal"]
    domain = [["order_id", "=", order_id]]
    return register.client.call("sale.order.line", "search_read", domain, [*names, "price_total"])


def sync_at_once(*orders):
    return do_at_once(*(partial(register.sync, lines, register.card) for register, lines in orders))


def test_devices_that_pay_a_card_at_once_pay_it_once(pos_server):
    front_desk, tablet = Register(pos_server, "Front desk"), Register(pos_server, "Front desk")
    [connector_id] = front_desk.client.call(
        "iicharge.connector",
        "search",
        [["charger_id.identity", "=", "GARAGE-2"], ["number", "=", 1]],
    )
    for _round in range(4):
        bill = load(front_desk, front_desk.call("prepay", connector_id, 20)["order_id"])
        failures = sync_at_once((front_desk, bill), (tablet, bill))
        assert_one_wins(failures, ["has its money already"])
        [(card_id, _code, points)] = pos_server.rows(CARD)
        assert points == 20
        rests = [
            (register, load(register, register.call("refund_rest", card_id)["order_id"]))
            for register in (front_desk, tablet)
        ]
        failures = sync_at_once(*rests)
        assert_one_wins(failures, ["can be given back now"])
        [(_id, _code, points)] = pos_server.rows(CARD)
        assert points == 0
