# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, fields, models


class ChargerAccept(models.TransientModel):
    """Ask for the power of a new charger, and accept it."""

    _name = "iicharge.charger.accept"
    _description = "Acceptance of a Charger"
    _inherit = "iicharge.company.wall"

    charger_id = fields.Many2one("iicharge.charger", required=True, readonly=True)
    identity = fields.Char(related="charger_id.identity")
    vendor = fields.Char(related="charger_id.vendor")
    model = fields.Char(related="charger_id.model")
    serial_number = fields.Char(related="charger_id.serial_number")
    current_type = fields.Selection(
        [("ac", "AC"), ("dc", "DC")],
        string="Current",
        compute="_compute_current_type",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
    )
    rated_power_kw = fields.Float(
        string="Rated Power (kW)",
        digits=(16, 3),
        help="Highest power that one connector can give, as on its label. 0: not known; sessions "
        "are then billed without a comparison with it.",
    )

    @api.depends("charger_id")
    def _compute_current_type(self):
        for accept in self:
            accept.current_type = accept.charger_id.current_type or "ac"

    def action_accept(self):
        self.ensure_one()
        self.charger_id.write(
            {
                "current_type": self.current_type,
                "rated_power_w": round(self.rated_power_kw * 1000),
            }
        )
        return self.charger_id.action_accept()
