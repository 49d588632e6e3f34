# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""A charger of another make: the `ocpp` package's client and nothing of ours.

Run as a process: URL IDENTITY SECRET ID_TAG ENERGY_WH. It charges for an hour that has just
passed and prints the transaction id.
"""

import asyncio
import sys
from base64 import b64encode
from datetime import UTC, datetime, timedelta

import websockets
from ocpp.v16 import ChargePoint, call

METER_START = 4_183_250


async def main(url, identity, secret, id_tag, energy_wh):
    token = b64encode(f"{identity}:{secret}".encode()).decode()
    async with websockets.connect(
        f"{url}/{identity}",
        subprotocols=["ocpp1.6"],
        additional_headers={"Authorization": f"Basic {token}"},
    ) as connection:
        charger = ChargePoint(identity, connection)
        reader = asyncio.create_task(charger.start())
        transaction_id = await charge(charger, id_tag, energy_wh)
        reader.cancel()
    print(transaction_id)


async def charge(charger, id_tag, energy_wh):
    ended = datetime.now(UTC).replace(microsecond=0)
    began = ended - timedelta(hours=1)

    def stamp(minutes):
        return (began + timedelta(minutes=minutes)).isoformat().replace("+00:00", "Z")

    boot = await charger.call(call.BootNotification("Other Make", "Model X"), suppress=False)
    assert boot.status == "Accepted", boot
    await charger.call(call.StatusNotification(1, "NoError", "Preparing"), suppress=False)
    await charger.call(call.Authorize(id_tag), suppress=False)
    start = await charger.call(
        call.StartTransaction(1, id_tag, METER_START, stamp(0)), suppress=False
    )
    assert start.id_tag_info["status"] == "Accepted", start
    for quarter in range(1, 4):
        register = METER_START + energy_wh * quarter // 4
        await charger.call(
            call.MeterValues(
                1,
                [
                    {
                        "timestamp": stamp(quarter * 15),
                        "sampledValue": [
                            {"value": str(register), "unit": "Wh"},
                            {
                                "value": str(energy_wh),
                                "measurand": "Power.Active.Import",
                                "unit": "W",
                            },
                        ],
                    }
                ],
                transaction_id=start.transaction_id,
            ),
            suppress=False,
        )
    await charger.call(
        call.StopTransaction(
            METER_START + energy_wh, stamp(60), start.transaction_id, "EVDisconnected", id_tag
        ),
        suppress=False,
    )
    await charger.call(call.StatusNotification(1, "NoError", "Available"), suppress=False)
    return start.transaction_id


if __name__ == "__main__":
    *texts, energy = sys.argv[1:]
    asyncio.run(main(*texts, int(energy)))
