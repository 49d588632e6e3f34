# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ...core.conversion import to_wire
from ...models.pos.iicharge_session import ABANDONED_AFTER
from .register import RegisterCase


@tagged("post_install", "-at_install")
class TestRegister(RegisterCase):
    def setUp(self):
        super().setUp()
        self.ev = self.charge_visitor()

    def transfer_payment(self, register, device=False):
        since = register.iicharge_read_session(self.ev.id)["register_since"]
        register.iicharge_transfer_payment(self.ev.id, since, device=device)

    def test_other_device_is_refused_and_may_take_it_over(self):
        self.register.iicharge_open_payment(self.ev.id, device="A")
        with self.assertRaisesRegex(UserError, "on another device here"):
            self.register.iicharge_open_payment(self.ev.id, device="B")
        self.transfer_payment(self.register, device="B")
        self.register.iicharge_open_payment(self.ev.id, device="B")
        with self.assertRaisesRegex(UserError, "on another device here"):
            self.register.iicharge_open_payment(self.ev.id, device="A")

    def test_device_that_lost_the_answer_takes_it_again(self):
        first = self.register.iicharge_open_payment(self.ev.id, device="A")
        since = self.ev.register_since
        self.assertEqual(self.register.iicharge_open_payment(self.ev.id, device="A"), first)
        self.assertEqual(self.ev.register_since, since)
        notes = self.ev.message_ids.filtered(lambda m: "takes payment" in (m.body or ""))
        self.assertEqual(len(notes), 1)

    def test_register_that_took_it_over_is_paid_and_the_other_is_refused(self):
        bill = self.take(self.ev)
        self.transfer_payment(self.bar)
        self.assertEqual(self.ev.register_config_id, self.other_config)
        self.assertIn("takes it from Desk to Bar", self.ev.message_ids[0].body)
        with self.assertRaisesRegex(UserError, "being paid at Bar"):
            self.pay(self.lines_of(bill))
        self.pay(self.lines_of(bill), config=self.other_config)
        self.assertEqual(self.ev.billing, "paid")
        self.assertFalse(self.ev.register_config_id)

    def test_what_changed_hands_meanwhile_is_asked_for_again(self):
        self.take(self.ev)
        since = to_wire(self.ev.register_since - timedelta(minutes=5))
        with self.assertRaisesRegex(UserError, "being paid at Desk"):
            self.bar.iicharge_transfer_payment(self.ev.id, since)
        self.assertEqual(self.ev.register_config_id, self.config)

    def test_paid_session_is_not_taken_over(self):
        self.pay(self.lines_of(self.take(self.ev)))
        self.bar.iicharge_transfer_payment(self.ev.id, False)
        self.assertFalse(self.ev.register_config_id)

    def test_device_without_it_releases_nothing(self):
        self.register.iicharge_open_payment(self.ev.id, device="A")
        self.register.iicharge_release_payment([self.ev.id], device="B")
        self.assertEqual(self.ev.register_config_id, self.config)
        self.register.iicharge_release_payment([self.ev.id], device="A")
        self.assertFalse(self.ev.register_config_id)
        self.assertFalse(self.ev.register_since)

    def test_register_closing_releases_what_it_left_open(self):
        other = self.charge_visitor(7002)
        self.take(self.ev)
        self.take(other, self.bar)
        self.close()
        self.assertFalse(self.ev.register_config_id)
        self.assertEqual(other.register_config_id, self.other_config)
        self.assertEqual(self.ev.billing, "posted")

    def test_order_left_open_releases_it_and_may_be_paid_still(self):
        bill = self.take(self.ev)
        self.env["iicharge.session"]._release_abandoned_payments()
        self.assertEqual(self.ev.register_config_id, self.config)
        self.ev.register_since = fields.Datetime.now() - ABANDONED_AFTER - timedelta(minutes=1)
        self.env["iicharge.session"]._release_abandoned_payments()
        self.assertFalse(self.ev.register_config_id)
        self.assertIn("left open at Desk", self.ev.message_ids[0].body)
        self.pay(self.lines_of(bill))
        self.assertEqual(self.ev.billing, "paid")

    def test_order_cancelled_on_the_server_releases_it(self):
        bill = self.take(self.ev)
        order = self.pay(self.lines_of(bill), state="draft")
        self.ev.register_device = "A"
        order.with_user(self.cashier).action_pos_order_cancel()
        self.assertFalse(self.ev.register_config_id)
        self.assertEqual(self.ev.billing, "posted")

    def test_paid_order_that_cannot_be_cancelled_changes_nothing(self):
        order = self.pay(self.lines_of(self.take(self.ev)))
        order.with_user(self.cashier).action_pos_order_cancel()
        self.assertEqual((order.state, self.ev.billing), ("paid", "paid"))

    def test_payment_without_a_start_time_is_released(self):
        self.take(self.ev)
        self.ev.register_since = False
        self.env["iicharge.session"]._release_abandoned_payments()
        self.assertFalse(self.ev.register_config_id)

    def test_other_screens_are_notified_when_it_changes_hands(self):
        def count_notified():
            self.env.cr.precommit.run()
            messages = self.env["bus.bus"].search([]).mapped("message")
            return sum("IICHARGE_CHANGED" in message for message in messages)

        for act in (
            lambda: self.take(self.ev),
            lambda: self.transfer_payment(self.bar),
            lambda: self.pay(
                self.lines_of(self.ev.charge_ids.line_ids.sale_line_ids.order_id),
                config=self.other_config,
            ),
        ):
            before = count_notified()
            act()
            self.assertGreater(count_notified(), before)


