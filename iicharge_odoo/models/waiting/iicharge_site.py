# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from datetime import timedelta

from odoo import fields, models

USUAL_MINUTES = 15


class WaitingSite(models.Model):
    _inherit = "iicharge.site"

    offer_minutes = fields.Integer(
        string="Waiting List Keeps",
        default=USUAL_MINUTES,
        help="So many minutes a free charger is kept for the first guest of the waiting list, "
        "then for the next.",
        tracking=True,
    )

    _offer_minutes_check = models.Constraint(
        "CHECK (offer_minutes BETWEEN 2 AND 240)",
        "A charger is kept for 2 to 240 minutes.",
    )

    def _get_offer_time(self):
        self.ensure_one()
        return timedelta(minutes=self.offer_minutes)
