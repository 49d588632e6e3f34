# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""The server is killed in the middle; afterwards everything is there, once."""

import asyncio
from datetime import UTC, datetime, timedelta

from iicharge_odoo.simulator import LineError, SimulatedCharger

IDENTITY, SECRET = "GARAGE-1", "demo-garage-1-secret-0001"
POSTED = """
    SELECT line.price_subtotal FROM sale_order_line line
      JOIN iicharge_charge_line charged ON charged.id = line.iicharge_charge_line_id
      JOIN iicharge_charge charge ON charge.id = charged.charge_id
      JOIN iicharge_session session ON session.id = charge.session_id
     WHERE session.transaction_id = %s::text
"""
BEGAN = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=2)


def at(minutes):
    return BEGAN + timedelta(minutes=minutes)


async def connect(server):
    charger = SimulatedCharger(server.ocpp_url, IDENTITY, SECRET, response_timeout_s=10)
    await charger.connect()
    await charger.boot()
    return charger


def test_server_killed_in_a_session_loses_nothing(server):
    async def before():
        charger = await connect(server)
        started = await charger.start(1, "ROOM101", 1_000, at=at(0))
        for minute in range(1, 31):
            await charger.meter(
                1, 1_000 + minute * 100, transaction_id=started.transaction_id, at=at(minute)
            )
        server.kill()  # every message so far was answered, so every one must be found
        try:
            await charger.meter(1, 5_000, transaction_id=started.transaction_id, at=at(31))
        except (LineError, TimeoutError):
            pass
        else:
            raise AssertionError("a dead server answered")
        charger.abort()
        return started.transaction_id

    async def after(transaction_id):
        charger = await connect(server)
        # the charger does not know whether its start was taken: it sends it again
        again = await charger.start(1, "ROOM101", 1_000, at=at(0))
        assert again.transaction_id == transaction_id
        assert again.id_tag_info["status"] == "Accepted"
        await charger.meter(1, 5_000, transaction_id=transaction_id, at=at(31))
        await charger.stop(transaction_id, 11_000, at=at(60))
        await charger.close()

    transaction_id = asyncio.run(before())
    [(answered,)] = server.rows(
        "SELECT count(*) FROM iicharge_ocpp_message WHERE action = 'MeterValues'"
    )
    assert answered == 30
    server.start()
    asyncio.run(after(transaction_id))

    assert [str(price) for (price,) in server.wait_for(POSTED, transaction_id)] == ["4.50"]
    sessions = server.rows(
        """SELECT session.billing, session.energy_wh, count(value.id)
             FROM iicharge_session session
             JOIN iicharge_meter_value value ON value.session_id = session.id
            WHERE value.has_register GROUP BY session.id"""
    )
    assert [(b, str(e), n) for b, e, n in sessions] == [("posted", "10000.000", 31)]


def test_server_killed_after_answering_the_stop_posts_it_once(server):
    async def session():
        charger = await connect(server)
        started = await charger.start(1, "ROOM102", 1_000, at=at(0))
        await charger.stop(started.transaction_id, 11_000, at=at(60))
        server.kill()  # the answer is out; the folio may or may not have its line
        charger.abort()
        return started.transaction_id

    transaction_id = asyncio.run(session())
    server.start()
    assert len(server.wait_for(POSTED, transaction_id)) == 1

    async def stop_again():
        charger = await connect(server)
        await charger.stop(transaction_id, 11_000, at=at(60))
        await charger.close()

    asyncio.run(stop_again())
    server.wait_for(
        "SELECT 1 FROM iicharge_ocpp_message WHERE action = 'StopTransaction'"
        " GROUP BY action HAVING count(*) = 2 AND bool_and(state = 'done')"
    )
    assert [str(price) for (price,) in server.rows(POSTED, transaction_id)] == ["4.50"]
