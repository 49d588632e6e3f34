# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, models
from odoo.fields import Command, Domain
from odoo.tools import float_round

PREPAID_TYPES = ("ewallet", "gift_card")


class LoyaltyProgram(models.Model):
    """Programs whose cards charging is paid with."""

    _inherit = "loyalty.program"

    def _iicharge_get_reward(self):
        """Get the reward that takes a sum off an order: how points become money."""
        self.ensure_one()
        return self.reward_ids.filtered(
            lambda reward: reward.discount_mode == "per_point" and reward.reward_type == "discount"
        )[:1]

    def _iicharge_is_open(self, company, day):
        """Check whether its cards that have not expired pay at a company's chargers now."""
        self.ensure_one()
        return bool(
            self.active
            and self.sale_ok
            and self.program_type in PREPAID_TYPES
            and (not self.date_from or self.date_from <= day)
            and self.company_id in (self.env["res.company"], company)
            and self.currency_id == company.currency_id
            and self._iicharge_get_reward()
        )

    @api.model
    def _iicharge_find(self, company, day):
        """Find the program whose cards a company sells for prepayment; maybe none. Gift cards come
        first, as they need no holder."""
        found = self.search(
            Domain("program_type", "in", PREPAID_TYPES)
            & Domain("company_id", "in", (False, company.id))
            & (Domain("date_to", "=", False) | Domain("date_to", ">=", day))
        ).filtered(lambda program: program._iicharge_is_open(company, day))
        return found.sorted(lambda program: program.program_type != "gift_card")[:1]

    def _iicharge_get_least(self):
        """Get the least that a card can pay; with less on it, it starts nothing."""
        reward = self._iicharge_get_reward()
        least = reward.required_points * reward.discount
        return float_round(
            least, precision_rounding=self.currency_id.rounding, rounding_method="UP"
        )

    def _iicharge_create_card(self, company):
        """Create an empty card whose code starts chargers once there is money on it."""
        self.ensure_one()
        cards = self.env["loyalty.card"].with_context(loyalty_no_mail=True)
        card = cards.create({"program_id": self.id, "points": 0})
        self.env["iicharge.token"].create(
            {
                "uid": card.code,
                "kind": "code",
                "group": "visitor",
                "company_id": company.id,
                "loyalty_card_id": card.id,
            }
        )
        return card

    # --- accounts -----------------------------------------------------------------------
    def _iicharge_set_up_account(self):
        """What is sold on a card is owed until it is used: the products that sell a balance and
        that take it off an order have no tax and one account, which is a liability."""
        for program in self:
            company = program.company_id or self.env.company
            products = program.trigger_product_ids | program.reward_ids.discount_line_product_id
            products.taxes_id = [Command.clear()]
            if company.chart_template:
                owed = company._iicharge_get_account(
                    self.env._("Prepaid charging owed"), "liability_current"
                )
                products.with_company(company).property_account_income_id = owed
