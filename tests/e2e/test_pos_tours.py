# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Front desk works at the register, in a browser; the charger is a simulated one."""

import asyncio

import pytest

from devkit.odoo_server import OdooServer
from devkit.testing import Site
from tests.e2e.register import open_register, open_session, run_tour
from tests.e2e.visit import Visit

PAID = """
    SELECT session.billing, pos_order.amount_total, pos_order.amount_paid, pos_order.state
      FROM iicharge_session session
      JOIN iicharge_charger charger ON charger.id = session.charger_id
      JOIN iicharge_charge charge ON charge.session_id = session.id
      JOIN iicharge_charge_line charged ON charged.charge_id = charge.id
      JOIN sale_order_line line ON line.iicharge_charge_line_id = charged.id
      JOIN pos_order_line sold ON sold.sale_order_line_id = line.id
      JOIN pos_order ON pos_order.id = sold.order_id
     WHERE charger.identity = %s AND session.billing = 'paid'
"""
COMMANDS = """
    SELECT command.action FROM iicharge_command command
      JOIN iicharge_charger charger ON charger.id = command.charger_id
     WHERE charger.identity = %s AND command.request IN ('start', 'stop')
     ORDER BY command.id
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """One Odoo for all tours, each at a charger of its own: the register's assets are slow."""
    site = Site.from_environment()
    server = OdooServer(site, "e2e_pos_tours", tmp_path_factory.mktemp("pos") / "odoo.log")
    server.start()
    yield server
    server.stop()
    site.drop_database("e2e_pos_tours")


def run(server, name, identity, prepare=None):
    """Run a tour while a car comes to the charger."""

    async def act():
        async with Visit(server, identity) as visit:
            with open_register(server) as browser:
                if prepare:
                    prepare(browser)
                await run_tour(browser, name, visit.charge)

    asyncio.run(act())


def look(server, name):
    """Run a tour of what is there already."""
    with open_register(server) as browser:
        browser.start_tour(name)
        browser.finish_tour()


async def charge_walk_in(server, identity):
    """Charge a car, which then waits to be paid. :return: the session's id"""
    cashier = await asyncio.to_thread(server.log_in, "frontdesk")
    config_id = await asyncio.to_thread(open_session, server)

    def call(model, method, *args):
        return asyncio.to_thread(cashier.call, model, method, *args)

    domain = [["charger_id.identity", "=", identity], ["number", "=", 1]]
    [connector_id] = await call("iicharge.connector", "search", domain)
    async with Visit(server, identity) as visit:
        await call("pos.config", "iicharge_start", config_id, connector_id)
        charging = asyncio.create_task(visit.charge())
        query = "SELECT id FROM iicharge_session WHERE connector_id = %s AND state = 'charging'"
        [(session_id,)] = await asyncio.to_thread(server.wait_for, query, connector_id)
        await call("pos.config", "iicharge_stop", config_id, session_id)
        await charging
    query = "SELECT 1 FROM iicharge_session WHERE id = %s AND billing = 'rated'"
    await asyncio.to_thread(server.wait_for, query, session_id)
    return session_id


@pytest.mark.companions
def test_room_guest_starts_and_it_lands_on_the_folio(server):
    run(server, "iicharge_room_guest", "GARAGE-1")
    [(room, billing, subtotal)] = server.wait_for(
        """SELECT session.room, session.billing, line.price_subtotal
             FROM iicharge_session session
             JOIN iicharge_charger charger ON charger.id = session.charger_id
             JOIN iicharge_charge charge ON charge.session_id = session.id
             JOIN iicharge_charge_line charged ON charged.charge_id = charge.id
             JOIN sale_order_line line ON line.iicharge_charge_line_id = charged.id
            WHERE charger.identity = 'GARAGE-1'"""
    )
    assert (room, billing, str(subtotal)) == ("102", "posted", "4.50")


def test_reserving_warns_the_next_before_the_start(server):
    async def act():
        async with Visit(server, "GARAGE-1") as visit:
            charger = visit.charger

            async def keep():
                name, payload = await charger.next_command(60)
                assert (name, payload["connector_id"]) == ("ReserveNow", 1)
                await charger.status(1, "Reserved")
                name, _payload = await charger.next_command(60)
                assert name == "CancelReservation"
                await charger.status(1, "Available")

            with open_register(server) as browser:
                await run_tour(browser, "iicharge_reserve", keep)

    asyncio.run(act())


def test_running_car_moves_to_another_room(server):
    run(server, "iicharge_move", "GARAGE-4")
    [(room, billing)] = server.wait_for(
        """SELECT session.room, session.billing FROM iicharge_session session
             JOIN iicharge_charger charger ON charger.id = session.charger_id
            WHERE charger.identity = 'GARAGE-4' AND session.billing = 'posted'"""
    )
    assert (room, billing) == ("103", "posted")


@pytest.mark.companions
def test_walk_in_starts_and_pays_by_card(server):
    run(server, "iicharge_walk_in", "GARAGE-2")
    [(billing, total, paid, state)] = server.wait_for(PAID, "GARAGE-2")
    assert (billing, str(total), str(paid), state) == ("paid", "5.18", "5.18", "paid")


def test_answers_lost_at_start_stop_and_payment_double_nothing(server):
    lost = ("iicharge_start", "iicharge_stop", "iicharge_open_payment", "sync_from_ui")

    def lose(browser):
        browser.lose_answers(*(f"*/{method}" for method in lost))

    run(server, "iicharge_answers_lost", "GARAGE-3", prepare=lose)
    [(billing, total, paid, state)] = server.wait_for(PAID, "GARAGE-3")
    assert (billing, str(total), str(paid), state) == ("paid", "5.18", "5.18", "paid")
    assert server.rows(COMMANDS, "GARAGE-3") == [
        ("RemoteStartTransaction",),
        ("RemoteStopTransaction",),
    ]


def test_cancelled_order_frees_its_session_for_another_register(server):
    session_id = asyncio.run(charge_walk_in(server, "GARAGE-4"))
    look(server, "iicharge_given_up")
    query = "SELECT 1 FROM iicharge_session WHERE id = %s AND register_config_id IS NULL"
    server.wait_for(query, session_id)
    admin = server.log_in("admin")
    bar = admin.call("pos.config", "create", {"name": "Bar"})
    server.log_in("frontdesk").call("pos.config", "iicharge_open_payment", bar, session_id)
    look(server, "iicharge_other_register")
