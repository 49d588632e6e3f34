# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Cars that come to a simulated charger of the demo hotel while the register is used."""

import asyncio
from datetime import UTC, datetime, timedelta

from iicharge_odoo.simulator import SimulatedCharger

# Long enough for the cashier to see the request to plug in.
WALK_TO_CAR_S = 2
METER_START, METER_STOP = 1_000, 11_000
# The demo's card of a visitor, who pays at the register.
VISITOR = "VISITOR1"
WAITING = """
    SELECT session.id FROM iicharge_session session
      JOIN iicharge_charger charger ON charger.id = session.charger_id
     WHERE charger.identity = %s AND session.transaction_id = %s::text AND session.billing = 'rated'
"""
# A charger that was connected before and has been away since may report a start of an hour ago.
# One that is connected for the first time is not believed so much without its stop.
CONTACT_YESTERDAY = """
    INSERT INTO iicharge_ocpp_message (charger_id, direction, ocpp_version, message_id, action,
                                       payload, answer, received_at, state, attempts)
    SELECT id, 'in', '1.6', 'yesterday', 'BootNotification', '{}', '{}',
           now() AT TIME ZONE 'UTC' - interval '1 day', 'kept', 0
      FROM iicharge_charger WHERE identity = %s
    RETURNING id
"""


def record_earlier_contact(server, *identities):
    """Let chargers have been connected yesterday, and away since."""
    for identity in identities:
        assert server.rows(CONTACT_YESTERDAY, identity)


class Visit:
    """One car at connector 1 of a charger."""

    def __init__(self, server, identity):
        record_earlier_contact(server, identity)
        secret = f"demo-{identity.lower()}-secret-0001"
        self.charger = SimulatedCharger(server.ocpp_url, identity, secret)

    async def __aenter__(self):
        await self.come_back()
        return self

    async def come_back(self):
        """Connect as after a restart: earlier commands are dropped."""
        await self.charger.connect()
        await self.charger.boot()
        for connector in (1, 2):
            await self.charger.status(connector, "Available")

    async def __aexit__(self, *_exception):
        await self.charger.close()

    async def charge_by_card(self, energy_wh, hours_ago=1):
        """Start and stop with a visitor's card; an hour by the charger's clock.

        :return: the OCPP transaction's number
        """
        began = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=hours_ago)
        started = await self.charger.start(1, VISITOR, METER_START, at=began)
        assert started.id_tag_info["status"] == "Accepted"
        await self.charger.stop(
            started.transaction_id,
            METER_START + energy_wh,
            at=began + timedelta(hours=1),
            id_tag=VISITOR,
        )
        return started.transaction_id

    async def charge(self, wait_s=60, reading_wh=None):
        """Plug in on a remote start, and stop on a remote stop; an hour by the charger's clock.

        :param wait_s: for the remote start
        :param reading_wh: what it reports to have charged before it waits for the stop
        """
        name, payload = await self.charger.next_command(wait_s)
        assert name == "RemoteStartTransaction", name
        await asyncio.sleep(WALK_TO_CAR_S)
        await self.charger.status(1, "Preparing")
        began = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
        started = await self.charger.start(1, payload["id_tag"], METER_START, at=began)
        assert started.id_tag_info["status"] == "Accepted"
        await self.charger.status(1, "Charging")
        if reading_wh:
            await self.charger.meter(
                1,
                METER_START + reading_wh,
                transaction_id=started.transaction_id,
                power_w=11_000,
            )
        name, payload = await self.charger.next_command(60)
        assert (name, payload["transaction_id"]) == (
            "RemoteStopTransaction",
            started.transaction_id,
        )
        await self.charger.stop(started.transaction_id, METER_STOP, reason="Remote")
        await self.charger.status(1, "Available")


def charge_visitors(server, identity, *energies_wh):
    """Charge cars, which then wait to be paid. :return: their sessions' ids"""

    async def visit():
        async with Visit(server, identity) as car:
            return [
                # at different times: the same report sent twice is one charging
                await car.charge_by_card(energy_wh, len(energies_wh) - number)
                for number, energy_wh in enumerate(energies_wh)
            ]

    numbers = asyncio.run(visit())
    return [server.wait_for(WAITING, identity, number)[0][0] for number in numbers]
