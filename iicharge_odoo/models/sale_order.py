# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, fields, models
from odoo.exceptions import UserError


class SaleOrder(models.Model):
    _inherit = "sale.order"

    iicharge_room = fields.Char(string="Room", index="btree_not_null")
    iicharge_checkin = fields.Datetime(string="Check-in", index="btree_not_null")
    iicharge_checkout = fields.Datetime(string="Check-out")
    iicharge_no_post = fields.Boolean(
        string="No Outside Charges",
        help="Charging is not put on this bill by itself; front desk may still do it by hand.",
    )
    iicharge_guest_ids = fields.Many2many(
        "res.partner",
        "iicharge_stay_guest_rel",
        "order_id",
        "partner_id",
        string="Guests Sharing the Room",
        help="They charge on this bill as well and are found by their own last names.",
    )
    iicharge_site_id = fields.Many2one(
        "iicharge.site",
        string="Property",
        index="btree_not_null",
        check_company=True,
        help="The stay is found at this property only. Empty: at any of the company.",
    )
    iicharge_credit_limit = fields.Monetary(
        string="Credit Limit",
        help="No charging starts that would bring what is owed on this bill above it, with tax. "
        "0: no limit.",
    )
    iicharge_session_ids = fields.One2many("iicharge.session", "folio_id", string="EV Sessions")
    iicharge_session_count = fields.Integer(compute="_compute_iicharge_session_count")

    _iicharge_credit_limit_positive = models.Constraint(
        "check (iicharge_credit_limit >= 0)", "A credit limit cannot be below zero."
    )

    @api.depends("iicharge_room", "iicharge_guest_ids.name")
    @api.depends_context("iicharge_connector_id")
    def _compute_display_name(self):
        """Where a stay is chosen to charge at a connector: its room, guests and number."""
        connector_id = self.env.context.get("iicharge_connector_id")
        if not connector_id:
            return super()._compute_display_name()
        prop = self.env["iicharge.connector"].browse(connector_id).site_id._get_property()
        for order in self:
            guests = prop._get_guests(order._origin)
            names = ", ".join(filter(None, guests.mapped("name")))
            parts = (prop._get_room(order._origin), names, order.name)
            order.display_name = " · ".join(filter(None, parts))

    @api.depends("iicharge_session_ids")
    def _compute_iicharge_session_count(self):
        for order in self:
            # sudo: a salesperson sees that there are sessions; opening them needs the right to
            order.iicharge_session_count = len(order.sudo().iicharge_session_ids)

    def _get_update_prices_lines(self):
        """A charge was priced by its tariff; no pricelist prices it again."""
        return (
            super()
            ._get_update_prices_lines()
            .filtered(lambda line: not line.iicharge_charge_line_id)
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_charged(self):
        """Energy that was delivered is never lost with the order it was delivered to."""
        # sudo: who may delete an order need not see sessions; only that there are some is told
        charged = self.filtered(lambda order: order.sudo().iicharge_session_ids)
        if charged:
            raise UserError(
                self.env._(
                    "Cars have charged for %(stays)s. Cancel the order instead of deleting it: "
                    "its charges then wait at the late charges.",
                    stays=", ".join(charged.mapped("name")),
                )
            )

    def action_view_iicharge_sessions(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("EV Charging"),
            "res_model": "iicharge.session",
            "view_mode": "list,form",
            "domain": [("folio_id", "=", self.id)],
        }


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

    # The last guard of "exactly once": whatever happens above, the database keeps one line.
    _iicharge_charge_line_unique = models.UniqueIndex(
        "(iicharge_charge_line_id) WHERE iicharge_charge_line_id IS NOT NULL",
        "This charging is on the bill already.",
    )

    @api.model
    def _load_pos_data_fields(self, config):
        """The register knows a line of charging by its session."""
        return [*super()._load_pos_data_fields(config), "iicharge_session_id"]
