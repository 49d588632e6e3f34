# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, fields, models
from odoo.exceptions import UserError


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    iicharge_charge_line_id = fields.Many2one(
        "iicharge.charge.line",
        string="Charging",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    iicharge_session_id = fields.Many2one(related="iicharge_charge_line_id.charge_id.session_id")

    # Exactly once: the database refuses a second line of a charge line.
    _iicharge_charge_line_unique = models.UniqueIndex(
        "(iicharge_charge_line_id) WHERE iicharge_charge_line_id IS NOT NULL",
        "This charging is on the bill already.",
    )

    @api.model
    def _load_pos_data_fields(self, config):
        """Load the session, by which the POS knows a line of charging."""
        return [*super()._load_pos_data_fields(config), "iicharge_session_id"]

    @api.ondelete(at_uninstall=False)
    def _unlink_except_charging(self):
        """Refuse to delete lines of charging, on cancelled bills too."""
        charged = self.filtered("iicharge_charge_line_id")
        if charged:
            raise UserError(
                self.env._(
                    "“%(line)s” is charging that is on this bill only. Have the session "
                    "disputed and credited, or leave the line.",
                    line=(charged[0].name or "").split("\n")[0],
                )
            )
