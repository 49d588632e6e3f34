# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""A reconciliation of correct books finds no differences."""

from datetime import timedelta
from decimal import Decimal

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..contract.common import MARCH, MARCH_ENDS, ContractCase
from .reconciliation import ReconciliationCase


@tagged("post_install", "-at_install")
class TestReconciliationAgrees(ReconciliationCase):
    def test_nothing_charged_agrees(self):
        report = self.assertAgrees()
        self.assertEqual(report.stage_ids.mapped("count"), [0] * 5)

    def test_each_way_of_money_agrees(self):
        posted = self.charge()
        self.make_routed()
        self.make_credited()
        self.make_late_to_invoice()
        self.make_written_off()
        self.make_register_order()
        self.make_foreign()
        self.charge(kwh=0)
        self.env["iicharge.token"].create({"uid": "VISITOR", "group": "visitor"})
        self.charge(idTag="VISITOR", minutes=80)
        posted._open_dispute("price", "Too much")
        report = self.assertAgrees()
        waiting = self.waiting(report)
        self.assertEqual(waiting["unpaid"], 4.50)
        self.assertEqual(waiting["disputed"], 4.50)
        self.assertEqual(waiting["register"], 4.50)
        self.assertEqual(waiting["draft"], 4.50)
        self.assertNotIn("late", waiting)
        total = sum(
            self.env["iicharge.session"]
            .search([("site_id", "=", self.site.id)])
            .mapped("amount_untaxed")
        )
        self.assertAlmostEqual(report.stage_ids[0].amount_untaxed, total)

    def make_routed(self):
        self.tariff.write({"component_ids": [Command.create({"dimension": "FLAT", "price": 1})]})
        self.env["iicharge.site.product"].create(
            {"site_id": self.site.id, "component": "FLAT", "product_id": self.start_fee.id}
        )
        folio, payer = self.make_stay(self.guest, "102"), self.make_stay(self.guest, "103")
        folio.iicharge_routing_ids = [
            Command.create({"category_id": self.category.id, "paying_folio_id": payer.id})
        ]
        self.make_token("ROUTED", folio)
        session = self.charge(idTag="ROUTED", minutes=15)
        self.assertEqual(session.charge_ids.line_ids.folio_id, folio | payer)
        self.invoice(payer)
        self.tariff.component_ids.filtered(lambda part: part.dimension == "FLAT").unlink()

    def make_credited(self):
        folio = self.make_stay(self.guest, "104")
        self.make_token("CREDIT", folio)
        invoiced = self.charge(idTag="CREDIT", minutes=30)
        self.invoice(folio)
        plain = self.charge(idTag="CREDIT", minutes=41)
        dispute = invoiced._open_dispute("price", "Too much")
        dispute._rerate(self.tariff.copy({"name": "Again"}), "Promised")
        self.post()
        plain.charge_ids._create_credit("Half", Decimal("2.00"))
        plain._update_amounts()

    def make_late_to_invoice(self):
        folio = self.make_stay(self.guest, "105")
        self.make_token("LATE", folio)
        folio.action_lock()
        late = self.charge(idTag="LATE", minutes=52)
        self.assertEqual(late.billing, "late")
        late.charge_ids._create_late_invoice(self.guest)

    def make_written_off(self):
        folio = self.env["iicharge.token"]._find(self.company, "LATE").folio_id
        self.assertTrue(folio.locked)
        self.charge(idTag="LATE", minutes=63).charge_ids._write_off("Goodwill")

    def make_register_order(self):
        self.charge(idTag="LATE", minutes=64).charge_ids._send_to_pos(self.guest)

    def test_late_credit_of_a_foreign_bill_agrees(self):
        self.make_foreign()
        foreign = self.charge(idTag="FOREIGN", minutes=90)
        bill = foreign.charge_ids.line_ids.folio_id
        self.assertNotEqual(bill.currency_id, self.company.currency_id)
        bill.action_lock()
        credit = foreign.charge_ids._create_credit("Promised")
        self.post()
        credit._create_late_invoice(self.guest).action_post()
        foreign._update_amounts()
        foreign._set_billing("void")
        self.assertAgrees()

    def make_foreign(self):
        currency = self.env["res.currency"].create(
            {
                "name": "XTS",
                "symbol": "T",
                "rounding": 0.01,
                "rate_ids": [Command.create({"name": "2020-01-01", "rate": 1.37})],
            }
        )
        folio = self.make_stay(self.guest, "106")
        self.sql("UPDATE sale_order SET currency_id = %s WHERE id = %s", currency.id, folio.id)
        self.make_token("FOREIGN", folio)
        session = self.charge(kwh=7, idTag="FOREIGN", minutes=75)
        self.assertEqual(session.charge_ids.line_ids.billed_currency_id, currency)
        self.invoice(folio)
        session._open_dispute("price", "Too much")._credit_in_full("Promised")
        self.assertEqual(sum(session.charge_ids.line_ids.mapped("billed_untaxed")), 0)

    def test_session_paid_at_the_register_agrees(self):
        self.folio.action_lock()
        session = self.charge()
        session.charge_ids._send_to_pos(self.guest)
        self.pay_at_register(session.charge_ids.line_ids.sale_line_ids)
        self.assertEqual(session.billing, "paid")
        report = self.assertAgrees()
        self.assertEqual(self.waiting(report), {"register_open": 4.50})

    def pay_at_register(self, line):
        config = self.env["pos.config"].create({"name": "Register"})
        config.open_ui()
        order = self.env["pos.order"].create(
            {
                "session_id": config.current_session_id.id,
                "partner_id": line.order_id.partner_id.id,
                "amount_tax": line.price_tax,
                "amount_total": line.price_total,
                "amount_paid": 0,
                "amount_return": 0,
                "lines": [
                    Command.create(
                        {
                            "product_id": line.product_id.id,
                            "qty": 1,
                            "price_unit": line.price_unit,
                            "price_subtotal": line.price_subtotal,
                            "price_subtotal_incl": line.price_total,
                            "tax_ids": [Command.set(line.tax_ids.ids)],
                            "sale_order_line_id": line.id,
                            "sale_order_origin_id": line.order_id.id,
                        }
                    )
                ],
            }
        )
        order.add_payment(
            {
                "pos_order_id": order.id,
                "amount": order.amount_total,
                "payment_method_id": config.payment_method_ids[:1].id,
            }
        )
        order.action_pos_order_paid()
        return order

    def test_cent_that_odoo_moves_between_lines_is_no_difference(self):
        """Where taxes are in the price, Odoo rounds an invoice's base once for each tax and puts
        the odd cent on one of its journal items."""
        self.company.tax_calculation_rounding_method = "round_globally"
        self.tax.price_include_override = "tax_included"
        self.tariff.component_ids.price = 0.47
        for minutes in (0, 11, 22):
            self.charge(kwh=1, minutes=minutes)
        items = self.invoice().invoice_line_ids
        self.assertEqual(items.mapped("price_subtotal"), [0.47] * 3)
        self.assertEqual(round(-sum(items.mapped("balance")), 2), 1.42)
        report = self.assertAgrees()
        self.assertEqual(report.stage_ids.mapped("amount_untaxed")[-1], 1.42)

    def test_invoice_cancelled_waits_to_be_invoiced_again(self):
        self.charge()
        invoice = self.invoice(post=False)
        self.assertEqual(self.waiting(self.assertAgrees()), {"draft": 4.50})
        invoice.button_cancel()
        report = self.assertAgrees()
        self.assertEqual(self.waiting(report), {"cancelled": 4.50})
        self.assertEqual(report.open_count, 1)

    def test_reversed_invoice_waits_to_be_invoiced_again(self):
        self.charge()
        invoice = self.invoice()
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"journal_id": invoice.journal_id.id})
        )
        wizard.reverse_moves()
        invoice.reversal_move_ids.filtered(lambda move: move.state == "draft").action_post()
        self.assertEqual(self.waiting(self.assertAgrees()), {"bill": 4.50})

    @mute_logger("odoo.addons.iicharge_odoo.models.billing.iicharge_charge")
    def test_what_waits_is_listed_with_its_age(self):
        self.folio.action_lock()
        late = self.charge()
        late.stopped_at -= timedelta(days=1)
        self.start(7900, minutes=70)
        self.stop(7900, minutes=80, meter_stop=2000)
        self.process()
        report = self.assertAgrees()
        self.assertEqual(self.waiting(report), {"late": 4.50, "pending": 0.45})
        rows = {row.reason: row for row in report.waiting_ids}
        self.assertEqual((rows["late"].is_open, rows["late"].age_days), (True, 1))
        self.assertFalse(rows["pending"].is_open)
        action = rows["late"].action_open()
        self.assertEqual(self.env["iicharge.charge"].search(action["domain"]), late.charge_ids)
        self.session(7900).stopped_at -= timedelta(days=1)
        pending = self.check().waiting_ids.filtered(lambda row: row.reason == "pending")
        self.assertTrue(pending.is_open, "nothing should need a day to be posted")

    def test_day_is_that_of_the_site(self):
        """23:30 UTC is the next day in Amsterdam."""
        session = self.charge()
        day = fields.Date.today() - timedelta(days=10)
        moment = fields.Datetime.to_datetime(day) + timedelta(hours=23, minutes=30)
        session.write({"started_at": moment - timedelta(hours=1), "stopped_at": moment})
        counts = [
            self.check(date_from=at, date_to=at).stage_ids[0].count
            for at in (day, day + timedelta(days=1))
        ]
        self.assertEqual(counts, [0, 1])

    def test_other_company_is_not_checked(self):
        self.charge()
        other = self.env["res.company"].create({"name": "Other hotel"})
        accountant = self.users["accountant"]
        with self.assertRaises(AccessError):
            self.env["iicharge.reconciliation"].with_user(accountant).create(
                {"company_id": other.id}
            ).action_check()
        self.env.user.company_ids |= other
        report = self.env(context={"allowed_company_ids": other.ids})["iicharge.reconciliation"]
        report = report.create({})
        report.action_check()
        self.assertEqual(report.stage_ids[0].count, 0)

    def test_accountant_checks_and_front_desk_does_not(self):
        self.charge()
        report = self.env["iicharge.reconciliation"].with_user(self.users["accountant"]).create({})
        report.action_check()
        self.assertEqual(report.difference_count, 0)
        for group in ("front_desk", "technician"):
            with self.assertRaises(AccessError):
                self.env["iicharge.reconciliation"].with_user(self.users[group]).create({})


