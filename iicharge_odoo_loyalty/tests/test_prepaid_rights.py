# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from .common import PrepaidCase


@tagged("post_install", "-at_install")
class TestPrepaidRights(PrepaidCase):
    def test_card_is_hidden_from_users_outside_front_desk(self):
        for login, groups in (
            ("test_plain_register", "base.group_user,point_of_sale.group_pos_user"),
            ("test_stranger", "base.group_user"),
        ):
            user = new_test_user(self.env, login=login, groups=groups)
            config = self.config.with_user(user)
            for call in (
                lambda register: register.iicharge_find_prepaid("PREPAID"),
                lambda register: register.iicharge_find_wallets(self.holder.id),
                lambda register: register.iicharge_link_prepaid("NEW", self.wallet.id),
                lambda register: register.iicharge_unlink_prepaid("PREPAID"),
            ):
                with self.assertRaises(AccessError):
                    call(config)
        self.assertEqual(self.prepaid.loyalty_card_id, self.wallet)

    def test_technician_sees_no_cards_of_tokens_and_sessions(self):
        session = self.charge_prepaid(10)
        technician = self.users["technician"]
        for record in (self.prepaid, session):
            record = record.with_user(technician)
            self.assertTrue(record.read(["display_name"]))
            with self.assertRaises(AccessError):
                record.read(["loyalty_card_id"])
        with self.assertRaises(AccessError):
            self.wallet.with_user(technician).read(["points"])

    def test_front_desk_sets_no_balance(self):
        desk_only = self.users["front_desk"]
        seller = new_test_user(
            self.env,
            login="test_desk_seller",
            groups="iicharge_odoo.group_front_desk,point_of_sale.group_pos_user,"
            "sales_team.group_sale_salesman",
        )
        for user in (desk_only, self.cashier, seller):
            card = self.wallet.with_user(user)
            self.assertEqual(card.points, 20)
            with self.assertRaises(AccessError):
                card.points = 100
            with self.assertRaises(AccessError):
                card.action_loyalty_update_balance()
        with self.assertRaises(AccessError):
            self.env["loyalty.card.update.balance"].with_user(self.cashier).create(
                {"card_id": self.wallet.id, "new_balance": 100, "description": "Gift"}
            ).action_update_card_point()
        self.assertBalance(20)

    def test_manager_of_the_register_corrects_a_balance(self):
        manager = new_test_user(
            self.env,
            login="test_register_manager",
            groups="iicharge_odoo.group_manager,point_of_sale.group_pos_manager",
        )
        self.wallet.with_user(manager).points = 30
        self.assertBalance(30)

    def test_seller_of_the_front_desk_still_confirms_orders_that_use_cards(self):
        seller = new_test_user(
            self.env,
            login="test_desk_seller",
            groups="iicharge_odoo.group_front_desk,sales_team.group_sale_salesman_all_leads",
        )
        order = self.env["sale.order"].create(
            {
                "partner_id": self.holder.id,
                "order_line": [(0, 0, {"product_id": self.coffee.id, "price_unit": 3.0})],
            }
        )
        order._apply_program_reward(self.program.reward_ids, self.wallet)
        order.with_user(seller).action_confirm()
        self.assertBalance(16.70)

    def test_what_a_card_has_paid_is_changed_by_a_credit_only(self):
        seller = new_test_user(
            self.env,
            login="test_desk_seller",
            groups="iicharge_odoo.group_front_desk,sales_team.group_sale_salesman_all_leads",
        )
        session = self.charge_prepaid(20)
        order = self.get_order(session).with_user(seller)
        line = order.order_line.filtered("coupon_id")
        for values in ({"points_cost": 0}, {"price_unit": -1}, {"product_uom_qty": 0}):
            with self.subTest(values), self.assertRaisesRegex(UserError, "disputed and credited"):
                line.write(values)
        for user in (seller, self.env.user):
            with self.assertRaisesRegex(UserError, "disputed and credited"):
                order.with_user(user)._action_cancel()
        self.assertBalance(10.10)
        session._credit_charges("Slow")
        self.get_order(session)._action_cancel()
        self.assertBalance(20)

    def test_user_of_another_company_sees_no_card(self):
        company = self.env["res.company"].create({"name": "Other hotel"})
        user = new_test_user(
            self.env,
            login="elsewhere",
            groups="base.group_user,iicharge_odoo.group_manager",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )
        cards = self.env["loyalty.card"].with_user(user)
        self.assertNotIn(self.wallet, cards.search([]))

    def test_forms_open_for_those_who_see_tokens(self):
        for group in ("front_desk", "technician", "accountant", "manager"):
            with Form(self.prepaid.with_user(self.users[group])) as form:
                self.assertEqual(form.uid, "PREPAID")
        form = Form(self.wallet.with_user(self.users["manager"]))
        self.assertEqual(form.partner_id, self.holder)
