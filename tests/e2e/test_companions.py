# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""A restaurant's register whose employees sign in: charging on bills of tables, and who did it."""

import asyncio
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest

from devkit.browser import Browser
from devkit.odoo_server import OdooServer
from devkit.testing import Site
from iicharge_odoo.simulator import SimulatedCharger
from tests.e2e.register import CASHIER, FIRST_PAGE_S, open_session, run_tour
from tests.e2e.visit import record_earlier_contact

pytestmark = pytest.mark.companions_only

TERRACE = "Terrace"
METER_START = 1_000
NOTES = """
    SELECT message.body, author.name FROM mail_message message
      JOIN res_partner author ON author.id = message.author_id
     WHERE message.model = %s AND message.res_id = %s AND message.body <> ''
     ORDER BY message.id DESC
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """One Odoo for all tours: the register's assets are slow."""
    site = Site.from_environment()
    server = OdooServer(site, "e2e_companions", tmp_path_factory.mktemp("companions") / "odoo.log")
    server.start()
    admin = server.log_in("admin")
    sell_idle_time_apart(admin)
    make_terrace(admin)
    yield server
    server.stop()
    site.drop_database("e2e_companions")


def sell_idle_time_apart(admin):
    """Give idle time a product of its own: a charging with idle time has two lines then."""
    [site_id] = admin.call("iicharge.site", "search", [["name", "=", "Hotel Iris"]])
    product = {"name": "Idle time", "type": "service"}
    row = {
        "site_id": site_id,
        "component": "PARKING_TIME",
        "product_id": admin.call("product.product", "create", product),
    }
    admin.call("iicharge.site.product", "create", row)


def make_coffee(admin):
    """:return: id of its category"""
    category_id = admin.call("pos.category", "create", {"name": TERRACE})
    coffee = {
        "name": "Terrace coffee",
        "type": "consu",
        "list_price": 3,
        "available_in_pos": True,
        "taxes_id": [],
        "pos_categ_ids": [(6, 0, [category_id])],
    }
    admin.call("product.product", "create", coffee)
    return category_id


def make_terrace(admin):
    """Make a register with two tables, a coffee, cards and rooms; Eva and Jan sign in there, Jan
    with minimal access."""
    category_id = make_coffee(admin)
    [journal_id] = admin.call("account.journal", "search", [["type", "=", "bank"]], limit=1)
    ways = admin.call(
        "pos.payment.method",
        "create",
        [
            {"name": "Terrace card", "journal_id": journal_id},
            {"name": "Terrace room", "iicharge_room": True},
        ],
    )
    eva, jan = admin.call(
        "hr.employee", "create", [{"name": "Eva"}, {"name": "Jan", "pin": "1234"}]
    )
    config_id = admin.call(
        "pos.config",
        "create",
        {
            "name": TERRACE,
            "module_pos_restaurant": True,
            "module_pos_hr": True,
            "basic_employee_ids": [(6, 0, [eva])],
            "minimal_employee_ids": [(6, 0, [jan])],
            "payment_method_ids": [(6, 0, ways)],
            "limit_categories": True,
            "iface_available_categ_ids": [(6, 0, [category_id])],
            "iface_tipproduct": True,
            "set_tip_after_payment": True,
        },
    )
    floor_id = admin.call("restaurant.floor", "create", {"name": TERRACE})
    admin.call("pos.config", "write", [config_id], {"floor_ids": [(6, 0, [floor_id])]})
    tables = [
        {"floor_id": floor_id, "table_number": number, "position_h": 100 + 200 * (number - 71)}
        for number in (71, 72)
    ]
    admin.call("restaurant.table", "create", tables)


@contextmanager
def open_terrace(server):
    """Open the register in a browser, locked."""
    config_id = open_session(server, TERRACE)
    with Browser() as browser:
        browser.log_in(server, CASHIER)
        browser.open(f"{server.url}/pos/ui/{config_id}?from_backend=1&debug=tests")
        browser.wait_for("document.querySelector('.login-overlay')", FIRST_PAGE_S)
        yield browser


def play(server, name):
    with open_terrace(server) as browser:
        browser.start_tour(name)
        browser.finish_tour()


def get_notes(server, model, record_id):
    """Return the notes of a record's log with their authors, the newest first."""
    return server.rows(NOTES, model, record_id)


class Charger(SimulatedCharger):
    """One of the demo hotel, with a car at connector 1."""

    def __init__(self, server, identity):
        record_earlier_contact(server, identity)
        super().__init__(server.ocpp_url, identity, f"demo-{identity.lower()}-secret-0001")

    async def __aenter__(self):
        await self.connect()
        await self.boot()
        await self.status(1, "Available", at=datetime.now(UTC) - timedelta(hours=1))
        return self

    async def __aexit__(self, *_exception):
        await self.close()

    async def begin(self, id_tag):
        began = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
        await self.status(1, "Preparing", at=began)
        started = await self.start(1, id_tag, METER_START, at=began)
        await self.status(1, "Charging", at=began)
        return started.transaction_id

    async def fill(self, transaction_id, energy_wh):
        """Report the car as full for 35 minutes."""
        full = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=35)
        await self.meter(1, METER_START + energy_wh, transaction_id=transaction_id, at=full)
        await self.status(1, "SuspendedEV", at=full)

    async def end(self, transaction_id, energy_wh=10_000):
        await self.stop(transaction_id, METER_START + energy_wh, reason="Remote")
        await self.status(1, "Available")

    async def obey(self):
        """Start and stop as the register asks for it."""
        _name, payload = await self.next_command(60)
        transaction_id = await self.begin(payload["id_tag"])
        await self.next_command(60)
        await self.end(transaction_id)