@tagged("post_install", "-at_install")
class TestReconciliationOfContracts(ContractCase):
    def setUp(self):
        super().setUp()
        self.contract.style = "sum"
        for number in range(7):
            at = MARCH_ENDS - timedelta(hours=number + 1)
            self.charge_until(at, kwh=0.94 + number)

    def check(self):
        report = self.env["iicharge.reconciliation"].create(
            {"date_from": MARCH - timedelta(days=1), "date_to": MARCH}
        )
        report.action_check()
        return report

    def assertAgrees(self):
        report = self.check()
        self.assertEqual(report.difference_ids.mapped("kind"), [])
        self.assertEqual(report.stage_ids.mapped("difference"), [0] * 5)
        return {row.reason: row.count for row in report.waiting_ids}

    def test_charges_of_a_contract_wait_for_the_month_and_agree_in_one_sum(self):
        self.assertEqual(self.assertAgrees(), {"contract": 7})
        invoice = self.contract._invoice(MARCH)
        self.assertEqual(self.assertAgrees(), {"draft": 7})
        invoice.action_post()
        self.assertEqual(self.assertAgrees(), {})

    def test_sum_edited_by_hand_is_found_once(self):
        invoice = self.contract._invoice(MARCH)
        invoice.invoice_line_ids.price_unit -= 0.01 / invoice.invoice_line_ids.quantity
        report = self.check()
        self.assertEqual(report.difference_ids.mapped("kind"), ["billed_amount"])
        self.assertAlmostEqual(report.difference_ids.amount, -0.01)
        self.assertEqual(report.difference, 0.01)
