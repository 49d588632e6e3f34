# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Registers that act on one session at the same moment, in transactions of their own: money is
taken once, in any order."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from tests.e2e.register import CASHIER, open_session
from tests.e2e.visit import charge_visitors

ROUNDS = 4
ENERGY_WH = 10_000
TOTAL = 5.18
STAYS = """
    SELECT order_id FROM hotel_folio
     WHERE id IN (SELECT folio_id FROM hotel_folio_line) ORDER BY id
"""
LINE_FIELDS = [
    *("product_id", "product_uom_qty", "price_unit", "tax_ids"),
    *("price_subtotal", "price_total"),
]
# Accounting of one session: its charges, what is on bills of stays, and what
# orders of registers have paid.
BOOKS = """
    SELECT session.billing,
           (SELECT sum(amount_total) FROM iicharge_charge charge
             WHERE charge.session_id = session.id AND charge.state IN ('posted', 'credited')),
           (SELECT coalesce(sum(placed.price_total), 0) FROM sale_order_line placed
              JOIN iicharge_charge_line line ON line.id = placed.iicharge_charge_line_id
              JOIN iicharge_charge charge ON charge.id = line.charge_id
              JOIN hotel_folio stay ON stay.order_id = placed.order_id
             WHERE charge.session_id = session.id),
           (SELECT count(DISTINCT paid.order_id) FROM pos_order_line paid
              JOIN iicharge_charge_line line ON line.id = paid.iicharge_charge_line_id
              JOIN iicharge_charge charge ON charge.id = line.charge_id
             WHERE charge.session_id = session.id)
      FROM iicharge_session session WHERE session.id = %s
"""


class Register:
    """A register of the hotel, as its browser talks to the server."""

    def __init__(self, server, name):
        self.client = server.log_in(CASHIER)
        self.id = open_session(server, name)
        [self.session_id] = self.client.call(
            "pos.session", "search", [["config_id", "=", self.id], ["state", "=", "opened"]]
        )
        [config] = self.client.call("pos.config", "read", [self.id], ["payment_method_ids"])
        methods = self.client.call(
            "pos.payment.method", "read", config["payment_method_ids"], ["name", "iicharge_room"]
        )
        self.room = next(method["id"] for method in methods if method["iicharge_room"])
        self.card = next(method["id"] for method in methods if method["name"] == "Card")

    def call(self, method, *args):
        return self.client.call("pos.config", f"iicharge_{method}", self.id, *args)

    def load(self, session_id):
        """Take the session and release it: the order stays open here and may be paid."""
        order_id = self.call("open_payment", session_id)["order_id"]
        self.call("release_payment", [session_id])
        fields = ["product_id", "product_uom_qty", "price_unit", "tax_ids", "price_subtotal"]
        return self.client.call(
            "sale.order.line",
            "search_read",
            [["order_id", "=", order_id]],
            [*fields, "price_total"],
        )

    def sync(self, lines, method, key=None, **payment):
        """Pay an order of these lines, as the register sends it."""
        key = key or str(uuid.uuid4())
        total = sum(line["price_total"] for line in lines)
        untaxed = sum(line["price_subtotal"] for line in lines)
        paid = {"uuid": f"{key}-p", "amount": total, "payment_method_id": method, **payment}
        order = {
            "uuid": key,
            "state": "paid",
            "session_id": self.session_id,
            "amount_paid": total,
            "amount_return": 0,
            "amount_total": total,
            "amount_tax": total - untaxed,
            "fiscal_position_id": False,
            "partner_id": False,
            "lines": [[0, 0, self._prepare_line(line, key)] for line in lines],
            "payment_ids": [[0, 0, paid]],
            "to_invoice": False,
        }
        self.client.call("pos.order", "sync_from_ui", [order])

    def _prepare_line(self, line, key):
        return {
            "uuid": f"{key}-{line['id']}",
            "product_id": line["product_id"][0],
            "qty": line["product_uom_qty"],
            "price_unit": line["price_unit"],
            "discount": 0,
            "tax_ids": [[6, 0, line["tax_ids"]]],
            "price_subtotal": line["price_subtotal"],
            "price_subtotal_incl": line["price_total"],
            "sale_order_line_id": line["id"],
            "pack_lot_ids": [],
        }


@pytest.fixture(scope="module")
def registers(pos_server):
    return Register(pos_server, "Front desk"), Register(pos_server, "Bar")


def do_at_once(*works):
    """Do all of it at the same moment. :return: why each failed, or None where it did not"""
    barrier = Barrier(len(works))

    def do(work):
        barrier.wait(30)
        try:
            work()
        except AssertionError as error:  # the server's answers
            return str(error)
        return None

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(do, works))


def race(pos_server, make_works):
    """Let registers race for sessions, one after the other, and look at the books after each.

    :param make_works: (session id) -> what is done at once
    :return: for each, what was said to the losers, and the books
    """
    outcomes = []
    for session_id in charge_visitors(pos_server, "GARAGE-4", *[ENERGY_WH] * ROUNDS):
        failures = do_at_once(*make_works(session_id))
        [(billing, booked, on_bills, orders)] = pos_server.rows(BOOKS, session_id)
        assert float(booked) == TOTAL, (billing, booked, failures)
        outcomes.append((failures, billing, float(on_bills), orders))
    return outcomes


