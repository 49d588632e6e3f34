# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""How the sum of a session comes about, for the desk and the guest who asks there."""

from odoo import api, models

from .iicharge_tariff_text import get_taxed_rows

# So many of the currency's smallest parts come of rounding each row by itself.
MOST_ROUNDED = 5


class PosSum(models.Model):
    _inherit = "pos.config"

    @api.model
    def _iicharge_write_sum(self, session):
        """What the sum is made of, with tax and as money; together the rows are the sum.

        :return: [{"text", "amount"}]
        """
        currency = session.currency_id
        # sudo: prices need the tariff's taxes, which front desk need not be able to read
        breakdown = session.sudo()._rate(session.stopped_at)
        rows = [
            {"text": text, "amount": currency.round(float(amount))}
            for text, amount in get_taxed_rows(self.env, breakdown, currency)
        ]
        rest = currency.round(session.amount_total - sum(row["amount"] for row in rows))
        if not currency.is_zero(rest):
            is_rounding = abs(rest) <= MOST_ROUNDED * currency.rounding
            # else a credit, or the taxes of whoever pays
            text = self.env._("Rounding") if is_rounding else self.env._("Changed on the bill")
            rows.append({"text": text, "amount": rest})
        return rows
