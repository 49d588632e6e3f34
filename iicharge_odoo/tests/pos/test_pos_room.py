# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from datetime import timedelta

import psycopg2

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ...core import errors
from .register import RegisterCase


@tagged("post_install", "-at_install")
class TestRoomOrder(RegisterCase):
    def setUp(self):
        super().setUp()
        self.low_tax = self.tax.copy({"name": "5 %", "amount": 5})
        self.lines = [
            self.line(self.coffee, 3.0, 2),
            self.line(self.coffee, 20.0, taxes=self.low_tax),
        ]

    # --- onto the bill -------------------------------------------------------------------
    def test_order_goes_to_the_bill_with_its_own_taxes(self):
        order = self.pay_to_room(self.lines)
        self.assertEqual((order.iicharge_folio_id, order.state), (self.folio, "paid"))
        self.assertEqual(order.partner_id, self.guest)
        first, second = self.folio.order_line
        self.assertEqual((first.product_uom_qty, first.price_total), (2, 6.60))
        self.assertEqual((first.tax_ids, second.tax_ids), (self.tax, self.low_tax))
        self.assertEqual(self.folio.amount_total, order.amount_total)
        self.assertIn(order.name, first.name)
        self.assertIn("test_cashier", self.folio.message_ids[0].body)

    def test_order_sent_again_is_on_the_bill_once(self):
        first = self.pay_to_room(self.lines, uuid="again")
        self.assertEqual(self.pay_to_room(self.lines, uuid="again"), first)
        self.assertEqual(self.folio.amount_total, first.amount_total)
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.errors.UniqueViolation) as caught,
            self.env.cr.savepoint(),
        ):
            self.folio.order_line[0].copy(
                {"order_id": self.folio.id, "iicharge_pos_line_id": first.lines[0].id}
            )
        self.assertIn("iicharge_pos_line_unique", str(caught.exception))

    def test_bill_says_what_the_order_says_to_the_cent(self):
        lines = [
            self.line(self.coffee, 12.995, 0.54, discount=0),
            self.line(self.coffee, 3.333333, 3),
        ]
        order = self.pay_to_room(lines)
        for line, sold in zip(order.lines, self.folio.order_line, strict=True):
            self.assertEqual(sold.price_total, line.price_subtotal_incl)

    def test_discount_of_the_order_stays(self):
        (line,) = [self.line(self.coffee, 10.0)]
        line.update(discount=10, price_subtotal=9.0, price_subtotal_incl=9.9)
        self.pay_to_room([line])
        self.assertEqual((self.folio.order_line.discount, self.folio.amount_total), (10, 9.9))

    def test_goods_are_delivered_once_at_the_register(self):
        goods = self.env["product.product"].create(
            {
                "name": "Wine",
                "type": "consu",
                "is_storable": True,
                "invoice_policy": "delivery",
                "available_in_pos": True,
                "taxes_id": [Command.set(self.tax.ids)],
            }
        )
        order = self.pay_to_room([self.line(goods, 25.0)])
        self.assertFalse(self.folio.picking_ids)
        sold = self.folio.order_line
        self.assertEqual((sold.qty_delivered, sold.qty_to_invoice), (1, 1))
        self.close()
        self.assertTrue(order.session_id.picking_ids or order.picking_ids)

    def test_sales_are_counted_once(self):
        self.pay_to_room(self.lines)
        self.env.flush_all()
        counted = self.env["sale.report"].search([("product_id", "=", self.coffee.id)])
        self.assertEqual(sum(counted.mapped("price_subtotal")), 26.0)

    # --- books -----------------------------------------------------------------------------
    def test_revenue_and_taxes_are_booked_once(self):
        self.pay_to_room(self.lines)
        self.pay([self.line(self.coffee, 3.0)])
        session = self.close()
        move = session.move_id
        self.assertEqual(move.state, "posted")
        self.assertEqual(self.get_revenue(move), 3.0, "of the coffee that was paid by card")
        self.assertEqual(-sum(move.line_ids.filtered("tax_line_id").mapped("balance")), 0.30)
        invoice = self.folio._create_invoices()
        invoice.action_post()
        self.assertEqual((self.get_revenue(invoice), invoice.amount_tax), (26.0, 1.6))
        self.assertEqual(self.folio.order_line.mapped("qty_to_invoice"), [0, 0])

    def test_closing_shows_what_went_to_rooms_and_clears_it(self):
        self.pay_to_room(self.lines)
        before = self.config.current_session_id.get_closing_control_data()
        methods = {
            method["name"]: method["amount"] for method in before["non_cash_payment_methods"]
        }
        self.assertEqual(methods["Room"], 27.60)
        session = self.close()
        self.assertEqual(session.iicharge_room_total, 27.60)
        lines = session.move_id.line_ids
        self.assertEqual((len(lines), sum(lines.mapped("debit"))), (2, 27.60))
        self.assertEqual(sum(lines.mapped("balance")), 0)
        self.assertEqual(len(lines.account_id), 1)
        self.assertTrue(all(lines.mapped("reconciled")))
        self.assertEqual(session.order_ids.state, "done")
        report = self.env["report.point_of_sale.report_saledetails"]
        details = report.get_sale_details(session_ids=session.ids)
        to_rooms = [row for row in details["payments"] if "Room" in str(row["name"])]
        self.assertEqual(sum(row["total"] for row in to_rooms), 27.60)

    def test_own_intermediary_account_is_used(self):
        account = self.env["account.account"].create(
            {
                "name": "Room Charges",
                "code": "129900",
                "account_type": "asset_receivable",
                "reconcile": True,
            }
        )
        for config in (self.config, self.other_config):
            self.close(config)
        self.room_way.receivable_account_id = account
        self.config.open_ui()
        self.config.current_session_id.set_opening_control(0, None)
        self.pay_to_room(self.lines)
        self.close()
        items = self.env["account.move.line"].search([("account_id", "=", account.id)])
        self.assertEqual((len(items), sum(items.mapped("balance"))), (2, 0))

    def test_order_of_a_room_is_not_invoiced_at_the_register(self):
        order = self.pay_to_room(self.lines)
        with self.assertRaisesRegex(UserError, "invoiced with it"):
            order.action_pos_order_invoice()
        with self.assertRaisesRegex(UserError, "invoiced with the stay"):
            self.pay_to_room(self.lines, to_invoice=True, partner_id=self.guest.id)

    # --- refusals ----------------------------------------------------------------------------
    def assert_refused(self, refusal):
        text = self.env["iicharge.refusal"]._get_staff_text(refusal.code)
        amount = sum(line["price_subtotal_incl"] for line in self.lines)
        self.assertEqual(self.register.iicharge_check_room(self.folio.id, amount), text)
        with self.assertRaises(UserError) as caught:
            self.pay_to_room(self.lines)
        self.assertEqual(str(caught.exception), text)
        self.assertFalse(self.folio.order_line)

    def test_stay_without_posting_refuses(self):
        self.folio.iicharge_no_post = True
        self.assert_refused(errors.NoPost)

    def test_order_over_the_credit_limit_is_refused(self):
        self.folio.iicharge_credit_limit = 27.59
        self.assert_refused(errors.CreditLimit)
        self.folio.iicharge_credit_limit = 27.60
        self.pay_to_room(self.lines)

    def test_guest_who_left_is_refused(self):
        now = fields.Datetime.now()
        self.folio.iicharge_checkout = now - timedelta(hours=1)
        self.assert_refused(errors.NotInHouse)

    def test_closed_bill_is_refused(self):
        self.folio.action_lock()
        self.assert_refused(errors.FolioClosed)

    def test_unknown_stay_is_refused(self):
        for number in (0, 999999999):
            with self.assertRaises(UserError):
                self.pay(self.lines, self.room_way, payment={"iicharge_stay_number": number})

    def test_part_in_another_way_is_refused(self):
        half = {"iicharge_stay_number": self.folio.id, "amount": 17.60}
        card = {"uuid": "half", "amount": 10.0, "payment_method_id": self.card.id}
        room = {**half, "uuid": "room", "payment_method_id": self.room_way.id}
        with self.assertRaisesRegex(UserError, "goes to a room whole"):
            self.pay(self.lines, payment_ids=[Command.create(card), Command.create(room)])

    def test_payment_way_needs_no_journal(self):
        with self.assertRaises(ValidationError):
            self.env["pos.payment.method"].create(
                {"name": "X", "iicharge_room": True, "journal_id": self.card.journal_id.id}
            )

    def test_payment_is_not_changed_from_or_to_a_room_afterwards(self):
        for order, method in (
            (self.pay_to_room(self.lines), self.card),
            (self.pay(self.lines), self.room_way),
        ):
            change = [Command.update(order.payment_ids.id, {"payment_method_id": method.id})]
            with self.subTest(method.name), self.assertRaisesRegex(UserError, "cannot be changed"):
                order.payment_ids = change

    # --- finding -----------------------------------------------------------------------------
    def test_money_in_the_drawer_is_not_said_to_be_on_a_bill(self):
        order = self.pay(self.lines, iicharge_folio_id=self.folio.id)
        order.with_user(self.cashier).write({"iicharge_folio_id": self.folio.id})
        self.assertFalse(order.iicharge_folio_id)
        self.assertEqual(self.close().iicharge_room_total, 0)

    def test_waiter_finds_stays_and_sees_no_sums(self):
        waiter = new_test_user(
            self.env, login="test_waiter", groups="base.group_user,point_of_sale.group_pos_user"
        )
        register = self.config.with_user(waiter)
        for text in ("101", "weber", self.folio.name):
            (stay,) = register.iicharge_find_room_stays(text)
            self.assertEqual((stay["id"], stay["text"]), (self.folio.id, "101 · Anna Weber"))
            self.assertNotIn("total_text", stay)
        self.assertEqual(register.iicharge_find_room_stays(" "), [])
        self.assertFalse(register.iicharge_check_room(self.folio.id, 10))

    def test_register_without_rooms_and_strangers_find_nothing(self):
        stranger = new_test_user(self.env, login="test_no_register", groups="base.group_user")
        for call in (
            lambda config: config.iicharge_find_room_stays("101"),
            lambda config: config.iicharge_check_room(self.folio.id, 10),
        ):
            with self.assertRaises(AccessError):
                call(self.config.with_user(stranger))
        self.close()
        self.config.payment_method_ids = self.card
        with self.assertRaises(AccessError):
            self.register.iicharge_find_room_stays("101")

    # --- charging and refunds ------------------------------------------------------------------
    def test_charging_on_the_order_is_charged_to_the_stay(self):
        ev = self.charge_visitor()
        bill = self.take(ev)
        order = self.pay_to_room([*self.lines_of(bill), self.line(self.coffee, 3.0)])
        self.assertEqual((ev.billing, ev.room, bill.amount_total), ("posted", "101", 0))
        self.assertEqual(self.folio.amount_total, order.amount_total)
        charged = self.folio.order_line.iicharge_charge_line_id
        self.assertEqual(len(charged), 1)
        self.assertIn(charged, order.lines.iicharge_charge_line_id)
        session = self.close()
        self.assertEqual(self.get_revenue(session.move_id), 0)

    def test_refund_to_the_room_takes_it_off_the_bill(self):
        ev = self.charge_visitor()
        order = self.pay_to_room([*self.lines_of(self.take(ev)), self.line(self.coffee, 3.0)])
        self.pay_to_room(self.refund_of(order))
        self.assertEqual((self.folio.amount_total, ev.billing), (0, "void"))
        self.assertEqual(ev.amount_total, 0)
        session = self.close()
        self.assertEqual(session.iicharge_room_total, 0)
        self.assertEqual(set(session.order_ids.mapped("state")), {"done"})

    def test_room_order_is_not_refunded_in_money(self):
        order = self.pay_to_room(self.lines)
        with self.assertRaisesRegex(UserError, "given back to the same room"):
            self.pay(self.refund_of(order))
        other = self.make_stay(self.env["res.partner"].create({"name": "Bo"}), "102")
        with self.assertRaisesRegex(UserError, "given back to the same room"):
            self.pay_to_room(self.refund_of(order), other)
