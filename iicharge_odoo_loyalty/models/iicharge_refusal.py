# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, models

from odoo.addons.iicharge_odoo.models.refusal.iicharge_refusal import Texts


class Refusal(models.AbstractModel):
    _inherit = "iicharge.refusal"

    @api.model
    def _get_texts(self):
        env = self.env
        return {
            **super()._get_texts(),
            "prepaid_empty": Texts(
                env._(
                    "The prepaid card is empty, or cars that charge with it will use all of it. "
                    "Top it up at the register."
                ),
                env._("Your card has no balance left. Please top it up at the front desk."),
            ),
            "prepaid_expired": Texts(
                env._(
                    "The prepaid card has expired. Give the guest another one; a manager may "
                    "extend this one."
                ),
                env._("Your card has expired. Please ask the front desk."),
            ),
            "prepaid_closed": Texts(
                env._(
                    "The prepaid card is out of use: it was archived, its program has ended, or it "
                    "is in another currency. Give the guest another one."
                ),
                env._("This card is no longer in use. Please ask the front desk."),
            ),
            "prepaid_other_tax": Texts(
                env._(
                    "The prepaid card was sold with the tax of other chargers and cannot pay here. "
                    "Take payment at the register."
                ),
                env._("Your card is not for this charger. Please ask the front desk."),
            ),
        }
