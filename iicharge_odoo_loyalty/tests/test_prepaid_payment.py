# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from datetime import timedelta
from decimal import Decimal
from unittest.mock import patch

import psycopg2
from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.iicharge_odoo.core.conversion import get_local_day
from odoo.addons.sale.models.sale_order import SaleOrder

from .common import PrepaidCase, make_program


@tagged("post_install", "-at_install")
class TestPrepaidPayment(PrepaidCase):
    def test_card_pays_all_and_nothing_is_left_to_do(self):
        session = self.charge_prepaid(20)
        self.assertEqual((session.billing, session.amount_total), ("paid", 9.90))
        self.assertBalance(10.10)
        order = self.get_order(session)
        self.assertEqual((order.amount_total, order.partner_id), (0, self.holder))
        invoice = order.invoice_ids
        self.assertEqual((invoice.state, invoice.amount_total), ("posted", 0))
        self.assertEqual(order.invoice_status, "invoiced")

    def test_revenue_and_tax_are_booked_at_use_and_the_balance_is_owed_no_more(self):
        session = self.charge_prepaid(20)
        items = self.get_order(session).invoice_ids.line_ids
        self.assertAlmostEqual(sum(items.filtered("tax_line_id").mapped("balance")), -0.90)
        owed = items.filtered(lambda item: item.account_id == self.owed)
        self.assertAlmostEqual(sum(owed.mapped("balance")), 9.90)
        income = self.company.iicharge_product_id.property_account_income_id
        earned = items.filtered(lambda item: item.account_id == income and item.product_id)
        self.assertAlmostEqual(sum(earned.mapped("balance")), -9.0)

    def test_history_of_the_card_shows_the_order(self):
        session = self.charge_prepaid(20)
        history = self.wallet.history_ids
        self.assertEqual((history.used, history.issued), (9.90, 0))
        self.assertEqual(history.order_id, self.get_order(session).id)

    def test_card_that_pays_a_part_leaves_the_rest_to_front_desk(self):
        self.wallet.points = 5
        session = self.charge_prepaid(20)
        self.assertBalance(0)
        self.assertEqual(session.billing, "posted")
        order = self.get_order(session)
        self.assertAlmostEqual(order.amount_total, 4.90)
        self.assertFalse(order.invoice_ids)
        row = next(
            r for r in self.register.iicharge_read_board()["unpaid"] if r["id"] == session.id
        )
        self.assertAlmostEqual(row["amount"], 4.90)
        answer = self.register.iicharge_read_session(session.id)
        self.assertAlmostEqual(answer["rows"][-1]["amount"], -5)
        self.assertAlmostEqual(answer["total"], 4.90)

    def test_card_without_a_balance_leaves_all_to_front_desk(self):
        self.start(7001, idTag="PREPAID")
        self.process()
        self.wallet.points = 0
        self.stop(7001, meter_stop=21000)
        self.process()
        self.post()
        session = self.session(7001)
        self.assertEqual(session.billing, "posted")
        self.assertAlmostEqual(self.get_order(session).amount_total, 9.90)

    def test_card_closed_meanwhile_leaves_all_to_front_desk(self):
        self.start(7001, idTag="PREPAID")
        self.process()
        self.program.active = False
        self.stop(7001, meter_stop=21000)
        self.process()
        self.post()
        self.assertEqual(self.session(7001).billing, "posted")
        self.assertBalance(20)

    def get_day(self):
        """The day of the charging by the site's clock, which may be another than by UTC."""
        return get_local_day(self.t0, self.site.time_zone)

    def test_card_that_was_valid_at_the_start_pays_although_it_has_expired(self):
        self.wallet.expiration_date = self.get_day()
        with freeze_time(fields.Datetime.now() + timedelta(days=2)):
            session = self.charge_prepaid(20)
        self.assertEqual(session.billing, "paid")
        self.assertBalance(10.10)

    def test_card_that_expired_before_the_start_leaves_all_to_front_desk(self):
        self.wallet.expiration_date = self.get_day() - timedelta(days=2)
        session = self.charge_prepaid(20)
        self.assertEqual(session.billing, "posted")
        self.assertBalance(20)

    def test_gift_card_that_is_sold_with_tax_pays_with_tax(self):
        program = make_program(self.env, self.company, "gift_card")
        program.reward_ids.discount_line_product_id.taxes_id = self.tax
        gift = self.make_card(15, program)
        self.make_token("GIFT", gift)
        session = self.charge_prepaid(20, idTag="GIFT")
        self.assertEqual(session.billing, "paid")
        self.assertBalance(5.10, gift)
        session.charge_ids._create_credit("Slow", Decimal(4))
        self.assertBalance(9.50, gift)
        note = session.charge_ids.line_ids.invoice_line_id.move_id
        self.assertEqual((note.state, note.amount_total), ("posted", 0))

    def test_gift_card_without_a_partner_pays_too(self):
        gift = self.make_card(15, make_program(self.env, self.company, "gift_card"))
        gift.partner_id = False
        self.make_token("GIFT", gift)
        session = self.charge_prepaid(20, idTag="GIFT")
        self.assertEqual(session.billing, "paid")
        self.assertBalance(5.10, gift)

    def test_two_sessions_at_once_take_the_balance_once(self):
        self.charger.connector_ids.rated_power_w = 50_000
        for transaction_id, connector in ((7001, 1), (7002, 2)):
            self.start(transaction_id, idTag="PREPAID", connectorId=connector)
            self.stop(transaction_id, meter_stop=26000)  # 25 kWh: 12.38
        self.process()
        self.post()
        first, second = self.session(7001), self.session(7002)
        self.assertBalance(0)
        self.assertEqual((first.billing, second.billing), ("paid", "posted"))
        self.assertAlmostEqual(self.get_order(second).amount_total, 4.76)

    def test_posted_again_it_takes_nothing_more(self):
        session = self.charge_prepaid(20)
        session.charge_ids._post()
        session.charge_ids.action_retry()
        self.post()
        self.assertBalance(10.10)
        self.assertEqual(len(self.wallet.history_ids), 1)

    def test_failure_in_the_middle_takes_nothing_and_is_tried_again(self):
        with (
            patch.object(SaleOrder, "_create_invoices", side_effect=ValueError("no journal")),
            mute_logger("odoo.addons.iicharge_odoo.models.billing.iicharge_charge"),
        ):
            session = self.charge_prepaid(20)
        self.assertBalance(20)
        charge = session.charge_ids
        self.assertEqual((charge.state, session.billing), ("refused", "rated"))
        self.assertFalse(charge.line_ids.sale_line_ids)
        charge.retry_at = False
        self.post()
        self.assertEqual(session.billing, "paid")
        self.assertBalance(10.10)

    def test_database_keeps_one_card_line_for_each_charge(self):
        session = self.charge_prepaid(20)
        other = self.charge_prepaid(10, 7002, minutes=70)
        lines = self.get_order(other).order_line.filtered("coupon_id")
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.errors.UniqueViolation) as caught,
            self.env.cr.savepoint(),
        ):
            lines.iicharge_prepaid_charge_id = session.charge_ids
            lines.flush_recordset()
        self.assertIn("iicharge_prepaid_charge_unique", str(caught.exception))

    def test_session_in_review_is_paid_after_the_decision(self):
        self.start(7001, idTag="PREPAID", status="Blocked")
        self.stop(7001, meter_stop=21000)
        self.process()
        session = self.session(7001)
        session._decide_to_bill(10000, "Half of it")
        self.post()
        self.assertEqual(session.billing, "paid")
        self.assertBalance(15.05)

    def test_company_without_a_program_bills_as_before(self):
        session = self.charge_visitor()
        self.post()
        self.assertEqual((session.billing, session.charge_ids.ids), ("rated", []))
