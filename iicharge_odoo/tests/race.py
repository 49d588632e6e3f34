# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""What several transactions do to the same records: committed, on cursors of their own."""

from odoo import SUPERUSER_ID, Command, api
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name


class RaceCase(BaseCase):
    """A charger at a site of its own, and sessions that `remove` takes away again."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        with self.registry.cursor() as cr:
            self.site_id = self.make_site(self.get_env(cr)).id
        self.addCleanup(self.remove)

    def get_env(self, cr):
        return api.Environment(cr, SUPERUSER_ID, {})

    def make_site(self, env):
        site = env["iicharge.site"].create({"name": "Race", "time_zone": "UTC"})
        env["iicharge.charger"].create(
            {"name": "Race", "identity": "TEST-RACE", "site_id": site.id}
        )
        return site

    def make_session(self, env, started_at, stopped_at, **values):
        """Make a session that has ended, with a charge of 4.50 that waits for a contract's invoice.

        :param stopped_at: None: it charges
        """
        site = env["iicharge.site"].browse(self.site_id)
        session = env["iicharge.session"].create(
            {
                "charger_id": site.charger_ids.id,
                "company_id": site.company_id.id,
                "state": "stopped" if stopped_at else "charging",
                "billing": "rated" if stopped_at else "open",
                "started_at": started_at,
                "stopped_at": stopped_at,
                **values,
            }
        )
        if stopped_at:
            line = {
                "name": "10 kWh",
                "product_id": env.company._iicharge_get_product().id,
                "tax_ids": [Command.clear()],
                "price_unit": 4.5,
                "amount_untaxed": 4.5,
            }
            env["iicharge.charge"]._create_once(session, 1, [line], destination="contract")
        return session

    def remove(self):
        with self.registry.cursor() as cr:
            env = self.get_env(cr)
            site = env["iicharge.site"].browse(self.site_id)
            sessions = env["iicharge.session"].search([("site_id", "=", site.id)])
            self.remove_of(site, sessions)
            sessions.charge_ids.line_ids.unlink()
            sessions.charge_ids.unlink()
            sessions.unlink()
            site.charger_ids.unlink()
            site.unlink()

    def remove_of(self, site, sessions):
        """Remove what the test has made of them."""