def assert_one_wins(failures, words):
    lost = [failure for failure in failures if failure]
    assert len(lost) == len(failures) - 1, failures
    for failure in lost:
        assert any(word in failure for word in words), failure


def test_two_registers_that_take_payment_at_once_are_paid_once(pos_server, registers):
    front_desk, bar = registers

    def make_works(session_id):
        lines = front_desk.load(session_id)
        return (lambda: front_desk.sync(lines, front_desk.card), lambda: bar.sync(lines, bar.card))

    for failures, billing, on_bills, orders in race(pos_server, make_works):
        assert_one_wins(failures, ["is paid already"])
        assert (billing, on_bills, orders) == ("paid", 0, 1)


def test_order_sent_twice_at_once_is_paid_once_and_found_again(pos_server, registers):
    front_desk, _bar = registers

    def make_works(session_id):
        lines, key = front_desk.load(session_id), str(uuid.uuid4())
        return [lambda: front_desk.sync(lines, front_desk.card, key)] * 2

    for failures, billing, on_bills, orders in race(pos_server, make_works):
        assert failures == [None, None]
        assert (billing, on_bills, orders) == ("paid", 0, 1)


def test_room_order_sent_twice_at_once_is_on_the_bill_once_and_found_again(pos_server, registers):
    front_desk, _bar = registers
    (stay,), *_ = pos_server.rows(STAYS)

    def make_works(session_id):
        lines, key = front_desk.load(session_id), str(uuid.uuid4())
        return [lambda: front_desk.sync(lines, front_desk.room, key, iicharge_stay_number=stay)] * 2

    for failures, billing, on_bills, orders in race(pos_server, make_works):
        assert failures == [None, None]
        assert (billing, on_bills, orders) == ("posted", TOTAL, 1)


def test_payment_and_charge_to_the_room_at_once_book_it_once(pos_server, registers):
    front_desk, bar = registers
    (stay,), *_ = pos_server.rows(STAYS)

    def make_works(session_id):
        lines = front_desk.load(session_id)
        return (
            lambda: front_desk.sync(lines, front_desk.card),
            lambda: bar.call("charge_to_room", session_id, stay),
        )

    for failures, billing, on_bills, orders in race(pos_server, make_works):
        assert_one_wins(failures, ["does not wait to be paid", "is not open for payment"])
        assert (billing, on_bills, orders) in (("paid", 0, 1), ("posted", TOTAL, 0))


def test_two_rooms_that_take_an_order_at_once_book_it_once(pos_server, registers):
    front_desk, bar = registers
    (one,), (other,), *_ = pos_server.rows(STAYS)

    def make_works(session_id):
        lines = front_desk.load(session_id)
        return (
            lambda: front_desk.sync(lines, front_desk.room, iicharge_stay_number=one),
            lambda: bar.sync(lines, bar.room, iicharge_stay_number=other),
        )

    for failures, billing, on_bills, orders in race(pos_server, make_works):
        assert_one_wins(failures, ["is paid already", "does not wait to be paid"])
        assert (billing, on_bills, orders) == ("posted", TOTAL, 1)


def test_two_registers_that_load_a_session_at_once_get_it_once(pos_server, registers):
    front_desk, bar = registers

    def make_works(session_id):
        return (
            lambda: front_desk.call("open_payment", session_id),
            lambda: bar.call("open_payment", session_id),
        )

    for failures, billing, on_bills, orders in race(pos_server, make_works):
        assert_one_wins(failures, ["is being paid at"])
        assert (billing, on_bills, orders) == ("posted", 0, 0)


def test_session_paid_while_it_is_taken_over_is_paid_once(pos_server, registers):
    front_desk, bar = registers

    def make_works(session_id):
        lines = front_desk.load(session_id)
        front_desk.call("open_payment", session_id)
        since = front_desk.call("read_session", session_id)["register_since"]

        def transfer_and_pay():
            bar.call("transfer_payment", session_id, since)
            bar.sync(lines, bar.card)

        return (lambda: front_desk.sync(lines, front_desk.card), transfer_and_pay)

    for failures, billing, on_bills, orders in race(pos_server, make_works):
        assert_one_wins(failures, ["is paid already", "is being paid at"])
        assert (billing, on_bills, orders) == ("paid", 0, 1)


def test_cashier_pays_no_cent_for_charging(pos_server, registers):
    front_desk, _bar = registers
    [session_id] = charge_visitors(pos_server, "GARAGE-4", ENERGY_WH)
    lines = front_desk.load(session_id)
    forged = [{**line, "price_subtotal": 0.01, "price_total": 0.01} for line in lines]
    with pytest.raises(AssertionError, match="but the register says"):
        front_desk.sync(forged, front_desk.card)
    query = "SELECT billing FROM iicharge_session WHERE id = %s"
    assert pos_server.rows(query, session_id) == [("posted",)]
    front_desk.sync(lines, front_desk.card)
    assert pos_server.rows(query, session_id) == [("paid",)]
