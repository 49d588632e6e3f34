# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Prepaid cards and offers at the register, with the real gateway; the charger is a simulated
one."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from devkit.odoo_server import OdooServer
from devkit.testing import Site
from iicharge_odoo.simulator import SimulatedCharger
from tests.e2e.register import open_register
from tests.e2e.visit import record_earlier_contact

pytestmark = pytest.mark.companions_only
DATABASE = "e2e_prepaid_card"
STOP_WAIT_S = 40
TAG = "04CAFE01"
SESSION = "SELECT id FROM iicharge_session WHERE id_tag = %s AND billing = %s"
POINTS = "SELECT points FROM loyalty_card WHERE code = %s"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """One Odoo for all tours: the register's assets are slow."""
    site = Site.from_environment()
    server = OdooServer(site, DATABASE, tmp_path_factory.mktemp("prepaid") / "odoo.log")
    server.start()
    yield server
    server.stop()
    site.drop_database(DATABASE)


def look(server, name):
    with open_register(server) as browser:
        browser.start_tour(name)
        browser.finish_tour()


class Car:
    """A car at connector 1 of a charger, from the card on the reader to the stop."""

    def __init__(self, server, identity, tag, hours=4):
        secret = f"demo-{identity.lower()}-secret-0001"
        record_earlier_contact(server, identity)
        self.charger = SimulatedCharger(server.ocpp_url, identity, secret)
        self.tag = tag
        self.began = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=hours)
        self.number = None

    async def __aenter__(self):
        await self.charger.connect()
        await self.charger.boot()
        return self

    async def __aexit__(self, *_exception):
        await self.charger.close()

    async def start(self):
        asked = await self.charger.authorize(self.tag)
        assert asked.id_tag_info["status"] == "Accepted"
        started = await self.charger.start(1, self.tag, 0, at=self.began)
        assert started.id_tag_info["status"] == "Accepted"
        self.number = started.transaction_id
        await self.charger.status(1, "Charging")

    async def use(self, wh, minutes):
        at = self.began + timedelta(minutes=minutes)
        await self.charger.meter(1, wh, transaction_id=self.number, at=at)

    async def is_ordered_to_stop(self):
        action, payload = await self.charger.next_command(STOP_WAIT_S)
        assert (action, payload["transaction_id"]) == ("RemoteStopTransaction", self.number)

    async def stop(self, wh, reason="Local"):
        at = self.began + timedelta(hours=4)
        await self.charger.stop(self.number, wh, at=at, reason=reason)
        await self.charger.status(1, "Available")


async def charge(server, identity, tag, wh):
    """Play a whole charging, ended by the guest."""
    async with Car(server, identity, tag) as car:
        await car.start()
        await car.stop(wh)


def test_card_is_sold_linked_and_charges_until_it_is_used_up(server):
    look(server, "iicharge_prepaid_sell_and_link")
    assert server.rows(POINTS, "CHARGE-20") == [(40.0,)]
    asyncio.run(charge_until_used_up(server))
    server.wait_for(SESSION, TAG, "posted")
    assert server.rows(POINTS, "CHARGE-20") == [(0.0,)]
    look(server, "iicharge_prepaid_rest")
    server.wait_for(SESSION, TAG, "paid")
    assert server.rows(POINTS, "CHARGE-20") == [(0.0,)]


async def charge_until_used_up(server):
    async with Car(server, "GARAGE-1", TAG) as car:
        await car.start()
        await car.use(20_000, minutes=60)
        await asyncio.to_thread(look, server, "iicharge_prepaid_running")
        # 77.3 kWh are 40.00
        await car.use(77_400, minutes=230)
        await car.is_ordered_to_stop()
        await car.stop(78_000, reason="Remote")
        # neither this card nor another one of the same wallet starts anything more
        query = "SELECT 1 FROM iicharge_charge WHERE state = 'posted' AND destination = 'prepaid'"
        await asyncio.to_thread(server.wait_for, query)
        for tag in (TAG, "PREPAID1"):
            asked = await car.charger.authorize(tag)
            assert asked.id_tag_info["status"] == "Blocked"


def make_wallet(server, points, holder, tag=None):
    """Make a customer with a wallet, and a charging card for it. :return: the wallet's code"""
    admin = server.log_in("admin")
    [program_id] = admin.call("loyalty.program", "search", [["name", "=", "Charging Card"]])
    partner_id = admin.call("res.partner", "create", {"name": holder})
    values = {"program_id": program_id, "partner_id": partner_id, "points": points, "code": holder}
    card_id = admin.call("loyalty.card", "create", values)
    if tag:
        token = {"uid": tag, "group": "visitor", "loyalty_card_id": card_id}
        admin.call("iicharge.token", "create", token)
    return holder


