# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Which sessions a prepaid card pays for, and how much of it they need."""

from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.iicharge_odoo.models.billing.charge_states import OUTSTANDING

from .loyalty_card import PREPAID_GROUPS


class Session(models.Model):
    _inherit = "iicharge.session"

    loyalty_card_id = fields.Many2one(
        "loyalty.card",
        string="Prepaid Card",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        groups=PREPAID_GROUPS,
        help="What pays for it, as far as the balance goes.",
    )

    def _awaits_card_payment(self):
        """Check whether it has stopped and its card has not paid its part yet."""
        self.ensure_one()
        if self.state != "stopped":
            return False
        if self.billing in ("open", "review"):
            return True
        return any(
            charge.kind == "charge"
            and charge.destination == "prepaid"
            and charge.state in OUTSTANDING
            for charge in self.charge_ids
        )

    def _get_cost_on_card(self):
        """Get what it is going to take off its card, as far as is known, with tax."""
        self.ensure_one()
        if self.state != "stopped":
            return self._get_coming_amount()
        if self.billing == "review" and self.tariff_snapshot:
            return self._get_total(self._get_breakdown(self.stopped_at))
        return self.amount_total

    def _anonymize_guest(self):
        """Remove the card, which identifies the guest; what it has paid is on its order."""
        self.write({"loyalty_card_id": False})
        return super()._anonymize_guest()

    # --- limit --------------------------------------------------------------------------
    @api.model
    def _get_limited_domain(self):
        return super()._get_limited_domain() | Domain("loyalty_card_id", "!=", False)

    def _get_limit_reason(self):
        reason = super()._get_limit_reason()
        if not reason and self._reaches_card_balance():
            return self.env._("The prepaid card is used up: the charger is asked to stop.")
        return reason

    def _reaches_card_balance(self):
        """Checked each time: a top-up counts at once, and what other cars with the same
        card use is not there twice."""
        card = self.loyalty_card_id
        if not card:
            return False
        return card.currency_id.compare_amounts(card._iicharge_get_available(), 0) <= 0
