# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import fields, models
from odoo.tools import formatLang

# As much more than the rated power may be measured.
POWER_TOLERANCE = 1.1


class ConnectorPower(models.AbstractModel):
    """How much power a connector can give: as it was set, and as it was seen."""

    _name = "iicharge.connector.power"
    _description = "Power of a Connector"

    rated_power_w = fields.Integer(string="Rated Power (W)", help="0: that of the charger.")
    highest_power_w = fields.Integer(
        string="Highest Power Seen (W)",
        readonly=True,
        copy=False,
        help="The most that a session has had here, more than for a moment.",
    )

    def _get_rated_power_w(self):
        """Get the power that was set; 0: it is not known."""
        return self.rated_power_w or self.charger_id.rated_power_w

    def _get_power_w(self):
        """Get the power as far as known: as set, else the highest that a session has had."""
        return self._get_rated_power_w() or self.highest_power_w

    def _learn_power(self, power_w):
        """Keep the highest power that a session has had; say so where it is more than was set."""
        self.ensure_one()
        if power_w <= self.highest_power_w:
            return
        rated_w, before_w = self._get_rated_power_w(), self.highest_power_w
        self.highest_power_w = power_w
        if 0 < rated_w * POWER_TOLERANCE < power_w and before_w <= rated_w * POWER_TOLERANCE:
            self.charger_id.message_post(
                body=self.env._(
                    "Connector %(number)s gave %(seen)s kW, but its rated power is set to "
                    "%(rated)s kW. Correct it, or its sessions are held for review.",
                    number=self.number,
                    seen=formatLang(self.env, power_w / 1000, digits=1),
                    rated=formatLang(self.env, rated_w / 1000, digits=1),
                )
            )
