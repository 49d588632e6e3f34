# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""A prepaid card that is tapped at the desk: what is on it, and why it starts nothing."""

from odoo import fields, models

from .pos_topup import find_energy


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

    def iicharge_read_card_terms(self, connector_id, token_id):
        """With less on the card than is usual, the quote is for what it pays for."""
        terms = super().iicharge_read_card_terms(connector_id, token_id)
        connector = self._iicharge_get_connector(connector_id)
        token = self._iicharge_get_card(token_id)
        card = token._get_prepaid_card()
        if not card or terms["refusal"]:
            return terms
        tariff = token._find_tariff(connector)

        def get_quote(energy_kwh):
            return connector._quote_by(tariff, target=connector._read_target(energy_kwh=energy_kwh))

        energy_kwh = find_energy(get_quote, card._iicharge_get_available())
        if energy_kwh and energy_kwh < float(terms["quote"]["energy_kwh"]["to"]):
            terms["quote"] = get_quote(energy_kwh)
        return terms
