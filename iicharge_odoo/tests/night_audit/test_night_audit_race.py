# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from datetime import date, datetime

from freezegun import freeze_time

from odoo import SUPERUSER_ID, Command, api
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name, tagged

DAY, NEXT_DAY = date(2026, 3, 10), date(2026, 3, 11)


@tagged("post_install", "-at_install")
class TestNightAuditRace(BaseCase):
    """A charge is posted a second before midnight: committed, on cursors of their own."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        with self.registry.cursor() as cr:
            self.site_id, self.charge_id = self.make_charge(self.get_env(cr))
        self.addCleanup(self.remove)

    def get_env(self, cr):
        return api.Environment(cr, SUPERUSER_ID, {})

    def make_charge(self, env):
        site = env["iicharge.site"].create({"name": "Race", "time_zone": "UTC"})
        charger = env["iicharge.charger"].create(
            {"name": "Race", "identity": "TEST-RACE", "site_id": site.id}
        )
        session = env["iicharge.session"].create(
            {
                "charger_id": charger.id,
                "company_id": site.company_id.id,
                "state": "stopped",
                "billing": "rated",
                "started_at": datetime(2026, 3, 10, 20),
                "stopped_at": datetime(2026, 3, 10, 23),
            }
        )
        line = {
            "name": "10 kWh",
            "product_id": env.company._iicharge_get_product().id,
            "tax_ids": [Command.clear()],
            "price_unit": 4.5,
            "amount_untaxed": 4.5,
        }
        charge = env["iicharge.charge"]._create_once(session, 1, [line], destination="contract")
        return site.id, charge.id

    def remove(self):
        with self.registry.cursor() as cr:
            env = self.get_env(cr)
            charge = env["iicharge.charge"].browse(self.charge_id)
            site, session = env["iicharge.site"].browse(self.site_id), charge.session_id
            env["iicharge.night.audit"].search([("site_id", "=", site.id)]).unlink()
            charge.line_ids.unlink()
            charge.unlink()
            session.unlink()
            site.charger_ids.unlink()
            site.unlink()

    def audit(self, now, day):
        """Make the audit of a day, and commit it. :return: the ids of the charges in it"""
        with freeze_time(now), self.registry.cursor() as cr:
            env = self.get_env(cr)
            site = env["iicharge.site"].browse(self.site_id)
            audit = env["iicharge.night.audit"]._create_for(site, day)
            return [row["charge"] for row in audit.figures["room"]]

    def post(self, cr):
        with freeze_time("2026-03-10 23:59:59"):
            env = self.get_env(cr)
            env["iicharge.charge"].browse(self.charge_id)._set_posted()
            env.flush_all()

    def test_charge_committed_before_the_audit_is_in_its_day(self):
        with self.registry.cursor() as cr:
            self.post(cr)
        self.assertEqual(self.audit("2026-03-11 00:10:00", DAY), [self.charge_id])
        self.assertEqual(self.audit("2026-03-12 00:10:00", NEXT_DAY), [])

    def test_charge_committed_after_the_audit_is_in_the_next_day(self):
        with self.registry.cursor() as cr:
            self.post(cr)
            self.assertEqual(self.audit("2026-03-11 00:10:00", DAY), [])
        self.assertEqual(self.audit("2026-03-12 00:10:00", NEXT_DAY), [self.charge_id])
        self.assertEqual(self.audit("2026-03-13 00:10:00", date(2026, 3, 12)), [])