def test_card_that_pays_all_leaves_nothing_to_do(server):
    code = make_wallet(server, 25, "Wim Whole", "04CAFE02")
    asyncio.run(charge(server, "GARAGE-2", "04CAFE02", 10_000))
    server.wait_for(SESSION, "04CAFE02", "paid")
    [(points,)] = server.rows(POINTS, code)
    assert round(points, 2) == 25 - 5.18
    [(state, total)] = server.rows(
        """SELECT move.state, move.amount_total FROM account_move move
             JOIN sale_order ON sale_order.name = move.invoice_origin
             JOIN iicharge_session session ON session.name = sale_order.client_order_ref
            WHERE session.id_tag = '04CAFE02'"""
    )
    assert (state, float(total)) == ("posted", 0)


def test_two_cars_at_once_take_the_balance_of_their_card_once(server):
    code = make_wallet(server, 8, "Tess Two", "04CAFE03")

    async def act():
        cars = [Car(server, identity, "04CAFE03") for identity in ("GARAGE-3", "GARAGE-4")]
        async with cars[0], cars[1]:
            for car in cars:
                await car.start()
            await asyncio.gather(*(car.stop(10_000) for car in cars))

    asyncio.run(act())
    query = "SELECT billing FROM iicharge_session WHERE id_tag = '04CAFE03' AND billing = %s"
    server.wait_for(query, "paid")
    server.wait_for(query, "posted")
    [(points,)] = server.rows(POINTS, code)
    assert round(points, 2) == 0
    [(left,)] = server.rows(
        """SELECT sum(sale_order.amount_total) FROM sale_order
             JOIN iicharge_session session ON session.name = sale_order.client_order_ref
            WHERE session.id_tag = '04CAFE03'"""
    )
    assert float(left) == round(2 * 5.18 - 8, 2)


def charge_visitor(server, identity):
    """Charge a visitor's car, which then waits to be paid: 5.18."""
    asyncio.run(charge(server, identity, "VISITOR1", 10_000))
    query = """SELECT session.id FROM iicharge_session session
                 JOIN iicharge_charger charger ON charger.id = session.charger_id
                WHERE charger.identity = %s AND session.billing = 'rated'"""
    [(session_id,)] = server.wait_for(query, identity)
    return session_id


def make_coffee(server):
    values = {
        "name": "House Coffee",
        "list_price": 3,
        "type": "service",
        "available_in_pos": True,
        "taxes_id": [],
    }
    server.log_in("admin").call("product.product", "create", values)


def test_wallet_pays_charging_and_coffee_at_the_register(server):
    make_coffee(server)
    code = make_wallet(server, 50, "Wanda Wallet")
    session_id = charge_visitor(server, "GARAGE-2")
    look(server, "iicharge_prepaid_wallet_pays")
    server.wait_for("SELECT 1 FROM iicharge_session WHERE id = %s AND billing = 'paid'", session_id)
    [(points,)] = server.wait_for(f"{POINTS} AND points < 50", code)
    assert round(points, 2) == 50 - 8.18


def make_offers(server):
    """10 % off charging, and a point for each unit of money."""
    admin = server.log_in("admin")
    [company] = admin.call("res.company", "search_read", [], ["iicharge_product_id"])[:1]
    product_id = company["iicharge_product_id"][0]
    discount = {
        "discount": 10,
        "discount_mode": "percent",
        "discount_applicability": "specific",
        "discount_product_ids": [[6, 0, [product_id]]],
    }
    rule = {"minimum_qty": 1, "product_ids": [[6, 0, [product_id]]]}
    admin.call(
        "loyalty.program",
        "create",
        {
            "name": "Charge cheaper",
            "program_type": "promotion",
            "applies_on": "current",
            "trigger": "auto",
            "rule_ids": [[5], [0, 0, rule]],
            "reward_ids": [[5], [0, 0, discount]],
        },
    )
    rule = {"reward_point_amount": 1, "reward_point_mode": "money", "minimum_qty": 0}
    admin.call(
        "loyalty.program",
        "create",
        {
            "name": "Guests of the house",
            "program_type": "loyalty",
            "applies_on": "both",
            "trigger": "auto",
            "rule_ids": [[5], [0, 0, rule]],
            "reward_ids": [[5], [0, 0, {"discount": 5, "required_points": 200}]],
        },
    )


def test_offers_and_points_count_for_charging(server):
    session_id = charge_visitor(server, "GARAGE-4")
    make_offers(server)
    look(server, "iicharge_prepaid_offers")
    server.wait_for("SELECT 1 FROM iicharge_session WHERE id = %s AND billing = 'paid'", session_id)
    [(points,)] = server.wait_for(
        """SELECT card.points FROM loyalty_card card
             JOIN loyalty_program program ON program.id = card.program_id
            WHERE program.name->>'en_US' = 'Guests of the house' AND card.points > 0"""
    )
    assert round(points, 2) == 4.66
