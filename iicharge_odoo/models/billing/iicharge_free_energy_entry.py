# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from decimal import Decimal

from odoo import fields, models

from ...core.conversion import to_decimal


class FreeEnergyEntry(models.Model):
    """Free energy that a rating took from a stay, or gave back when it was credited."""

    _name = "iicharge.free.energy.entry"
    _description = "Entry of Free Energy"
    _order = "id"

    account_id = fields.Many2one(
        "iicharge.free.energy", required=True, readonly=True, index=True, ondelete="cascade"
    )
    folio_id = fields.Many2one(related="account_id.folio_id")
    company_id = fields.Many2one(related="account_id.company_id")
    rating_id = fields.Many2one(
        "iicharge.rating",
        string="Price Calculation",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    energy_wh = fields.Float(
        string="Energy (Wh)", digits=(16, 3), required=True, readonly=True, help="Below 0: back."
    )

    def _get_sum(self):
        """Get the sum in Wh, a Decimal."""
        return sum((to_decimal(entry.energy_wh) for entry in self), Decimal(0))

    def _give_back(self):
        """Give back what is left of these to the stays that they were taken from."""
        for (account, rating), entries in self.grouped(
            lambda entry: (entry.account_id, entry.rating_id)
        ).items():
            left_wh = entries._get_sum()
            if left_wh:
                account._lock(account.folio_id, account.period)
                account._take(rating, -left_wh)
