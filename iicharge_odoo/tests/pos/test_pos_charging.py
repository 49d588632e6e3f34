# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from decimal import Decimal

import psycopg2

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .register import RegisterCase


@tagged("post_install", "-at_install")
class TestPayCharging(RegisterCase):
    def setUp(self):
        super().setUp()
        self.ev = self.charge_visitor()
        self.bill = self.take(self.ev)

    def test_charging_with_coffee_is_paid_once(self):
        order = self.pay([*self.lines_of(self.bill), self.line(self.coffee, 3.0)])
        self.assertEqual((order.state, self.ev.billing), ("paid", "paid"))
        self.assertEqual(order.amount_total, 13.20)
        paid = order.lines.iicharge_charge_line_id
        self.assertEqual(paid, self.ev.charge_ids.line_ids)
        self.assertEqual(self.bill.order_line.qty_to_invoice, 0)

    def test_draft_holds_nothing_and_the_first_payer_pays(self):
        self.pay(self.lines_of(self.bill), state="draft")
        self.register.iicharge_release_payment([self.ev.id])
        self.assertEqual(self.take(self.ev, self.bar), self.bill)
        self.pay(self.lines_of(self.bill), config=self.other_config)
        self.assertEqual(self.ev.billing, "paid")

    def test_second_register_is_refused_with_the_order(self):
        first = self.pay(self.lines_of(self.bill))
        with self.assertRaisesRegex(UserError, f"paid already, with order {first.name}"):
            self.pay(self.lines_of(self.bill), config=self.other_config)
        self.assertEqual(first.lines.iicharge_charge_line_id, self.ev.charge_ids.line_ids)

    def test_register_without_it_shows_which_one_takes_payment(self):
        with self.assertRaisesRegex(UserError, "being paid at Desk"):
            self.pay(self.lines_of(self.bill), config=self.other_config)
        self.assertEqual(self.ev.billing, "posted")

    def test_order_sent_again_is_paid_once(self):
        first = self.pay(self.lines_of(self.bill), uuid="again")
        self.assertEqual(self.pay(self.lines_of(self.bill), uuid="again"), first)

    def test_other_amount_is_refused(self):
        (line,) = self.lines_of(self.bill)
        other_tax = self.tax.copy({"amount": 7})
        for change in (
            {"price_unit": 8.0},
            {"qty": 2},
            {"discount": 10},
            {"tax_ids": [Command.set(other_tax.ids)]},
            {"tax_ids": [Command.clear()]},
            {"product_id": self.coffee.id},
        ):
            with self.subTest(change), self.assertRaisesRegex(UserError, "as it was charged"):
                self.pay([{**line, **change}])
        self.assertEqual(self.ev.billing, "posted")

    def test_customer_of_another_fiscal_position_pays_what_was_shown(self):
        position = self.make_position()
        order = self.pay(
            [*self.lines_of(self.bill), self.line(self.coffee, 3.0, taxes=self.env["account.tax"])],
            fiscal_position_id=position.id,
        )
        self.assertEqual((order.amount_total, self.ev.billing), (12.90, "paid"))
        self.pay(self.refund_of(order), fiscal_position_id=position.id)
        self.assertEqual(self.ev.billing, "void")
        self.close()
        self.assertEqual(self.get_differences(), [])

    def test_known_payer_of_another_fiscal_position_sees_one_sum(self):
        guest = self.env["res.partner"].create({"name": "Fiona Free"})
        guest.property_account_position_id = self.make_position()
        self.env["iicharge.token"].create(
            {"uid": "FREE", "group": "visitor", "partner_id": guest.id}
        )
        ev = self.charge_kwh(7002, kwh=20, idTag="FREE")
        board = self.register.iicharge_read_board()["unpaid"]
        self.assertEqual({row["id"]: row["amount"] for row in board}[ev.id], 9.00)
        bill = self.take(ev)
        self.assertEqual((bill.amount_total, ev.amount_total), (9.00, 9.00))
        order = self.pay(self.lines_of(bill), fiscal_position_id=bill.fiscal_position_id.id)
        self.assertEqual((order.amount_total, ev.billing), (9.00, "paid"))

    def test_customer_known_before_the_order_has_the_taxes_of_the_customer(self):
        guest = self.env["res.partner"].create({"name": "Fiona Free"})
        guest.property_account_position_id = self.make_position()
        ev = self.charge_visitor(7002, minutes=90)
        ev._open_payment(self.config, partner_id=guest.id)
        bill = ev.charge_ids.line_ids.folio_id
        self.assertEqual((bill.amount_total, ev.amount_total), (9.00, 9.00))
        order = self.pay(self.lines_of(bill), fiscal_position_id=bill.fiscal_position_id.id)
        self.assertEqual((order.amount_total, ev.billing), (9.00, "paid"))
        self.close()
        self.assertEqual(self.get_differences(), [])

    def test_room_of_another_fiscal_position_is_refused_by_its_name(self):
        self.folio.fiscal_position_id = self.make_position()
        refused = self.assertRaisesRegex(UserError, r"9\.00.*9\.90.*Tax-free")
        with refused, self.env.cr.savepoint():
            self.pay_to_room(self.lines_of(self.bill))
        self.assertEqual(self.ev.billing, "posted")
        self.register.iicharge_charge_to_room(self.ev.id, self.folio.id)
        self.assertEqual((self.ev.amount_total, self.folio.amount_total), (9.00, 9.00))

    def test_session_paid_meanwhile_is_not_paid_again(self):
        lines = self.lines_of(self.bill)
        self.register.iicharge_charge_to_room(self.ev.id, self.folio.id)
        with self.assertRaisesRegex(UserError, "does not wait to be paid"):
            self.pay(lines)
        self.assertEqual(self.ev.billing, "posted")

    def test_part_of_a_session_is_not_paid_alone(self):
        self.tariff.component_ids = [
            Command.create({"dimension": "FLAT", "price": 2, "tax_ids": self.tax.copy().ids})
        ]
        bill = self.take(self.charge_visitor(7002))
        lines = self.lines_of(bill)
        self.assertEqual(len(lines), 2)
        with self.assertRaisesRegex(UserError, "is paid whole"):
            self.pay(lines[:1])
        self.pay(lines)

    def test_credit_given_before_payment_is_paid_with_it(self):
        self.ev.charge_ids._create_credit("Slow", Decimal(4))
        order = self.pay(self.lines_of(self.bill))
        self.assertAlmostEqual(order.amount_total, 5.5)
        self.assertEqual(self.ev.billing, "paid")

    def test_database_keeps_one_payment_for_each_charge(self):
        first = self.pay(self.lines_of(self.bill))
        other = self.pay([self.line(self.coffee, 3.0)])
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.errors.UniqueViolation) as caught,
            self.env.cr.savepoint(),
        ):
            other.lines.iicharge_charge_line_id = first.lines.iicharge_charge_line_id
            other.flush_recordset()
            other.lines.flush_recordset()
        self.assertIn("iicharge_charge_line_unique", str(caught.exception))

    def test_register_says_of_no_line_that_charging_is_paid(self):
        (due,) = self.ev.charge_ids.line_ids
        order = self.pay([self.line(self.coffee, 3.0, iicharge_charge_line_id=due.id)])
        order.lines.with_user(self.cashier).write({"iicharge_charge_line_id": due.id})
        self.assertFalse(order.lines.iicharge_charge_line_id)
        self.pay(self.lines_of(self.bill))
        self.assertEqual(self.ev.billing, "paid")

    def test_charging_of_another_company_is_neither_paid_nor_refunded(self):
        charge, other = self.ev.charge_ids, self.env["res.company"].create({"name": "Other"})
        charge.company_id = other
        with self.assertRaisesRegex(UserError, "not one of this register"):
            self.pay(self.lines_of(self.bill))
        charge.company_id = self.company
        order = self.pay(self.lines_of(self.bill))
        charge.company_id = other
        with self.assertRaisesRegex(UserError, "not one of this register"):
            self.pay(self.refund_of(order))
        self.assertEqual(self.ev.billing, "paid")

    def test_receipt_shows_meter_times_tariff_and_tax(self):
        row = self.bill.order_line.read(self.bill.order_line._load_pos_data_fields(self.config))[0]
        order = self.pay(self.lines_of(self.bill))
        text = order.lines.iicharge_text
        self.assertEqual(text, row["iicharge_text"])
        for part in ("20.000 kWh", "Meter 1.000 to 21.000 kWh", "Tariff: Guests", "Tax: 10 %"):
            self.assertIn(part, text)
        self.assertRegex(text, r"\d\d:\d\d [AP]M to \d\d:\d\d [AP]M \(1 h 0 min\)")

    def test_closing_books_charging_once(self):
        self.pay(self.lines_of(self.bill))
        session = self.close()
        self.assertEqual(self.get_revenue(session.move_id), 9.0)
        self.assertEqual(self.bill.order_line.qty_to_invoice, 0)