@tagged("post_install", "-at_install")
class TestCheckPayment(RegisterCase):
    def setUp(self):
        super().setUp()
        self.ev = self.charge_visitor()
        self.bill = self.take(self.ev)

    def check(self, register=None, refunded=(), device=False):
        sold = [] if refunded else self.bill.order_line.ids
        refunded = [line.id for line in refunded]
        return (register or self.register).iicharge_check_payment(sold, refunded, device=device)

    def test_what_waits_here_may_be_paid(self):
        self.assertFalse(self.check())

    def test_what_another_register_or_device_has_may_not(self):
        self.assertIn("is being paid at Desk", self.check(self.bar))
        self.ev.register_device = "A"
        self.assertFalse(self.check(device="A"))
        self.assertIn("on another device", self.check(device="B"))

    def test_what_is_paid_already_may_not(self):
        order = self.pay(self.lines_of(self.bill))
        self.assertIn(f"with order {order.name}", self.check())

    def test_what_went_to_a_room_meanwhile_may_not(self):
        self.register.iicharge_charge_to_room(self.ev.id, self.folio.id)
        self.assertIn("does not wait to be paid", self.check())

    def test_line_refunded_once_is_refused_again(self):
        order = self.pay(self.lines_of(self.bill))
        self.assertFalse(self.check(refunded=order.lines))
        self.pay(self.refund_of(order))
        self.assertIn("cannot be given back here", self.check(refunded=order.lines))

    def test_cashier_without_front_desk_may_check_and_others_may_not(self):
        register = new_test_user(
            self.env,
            login="test_bare_register",
            groups="base.group_user,point_of_sale.group_pos_user",
        )
        self.assertFalse(self.check(self.config.with_user(register)))
        with self.assertRaises(AccessError):
            self.check(self.config.with_user(self.users["technician"]))

    def test_session_of_another_site_is_not_shown(self):
        self.other_config.iicharge_site_ids = self.site.copy({"name": "Annexe"})
        with self.assertRaises(AccessError):
            self.check(self.bar)


@tagged("post_install", "-at_install")
class TestSalesOrders(RegisterCase):
    """Orders that registers take payment for, among all sales orders."""

    def test_order_of_a_session_says_so_and_a_stay_does_not(self):
        ev = self.charge_visitor()
        bill = self.take(ev)
        self.charge_kwh(7002)
        self.post()
        self.assertEqual(bill.iicharge_charging_text, f"{ev.name} · Garage 1 · 1")
        self.assertFalse(self.folio.iicharge_charging_text)
        salesman = new_test_user(
            self.env, login="test_salesman", groups="sales_team.group_sale_salesman_all_leads"
        )
        orders = (bill | self.folio).with_user(salesman)
        self.assertEqual(
            orders.mapped("iicharge_charging_text"), [f"{ev.name} · Garage 1 · 1", False]
        )
        for view in ("list", "kanban"):
            self.assertIn("iicharge_charging_text", orders.get_view(view_type=view)["arch"])


