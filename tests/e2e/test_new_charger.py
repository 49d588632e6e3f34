# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""An unknown charger connects; a technician accepts it while it is connected."""

import asyncio

from iicharge_odoo.simulator import SimulatedCharger


def test_new_charger_accepted_while_connected_charges_at_once(server):
    manager = server.log_in("manager")
    sites = manager.call("iicharge.site", "search", [])
    manager.call("iicharge.site", "write", sites, {"accept_unknown_chargers": True})
    technician = server.log_in("technician")

    async def arrive():
        async with SimulatedCharger(server.ocpp_url, "NEW-7", "a secret of its own") as charger:
            assert (await charger.boot()).status == "Pending"
            [(charger_id,)] = await asyncio.to_thread(
                server.wait_for, "SELECT id FROM iicharge_charger WHERE identity_key = 'new-7'"
            )
            refused = await charger.start(1, "ROOM101", 1_000)
            assert refused.id_tag_info["status"] == "Invalid"
            await charger.stop(refused.transaction_id, 1_000)

            # it is asked to boot, but this one does not: its next start is accepted all the same
            await asyncio.to_thread(
                technician.call, "iicharge.charger", "action_accept", [charger_id]
            )
            action, payload = await charger.next_command()
            assert (action, payload["requested_message"]) == ("TriggerMessage", "BootNotification")
            accepted = await charger.start(1, "ROOM101", 1_000)
            assert accepted.id_tag_info["status"] == "Accepted"
            assert (await charger.boot()).status == "Accepted"
            await charger.stop(accepted.transaction_id, 1_000)

            await asyncio.to_thread(
                technician.call, "iicharge.charger", "action_refuse", [charger_id]
            )
            again = await charger.start(1, "ROOM101", 1_000)
            assert again.id_tag_info["status"] == "Invalid"

    asyncio.run(arrive())
