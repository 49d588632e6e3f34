# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Staff say by a call what only a payment provider says: that a guest has paid, and how much."""

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from ..common import ChargingCase


@tagged("post_install", "-at_install")
class TestForgedCardPayments(ChargingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.payment = cls.env["iicharge.card.payment"]._open(cls.connector, cls.tariff, 40, "house")
        # who may read providers too
        cls.keeper = new_test_user(
            cls.env, login="test_keeper", groups="iicharge_odoo.group_accountant,base.group_system"
        )
        cls.values = {
            "provider_id": cls.env["payment.provider"].search([], limit=1).id,
            "payment_method_id": cls.env.ref("payment.payment_method_card").id,
            "amount": 40,
            "currency_id": cls.payment.currency_id.id,
            "partner_id": cls.guest.id,
        }
        cls.transaction = cls.env["payment.transaction"].create(
            {**cls.values, "reference": "EV-1", "iicharge_card_payment_id": cls.payment.id}
        )

    def assertRefused(self, work):
        with self.assertRaisesRegex(AccessError, "set by charging"), self.env.cr.savepoint():
            work()

    def test_transaction_made_by_hand_pays_for_nothing(self):
        paid = {**self.values, "reference": "EV-2", "state": "done"}
        named = {"iicharge_card_payment_id": self.payment.id}
        child = {"source_transaction_id": self.transaction.id, "operation": "refund"}
        for user in (self.users["accountant"], self.keeper):
            made = self.env["payment.transaction"].with_user(user)
            by_default = made.with_context(default_iicharge_card_payment_id=self.payment.id)
            for work in (
                lambda: made.create({**paid, **named}),  # noqa: B023
                lambda: by_default.create(paid),  # noqa: B023
                lambda: made.create({**paid, **child}),  # noqa: B023
            ):
                with self.subTest(user.login), self.assertRaises(AccessError):
                    with self.env.cr.savepoint():
                        work()

    def test_what_the_provider_says_is_not_written_by_hand(self):
        own = self.transaction.with_user(self.users["accountant"])
        for vals in (
            {"state": "done"},
            {"amount": 4000},
            {"provider_reference": "of another guest"},
            {"iicharge_card_payment_id": False},
        ):
            with self.subTest(vals):
                self.assertRefused(lambda: own.write(vals))  # noqa: B023
        self.assertFalse(self.payment._get_secured())

    def test_payment_of_something_else_is_as_in_odoo(self):
        made = self.env["payment.transaction"].create({**self.values, "reference": "S1"})
        made.with_user(self.users["accountant"]).write(
            {"state": "done", "provider_reference": "paid-1"}
        )
        self.assertEqual(made.state, "done")

    def test_default_names_no_payment_of_a_token(self):
        tokens = self.env["iicharge.token"].with_user(self.users["front_desk"])
        tokens = tokens.with_context(default_card_payment_id=self.payment.id)
        with self.assertRaisesRegex(AccessError, "nowhere else"):
            tokens.create({"uid": "STOLEN1"})
