# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""A charger that is driven from outside its event loop, one step after the other."""

import asyncio
import threading
from datetime import UTC, datetime, timedelta

from .test_guest_page import CHARGER, FREE
from .visit import METER_START, VISITOR, Visit


class Reader:
    """A charger with a free connector, and the card of a visitor."""

    def __init__(self, server):
        self.server = server
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever)
        self.thread.start()
        self.visit = Visit(server, CHARGER)
        self.number = None

    def do(self, step):
        return asyncio.run_coroutine_threadsafe(step, self.loop).result(60)

    def __enter__(self):
        self.do(self.visit.come_back())
        self.server.wait_for(FREE, CHARGER)
        return self

    def __exit__(self, *_exception):
        self.do(self.visit.charger.close())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(60)

    def take(self, card=VISITOR):
        """A card is held to the reader. :return: the status that the charger was answered"""
        charger = self.visit.charger
        answer = self.do(charger.authorize(card)).id_tag_info["status"]
        if answer == "Accepted":
            self.do(charger.status(1, "Preparing"))
            self.number = self.do(charger.start(1, card, METER_START)).transaction_id
            self.do(charger.status(1, "Charging"))
        return answer

    def charge(self, energy_wh, **read):
        """Report a reading. :param read: more of it, as `SimulatedCharger.meter`"""
        at, read = METER_START + energy_wh, {"power_w": 11_000, **read}
        self.do(self.visit.charger.meter(1, at, transaction_id=self.number, **read))

    def end(self, energy_wh):
        """Stop with the card; the charger's clock is ahead, so that the car has had the time."""
        charger, at = self.visit.charger, datetime.now(UTC) + timedelta(seconds=90)
        stopped = {"at": at, "id_tag": VISITOR, "reason": "Local"}
        self.do(charger.stop(self.number, METER_START + energy_wh, **stopped))
        self.do(charger.status(1, "Available"))
