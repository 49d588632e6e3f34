# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import models


class LoyaltyReward(models.Model):
    _inherit = "loyalty.reward"

    def _iicharge_is_for(self, products):
        """Check whether it gives one of these products, or takes something off its price."""
        self.ensure_one()
        if self.reward_type == "product":
            return bool(products & self.reward_product_ids)
        if self.discount_applicability == "specific":
            return bool(products.filtered_domain(self._get_discount_product_domain()))
        # free shipping is nothing for charging
        return self.reward_type == "discount"
