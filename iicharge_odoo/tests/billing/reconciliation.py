# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from datetime import timedelta

from odoo import fields

from ..common import ChargingCase


class ReconciliationCase(ChargingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.connector.rated_power_w = 150_000  # many short sessions
        # what the database holds already belongs to another period
        cls.env.cr.execute(
            """UPDATE iicharge_session SET stopped_at = stopped_at - interval '1 year'
                WHERE state = 'stopped'"""
        )
        cls.category = cls.env["product.category"].create({"name": "Start fees"})
        cls.start_fee = cls.company.iicharge_product_id.copy(
            {"name": "Start fee", "categ_id": cls.category.id}
        )
        cls.account = cls.company.iicharge_product_id.property_account_income_id
        cls.start_fee.property_account_income_id = cls.account
        cls.transaction_ids = iter(range(7001, 8000))

    def post(self):
        while self.env["iicharge.charge"]._post_due():
            pass

    def charge(self, kwh=10, minutes=0, **start):
        """Charge a session, and post it where possible."""
        transaction_id = next(self.transaction_ids)
        self.start(transaction_id, minutes=minutes, **start)
        self.stop(transaction_id, minutes=minutes + 10, meter_stop=1000 + kwh * 1000)
        self.process()
        self.post()
        return self.session(transaction_id)

    def invoice(self, folio=None, post=True):
        invoice = (folio or self.folio)._create_invoices(final=True)
        if post:
            invoice.action_post()
        return invoice

    def make_token(self, uid, folio):
        return self.env["iicharge.token"].create({"uid": uid, "folio_id": folio.id})

    def check(self, **values):
        today = fields.Date.today()
        report = self.env["iicharge.reconciliation"].create(
            {
                "date_from": today - timedelta(days=2),
                "date_to": today + timedelta(days=1),
                **values,
            }
        )
        report.action_check()
        return report

    def assertAgrees(self, report=None):
        report = report or self.check()
        self.assertEqual(report.difference_ids.mapped(lambda row: (row.kind, row.explanation)), [])
        self.assertEqual(report.stage_ids.mapped("difference"), [0] * 5)
        self.assertEqual((report.difference_count, report.difference), (0, 0))
        return report

    def assertFound(self, *kinds, record=None):
        report = self.check()
        found = report.difference_ids
        self.assertEqual(sorted(set(found.mapped("kind"))), sorted(kinds))
        self.assertTrue(all(found.mapped("explanation")))
        self.assertNotIn("%(", "".join(found.mapped("explanation")))
        if record:
            self.assertIn(
                (record._name, record.id), found.mapped(lambda row: (row.res_model, row.res_id))
            )
        return found

    def sql(self, query, *parameters):
        self.env.flush_all()
        self.env.cr.execute(query, parameters)
        self.env.invalidate_all()

    def waiting(self, report):
        return {row.reason: row.amount_untaxed for row in report.waiting_ids}
