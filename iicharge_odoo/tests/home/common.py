# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import fields

from ..common import ChargingCase


class HomeCase(ChargingCase):
    """A charger that is online; the pages of its people."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.connection = cls.env["iicharge.connection"].create(
            {
                "charger_id": cls.charger.id,
                "online": True,
                "connected_at": cls.t0,
                "last_seen_at": fields.Datetime.now(),
                "fence": 1,
            }
        )
        cls.status("Available")
        cls.status("Available", connector=2)
        cls.process()

    def read_page(self, group, role=None, **choice):
        """Read a home in a cache of its own, as a request does; of our site, as the database may
        have others."""
        self.env.flush_all()
        self.env.invalidate_all()
        home = self.env["iicharge.home"].with_user(self.users[group])
        return home.read_home(role or group, **{"site_id": self.site.id, **choice})

    def count_queries(self, group):
        """Count the queries of a home that was read before."""
        self.read_page(group)
        self.env.flush_all()
        self.env.invalidate_all()
        home = self.env["iicharge.home"].with_user(self.users[group])
        before = self.env.cr.sql_log_count
        home.read_home(group, site_id=self.site.id)
        return self.env.cr.sql_log_count - before

    def tally(self, page, key):
        return next(tally for tally in page["tallies"] if tally["key"] == key)

    def panel(self, page, key):
        return next(panel for panel in page["panels"] if panel["key"] == key)

    def titles(self, page, key):
        return [row["title"] for row in self.panel(page, key)["rows"]]

    def find(self, link, model):
        """Find what a link lists, with no more than its domain."""
        return self.env[model].search(link["domain"])
