# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Charging paid with other products, refunded, and claimed by two registers."""

import json
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.e2e.register import open_register, play
from tests.e2e.visit import charge_visitors

FOLIO = """
    SELECT line.price_subtotal, line.price_total,
           line.iicharge_charge_line_id IS NOT NULL AS is_charging
      FROM hotel_service_line service
      JOIN sale_order_line line ON line.id = service.service_line_id
      JOIN hotel_folio folio ON folio.id = service.folio_id
      JOIN sale_order bill ON bill.id = folio.order_id
      JOIN res_partner guest ON guest.id = bill.partner_id
     WHERE guest.name = %s ORDER BY line.id
"""
CHARGES = """
    SELECT kind, destination, state, amount_total FROM iicharge_charge
     WHERE session_id = %s ORDER BY revision
"""
PAYMENTS = """
    SELECT config.name, pos_order.amount_total, method.name->>'en_US'
      FROM iicharge_charge charge
      JOIN iicharge_charge_line charged ON charged.charge_id = charge.id
      JOIN pos_order_line line ON line.iicharge_charge_line_id = charged.id
      JOIN pos_order ON pos_order.id = line.order_id AND pos_order.state = 'paid'
      JOIN pos_config config ON config.id = pos_order.config_id
      JOIN pos_payment payment ON payment.pos_order_id = pos_order.id
      JOIN pos_payment_method method ON method.id = payment.payment_method_id
     WHERE charge.session_id = %s ORDER BY pos_order.id
"""

# What the in-Odoo tests build their orders from.
ORDERS = Path(__file__).parents[2] / "iicharge_odoo/tests/pos/register_orders.json"
DIFFERS = {
    *("access_token", "uuid", "pos_reference", "ticket_code", "tracking_number"),
    *("date_order", "payment_date", "iicharge_text"),
    *("user_id", "company_id", "partner_id", "session_id", "product_id", "payment_method_id"),
    *("sale_order_origin_id", "sale_order_line_id", "refunded_orderline_id", "tax_ids"),
}


def normalize(values):
    """Leave out what differs each time that a register sends the same order."""
    result = {}
    for name, value in values.items():
        if name in ("lines", "payment_ids"):
            value = [normalize(record) for _command, _id, record in value]
        elif name in DIFFERS and value:
            value = None
        result[name] = value
    return result


def as_text(rows):
    return [tuple(map(str, row)) for row in rows]


def get_billing(server, session_id):
    [(billing,)] = server.rows("SELECT billing FROM iicharge_session WHERE id = %s", session_id)
    return billing


@pytest.mark.parametrize("lost", [(), ("*/sync_from_ui",)], ids=["", "answer_lost"])
def test_charging_and_coffee_go_to_the_room_once(pos_server, lost):
    [session_id] = charge_visitors(pos_server, "GARAGE-4", 12_000)
    before = pos_server.rows(FOLIO, "Claire Dubois")
    with open_register(pos_server) as browser:
        browser.lose_answers(*lost)
        play(browser, "iicharge_mixed_to_room")
        [(_, total, way)] = as_text(pos_server.wait_for(PAYMENTS, session_id))
    assert (total, way) == ("9.66", "Room")
    assert as_text(pos_server.rows(FOLIO, "Claire Dubois")[len(before) :]) == [
        ("5.40", "6.21", "True"),
        ("3.00", "3.45", "False"),
    ]
    charged = as_text(pos_server.rows(CHARGES, session_id))
    assert charged[-1] == ("charge", "folio", "posted", "6.21")
    assert sum(float(amount) for _kind, _place, _state, amount in charged) == 6.21
    assert get_billing(pos_server, session_id) == "posted"


def test_order_is_given_back_to_the_room(pos_server):
    [session_id] = charge_visitors(pos_server, "GARAGE-4", 12_000)
    before = pos_server.rows(FOLIO, "Claire Dubois")
    with open_register(pos_server) as browser:
        play(browser, "iicharge_mixed_to_room")
        play(browser, "iicharge_refund_to_room")
    added = as_text(pos_server.rows(FOLIO, "Claire Dubois")[len(before) :])
    assert sorted(added) == [
        ("-3.00", "-3.45", "False"),
        ("-5.40", "-6.21", "True"),
        ("3.00", "3.45", "False"),
        ("5.40", "6.21", "True"),
    ]
    assert get_billing(pos_server, session_id) == "void"


