# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""While a guest disputes a session, its charge is paid or cancelled by others: the dispute can be
decided all the same, and the session gets the state of its charge."""

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..common import ChargingCase


@tagged("post_install", "-at_install")
class TestDisputeMeanwhile(ChargingCase):
    def post(self):
        while self.env["iicharge.charge"]._post_due():
            pass

    def make_late_dispute(self):
        self.folio.action_lock()
        session = self.charge_kwh()
        self.post()
        self.assertEqual(session.billing, "late")
        return session, session._open_dispute("price", "Too much")

    def test_charge_written_off_in_a_dispute_can_be_priced_again(self):
        session, dispute = self.make_late_dispute()
        session.charge_ids._write_off("Goodwill")
        self.assertEqual((session.billing, dispute.billing_before), ("disputed", "void"))
        dispute._rerate(self.tariff.copy({"name": "Again"}), "Promised")
        self.assertEqual((session.billing, session.amount_total), ("rated", 4.95))

    def test_charge_written_off_in_a_dispute_is_void_when_kept(self):
        session, dispute = self.make_late_dispute()
        session.charge_ids._write_off("Goodwill")
        dispute._uphold("Right")
        self.assertEqual((session.billing, session.amount_total), ("void", 0))

    def test_invoice_cancelled_in_a_dispute_is_late_when_kept(self):
        session, dispute = self.make_late_dispute()
        invoice = session.charge_ids._create_late_invoice(self.guest)
        self.assertEqual(dispute.billing_before, "posted")
        invoice.button_cancel()
        self.assertEqual((session.billing, dispute.billing_before), ("disputed", "late"))
        dispute._uphold("Right")
        self.assertEqual((session.billing, session.charge_ids.state), ("late", "late"))

    def test_charge_paid_at_the_register_in_a_dispute_is_paid_when_kept(self):
        session, dispute = self.make_late_dispute()
        session.charge_ids._send_to_pos(self.guest)
        line = session.charge_ids.line_ids.sale_line_ids
        config = self.env["pos.config"].create({"name": "Register"})
        config.open_ui()
        order = self.env["pos.order"].create(
            {
                "session_id": config.current_session_id.id,
                "amount_tax": 0.45,
                "amount_total": 4.95,
                "amount_paid": 0,
                "amount_return": 0,
                "lines": [
                    Command.create(
                        {
                            "product_id": line.product_id.id,
                            "price_unit": 4.50,
                            "price_subtotal": 4.50,
                            "price_subtotal_incl": 4.95,
                            "tax_ids": [(6, 0, line.tax_ids.ids)],
                            "sale_order_line_id": line.id,
                        }
                    )
                ],
            }
        )
        way = config.payment_method_ids[:1]
        order.add_payment({"pos_order_id": order.id, "amount": 4.95, "payment_method_id": way.id})
        order.action_pos_order_paid()
        self.assertEqual(session.billing, "disputed")
        dispute._uphold("Right")
        self.assertEqual(session.billing, "paid")

    def test_charge_priced_again_and_written_off_is_void(self):
        """The credit of the first price stays on the bill, but nothing is due."""
        session = self.charge_kwh()
        self.post()
        dispute = session._open_dispute("price", "Too much")
        dispute._rerate(self.tariff.copy({"name": "Again"}), "Promised")
        self.folio.action_lock()
        self.post()
        self.assertEqual(session.billing, "late")
        session.charge_ids.filtered(lambda charge: charge.state == "late")._write_off("Goodwill")
        self.assertEqual((session.billing, session.amount_total), ("void", 0))

    def test_rest_credited_by_a_second_dispute_is_void(self):
        session = self.charge_kwh()
        self.post()
        session._open_dispute("price", "Too much")._credit_in_part(2.20, "Half of it")
        self.assertEqual((session.billing, session.amount_total), ("posted", 2.75))
        self.env.flush_all()
        session._open_dispute("price", "Still too much")._credit_in_part(2.75, "The rest")
        self.assertEqual((session.billing, session.amount_total), ("void", 0))

    def test_credit_that_waits_is_not_written_off(self):
        session = self.charge_kwh()
        self.post()
        self.folio.action_lock()
        credit = session.charge_ids._create_credit("Too much")
        self.assertEqual(credit.state, "late")
        with self.assertRaisesRegex(UserError, "guest's money"):
            credit._write_off("No")
        self.folio.action_unlock()
        credit.action_retry()
        self.assertEqual((credit.state, self.folio.amount_untaxed), ("posted", 0))
