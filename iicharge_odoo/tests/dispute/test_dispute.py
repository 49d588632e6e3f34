# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""A guest disputes a charge: front desk opens the dispute, a manager decides
(docs/room-charges.md rules 12 and 13)."""

from datetime import timedelta

import psycopg2

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import ChargingCase


@tagged("post_install", "-at_install")
class TestDispute(ChargingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.charged = cls.charge_kwh(kwh=20)
        cls.post()
        cls.cheap = cls.env["iicharge.tariff"].create(
            {
                "name": "Cheap",
                "component_ids": [
                    Command.create({"dimension": "ENERGY", "price": 0.3, "tax_ids": cls.tax.ids})
                ],
            }
        )

    def open(self, session=None, user="front_desk"):
        wizard = self.env["iicharge.dispute.open"].with_user(self.users[user])
        session = session or self.charged
        wizard = wizard.create(
            {"session_id": session.id, "reason": "price", "statement": "The sign said 0.30."}
        )
        return self.env["iicharge.dispute"].browse(wizard.action_open()["res_id"])

    def decide(self, dispute, outcome, user="manager", **values):
        wizard = self.env["iicharge.dispute.decide"].with_user(self.users[user])
        values = {"dispute_id": dispute.id, "outcome": outcome, "reason": "Checked", **values}
        wizard = wizard.create(values)
        self.assertIsNotNone(wizard.preview)
        return wizard.action_decide()

    def test_front_desk_opens_and_cannot_decide(self):
        dispute = self.open()
        self.assertEqual((dispute.state, self.charged.billing), ("open", "disputed"))
        self.assertEqual(dispute.opened_by_id, self.users["front_desk"])
        self.assertEqual(dispute.deadline, self.site._get_today() + timedelta(days=7))
        for group in ("front_desk", "accountant"):
            with self.assertRaises(AccessError):
                self.decide(dispute, "credit", group)

    def test_desk_and_guest_are_told_of_the_decision(self):
        self.guest.email = "anna@example.com"
        dispute = self.open()
        self.decide(dispute, "part", credit_total=2.0, reason="The old sign was up")
        desk = self.users["front_desk"].partner_id
        told = self.env["mail.message"].search([("partner_ids", "in", desk.ids)])
        self.assertIn("The old sign was up", told.filtered("body")[:1].body)
        body = self.get_mail(dispute)
        for part in (self.charged.name, "credit you", "2.00", "The old sign was up"):
            self.assertIn(part, body)

    def get_mail(self, dispute):
        """Get the text of the one e-mail that the guest has got about a dispute."""
        mails = self.env["mail.mail"].search([("model", "=", dispute._name)])
        mail = mails.filtered(lambda mail: mail.recipient_ids == self.guest)
        self.assertEqual(len(mail), 1)
        return mail.body_html

    def test_guest_is_told_a_price_that_is_higher(self):
        self.guest.email = "anna@example.com"
        self.cheap.component_ids.price = 9
        dispute = self.open()
        self.decide(dispute, "rate", tariff_id=self.cheap.id)
        body = self.get_mail(dispute)
        self.assertIn("The right price is", body)
        self.assertIn(f"{self.charged.amount_total:.2f}", body)
        self.assertNotIn("credit you", body)

    def test_guest_is_told_of_a_price_that_stays(self):
        self.guest.email = "anna@example.com"
        dispute = self.open()
        self.decide(dispute, "rate", tariff_id=self.charged.tariff_id.id)
        self.assertEqual(dispute.credited_total, 0)
        self.assertIn("the price stays as it was", self.get_mail(dispute))

    def test_template_that_fails_keeps_the_decision(self):
        self.guest.email = "anna@example.com"
        template = self.env.ref("iicharge_odoo.mail_template_dispute")
        template.body_html = '<p t-out="object.no_such_field"/>'
        dispute = self.open()
        with mute_logger("odoo.addons.iicharge_odoo.models.dispute.iicharge_dispute"):
            self.decide(dispute, "keep")
        self.assertEqual(dispute.state, "kept")
        self.assertIn("Please tell the guest", dispute.message_ids[0].body)

    def test_guest_without_an_address_is_told_by_the_desk(self):
        self.guest.email = False
        dispute = self.open()
        self.decide(dispute, "keep")
        mails = self.env["mail.mail"].search([("model", "=", dispute._name)])
        self.assertNotIn(self.guest, mails.recipient_ids)

    @mute_logger("odoo.sql_db")
    def test_session_is_disputed_once_at_a_time(self):
        self.open()
        with self.assertRaisesRegex(UserError, "disputed already"):
            self.open()
        with self.assertRaises(psycopg2.errors.UniqueViolation), self.env.cr.savepoint():
            self.env["iicharge.dispute"].create(
                {
                    "session_id": self.charged.id,
                    "reason": "other",
                    "deadline": "2026-01-01",
                    "billing_before": "posted",
                }
            )

    def test_running_session_cannot_be_disputed(self):
        self.start(7002, minutes=70)
        self.process()
        with self.assertRaisesRegex(UserError, "nothing has been charged"):
            self.open(self.session(7002))

    def test_kept_bill_is_as_before(self):
        dispute = self.open()
        self.decide(dispute, "keep")
        self.assertEqual((dispute.state, self.charged.billing), ("kept", "posted"))
        self.assertEqual(dispute.decided_by_id, self.users["manager"])
        self.assertEqual(len(self.charged.charge_ids), 1)
        self.assertIn("Checked", self.charged.message_ids[0].body)

    def test_credit_in_full_leaves_nothing_to_pay(self):
        dispute = self.open()
        self.decide(dispute, "credit")
        self.assertEqual((dispute.state, dispute.credited_total), ("credited", 9.90))
        self.assertEqual((self.charged.billing, self.charged.amount_total), ("void", 0))
        self.assertEqual(self.folio.amount_total, 0)
        self.assertEqual(len(self.charged.charge_ids), 2)

    def test_credit_in_part_by_what_the_guest_pays(self):
        dispute = self.open()
        self.decide(dispute, "part", credit_total=3.30)
        self.assertEqual((dispute.state, dispute.credited_total), ("part_credited", 3.30))
        self.assertEqual((self.charged.billing, self.charged.amount_total), ("posted", 6.60))
        self.assertEqual(self.folio.amount_total, 6.60)

    def test_credit_in_part_needs_a_part(self):
        dispute = self.open()
        for amount in (0, -1, 9.90, 20):
            with self.assertRaisesRegex(UserError, "above zero and below"):
                self.decide(dispute, "part", credit_total=amount)
        self.assertEqual(dispute.state, "open")

    def test_priced_again_with_another_tariff(self):
        snapshot = self.charged.tariff_snapshot
        dispute = self.open()
        self.decide(dispute, "rate", tariff_id=self.cheap.id)
        self.post()
        self.assertEqual((dispute.state, dispute.credited_total), ("rerated", 3.30))
        self.assertEqual((self.charged.billing, self.charged.amount_total), ("posted", 6.60))
        self.assertEqual(self.folio.amount_total, 6.60)
        revisions = self.charged.charge_ids.sorted("revision")
        self.assertEqual(revisions.mapped("kind"), ["charge", "credit", "charge"])
        self.assertEqual(revisions.mapped("amount_untaxed"), [9.00, -9.00, 6.00])
        self.assertEqual(self.charged.tariff_id, self.cheap)
        self.assertEqual(revisions[0].rating_id.tariff_snapshot, snapshot, "history stays")

    def test_invoiced_charge_is_credited_by_a_credit_note(self):
        invoice = self.folio._create_invoices()
        invoice.action_post()
        self.decide(self.open(), "part", credit_total=3.30)
        note = self.charged.charge_ids.line_ids.invoice_line_id.move_id
        self.assertEqual((note.amount_total, note.reversed_entry_id), (3.30, invoice))
        self.assertEqual(invoice.amount_residual, 6.60)

    def test_late_charge_is_made_smaller_before_it_is_on_a_bill(self):
        session = self.charge_kwh(7002, kwh=20, minutes=70)
        self.folio.action_lock()
        self.post()
        self.decide(self.open(session), "part", credit_total=3.30)
        old, new = session.charge_ids.sorted("revision")
        self.assertEqual((old.state, new.state, session.billing), ("written_off", "late", "late"))
        self.assertEqual((new.amount_total, session.amount_total), (6.60, 6.60))
        self.assertTrue(new.refusal_text)

    def test_late_charge_credited_in_full_is_written_off(self):
        session = self.charge_kwh(7002, kwh=20, minutes=70)
        self.folio.action_lock()
        self.post()
        self.decide(self.open(session), "credit")
        self.assertEqual((session.charge_ids.state, session.billing), ("written_off", "void"))

    def test_charge_posted_while_disputed_stays_disputed(self):
        session = self.charge_kwh(7002, minutes=70)
        dispute = self.open(session)
        self.post()
        self.assertEqual((session.charge_ids.state, session.billing), ("posted", "disputed"))
        self.decide(dispute, "keep")
        self.assertEqual(session.billing, "posted")

    def test_visitor_who_has_not_paid_yet_may_question_it(self):
        self.env["iicharge.token"].create({"uid": "VISITOR", "group": "visitor"})
        session = self.charge_kwh(7002, minutes=70, idTag="VISITOR")
        with self.assertRaisesRegex(UserError, "Credit it in full instead"):
            self.decide(self.open(session), "part", credit_total=1)
        self.decide(session.dispute_ids, "credit")
        self.assertEqual((session.billing, session.amount_total), ("void", 0))

    def test_free_energy_is_restored_with_the_credit(self):
        self.tariff.write({"free_kwh": 5, "free_kwh_per": "stay"})
        session = self.charge_kwh(7002, kwh=20, minutes=70)
        self.post()
        self.assertEqual(session.rating_id.free_energy_entry_ids.energy_wh, 5000)
        self.decide(self.open(session), "credit")
        used = self.env["iicharge.free.energy"].search([("folio_id", "=", self.folio.id)])
        self.assertEqual(used.used_wh, 0)
        again = self.charge_kwh(7003, kwh=20, minutes=140)
        self.assertEqual(again.amount_untaxed, 6.75)

    def test_payer_who_was_chosen_at_front_desk_pays_what_is_left(self):
        payer = self.env["res.partner"].create({"name": "Who paid"})
        session = self.charge_kwh(7002, kwh=20, minutes=70)
        session.charge_ids.partner_id = payer
        self.decide(self.open(session), "part", credit_total=3.30)
        self.assertEqual(session.charge_ids.partner_id, payer)

    def test_session_of_another_hotel_is_not_read_by_the_dialog(self):
        company = self.env["res.company"].create({"name": "Other hotel"})
        self.charged.company_id = company
        for model, group in (
            ("iicharge.dispute.open", "front_desk"),
            ("iicharge.dispute.decide", "manager"),
        ):
            dialogs = self.env[model].with_user(self.users[group])
            dispute = self.charged.dispute_ids or self.charged._open_dispute("other", "Mine")
            values = {"session_id": self.charged.id, "dispute_id": dispute.id, "reason": "other"}
            known = {name: value for name, value in values.items() if name in dialogs._fields}
            if model.endswith("decide"):
                del known["session_id"]
            with self.assertRaises(AccessError):
                dialogs.new(known).amount_total  # noqa: B018

    def test_decided_dispute_is_not_decided_again(self):
        dispute = self.open()
        self.decide(dispute, "keep")
        with self.assertRaisesRegex(UserError, "decided on already"):
            self.decide(dispute, "credit")

    def test_overdue_disputes_are_found(self):
        dispute = self.open()
        dispute.deadline = fields.Date.today() - timedelta(days=1)
        self.assertTrue(dispute.is_overdue)
        found = self.env["iicharge.dispute"].search([("is_overdue", "=", True)])
        self.assertIn(dispute, found)
        self.decide(dispute, "keep")
        self.assertFalse(dispute.is_overdue)