@tagged("post_install", "-at_install")
class TestSettleStay(RegisterCase):
    """The order of a stay is loaded at the register, as any sales order."""

    def setUp(self):
        super().setUp()
        self.ev = self.charge_kwh()
        self.post()

    def test_stay_is_settled_with_its_charging(self):
        sold = self.folio.order_line
        self.assertFalse(self.register.iicharge_check_payment(sold.ids, []))
        order = self.pay([*self.lines_of(self.folio), self.line(self.coffee, 3.0)])
        self.assertEqual((order.state, self.ev.billing), ("paid", "paid"))
        self.assertEqual(sold.qty_to_invoice, 0)
        self.assertEqual(self.get_differences(), [])
        with self.assertRaisesRegex(UserError, "paid already"):
            self.pay(self.lines_of(self.folio))
        self.pay(self.refund_of(order))
        self.assertEqual(self.ev.billing, "void")
        self.assertEqual(self.get_differences(), [])

    def test_discount_on_the_bill_is_that_of_the_register(self):
        self.folio.order_line.discount = 50
        [line] = self.lines_of(self.folio)
        half = {name: line[name] / 2 for name in ("price_subtotal", "price_subtotal_incl")}
        with self.assertRaisesRegex(UserError, "as it was charged"):
            self.pay([line])
        self.pay([{**line, **half, "discount": 50}])
        self.assertEqual(self.ev.billing, "paid")

    def test_stay_with_a_credit_is_settled_whole(self):
        self.ev._open_dispute("other", "Slow")._credit_in_part(1.10, "Half of it")
        self.assertEqual(len(self.folio.order_line), 2)
        self.pay([*self.lines_of(self.folio), self.line(self.coffee, 3.0)])
        self.assertEqual(self.ev.billing, "paid")
        self.assertEqual(self.get_differences(), [])

    def test_invoiced_stay_is_not_paid_again(self):
        self.folio._create_invoices(final=True).action_post()
        with self.assertRaisesRegex(UserError, "does not wait to be paid"):
            self.pay(self.lines_of(self.folio))

    def test_stay_is_not_settled_to_a_room(self):
        with self.assertRaisesRegex(UserError, "on the bill of a room already"):
            self.pay_to_room(self.lines_of(self.folio))

    def test_stay_with_what_a_register_put_on_it_is_settled(self):
        ev = self.charge_visitor(7002)
        to_room = self.pay_to_room([*self.lines_of(self.take(ev)), self.line(self.coffee, 3.0)])
        back = self.charge_visitor(7003)
        self.pay_to_room(self.refund_of(self.pay_to_room(self.lines_of(self.take(back)))))
        order = self.pay(self.lines_of(self.folio))
        self.assertEqual((self.ev.billing, ev.billing, back.billing), ("paid", "paid", "void"))
        self.assertAlmostEqual(order.amount_total, 4.95 + 9.90 + 3.30)
        self.assertEqual(self.get_differences(), [])
        with self.assertRaisesRegex(UserError, "paid already"):
            self.pay(self.lines_of(self.folio))
        given_back = order.lines.filtered(
            lambda line: line.iicharge_charge_line_id.charge_id.session_id == back
        )
        self.pay(
            [
                line
                for line in self.refund_of(order)
                if line["refunded_orderline_id"] not in given_back.ids
            ]
        )
        self.assertEqual((self.ev.billing, ev.billing), ("void", "void"))
        with self.assertRaisesRegex(UserError, "cannot be given back here"):
            self.pay_to_room(self.refund_of(to_room))
