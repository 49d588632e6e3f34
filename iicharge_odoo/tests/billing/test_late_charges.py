# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Delivered energy is always billed: late charges wait until they are resolved, with a log
(docs/room-charges.md rules 5 and 10)."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ...core.errors import TemporarilyUnavailable
from ..common import ChargingCase


@tagged("post_install", "-at_install")
class TestLateCharges(ChargingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.late_session = cls.make_late(7001)
        cls.charge = cls.late_session.charge_ids

    @classmethod
    def make_late(cls, transaction_id, **start):
        session = cls.charge_kwh(transaction_id, kwh=20, **start)
        cls.folio.locked = True
        cls.post()
        cls.folio.locked = False
        return session

    def resolve(self, resolution, user="accountant", charges=None, **values):
        user = self.users[user]
        charges = charges or self.charge
        wizard = self.env["iicharge.resolve.charge"].with_user(user)
        wizard = wizard.create(
            {"charge_ids": [(6, 0, charges.ids)], "resolution": resolution, **values}
        )
        return wizard.action_resolve()

    def test_late_charge_shows_reason_age_and_guest(self):
        self.assertEqual(self.charge.state, "late")
        self.assertIn("room bill is closed", self.charge.refusal_text)
        self.assertEqual(self.charge.partner_id, self.guest)
        self.late_session.stopped_at -= timedelta(days=3)
        self.assertEqual(self.charge.age_days, 3)

    def test_new_invoice_takes_it(self):
        action = self.resolve("invoice")
        invoice = self.charge.line_ids.invoice_line_id.move_id
        self.assertEqual((action["res_model"], action["res_id"]), ("account.move", invoice.id))
        self.assertEqual((invoice.partner_id, invoice.state), (self.guest, "draft"))
        self.assertEqual((invoice.amount_untaxed, invoice.amount_total), (9.00, 9.90))
        self.assertEqual((self.charge.state, self.charge.destination), ("posted", "invoice"))
        self.assertEqual(self.late_session.billing, "posted")
        self.assertFalse(self.folio.order_line)

    def test_one_invoice_takes_several(self):
        other = self.make_late(7002, minutes=70).charge_ids
        self.resolve("invoice", charges=self.charge | other)
        invoice = (self.charge | other).line_ids.invoice_line_id.move_id
        self.assertEqual(len(invoice), 1)
        self.assertEqual(invoice.amount_total, 19.80)

    def test_invoice_cancelled_or_deleted_brings_it_back(self):
        self.resolve("invoice")
        invoice = self.charge.line_ids.invoice_line_id.move_id
        invoice.button_cancel()
        self.assertEqual((self.charge.state, self.late_session.billing), ("late", "late"))
        self.assertEqual(self.charge.refusal_code, "invoice_cancelled")
        self.resolve("invoice")
        self.charge.line_ids.invoice_line_id.move_id.unlink()
        self.assertEqual((self.charge.state, self.late_session.billing), ("late", "late"))

    def test_credited_on_the_draft_that_goes_is_owed_no_more(self):
        for end in ("unlink", "button_cancel"):
            session = self.make_late(7010 + len(end), minutes=70)
            invoice = session.charge_ids._create_late_invoice(self.guest)
            session._open_dispute("price", "Too much")._credit_in_full("Promised")
            self.folio.action_unlock()
            getattr(invoice, end)()
            self.post()
            self.assertEqual(session.charge_ids.mapped("state"), ["written_off"] * 2, end)
            self.assertEqual((session.billing, session.amount_total), ("void", 0))
            self.assertEqual(self.folio.amount_total, 0, "nothing is given back for nothing")

    def test_invoice_with_a_credit_note_is_not_cancelled_alone(self):
        self.resolve("invoice")
        invoice = self.charge.line_ids.invoice_line_id.move_id
        invoice.action_post()
        self.late_session._open_dispute("price", "Too much")._credit_in_full("Promised")
        credit = self.charge.credit_ids
        note = credit.line_ids.invoice_line_id.move_id
        invoice.button_draft()
        with self.assertRaisesRegex(UserError, note.name), self.env.cr.savepoint():
            invoice.button_cancel()
        note.button_draft()
        note.button_cancel()
        self.assertEqual(credit.state, "pending")
        invoice.button_cancel()
        self.assertEqual((self.charge | credit).mapped("state"), ["written_off"] * 2)

    def test_line_of_charging_is_not_removed_from_its_invoice(self):
        self.resolve("invoice")
        with self.assertRaisesRegex(UserError, "Cancel or delete the whole invoice"):
            self.charge.line_ids.invoice_line_id.unlink()

    def test_register_takes_payment_by_an_order(self):
        action = self.resolve("pos")
        order = self.charge.line_ids.sale_line_ids.order_id
        self.assertIn(order.name, action["params"]["message"])
        self.assertNotEqual(order, self.folio)
        self.assertEqual((order.partner_id, order.state), (self.guest, "sale"))
        self.assertEqual(order.amount_unpaid, 9.90)
        self.assertEqual((self.charge.state, self.charge.destination), ("posted", "pos"))

    def test_write_off_needs_a_manager_and_a_reason(self):
        with self.assertRaises(AccessError):
            self.resolve("write_off", reason="Goodwill")
        with self.assertRaisesRegex(UserError, "Say why"):
            self.resolve("write_off", "manager", reason=" ")
        self.resolve("write_off", "manager", reason="Goodwill")
        self.assertEqual((self.charge.state, self.charge.reason), ("written_off", "Goodwill"))
        self.assertEqual((self.late_session.billing, self.late_session.amount_total), ("void", 0))
        self.assertIn("Goodwill", self.late_session.message_ids[0].body)
        self.assertIn("test_manager", self.late_session.message_ids[0].body)

    def test_front_desk_resolves_nothing(self):
        with self.assertRaises(AccessError):
            self.charge.with_user(self.users["front_desk"]).action_resolve()

    def test_resolved_charge_is_not_resolved_again(self):
        self.resolve("invoice")
        with self.assertRaisesRegex(UserError, "no longer open"):
            self.charge.with_user(self.users["accountant"]).action_resolve()
        for resolution in ("invoice", "pos"):
            with self.assertRaisesRegex(UserError, "no longer open"):
                self.resolve(resolution)

    def test_missing_payer_is_asked_for(self):
        self.charge.partner_id = False
        for resolution in ("invoice", "pos"):
            with self.assertRaisesRegex(UserError, "Choose who pays"):
                self.resolve(resolution)
        self.resolve("invoice", partner_id=self.guest.id)
        self.assertEqual(self.charge.state, "posted")

    def test_retry_puts_it_on_the_folio_opened_again(self):
        self.resolve("retry")
        self.assertEqual(self.charge.state, "posted")
        self.assertEqual(self.folio.amount_total, 9.90)

    def test_night_posts_what_waited_for_a_closed_folio(self):
        self.env["iicharge.session"]._close_ended_sessions(self.site)
        self.assertEqual(self.charge.state, "posted")

    def test_retries_of_a_passing_refusal_come_less_and_less_often(self):
        session = self.charge_kwh(7002, minutes=70)
        charge, now = session.charge_ids, fields.Datetime.now()
        pauses = []
        for _attempt in range(6):
            charge._set_refused(TemporarilyUnavailable())
            pauses.append((charge.retry_at - now).total_seconds())
        self.assertEqual(charge.state, "refused")
        self.assertEqual(pauses, sorted(pauses))
        self.assertGreater(pauses[-1], 7000)

    def test_other_companys_charges_are_not_resolved_together(self):
        company = self.env["res.company"].create({"name": "Other hotel"})
        other = self.make_late(7002, minutes=70).charge_ids
        other.session_id.company_id = company
        other.company_id = company
        self.users["accountant"].company_ids += company
        with self.assertRaises(UserError):
            wizard = self.env["iicharge.resolve.charge"].with_user(self.users["accountant"])
            wizard = wizard.with_context(allowed_company_ids=(self.company | company).ids)
            wizard.create(
                {"charge_ids": [(6, 0, (self.charge | other).ids)], "resolution": "invoice"}
            ).action_resolve()
