# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import csv
import io
from datetime import date, datetime, timedelta
from unittest.mock import patch

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.base.models.ir_cron import IrCron

from ...core import jsontext
from .common import LONG_AGO, MARCH, MARCH_ENDS, ContractCase


@tagged("post_install", "-at_install")
class TestContract(ContractCase):
    def test_session_of_a_contracts_card_waits_for_the_month(self):
        session = self.charge_until(MARCH_ENDS - timedelta(days=1))
        self.post()
        charge = session.charge_ids
        self.assertEqual(session.contract_id, self.contract)
        self.assertEqual(
            (charge.destination, charge.state, charge.partner_id, session.billing),
            ("contract", "pending", self.courier, "rated"),
        )
        self.assertEqual(self.contract.waiting_total, 4.95)

    def test_session_of_somebody_of_the_company_waits_for_the_month(self):
        driver = self.env["res.partner"].create({"name": "Bo", "parent_id": self.courier.id})
        self.make_token("BO", partner_id=driver.id)
        session = self.charge_until(MARCH_ENDS, "BO")
        self.assertEqual((session.partner_id, session.contract_id), (driver, self.contract))
        self.assertEqual(session.charge_ids.partner_id, self.courier)

    def test_stay_goes_before_the_contract(self):
        self.make_token("GUEST", contract_id=self.contract.id, folio_id=self.folio.id)
        session = self.charge_until(MARCH_ENDS, "GUEST")
        self.post()
        self.assertFalse(session.contract_id)
        self.assertEqual(session.charge_ids.destination, "folio")
        self.assertEqual(session.charge_ids.line_ids.folio_id, self.folio)

    def test_contract_that_has_ended_pays_no_more_and_its_card_starts_nothing(self):
        self.contract.date_to = date(2025, 3, 30)
        before = self.charge_until(datetime(2025, 3, 30, 12))
        after = self.charge_until(datetime(2025, 3, 31, 12))
        self.assertEqual((before.contract_id, bool(after.contract_id)), (self.contract, False))
        self.assertFalse(after.charge_ids)
        now = fields.Datetime.now()
        self.assertEqual(
            self.env["iicharge.token"]._decide(self.charger, "FLEET1", now)[0], "Expired"
        )
        self.contract.date_to = False
        self.assertEqual(
            self.env["iicharge.token"]._decide(self.charger, "FLEET1", now)[0], "Accepted"
        )
        # what it owes is invoiced all the same
        self.contract.date_to = date(2025, 3, 30)
        self.assertIn(self.contract, self.contract._get_due(self.company, MARCH))

    def test_month_ends_on_the_clock_of_the_site(self):
        inside = self.charge_until(MARCH_ENDS - timedelta(seconds=1))
        outside = self.charge_until(MARCH_ENDS)
        invoice = self.contract._invoice(MARCH)
        self.assertEqual(
            invoice.invoice_line_ids.iicharge_charge_line_ids, inside.charge_ids.line_ids
        )
        self.assertEqual((inside.billing, outside.billing), ("posted", "rated"))
        # on winter time the same day ends an hour later
        autumn_ends = datetime(2024, 10, 31, 23)
        late = self.charge_until(autumn_ends - timedelta(seconds=1))
        self.charge_until(autumn_ends)
        found = self.contract._get_due_charges(date(2024, 10, 31))
        self.assertEqual(found, late.charge_ids)

    def test_month_ends_on_the_clock_of_each_site(self):
        site = self.env["iicharge.site"].create(
            {"name": "Overseas", "time_zone": "America/New_York", "tariff_id": self.tariff.id}
        )
        self.charger.site_id = site
        session = self.charge_until(MARCH_ENDS + timedelta(hours=5))
        self.assertEqual(self.contract._get_due_charges(MARCH), session.charge_ids)
        # in Amsterdam it is April, in New York it is not
        month_end = self.company._iicharge_get_month_end(MARCH_ENDS + timedelta(hours=1))
        self.assertEqual(month_end, date(2025, 2, 28))

    def test_invoice_has_one_line_for_each_session(self):
        sessions = [
            self.charge_until(MARCH_ENDS - timedelta(days=day), kwh=kwh)
            for day, kwh in ((3, 10), (1, 7.3), (2, 1.1))
        ]
        invoice = self.contract._invoice(MARCH)
        self.assertEqual(invoice.state, "draft")
        self.assertEqual((invoice.partner_id, invoice.ref), (self.courier, "PO 4711"))
        self.assertEqual(invoice.currency_id, self.company.currency_id)
        self.assertEqual(
            invoice.amount_untaxed, sum(session.amount_untaxed for session in sessions)
        )
        ordered = sorted(sessions, key=lambda session: session.stopped_at)
        lines = invoice.invoice_line_ids.sorted("id")
        self.assertEqual(
            [line.iicharge_charge_line_ids.charge_id.session_id for line in lines], ordered
        )
        charges = lines.iicharge_charge_line_ids.charge_id
        self.assertEqual(set(charges.mapped("destination")), {"contract"})
        self.assertEqual(set(charges.mapped("state")), {"posted"})

    def test_one_sum_agrees_with_lines_to_the_cent(self):
        tax = {"price_include_override": "tax_included", "type_tax_use": "sale"}
        self.tariff.component_ids.tax_ids = self.env["account.tax"].create(
            {"name": "19 %", "amount": 19, "company_id": self.company.id, **tax}
        )
        other = self.make_contract(self.guest, style="sum")
        self.make_token("SUM", contract_id=other.id)
        for number in range(7):
            at = MARCH_ENDS - timedelta(hours=number + 1)
            self.charge_until(at, "FLEET1", kwh=0.94 + number)
            self.charge_until(at - timedelta(minutes=30), "SUM", kwh=0.94 + number)
        by_line, summed = self.contract._invoice(MARCH), other._invoice(MARCH)
        self.assertEqual(len(by_line.invoice_line_ids), 7)
        self.assertEqual(len(summed.invoice_line_ids), 1)
        self.assertEqual(summed.amount_untaxed, by_line.amount_untaxed)
        lines = summed.invoice_line_ids.iicharge_charge_line_ids
        self.assertEqual(len(lines), 7)
        self.assertEqual(lines.mapped("billed_untaxed"), lines.mapped("amount_untaxed"))
        self.assertIn("7 sessions", summed.invoice_line_ids.name)

    def test_one_sum_keeps_products_and_analytics_apart(self):
        self.contract.style = "sum"
        plan = self.env["account.analytic.plan"].create({"name": "Sites"})
        account = self.env["account.analytic.account"].create(
            {"name": "Car park", "plan_id": plan.id}
        )
        self.charge_until(MARCH_ENDS - timedelta(hours=3))
        self.site.analytic_account_id = account
        self.charge_until(MARCH_ENDS - timedelta(hours=1))
        invoice = self.contract._invoice(MARCH)
        self.assertEqual(
            invoice.invoice_line_ids.mapped("analytic_distribution"),
            [False, {str(account.id): 100}],
        )

    def test_two_contracts_get_two_invoices(self):
        other = self.make_contract(self.env["res.partner"].create({"name": "Taxis"}))
        self.make_token("TAXI", contract_id=other.id)
        mine = self.charge_until(MARCH_ENDS - timedelta(hours=3))
        theirs = self.charge_until(MARCH_ENDS - timedelta(hours=1), "TAXI", kwh=20)
        invoices = [contract._invoice(MARCH) for contract in (self.contract, other)]
        self.assertEqual(
            [invoice.amount_untaxed for invoice in invoices],
            [mine.amount_untaxed, theirs.amount_untaxed],
        )

    def test_nothing_charged_makes_no_invoice(self):
        self.assertFalse(self.contract._invoice(MARCH))
        self.assertEqual(self.contract.last_invoiced, MARCH)
        self.assertNotIn(self.contract, self.contract._get_due(self.company, MARCH))

    def test_second_run_invoices_nothing_again(self):
        self.charge_until(MARCH_ENDS - timedelta(hours=1))
        self.assertTrue(self.contract._invoice(MARCH))
        self.assertFalse(self.contract._invoice(MARCH))
        self.assertEqual(len(self.contract.invoice_ids), 1)

    def test_session_in_review_or_in_dispute_waits_for_the_next_month(self):
        disputed = self.charge_until(MARCH_ENDS - timedelta(hours=5))
        dispute = disputed._open_dispute("price", "Too much")
        in_review = self.charge_until(MARCH_ENDS - timedelta(hours=3), kwh=900)
        self.assertEqual(in_review.billing, "review")
        self.assertFalse(self.contract._invoice(MARCH))
        dispute._uphold("The price was shown")
        in_review._decide_to_bill(5000, "Meter read by hand")
        april = self.contract._invoice(date(2025, 4, 30))
        self.assertEqual(
            april.invoice_line_ids.iicharge_charge_line_ids.charge_id.session_id,
            disputed | in_review,
        )

    def test_invoice_deleted_releases_the_charges(self):
        for style in ("lines", "sum"):
            self.contract.style = style
            session = self.charge_until(MARCH_ENDS - timedelta(hours=1))
            invoice = self.contract._invoice(MARCH)
            charge = session.charge_ids
            self.assertEqual((charge.state, session.billing), ("posted", "posted"))
            invoice.unlink()
            self.assertEqual(
                (charge.state, charge.destination, session.billing),
                ("pending", "contract", "rated"),
            )
            self.assertFalse(charge.line_ids.invoice_line_id)
            again = self.contract._invoice(MARCH)
            self.assertEqual(again.amount_untaxed, session.amount_untaxed)

    def test_cancelled_invoice_releases_the_charges_and_stays_cancelled(self):
        session = self.charge_until(MARCH_ENDS - timedelta(hours=1))
        invoice = self.contract._invoice(MARCH)
        invoice.button_cancel()
        self.assertEqual(session.charge_ids.state, "pending")
        with self.assertRaises(UserError):
            invoice.button_draft()
        self.assertEqual(self.contract._invoice(MARCH).amount_untaxed, session.amount_untaxed)

    def test_credit_in_part_goes_back_with_its_charge_as_a_negative_line(self):
        session = self.charge_until(MARCH_ENDS - timedelta(hours=1))
        invoice = self.contract._invoice(MARCH)
        session._open_dispute("price", "Too much")._credit_in_part(1.1, "Promised")
        self.assertEqual(invoice.amount_untaxed, 3.5)
        invoice.unlink()
        self.assertEqual(session.charge_ids.mapped("state"), ["pending", "pending"])
        for style in ("lines", "sum"):
            self.contract.style = style
            again = self.contract._invoice(MARCH)
            self.assertEqual(again.amount_untaxed, 3.5)
            placed = session.charge_ids.line_ids.mapped("billed_untaxed")
            self.assertEqual(sum(placed), 3.5)
            again.unlink()

    def test_credit_in_full_before_the_invoice_is_owed_is_owed_no_more(self):
        session = self.charge_until(MARCH_ENDS - timedelta(hours=1))
        invoice = self.contract._invoice(MARCH)
        session._open_dispute("not_me", "Not ours")._credit_in_full("Stolen card")
        self.assertEqual(invoice.amount_untaxed, 0)
        invoice.unlink()
        self.assertEqual(set(session.charge_ids.mapped("state")), {"written_off"})
        self.assertEqual(session.billing, "void")
        self.assertFalse(self.contract._invoice(MARCH))

    def test_credit_after_the_invoice_is_a_credit_note(self):
        session = self.charge_until(MARCH_ENDS - timedelta(hours=1))
        self.contract.post_invoice = True
        invoice = self.contract._invoice(MARCH)
        self.assertEqual(invoice.state, "posted")
        session._open_dispute("price", "Too much")._credit_in_part(1.1, "Promised")
        note = session.charge_ids.filtered(lambda c: c.kind == "credit").line_ids.invoice_line_id
        self.assertEqual(note.move_id.reversed_entry_id, invoice)
        self.assertEqual(note.move_id.state, "posted")

    def test_credit_that_lost_its_credit_note_goes_on_the_next_invoice(self):
        session = self.charge_until(MARCH_ENDS - timedelta(hours=1))
        self.contract.post_invoice = True
        self.contract._invoice(MARCH)
        session._open_dispute("price", "Too much")._credit_in_part(1.1, "Promised")
        credit = session.charge_ids.filtered(lambda charge: charge.kind == "credit")
        note = credit.line_ids.invoice_line_id.move_id
        note.button_draft()
        note.button_cancel()
        self.assertEqual((credit.state, credit.destination), ("pending", "contract"))
        self.contract.post_invoice = False
        for style in ("lines", "sum"):
            self.contract.style = style
            again = self.contract._invoice(MARCH)
            self.assertEqual((again.move_type, again.amount_untaxed), ("out_refund", 1.0))
            again.unlink()

    def test_invoice_that_cannot_be_posted_stays_a_draft_and_says_why(self):
        session = self.charge_until(MARCH_ENDS - timedelta(hours=1))
        self.contract.post_invoice = True
        failure = UserError(session.name)
        with patch.object(type(self.env["account.move"]), "action_post", side_effect=failure):
            invoice = self.contract._invoice(MARCH)
        self.assertEqual((invoice.state, session.billing), ("draft", "posted"))
        self.assertIn(session.name, "".join(invoice.message_ids.mapped("body")))

    def test_invoice_carries_its_records_as_csv_and_ocpi(self):
        sessions = [self.charge_until(MARCH_ENDS - timedelta(hours=hours)) for hours in (5, 3, 1)]
        invoice = self.contract._invoice(MARCH)
        files = self.env["ir.attachment"].search(
            [("res_model", "=", "account.move"), ("res_id", "=", invoice.id)]
        )
        by_type = {file.mimetype: file.raw.decode() for file in files}
        rows = list(csv.DictReader(io.StringIO(by_type["text/csv"])))
        self.assertEqual([row["Session"] for row in rows], [s.name for s in sessions])
        records = jsontext.loads(by_type["application/json"])
        self.assertEqual([record["id"] for record in records], [s.name for s in sessions])
        total = sum(record["total_cost"]["excl_vat"] for record in records)
        self.assertEqual(float(total), invoice.amount_untaxed)

    def test_missing_address_keeps_no_invoice_back(self):
        self.company.partner_id.write({"street": False, "city": False})
        self.charge_until(MARCH_ENDS - timedelta(hours=1))
        invoice = self.contract._invoice(MARCH)
        self.assertTrue(invoice.invoice_line_ids)
        self.assertIn("OCPI", "".join(invoice.message_ids.mapped("body")))

    def test_company_has_its_own_prices(self):
        def make_tariff(name, price, **values):
            component = {"dimension": "ENERGY", "price": price, "tax_ids": self.tax.ids}
            return self.env["iicharge.tariff"].create(
                {"name": name, "component_ids": [Command.create(component)], **values}
            )

        group_tariff = make_tariff("Companies", 0.40)
        group_tariff.rule_ids.create({"tariff_id": group_tariff.id, "group": "company"})
        first = self.charge_until(MARCH_ENDS - timedelta(hours=5))
        self.contract.tariff_id = make_tariff("Couriers", 0.30)
        second = self.charge_until(MARCH_ENDS - timedelta(hours=3))
        self.contract.tariff_id.valid_until = datetime(2020, 1, 1)
        third = self.charge_until(MARCH_ENDS - timedelta(hours=1))
        self.assertEqual(
            [session.amount_untaxed for session in (first, second, third)], [4.0, 3.0, 4.0]
        )
        guest = self.charge_until(MARCH_ENDS, self.token.uid)
        self.assertEqual(guest.amount_untaxed, 4.5)

    def test_fiscal_position_of_the_company_sets_the_tax(self):
        position = self.env["account.fiscal.position"].create({"name": "Abroad"})
        self.courier.property_account_position_id = position
        session = self.charge_until(MARCH_ENDS - timedelta(hours=1))
        invoice = self.contract._invoice(MARCH)
        self.assertEqual((invoice.amount_untaxed, invoice.amount_tax), (4.5, 0))
        self.assertEqual(invoice.amount_total, session.amount_total)

    def test_dates_the_wrong_way_round_are_refused(self):
        with self.assertRaises(ValidationError):
            self.contract.date_to = LONG_AGO - timedelta(days=1)

    # --- the cron and the button ---------------------------------------------------------
    def close_months(self, now):
        with (
            patch.object(IrCron, "_commit_progress", return_value=0),
            patch.object(fields.Datetime, "now", return_value=now),
        ):
            self.env["res.company"]._cron_close_months()

    def test_cron_invoices_a_month_once_when_it_is_over(self):
        session = self.charge_until(MARCH_ENDS - timedelta(hours=1))
        self.close_months(MARCH_ENDS - timedelta(minutes=1))
        self.assertEqual(session.billing, "rated")
        self.close_months(MARCH_ENDS + timedelta(minutes=1))
        self.assertEqual(session.billing, "posted")
        # what comes to light later in April waits for April's invoice
        late = self.charge_until(MARCH_ENDS - timedelta(hours=3))
        self.close_months(MARCH_ENDS + timedelta(days=3))
        self.assertEqual(late.billing, "rated")
        self.close_months(MARCH_ENDS + timedelta(days=31))
        self.assertEqual((late.billing, len(self.contract.invoice_ids)), ("posted", 2))

    @mute_logger("odoo.addons.iicharge_odoo.models.billing.res_company")
    def test_contract_that_fails_delays_no_other(self):
        other = self.make_contract(self.env["res.partner"].create({"name": "Taxis"}))
        self.make_token("TAXI", contract_id=other.id)
        self.charge_until(MARCH_ENDS - timedelta(hours=3))
        theirs = self.charge_until(MARCH_ENDS - timedelta(hours=1), "TAXI")
        cls = type(self.contract)
        right, failure = cls._invoice, UserError(self.contract.display_name)

        def invoice(contract, until):
            if contract == self.contract:
                raise failure
            return right(contract, until)

        with patch.object(cls, "_invoice", invoice):
            self.close_months(MARCH_ENDS + timedelta(hours=1))
        self.assertEqual((theirs.billing, len(self.contract.invoice_ids)), ("posted", 0))
        self.close_months(MARCH_ENDS + timedelta(days=1))
        self.assertEqual(len(self.contract.invoice_ids), 1)

    def make_wizard(self, group):
        return (
            self.env["iicharge.contract.invoice"]
            .with_user(self.users[group])
            .create({"contract_ids": self.contract.ids, "until": MARCH})
        )

    def test_button_invoices_for_accountants_only(self):
        session = self.charge_until(MARCH_ENDS - timedelta(hours=1))
        for group in ("front_desk", "technician"):
            with self.assertRaises(AccessError):
                self.make_wizard(group)
        self.make_wizard("accountant").action_invoice()
        self.assertEqual(session.billing, "posted")
        with self.assertRaises(UserError):
            self.make_wizard("accountant").action_invoice()

    def test_button_invoices_no_day_to_come(self):
        with self.assertRaises(ValidationError):
            self.env["iicharge.contract.invoice"].create(
                {
                    "contract_ids": self.contract.ids,
                    "until": fields.Date.today() + timedelta(days=2),
                }
            )

    def test_contracts_are_the_accountants_and_the_companys_own(self):
        self.contract.with_user(self.users["accountant"]).reference = "PO 4712"
        with self.assertRaises(AccessError):
            self.contract.with_user(self.users["accountant"]).unlink()
        with self.assertRaises(AccessError):
            self.contract.with_user(self.users["front_desk"]).write({"reference": "x"})
        elsewhere = self.env["res.company"].create({"name": "Other hotel"})
        self.users["manager"].write(
            {"company_ids": [Command.set(elsewhere.ids)], "company_id": elsewhere.id}
        )
        self.assertFalse(self.env["iicharge.contract"].with_user(self.users["manager"]).search([]))
