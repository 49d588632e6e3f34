# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""A charge that cannot be posted is refused with a reason, and nothing is written in part
(docs/room-charges.md rules 5 to 8)."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import ChargingCase


@tagged("post_install", "-at_install")
class TestChargeBadInput(ChargingCase):
    def charge_and_spoil(self, spoil):
        session = self.charge_kwh(kwh=20)
        spoil()
        self.post()
        return session

    def assertLate(self, session, code):
        charge = session.charge_ids
        self.assertEqual((charge.state, charge.refusal_code), ("late", code))
        self.assertTrue(charge.refusal_text)
        self.assertEqual(session.billing, "late")
        self.assertFalse(charge.line_ids.sale_line_ids)
        self.assertFalse(self.folio.order_line)

    def test_folio_with_charging_is_not_deleted(self):
        session = self.charge_kwh()
        self.folio._action_cancel()
        with self.assertRaisesRegex(UserError, "Cancel the order instead"):
            self.folio.unlink()
        self.post()
        self.assertLate(session, "folio_closed")

    def test_line_of_charging_is_not_deleted_from_a_cancelled_folio(self):
        session = self.charge_kwh(7009)
        self.post()
        self.folio._action_cancel()
        self.folio.action_draft()
        with self.assertRaisesRegex(UserError, "is on this bill only"):
            self.folio.order_line.unlink()
        self.assertTrue(session.charge_ids.line_ids.sale_line_ids)

    def test_folio_cancelled(self):
        self.assertLate(self.charge_and_spoil(self.folio._action_cancel), "folio_closed")

    def test_folio_locked(self):
        self.assertLate(self.charge_and_spoil(self.folio.action_lock), "folio_closed")

    def test_folio_invoiced_and_checked_out(self):
        session = self.charge_kwh()
        self.folio.write(
            {
                "iicharge_checkout": fields.Datetime.now() - timedelta(hours=1),
                "invoice_status": "invoiced",
            }
        )
        self.post()
        self.assertLate(session, "folio_closed")

    @mute_logger("odoo.addons.iicharge_odoo.models.billing.iicharge_charge")
    def test_folio_of_another_company(self):
        company = self.env["res.company"].create({"name": "Other hotel"})
        session = self.charge_kwh()
        self.env.cr.execute(
            "UPDATE sale_order SET company_id = %s WHERE id = %s", (company.id, self.folio.id)
        )
        self.folio.invalidate_recordset()
        self.post()
        self.assertLate(session, "folio_closed")

    def test_tax_of_the_tariff_deleted_is_held_for_review(self):
        self.start(7001)
        self.process()
        self.tariff.component_ids.tax_ids = False
        self.tax.unlink()
        self.stop(7001, meter_stop=21000)
        self.process()
        session = self.session(7001)
        reasons = session.review_reason_ids.mapped("code")
        self.assertEqual((session.billing, reasons), ("review", ["tax_missing"]))
        self.assertFalse(session.charge_ids)
        session._decide_to_bill(20000, "By today's tariff")
        self.post()
        self.assertEqual(session.billing, "posted")

    def test_tax_archived_is_still_charged(self):
        self.tax.active = False
        session = self.charge_kwh(kwh=20)
        self.post()
        self.assertEqual((session.billing, session.amount_total), ("posted", 9.90))

    def test_amount_zero_is_free(self):
        session = self.charge_kwh(kwh=0)
        self.assertEqual((session.billing, len(session.charge_ids)), ("free", 0))

    def test_amount_below_zero_cannot_be_charged(self):
        self.start(7001)
        self.stop(7001, meter_stop=500)
        self.process()
        session = self.session(7001)
        self.assertEqual(session.billing, "review")
        with self.assertRaisesRegex(UserError, "below zero"):
            session._decide_to_bill(-1, "No")
        self.assertFalse(session.charge_ids)

    def test_charge_says_all_that_rule_8_asks_for(self):
        session = self.charge_kwh(kwh=20)
        self.post()
        charge, line = session.charge_ids, session.charge_ids.line_ids
        self.assertEqual(
            (line.amount_untaxed, line.amount_tax, line.tax_ids), (9.00, 0.90, self.tax)
        )
        self.assertIn("20.000 kWh", line.name)
        self.assertIn("Garage 1", line.name)
        self.assertEqual(line.product_id, self.company.iicharge_product_id)
        self.assertEqual(charge.session_id, session)
        self.assertEqual(charge.posted_by_id, self.env.user)
        self.assertTrue(charge.posted_at)
        self.assertEqual(charge.bill_numbers, self.folio.name)
