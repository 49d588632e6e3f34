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

    @api.model
    def _prepare_start_values(self, connector, **start):
        values = super()._prepare_start_values(connector, **start)
        return values | self._prepare_card_values(values)

    @api.model
    def _create_without_start(self, charger, *args, **kwargs):
        session = super()._create_without_start(charger, *args, **kwargs)
        values = {"token_id": session.token_id.id, "partner_id": session.partner_id.id}
        session.write(self._prepare_card_values(values))
        return session

    @api.model
    def _prepare_card_values(self, values):
        token = self.env["iicharge.token"].browse(values["token_id"])
        card = token._get_prepaid_card()
        return {
            "loyalty_card_id": card.id,
            "partner_id": values["partner_id"] or card.partner_id.id,
        }

    def _get_destination(self):
        """An order of its own, which the card pays as far as it can; the register takes the
        rest."""
        values = super()._get_destination()
        # sudo: who decides on a session in review need not see its card
        card = self.sudo().loyalty_card_id
        if values is None and card:
            payer = card.partner_id or self.partner_id
            walk_in = self.env.ref("iicharge_odoo.partner_walk_in")
            return {"destination": "pos", "partner_id": (payer or walk_in).id}
        return values

    def _awaits_card_payment(self):
        """Whether it has stopped and its card has not paid its part yet."""
        self.ensure_one()
        if self.state != "stopped":
            return False
        if self.billing in ("open", "review"):
            return True
        return any(
            charge.kind == "charge" and charge.destination == "pos" and charge.state in OUTSTANDING
            for charge in self.charge_ids
        )

    def _get_cost_on_card(self):
        """What it is going to take off its card, as far as is known, with tax."""
        self.ensure_one()
        if self.state != "stopped":
            return self._get_coming_amount()
        if self.billing == "review" and self.tariff_snapshot:
            return float(self._rate(self.stopped_at).total_cost.incl_vat)
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
            return self.env._("The prepaid card is used up: the charger is told to stop.")
        return reason

    def _reaches_card_balance(self):
        """Checked each time: a top-up counts at once, and what other cars with the same
        card use is not there twice."""
        card = self.loyalty_card_id
        if not card:
            return False
        return card.currency_id.compare_amounts(card._iicharge_get_available(), 0) <= 0
