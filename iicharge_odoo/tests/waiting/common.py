# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from datetime import timedelta

from odoo import fields

from ...controllers import guest_waiting
from ..guest.common import GuestCase


class WaitingCase(GuestCase):
    """A site of two connectors, both in use, and guests who wait."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.site.write({"quiet_from": 0, "quiet_until": 0})
        cls.other_connector._make_signs()
        (cls.connector | cls.other_connector).write({"status": "charging"})
        cls.places = cls.env["iicharge.waiting"]
        cls.mails_before = cls.env["mail.mail"].search([])

    def setUp(self):
        super().setUp()
        guest_waiting.JOINS_OF_ADDRESS._counts.clear()

    def wait(self, name="Guest", folio=None, **values):
        """Put a guest on the list."""
        return self.places._join(self.site, f"key-{name}", folio, name=name, **values)

    def free(self, connector=None):
        """A car leaves: the list goes on."""
        (connector or self.connector).status = "available"
        self.advance()

    def advance(self):
        for site_id in self.places._find_sites():
            self.places._advance([site_id])

    def expire(self, place):
        """Let the time of an offer pass."""
        ago = fields.Datetime.now() - timedelta(minutes=1)
        place.reservation_id.expires_at = ago
        self.env["iicharge.reservation"]._expire_due()
        self.advance()

    def lose(self, place):
        """Let minutes pass in which the kept connector cannot be used."""
        self.advance()
        place.unusable_since -= timedelta(minutes=3)
        self.advance()

    def get_mails(self):
        return self.env["mail.mail"].search([]) - self.mails_before

    def use_key(self, place):
        """Be the guest with the page of a place."""
        self.opener.cookies.set("iicharge_wait", place.key)