def test_refund_of_paid_charging_is_credited_once(pos_server):
    [session_id] = charge_visitors(pos_server, "GARAGE-4", 7_000)
    with open_register(pos_server) as browser:
        sent = browser.record_requests("*/sync_from_ui")
        play(browser, "iicharge_refund")
    orders = [order for body in sent for order in body["params"]["args"][0]]
    recorded = {"refund" if each["is_refund"] else "sale": normalize(each) for each in orders}
    assert recorded == json.loads(ORDERS.read_text()), json.dumps(recorded, indent=4)
    assert as_text(pos_server.rows(CHARGES, session_id)) == [
        ("charge", "pos", "credited", "3.62"),
        ("credit", "pos", "posted", "-3.62"),
    ]
    assert get_billing(pos_server, session_id) == "void"
    paid = [total for _, total, _ in as_text(pos_server.rows(PAYMENTS, session_id))]
    assert paid == ["3.62", "-3.62"]


def test_order_of_a_stay_is_settled_at_the_register(pos_server):
    # 4.54 without tax; the bill's 10.10 kWh at 0.45, as a register rounds it, would be 4.55
    [session_id] = charge_visitors(pos_server, "GARAGE-4", 10_097)
    [(folio_id,)] = pos_server.rows(
        """SELECT bill.id FROM sale_order bill JOIN res_partner guest ON guest.id = bill.partner_id
            WHERE guest.name = 'Claire Dubois' ORDER BY bill.id DESC LIMIT 1"""
    )
    cashier = pos_server.log_in("frontdesk")
    [config_id] = cashier.call("pos.config", "search", [["name", "=", "Front desk"]])
    cashier.call("pos.config", "iicharge_charge_to_room", config_id, session_id, folio_id)
    assert get_billing(pos_server, session_id) == "posted"
    with open_register(pos_server) as browser:
        browser.evaluate(
            f"""(async () => {{
                const order = await posmodel._getSaleOrder({folio_id});
                posmodel.getOrder().setPartner(order.partner_id);
                await posmodel.settleSO(order, order.fiscal_position_id);
                posmodel.navigate("PaymentScreen", {{ orderUuid: posmodel.getOrder().uuid }});
            }})()"""
        )
        play(browser, "iicharge_pay_by_card")
    assert get_billing(pos_server, session_id) == "paid"


def test_customer_of_another_fiscal_position_pays_what_was_shown(pos_server):
    admin = pos_server.log_in("admin")
    position = admin.call("account.fiscal.position", "create", {"name": "Tax-free"})
    values = {"name": "Fiona Free", "property_account_position_id": position}
    admin.call("res.partner", "create", values)
    [session_id] = charge_visitors(pos_server, "GARAGE-4", 9_000)
    with open_register(pos_server) as browser:
        play(browser, "iicharge_tax_free_customer")
    paid = [total for _, total, _ in as_text(pos_server.rows(PAYMENTS, session_id))]
    assert (paid, get_billing(pos_server, session_id)) == (["4.66"], "paid")


def transfer_payment(server, first, second, config_name):
    """Move a session from one register to another, which is paid; the first is refused."""
    with ExitStack() as stack:
        front_desk = stack.enter_context(open_register(server))
        other = stack.enter_context(open_register(server, config_name=config_name))
        play(front_desk, f"{first}_takes")
        play(other, f"{second}_transfers")
        play(front_desk, f"{first}_is_refused")


def test_register_that_takes_a_session_over_is_paid_and_the_other_is_refused(pos_server):
    [session_id] = charge_visitors(pos_server, "GARAGE-4", 14_000)
    transfer_payment(pos_server, "iicharge_register", "iicharge_bar", "Bar")
    assert as_text(pos_server.rows(CHARGES, session_id)) == [("charge", "pos", "posted", "7.25")]
    assert get_billing(pos_server, session_id) == "paid"
    assert [register for register, _, _ in pos_server.rows(PAYMENTS, session_id)] == ["Bar"]


def test_tablet_takes_a_session_over_and_it_is_paid_once(pos_server):
    [session_id] = charge_visitors(pos_server, "GARAGE-4", 16_000)
    transfer_payment(pos_server, "iicharge_tablet", "iicharge_tablet", "Front desk")
    assert as_text(pos_server.rows(CHARGES, session_id)) == [("charge", "pos", "posted", "8.28")]
    assert get_billing(pos_server, session_id) == "paid"
    assert len(pos_server.rows(PAYMENTS, session_id)) == 1
