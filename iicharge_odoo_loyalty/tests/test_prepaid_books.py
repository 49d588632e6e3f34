# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from datetime import timedelta
from decimal import Decimal

from odoo import fields
from odoo.tests import tagged

from .common import PrepaidCase, make_program


@tagged("post_install", "-at_install")
class TestPrepaidBooks(PrepaidCase):
    """Every cent is where it belongs, whoever has paid it."""

    def test_program_that_is_set_up_owes_what_it_sells_and_takes_no_tax(self):
        program = make_program(self.env, self.company, "gift_card")
        products = program.trigger_product_ids | program.reward_ids.discount_line_product_id
        products.taxes_id = self.tax
        program._iicharge_set_up_account()
        self.assertFalse(products.taxes_id)
        accounts = products.mapped("property_account_income_id")
        self.assertEqual(accounts.mapped("account_type"), ["liability_current"])

    def test_books_agree_however_cards_have_paid(self):
        self.env.cr.execute(
            """UPDATE iicharge_session SET stopped_at = stopped_at - interval '1 year'
                WHERE state = 'stopped'"""
        )
        self.connector.rated_power_w = 150_000
        self.wallet.points = 41
        sessions = [
            self.charge_prepaid(kwh, number, minutes=-70 * number)
            for number, kwh in enumerate((20, 10, 20, 20, 30), start=1)
        ]
        whole, credited, part_credited, _whole, rest = sessions
        self.assertEqual((whole.billing, rest.billing), ("paid", "posted"))
        credited._credit_charges("Slow")
        credited._set_billing("void")
        part_credited.charge_ids._create_credit("Slow", Decimal(4))
        part_credited._update_amounts()
        order = self.pay(self.lines_of(self.take(rest)))
        self.assertAlmostEqual(order.amount_total, 14.85 - (41 - 3 * 9.90 - 4.95))
        self.close()
        today = fields.Date.today()
        report = self.env["iicharge.reconciliation"].create(
            {"date_from": today - timedelta(days=3), "date_to": today + timedelta(days=1)}
        )
        report.action_check()
        self.assertEqual(report.difference_ids.mapped("explanation"), [])
        self.assertEqual(report.stage_ids.mapped("difference"), [0] * 5)
        self.assertBalance(4.95 + 4.40)
