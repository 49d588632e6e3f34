# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.iicharge_odoo.service.conversion import get_local_day

# What of a card's part decides how much the card has paid.
FIXED = {
    "coupon_id",
    "discount",
    "points_cost",
    "price_unit",
    "product_id",
    "product_uom_qty",
    "reward_id",
    "tax_ids",
}


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _get_confirmed_tx_create_date(self):
        """A card that was valid when charging began pays for it, although it may have expired
        until the car stopped."""
        # sudo: only the day is taken, and whoever confirms an order may not see sessions
        sessions = self.sudo().order_line.iicharge_charge_line_id.charge_id.session_id
        by_card = sessions.filtered("loyalty_card_id")[:1]
        if by_card:
            return get_local_day(by_card.started_at, by_card.site_id.time_zone)
        return super()._get_confirmed_tx_create_date()

    def _action_cancel(self):
        """Cancelling would fill the card again, while the charging stays paid."""
        # sudo: who keeps orders need not have rights on charges
        paid = self.sudo().order_line.filtered(
            lambda line: (
                line.state == "sale"
                and line.iicharge_prepaid_charge_id.kind == "charge"
                and line.iicharge_prepaid_charge_id._get_paid_by_card()
            )
        )
        if paid:
            paid._iicharge_refuse_card_change()
        return super()._action_cancel()

    def _get_point_changes(self):
        """Whoever confirms or cancels an order changes the cards that it uses."""
        # sudo: what a card is used for by an order is no change by hand, see loyalty.card.write
        changes = super()._get_point_changes()
        return {card.sudo(): points for card, points in changes.items()}


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    iicharge_prepaid_charge_id = fields.Many2one(
        "iicharge.charge",
        string="Paid by Card",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="The charge that a prepaid card pays with this line, or the credit that goes back "
        "on the card.",
    )
    iicharge_session_id = fields.Many2one(
        "iicharge.session", related=None, compute="_compute_iicharge_session_id"
    )

    # The last guard of "once": a charge takes off its card once, a credit puts back once.
    _iicharge_prepaid_charge_unique = models.UniqueIndex(
        "(iicharge_prepaid_charge_id) WHERE iicharge_prepaid_charge_id IS NOT NULL",
        "The card has paid this charging already.",
    )

    def _iicharge_refuse_card_change(self):
        raise UserError(
            self.env._(
                "A prepaid card has paid for %(session)s with this order. Have the session "
                "disputed and credited: the card then gets its money back.",
                session=self.iicharge_prepaid_charge_id.session_id[:1].name,
            )
        )

    def write(self, vals):
        """What a card has paid is changed by a credit only."""
        if FIXED & vals.keys() and not self.env.su:
            # sudo: who keeps orders need not have rights on charges
            paid = self.sudo().filtered(
                lambda line: line.state == "sale" and line.iicharge_prepaid_charge_id
            )
            if paid:
                paid._iicharge_refuse_card_change()
        return super().write(vals)

    @api.depends(
        "iicharge_charge_line_id.charge_id.session_id", "iicharge_prepaid_charge_id.session_id"
    )
    def _compute_iicharge_session_id(self):
        """For the register, the card's part belongs to the session as its energy does."""
        for line in self:
            # sudo: as a related field would read it
            own = line.sudo()
            charge = own.iicharge_charge_line_id.charge_id or own.iicharge_prepaid_charge_id
            line.iicharge_session_id = charge.session_id.sudo(False)

    @api.model
    def _load_pos_data_fields(self, config):
        """The register knows a card's part by its reward."""
        return [*super()._load_pos_data_fields(config), "reward_id"]
