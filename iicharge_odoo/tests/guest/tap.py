# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from datetime import timedelta

from odoo import fields

from .common import GuestCase


class TapCase(GuestCase):
    """A guest who waits for a card at a free connector."""

    def setUp(self):
        super().setUp()
        type(self).t0 = fields.Datetime.now()
        self.card = self.env["iicharge.token"]._find(self.company, "04A1B2C3")
        self.card.limit_amount = 37

    # --- steps ----------------------------------------------------------------------------------
    def wait_for_card(self, minutes_ago=5):
        """Let a page wait for a card. :return: the visit"""
        values, action = self.get_fields(self.ask_room(pay="tap"))
        self.see(action, data=values)
        visit = self.env["iicharge.guest.visit"].search([], limit=1)
        self.assertTrue(self.answer.url.endswith(f"/charge/my/{visit.key}"))
        self.move_begin(visit, minutes_ago)
        return visit

    def move_begin(self, visit, minutes_ago):
        at = self.t0 - timedelta(minutes=minutes_ago)
        self.env.flush_all()
        query = "UPDATE iicharge_guest_visit SET create_date = %s WHERE id = %s"
        self.env.cr.execute(query, (at, visit.id))
        visit.invalidate_recordset()

    def tap(self, minutes=-1, **start):
        """Begin a charging with the guest's card. :return: the session"""
        self.status("Charging", minutes)
        self.start(9001, minutes, **start)
        self.process()
        return self.find_session()

    def find_session(self):
        return self.env["iicharge.session"]._find_transaction(self.charger, "9001")

    def get_visit_text(self, visit):
        self.drop_counts()
        return self.get_text(self.see(f"/charge/my/{visit.key}"))
