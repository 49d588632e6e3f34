# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).

from odoo import api, fields, models
from odoo.exceptions import UserError


class SaleOrder(models.Model):
    _inherit = "sale.order"

    iicharge_room = fields.Char(string="Room", index="btree_not_null")
    iicharge_plate = fields.Char(string="Car's Plate", help="Front desk finds the stay by it.")
    iicharge_checkin = fields.Datetime(string="Check-in", index="btree_not_null")
    iicharge_checkout = fields.Datetime(string="Check-out")
    iicharge_no_post = fields.Boolean(
        string="No Outside Charges",
        help="Charging is not put on this bill automatically; front desk may still do it by hand.",
    )
    iicharge_guest_ids = fields.Many2many(
        "res.partner",
        "iicharge_stay_guest_rel",
        "order_id",
        "partner_id",
        string="Guests Sharing the Room",
        help="They charge on this bill as well and are found by their own last names.",
        check_company=True,
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
        help="No charging starts that would bring what is owed on this bill above it, with tax: "
        "of all stays that it pays for. 0: no limit.",
    )
    iicharge_holds = fields.Json(
        string="Starts Under Way",
        copy=False,
        groups="base.group_system",
        help="They count against the credit limit with what they are expected to cost.",
    )
    iicharge_session_ids = fields.One2many("iicharge.session", "folio_id", string="EV Sessions")
    iicharge_session_count = fields.Integer(compute="_compute_iicharge_session_count")
    iicharge_routing_ids = fields.One2many(
        "iicharge.routing", "folio_id", string="Payment Routing", copy=False
    )
    iicharge_main_folio_id = fields.Many2one(
        "sale.order",
        string="Further Bill Of",
        check_company=True,
        copy=False,
        index="btree_not_null",
        domain="[('iicharge_main_folio_id', '=', False), ('iicharge_room', '!=', False)]",
        help="This order is another bill of that stay: it takes what the stay's own bill, closed "
        "already, cannot take any more.",
    )
    iicharge_further_folio_ids = fields.One2many(
        "sale.order", "iicharge_main_folio_id", string="Further Bills"
    )

    _iicharge_credit_limit_positive = models.Constraint(
        "check (iicharge_credit_limit BETWEEN 0 AND 1e15)",
        "A credit limit is a number from zero on.",
    )

    @api.depends("iicharge_session_ids")
    def _compute_iicharge_session_count(self):
        for order in self:
            # sudo: a salesperson sees that there are sessions; opening them needs the right to
            order.iicharge_session_count = len(order.sudo().iicharge_session_ids)

    def _get_update_prices_lines(self):
        """Exclude charges: their prices are the tariff's, not a pricelist's."""
        return (
            super()
            ._get_update_prices_lines()
            .filtered(lambda line: not line.iicharge_charge_line_id)
        )

    def _recompute_taxes(self):
        """Charge what is not invoiced again where the fiscal position has other taxes for it."""
        result = super()._recompute_taxes()
        # sudo: who keeps orders need not have rights on charges; what is charged stays the same
        # but for the taxes
        self.sudo()._iicharge_follow_position()
        return result

    def _iicharge_follow_position(self):
        self.ensure_one()
        lines = self.order_line.iicharge_charge_line_id
        charges = lines._find_taxed_otherwise(self.fiscal_position_id).charge_id.filtered(
            lambda charge: (
                charge._get_destination()._is_bill_of_stay
                and charge.state == "posted"
                and charge.session_id.billing == "posted"
                and not charge.line_ids._is_invoiced()
            )
        )
        if self.locked or not charges:
            return
        reason = self.env._(
            "Taxes of the fiscal position %(position)s",
            position=self.fiscal_position_id.name or self.env._("(none)"),
        )
        for session, of_session in charges.grouped("session_id").items():
            session._set_billing("rated")
            of_session._transfer(reason)._post_or_refuse()
            session._update_amounts()

    def _get_copiable_order_lines(self):
        """Exclude charges: a copy would bill the same energy twice."""
        lines = super()._get_copiable_order_lines()
        return lines.filtered(lambda line: not line.iicharge_charge_line_id)

    def _action_cancel(self):
        """Let charges that were only on these orders wait again, on another bill of the stay or
        at the late charges."""
        result = super()._action_cancel()
        # sudo: who keeps orders need not have rights on charges; these only begin to wait again
        cancelled = self.sudo().filtered(lambda order: order.state == "cancel")
        charges = cancelled.order_line.iicharge_charge_line_id.charge_id
        for charge in charges.filtered(lambda charge: charge._is_only_on(cancelled)):
            charge._release_from_order()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_charged(self):
        """Refuse to delete an order with sessions: their energy would not be billed."""
        # sudo: who may delete an order need not see sessions; this only checks whether there are
        # any
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

    # --- routing ------------------------------------------------------------------------
    def _iicharge_get_paying_folio(self, product, day):
        """Get the bill that pays for a product charged on a local day of the site.

        :return: `sale.order`; the stay's own where nothing is routed
        """
        self.ensure_one()
        for route in self.iicharge_routing_ids.sorted(lambda route: (route.sequence, route.id)):
            if route._applies(product, day):
                return route.paying_folio_id
        return self

    # --- check-out ----------------------------------------------------------------------
    def _iicharge_get_running(self):
        """Get the running sessions that charge to these stays."""
        # sudo: who closes a bill need not have rights on sessions, but must know of them
        return (
            self.env["iicharge.session"]
            .sudo()
            .search(
                [
                    ("folio_id", "in", self.ids),
                    ("state", "!=", "stopped"),
                    ("checkout_choice", "in", (False, "stop")),
                ]
            )
        )

    def _iicharge_ask_before_checkout(self, method, **values):
        """Get the dialog with the three choices if cars still charge, else None.

        :param str method: the step after the choice, "lock" or "invoice"
        """
        if self.env.context.get("iicharge_checkout_decided") or not self._iicharge_get_running():
            return None
        wizard = self.env["iicharge.checkout"].create(
            {"order_ids": [(6, 0, self.ids)], "method": method, **values}
        )
        return wizard._get_action()

    def action_iicharge_lock(self):
        """Close the bill; ask first if a car still charges. `action_lock` does not ask."""
        self.ensure_one()
        asked = self._iicharge_ask_before_checkout("lock")
        return asked or self.action_lock()
