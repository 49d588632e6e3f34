# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""The interface for other property systems, implemented by one of less than 150 lines."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from iicharge_odoo.simulator import SimulatedCharger
from tests.e2e.test_front_desk import choose_room
from tests.e2e.visit import record_earlier_contact

ADDONS = Path(__file__).with_name("addons")
MOST_ROWS = 150
IDENTITY, SECRET = "GARAGE-1", "demo-garage-1-secret-0001"

_HOTEL = """
from datetime import timedelta
from odoo import fields

env["ir.module.module"].update_list()
module = env["ir.module.module"].search([("name", "=", "iicharge_example_pms")])
module.button_immediate_install()
env = env(su=True)
env.ref("iicharge_odoo.demo_site").property_system = "iicharge.property.example"
now = fields.Datetime.now()
guest = env["res.partner"].create({"name": "Eva van der Berg"})
agency = env["res.partner"].create({"name": "Travel Agency"})
folio = env["sale.order"].create({"partner_id": agency.id})
folio.action_confirm()
env["example.booking"].create(
    {"name": "EX-7001", "room": "E7", "guest_id": guest.id, "folio_id": folio.id,
     "arrival": now - timedelta(days=1), "departure": now + timedelta(days=1)})
env.cr.commit()
"""


@pytest.fixture
def booking_server(example_server):
    """Run the demo hotel on the example's bookings."""
    example_server.shell(_HOTEL)
    example_server.start()
    yield example_server
    example_server.stop()


def test_example_is_short():
    rows = [
        row
        for path in (ADDONS / "iicharge_example_pms").rglob("*")
        if path.suffix in (".py", ".csv")
        for row in path.read_text(encoding="utf-8").splitlines()
    ]
    assert 50 < len(rows) < MOST_ROWS


def test_session_lands_on_the_bill_of_the_booking(booking_server):
    asyncio.run(charge_for_the_booking(booking_server))
    [(partner, subtotal, posted, room, guest)] = booking_server.wait_for(
        """SELECT partner.name, line.price_subtotal, posting.amount, session.room, guest.name
             FROM example_posting posting
             JOIN example_booking booking ON booking.id = posting.booking_id
             JOIN iicharge_charge charge ON charge.id = posting.charge_id
             JOIN iicharge_session session ON session.id = charge.session_id
             JOIN iicharge_charge_line charged ON charged.charge_id = charge.id
             JOIN sale_order_line line ON line.iicharge_charge_line_id = charged.id
             JOIN sale_order folio ON folio.id = line.order_id
             JOIN res_partner partner ON partner.id = folio.partner_id
             JOIN res_partner guest ON guest.id = session.partner_id
            WHERE folio.id = booking.folio_id"""
    )
    assert (partner, str(subtotal), posted) == ("Travel Agency", "4.50", 5.18)
    assert (room, guest) == ("E7", "Eva van der Berg")

    front_desk = booking_server.log_in("frontdesk")
    [connector_id] = front_desk.call(
        "iicharge.connector",
        "search",
        [["charger_id.identity", "=", IDENTITY], ["number", "=", 1]],
    )
    for text in ("van der Berg", "ex-7001"):
        assert choose_room(front_desk, connector_id, text)


async def charge_for_the_booking(server):
    record_earlier_contact(server, IDENTITY)
    charger = SimulatedCharger(server.ocpp_url, IDENTITY, SECRET)
    await charger.connect()
    await charger.boot()
    front_desk = await asyncio.to_thread(server.log_in, "frontdesk")
    [connector_id] = await asyncio.to_thread(
        front_desk.call,
        "iicharge.connector",
        "search",
        [["charger_id.identity", "=", IDENTITY], ["number", "=", 1]],
    )
    dialog = await asyncio.to_thread(choose_room, front_desk, connector_id, "E7")
    await asyncio.to_thread(front_desk.call, "iicharge.start", "action_start", dialog)
    _name, payload = await charger.next_command()
    began = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
    started = await charger.start(1, payload["id_tag"], 1_000, at=began)
    assert started.id_tag_info["status"] == "Accepted"
    await charger.stop(started.transaction_id, 11_000)
    await charger.close()
