# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import Command

from odoo.addons.iicharge_odoo.tests.pos.register import RegisterCase


def make_program(env, company, program_type="ewallet", **values):
    """A prepaid program with a product that sells its balance."""
    top_up = env["product.product"].create(
        {
            "name": f"Top-up {program_type}",
            "type": "service",
            "list_price": 20,
            "taxes_id": [Command.clear()],
            "available_in_pos": True,
        }
    )
    return env["loyalty.program"].create(
        {
            "name": f"Charging {program_type}",
            "program_type": program_type,
            "applies_on": "future",
            "trigger": "auto",
            "company_id": company.id,
            "portal_point_name": company.currency_id.symbol,
            "rule_ids": [
                Command.clear(),
                Command.create(
                    {
                        "reward_point_amount": 1,
                        "reward_point_mode": "money",
                        "product_ids": [Command.set(top_up.ids)],
                    }
                ),
            ],
            "reward_ids": [
                Command.clear(),
                Command.create(
                    {
                        "reward_type": "discount",
                        "discount_mode": "per_point",
                        "discount": 1,
                        "discount_applicability": "order",
                        "required_points": 1,
                    }
                ),
            ],
            **values,
        }
    )


class PrepaidCase(RegisterCase):
    """A wallet with 20.00 whose token charges for 0.45 a kWh, plus 10 % tax."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.program = make_program(cls.env, cls.company)
        cls.owed = cls.company._iicharge_get_account("Prepaid balances", "liability_current")
        reward = cls.program.reward_ids
        for product in reward.discount_line_product_id | cls.program.trigger_product_ids:
            product.property_account_income_id = cls.owed
        cls.holder = cls.env["res.partner"].create({"name": "Pia Prepaid"})
        cls.wallet = cls.make_card(20)
        cls.prepaid = cls.make_token("PREPAID", cls.wallet)

    @classmethod
    def make_card(cls, points, program=None, partner=None):
        return cls.env["loyalty.card"].create(
            {
                "program_id": (program or cls.program).id,
                "partner_id": (partner or cls.holder).id,
                "points": points,
            }
        )

    @classmethod
    def make_token(cls, uid, card):
        return cls.env["iicharge.token"].create(
            {"uid": uid, "group": "visitor", "loyalty_card_id": card.id}
        )

    def charge_prepaid(self, kwh, transaction_id=7001, **start):
        """A session of the wallet's token, up to where it is paid automatically."""
        start.setdefault("idTag", "PREPAID")
        session = self.charge_kwh(transaction_id, kwh=kwh, **start)
        self.post()
        return session

    def get_order(self, session):
        """The order of a session."""
        charges = session.charge_ids.filtered(lambda charge: charge.kind == "charge")
        return charges.sorted("revision")[-1:].line_ids.sale_line_ids.order_id

    def assertBalance(self, amount, card=None):
        card = card or self.wallet
        card.invalidate_recordset()
        self.assertAlmostEqual(card.points, amount)
