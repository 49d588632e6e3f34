# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Orders that a register takes payment for, and what it has put on the bill of a stay: sold and
handed out there, invoiced here."""

from odoo import api, fields, models


class RegisterSaleOrder(models.Model):
    _inherit = "sale.order"

    iicharge_charging_text = fields.Char(
        compute="_compute_iicharge_charging_text",
        compute_sudo=True,
        string="EV Charging",
        help="The order was made for a register, to take payment for this session.",
    )

    @api.depends("order_line.iicharge_charge_line_id")
    def _compute_iicharge_charging_text(self):
        """Name the session of an order that is nothing but its payment; a stay's bill is known by
        its guest."""
        for order in self:
            charges = order.order_line.iicharge_charge_line_id.charge_id.filtered(
                lambda charge: charge._get_destination()._is_paid_at_register
            )
            texts = [
                " · ".join(filter(None, (session.name, session.connector_id.display_name)))
                for session in charges.session_id
            ]
            order.iicharge_charging_text = ", ".join(texts) or False

    def _get_update_prices_lines(self):
        """Leave out lines of a register: the guest has signed for the price."""
        return (
            super()._get_update_prices_lines().filtered(lambda line: not line.iicharge_pos_line_id)
        )