@tagged("post_install", "-at_install")
class TestOtherCurrency(RegisterCase):
    """A register that takes another currency than the sessions cost."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        euro = cls.env.ref("base.EUR")
        euro.active = True
        euro.rate_ids.unlink()
        euro.rate_ids = [Command.create({"name": "2020-01-01", "rate": 0.5})]
        journals = cls.env["account.journal"]
        sales, bank = (
            journals.create({"name": name, "code": name, "type": kind, "currency_id": euro.id})
            for name, kind in (("ESALE", "sale"), ("EBANK", "bank"))
        )
        method = cls.card.create({"name": "Euro Card", "journal_id": bank.id})
        cls.abroad = cls.env["pos.config"].create(
            {
                "name": "Abroad",
                "journal_id": sales.id,
                "use_pricelist": False,
                "payment_method_ids": [Command.set(method.ids)],
                "iicharge_site_ids": [Command.set(cls.site.ids)],
            }
        )
        cls.abroad.open_ui()
        cls.euro_register = cls.abroad.with_user(cls.cashier)

    def test_session_is_shown_in_its_own_and_refused_before_money_is_taken(self):
        ev = self.charge_visitor()
        [row] = self.euro_register.iicharge_read_board()["unpaid"]
        self.assertEqual((row["amount"], row["currency_id"]), (9.90, ev.currency_id.id))
        with self.assertRaisesRegex(UserError, r"costs .*9\.90, and Abroad takes EUR"):
            self.euro_register.iicharge_open_payment(ev.id)
        self.assertFalse(ev.register_config_id)
        bill = self.take(ev)
        self.register.iicharge_release_payment([ev.id])
        reason = self.euro_register.iicharge_check_payment(bill.order_line.ids, [])
        self.assertIn("Abroad takes EUR", reason)
        self.pay(self.lines_of(bill))
        self.assertEqual(ev.billing, "paid")

    def test_limit_that_is_typed_there_is_converted(self):
        self.euro_register.iicharge_start(self.connector.id, limit_amount=5)
        token = self.env["iicharge.token"].search([("kind", "=", "remote")], limit=1)
        self.assertEqual(token.limit_amount, 10)


@tagged("post_install", "-at_install")
class TestToBePaid(RegisterCase):
    def read_unpaid(self):
        return [row["id"] for row in self.register.iicharge_read_board()["unpaid"]]

    def test_session_delivered_days_late_is_listed(self):
        old, new = self.charge_visitor(), self.charge_visitor(7002)
        self.assertEqual(self.read_unpaid(), [new.id, old.id])
        week = fields.Datetime.subtract(fields.Datetime.now(), days=7)
        old.write({"started_at": week, "stopped_at": week})
        self.assertEqual(self.read_unpaid(), [new.id, old.id])
        self.env.cr.execute(
            "UPDATE iicharge_rating SET create_date = %s WHERE session_id = %s", [week, old.id]
        )
        self.env.invalidate_all()
        self.assertEqual(self.read_unpaid(), [new.id])

    def test_session_given_back_at_the_register_is_to_be_paid(self):
        ev = self.charge_visitor()
        self.take(ev)
        self.register.iicharge_release_payment([ev.id])
        [row] = self.register.iicharge_read_board()["unpaid"]
        self.assertEqual((row["billing"], row["billing_label"]), ("posted", "To Be Paid"))

    def test_backend_shows_what_waits_at_the_register_as_to_be_paid(self):
        ev, sessions = self.charge_visitor(), self.env["iicharge.session"]
        self.take(ev)
        self.assertEqual((ev.billing, ev.billing_shown), ("posted", "rated"))
        for operator, shown, found in (
            ("=", "rated", ev),
            ("=", "posted", sessions),
            ("!=", "posted", ev),
            ("not in", ["rated", "late"], sessions),
        ):
            domain = [("id", "=", ev.id), ("billing_shown", operator, shown)]
            self.assertEqual(sessions.search(domain), found, (operator, shown))
        groups = sessions._read_group([("id", "=", ev.id)], ["billing_shown"], ["__count"])
        self.assertEqual(groups, [("rated", 1)])
        facts = dict(self.env["report.iicharge_odoo.report_evidence"]._get_facts(ev))
        self.assertEqual(facts["Billing"], "To Be Paid")
        ev._set_billing("disputed")
        self.assertEqual(ev.billing_shown, "disputed")
        ev._set_billing("posted")
        ev._set_billing("paid")
        self.assertEqual(ev.billing_shown, "paid")

    def test_session_of_a_company_is_neither_listed_nor_taken(self):
        company = self.env["res.partner"].create({"name": "Couriers", "is_company": True})
        contract = self.env["iicharge.contract"].create(
            {"partner_id": company.id, "date_from": "2020-01-01"}
        )
        self.env["iicharge.token"].create({"uid": "FLEET1", "contract_id": contract.id})
        ev = self.charge_kwh(7003, idTag="FLEET1")
        self.assertEqual((ev.contract_id, ev.billing), (contract, "rated"))
        self.assertNotIn(ev.id, self.read_unpaid())
        for take in (
            lambda: self.register.iicharge_open_payment(ev.id),
            lambda: self.register.iicharge_charge_to_room(ev.id, self.folio.id),
        ):
            with self.assertRaisesRegex(UserError, "monthly invoice of Couriers"):
                take()
        self.assertEqual(ev.billing, "rated")

    def test_session_of_a_cancelled_order_is_listed_again(self):
        ev = self.charge_kwh()
        self.post()
        self.assertEqual((ev.billing, self.read_unpaid()), ("posted", []))
        self.folio._action_cancel()
        self.assertEqual((ev.billing, self.read_unpaid()), ("late", [ev.id]))
        self.assertEqual(self.get_differences(), [])
        self.pay(self.lines_of(self.take(ev)))
        self.assertEqual((ev.billing, ev.amount_total), ("paid", 4.95))
        self.assertEqual(self.get_differences(), [])
