# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import fields, models

LIMITS = ("limit_wh", "limit_amount", "limit_percent", "limit_until")


class Limits(models.AbstractModel):
    """Where a charging is to stop: by energy, money, battery or time. Zero and empty: nowhere."""

    _name = "iicharge.limits"
    _description = "Where a Charging Stops"

    limit_wh = fields.Float(
        string="Stop After (Wh)",
        digits=(16, 3),
        help="0: charging goes on until it is ended. With a battery's level: about the same, "
        "which holds where the car does not report its battery.",
    )
    limit_amount = fields.Float(
        string="Stop At Cost", help="With tax, in the company's currency. 0: no limit."
    )
    limit_percent = fields.Integer(
        string="Stop At Battery (%)", help="Where the car reports its battery. 0: no limit."
    )
    limit_until = fields.Datetime(string="Stop At Time", help="Empty: no limit.")

    _limits_not_negative = models.Constraint(
        "check (limit_wh BETWEEN 0 AND 1e15 AND limit_amount BETWEEN 0 AND 1e15"
        " AND limit_percent BETWEEN 0 AND 100)",
        "A limit is a number from zero on, and of a battery at most 100.",
    )

    def _get_limits(self):
        """Get the limits as values for another record of this kind."""
        self.ensure_one()
        return {name: self[name] for name in LIMITS}
