# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""A charge has the taxes of the document that it lands on, whichever way it came there."""

from datetime import timedelta

from odoo.tests import tagged

from ..contract.common import MARCH, MARCH_ENDS, ContractCase

LATE = MARCH_ENDS - timedelta(hours=1)


class FiscalPositionCase(ContractCase):
    """19 % here, nothing for a company elsewhere that pays the tax itself (reverse charge)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tax.write({"name": "19 %", "amount": 19})
        cls.none = cls.tax.copy({"name": "Reverse charge", "amount": 0})
        cls.position = cls.env["account.fiscal.position"].create({"name": "Reverse Charge"})
        cls.none.write({"original_tax_ids": cls.tax.ids, "fiscal_position_ids": cls.position.ids})
        cls.abroad = cls.env["res.partner"].create({"name": "Elsewhere Ltd", "is_company": True})
        cls.set_position(cls.abroad)

    @classmethod
    def set_position(cls, partner, position=None):
        partner.with_company(cls.company).property_account_position_id = (
            cls.position if position is None else position
        )

    def set_gross(self):
        self.tariff.tax_included = "YES"

    def charge_late(self, kwh=16.1):
        """Charge a guest who has left. :return: the late charge"""
        self.folio.action_lock()
        session = self.charge_until(LATE, self.token.uid, kwh=kwh)
        self.post()
        self.assertEqual(session.charge_ids.state, "late")
        return session.charge_ids

    def assert_sum(self, charge, untaxed, total):
        """The charge, its session and the document that has it say the same."""
        lines = charge.line_ids
        self.assertEqual((charge.amount_untaxed, charge.amount_total), (untaxed, total))
        self.assertEqual(charge.session_id.amount_total, total)
        places = lines.sale_line_ids or lines.invoice_line_id
        self.assertEqual(round(sum(places.mapped("price_subtotal")), 2), untaxed)
        self.assertEqual(round(sum(places.mapped("price_total")), 2), total)
        self.assertEqual(places.tax_ids, lines.tax_ids)


@tagged("post_install", "-at_install")
class TestFiscalPosition(FiscalPositionCase):
    # --- late charge -> invoice -------------------------------------------------------------
    def test_late_charge_on_the_invoice_of_a_reverse_charge_partner_has_no_tax(self):
        charge = self.charge_late()
        self.assertEqual((charge.amount_untaxed, charge.amount_total), (7.25, 8.63))
        invoice = charge._create_late_invoice(self.abroad)
        self.assertEqual(invoice.fiscal_position_id, self.position)
        self.assertEqual((invoice.amount_untaxed, invoice.amount_total), (7.25, 7.25))
        self.assert_sum(charge, 7.25, 7.25)

    def test_price_with_tax_is_without_it_for_a_reverse_charge_partner(self):
        self.set_gross()
        charge = self.charge_late(kwh=17.9)
        self.assertEqual(charge.amount_total, 8.06)
        invoice = charge._create_late_invoice(self.abroad)
        self.assertEqual(invoice.amount_total, 6.77)
        self.assert_sum(charge, 6.77, 6.77)

    def test_price_with_tax_is_the_agreed_one_again_where_the_tax_applies(self):
        """6.77 without tax would make 8.06 again, 6.76 only 8.04: each sum is the agreed one."""
        self.set_gross()
        self.folio.fiscal_position_id = self.position
        for kwh, untaxed, total in ((17.88, 6.76, 8.05), (17.9, 6.77, 8.06), (0.11, 0.04, 0.05)):
            charge = self.charge_late(kwh=kwh)
            self.assertEqual(charge.amount_total, untaxed)
            charge._create_late_invoice(self.guest)
            self.assert_sum(charge, charge.amount_untaxed, total)

    def test_payer_is_told_the_sum_before(self):
        charge = self.charge_late()
        wizard = self.env["iicharge.resolve.charge"].with_user(self.users["accountant"])
        wizard = wizard.create({"charge_ids": charge.ids})
        self.assertEqual(wizard.amount_total, 8.63)
        wizard.partner_id = self.abroad
        self.assertEqual(wizard.amount_total, 7.25)
        wizard.resolution = "retry"
        self.assertEqual(wizard.amount_total, 8.63)

    # --- late charge -> register, and back on the bill --------------------------------------
    def test_late_charge_at_the_register_follows_its_payer(self):
        charge = self.charge_late()
        charge._send_to_pos(self.abroad)
        self.assertEqual(charge.line_ids.folio_id.fiscal_position_id, self.position)
        self.assert_sum(charge, 7.25, 7.25)

    def test_late_charge_follows_the_bill_that_is_opened_again(self):
        charge = self.charge_late()
        self.folio.action_unlock()
        self.folio.fiscal_position_id = self.position
        charge.action_retry()
        self.assertEqual(charge.state, "posted")
        self.assert_sum(charge, 7.25, 7.25)

    def test_routed_charge_that_lands_on_the_guests_bill_has_its_taxes(self):
        bill = self.make_stay(self.abroad, False)
        self.assertEqual(bill.fiscal_position_id, self.position)
        self.env["iicharge.routing"].create({"folio_id": self.folio.id, "paying_folio_id": bill.id})
        session = self.charge_until(LATE, self.token.uid, kwh=16.1)
        charge = session.charge_ids
        self.assertEqual(charge.amount_total, 7.25)
        bill.action_lock()
        self.post()
        self.assertEqual(charge.line_ids.folio_id, self.folio)
        self.assert_sum(charge, 7.25, 8.63)

    # --- monthly invoice --------------------------------------------------------------------
    def test_monthly_invoice_follows_the_company_as_it_is_then(self):
        for style in ("lines", "sum"):
            self.contract.style = style
            self.set_position(self.courier, self.env["account.fiscal.position"])
            charge = self.charge_until(LATE, kwh=16.1).charge_ids
            self.assertEqual(charge.amount_total, 8.63)
            self.set_position(self.courier)
            invoice = self.contract._invoice(MARCH)
            self.assertEqual((invoice.amount_untaxed, invoice.amount_total), (7.25, 7.25))
            self.assert_sum(charge, 7.25, 7.25)

    # --- order -> invoice, credit -----------------------------------------------------------
    def test_invoice_and_credit_note_have_the_taxes_of_the_bill(self):
        for gross, untaxed in ((False, 7.25), (True, 6.09)):
            if gross:
                self.set_gross()
            folio = self.make_stay(self.abroad, f"20{gross:d}")
            token = self.make_token(f"ABROAD{gross:d}", folio_id=folio.id)
            session = self.charge_until(LATE, token.uid, kwh=16.1)
            self.post()
            self.assert_sum(session.charge_ids, untaxed, untaxed)
            invoice = folio._create_invoices()
            invoice.action_post()
            self.assertEqual(invoice.amount_total, untaxed)
            session._open_dispute("fault", "It failed")._credit_in_full("It did")
            note = invoice.reversal_move_ids
            self.assertEqual((note.amount_total, note.fiscal_position_id), (untaxed, self.position))
            self.assertEqual(invoice.amount_residual, 0)

    def test_credit_keeps_the_taxes_of_what_it_credits(self):
        """Also where it is late itself, and put on an invoice for somebody else."""
        session = self.charge_until(LATE, self.token.uid, kwh=16.1)
        self.post()
        self.folio.action_lock()
        session._open_dispute("price", "Less")._credit_in_part(2.38, "Yes")
        credit = session.charge_ids.filtered(lambda charge: charge.kind == "credit")
        self.assertEqual((credit.state, credit.amount_total), ("late", -2.38))
        note = credit._create_late_invoice(self.abroad)
        self.assertEqual((note.move_type, note.amount_total), ("out_refund", 2.38))

    # --- taxes updated on the document ------------------------------------------------------
    def test_update_taxes_of_a_bill_charges_under_its_new_position(self):
        self.set_gross()
        session = self.charge_until(LATE, self.token.uid, kwh=17.9)
        self.post()
        self.assertEqual(self.folio.amount_total, 8.06)
        self.folio.fiscal_position_id = self.position
        self.folio.action_update_taxes()
        self.assertEqual(self.folio.amount_total, 6.77)
        self.assertEqual((session.billing, session.amount_total), ("posted", 6.77))
        self.folio.fiscal_position_id = False
        self.folio.action_update_taxes()
        self.assertEqual((self.folio.amount_total, session.amount_total), (8.06, 8.06))
        lines = len(self.folio.order_line)
        self.folio.action_update_taxes()
        self.assertEqual(len(self.folio.order_line), lines)

    def test_update_taxes_of_an_invoice_maps_the_taxes_of_the_tariff(self):
        self.set_gross()
        charge = self.charge_late(kwh=17.9)
        invoice = charge._create_late_invoice(self.guest)
        self.assertEqual(invoice.amount_total, 8.06)
        invoice.fiscal_position_id = self.position
        invoice.action_update_fpos_values()
        self.assertEqual(
            (invoice.invoice_line_ids.tax_ids, invoice.amount_total), (self.none, 6.77)
        )