def charge_visitor(server, identity, energy_wh=10_000):
    """Charge a visitor's car, which then waits to be paid. :return: the session's id"""

    async def act():
        async with Charger(server, identity) as charger:
            transaction_id = await charger.begin("VISITOR1")
            await charger.fill(transaction_id, energy_wh)
            await charger.end(transaction_id, energy_wh)

    asyncio.run(act())
    query = """SELECT session.id FROM iicharge_session session
                 JOIN iicharge_charger charger ON charger.id = session.charger_id
                WHERE charger.identity = %s AND session.billing IN ('rated', 'late')"""
    [(session_id,)] = server.wait_for(query, identity)
    return session_id


def close_terrace(server):
    """Close the register in the evening. :return: what it has sent to rooms"""
    config_id = open_session(server, TERRACE)
    cashier = server.log_in(CASHIER)
    [session_id] = cashier.call(
        "pos.session", "search", [["config_id", "=", config_id], ["state", "=", "opened"]]
    )
    open_orders = [["session_id", "=", session_id], ["state", "=", "draft"]]
    cashier.call(
        "pos.order", "action_pos_order_cancel", cashier.call("pos.order", "search", open_orders)
    )
    closed = cashier.call("pos.session", "close_session_from_ui", [session_id])
    assert closed["successful"], closed
    [session] = cashier.call("pos.session", "read", [session_id], ["iicharge_room_total"])
    return session["iicharge_room_total"]


def test_charging_on_a_table_is_split_off_and_paid_at_another_device(server):
    session_id = charge_visitor(server, "COURT-1", 20_000)
    play(server, "iicharge_restaurant_table")
    play(server, "iicharge_restaurant_split")
    [(amount_paid, employee)] = server.wait_for(
        """SELECT DISTINCT pos_order.amount_paid, pos_order.cashier
             FROM iicharge_session session
             JOIN iicharge_charge charge ON charge.session_id = session.id
             JOIN iicharge_charge_line charged ON charged.charge_id = charge.id
             JOIN pos_order_line line ON line.iicharge_charge_line_id = charged.id
             JOIN pos_order ON pos_order.id = line.order_id
            WHERE session.id = %s AND session.billing = 'paid'""",
        session_id,
    )
    assert (str(amount_paid), employee) == ("18.40", "Eva")
    left = server.rows(
        """SELECT pos_order.state, line.full_product_name FROM pos_order
             JOIN restaurant_table ON restaurant_table.id = pos_order.table_id
             JOIN pos_order_line line ON line.order_id = pos_order.id
            WHERE restaurant_table.table_number = 71"""
    )
    assert left == [("draft", "Terrace coffee")]
    body, author = get_notes(server, "iicharge.session", session_id)[0]
    assert ("Eva takes payment for it at Terrace" in body, author) == (True, "Eva")


def test_bill_of_a_table_goes_to_the_room_without_a_tip_and_the_register_closes(server):
    charge_visitor(server, "GARAGE-2")
    play(server, "iicharge_restaurant_room")
    [(folio_id, state)] = server.wait_for(
        """SELECT DISTINCT pos_order.iicharge_folio_id, pos_order.state FROM pos_order
             JOIN restaurant_table ON restaurant_table.id = pos_order.table_id
            WHERE restaurant_table.table_number = 72"""
    )
    lines = server.rows(
        """SELECT line.price_total FROM sale_order_line line
            WHERE line.order_id = %s
              AND COALESCE(line.iicharge_pos_line_id, line.iicharge_charge_line_id) IS NOT NULL
            ORDER BY line.price_total""",
        folio_id,
    )
    assert (state, [str(price) for (price,) in lines]) == ("paid", ["3.00", "5.18"])
    body, author = get_notes(server, "sale.order", folio_id)[0]
    assert ("Eva charges order" in body, author) == (True, "Eva")
    assert close_terrace(server) == pytest.approx(8.18)


def test_employees_start_and_stop_under_their_own_names(server):
    async def act():
        async with Charger(server, "GARAGE-4") as charger:
            with open_terrace(server) as browser:
                await run_tour(browser, "iicharge_restaurant_lock", charger.obey)

    asyncio.run(act())
    commands = server.rows(
        """SELECT command.action, command.cashier, users.login FROM iicharge_command command
             JOIN iicharge_charger charger ON charger.id = command.charger_id
             JOIN res_users users ON users.id = command.create_uid
            WHERE charger.identity = 'GARAGE-4' AND command.request IN ('start', 'stop')
            ORDER BY command.id"""
    )
    assert commands == [
        ("RemoteStartTransaction", "Jan", CASHIER),
        ("RemoteStopTransaction", "Eva", CASHIER),
    ]
