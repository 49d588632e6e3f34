# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""A prepaid card that is tapped at the desk: what is on it, and why it starts nothing."""

from odoo import fields, models


class PrepaidDeskToken(models.Model):
    _inherit = "iicharge.token"

    def _check_card(self, connector=None):
        """A card without money says so, before the charger only says no."""
        super()._check_card()
        if connector:
            self._check_prepaid(connector.site_id, fields.Datetime.now())
        return super()._check_card(connector)


class PrepaidDeskCard(models.Model):
    _inherit = "pos.config"

    def _iicharge_describe_token(self, token):
        values = super()._iicharge_describe_token(token)
        card = token._get_prepaid_card()
        if not card:
            return values
        note = self.env._(
            "%(program)s: %(amount)s to use. Charging stops when it is used up.",
            program=card.program_id.name,
            amount=self._iicharge_write_money(card, card._iicharge_get_available()),
        )
        return {**values, "note": note}
