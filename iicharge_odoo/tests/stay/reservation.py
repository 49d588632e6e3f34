# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""A charger that a guest reserves."""

import json
from datetime import timedelta

from odoo import Command, fields

from ..common import ChargingCase

EXPIRED_FEE = {"dimension": "FLAT", "price": 4, "reservation": "RESERVATION_EXPIRES"}
RESERVED_HOUR = {"dimension": "TIME", "price": 6, "reservation": "RESERVATION"}


class ReservationCase(ChargingCase):
    """A free connector that is online, for front desk to reserve."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["iicharge.connection"].create(
            {"charger_id": cls.charger.id, "online": True, "fence": 1}
        )

    def add_price(self, **values):
        self.tariff.component_ids = [Command.create({**values, "tax_ids": self.tax.ids})]

    def dialog(self, connector=None, room="101"):
        return self.open_stay_dialog("iicharge.reserve", connector, room)

    def request(self, connector=None, room="101", card=True):
        """Reserve as front desk; return the reservation and the request to the charger."""
        form = self.dialog(connector, room)
        if form.card_id and not card:
            form.card_id = self.env["iicharge.token"]
        form.save().action_reserve()
        reservation = self.env["iicharge.reservation"].search([], limit=1)
        return reservation, reservation.command_ids

    def answer(self, command, status="Accepted"):
        self.journal_message(
            command.action,
            json.loads(command.payload),
            {"status": status},
            direction="out",
            command_id=command.id,
            received_at=fields.Datetime.now(),
        )
        self.process()

    def reserve(self, minutes=30, **request):
        """Reserve for a number of minutes, accepted by the charger at `t0`."""
        reservation, command = self.request(**request)
        self.answer(command)
        reservation.write(
            {"reserved_at": self.t0, "expires_at": self.t0 + timedelta(minutes=minutes)}
        )
        return reservation

    def expire(self):
        expired = self.env["iicharge.reservation"]._expire_due()
        self.post()
        return expired

    def fee(self, reservation):
        return reservation.session_ids.filtered("no_show")
