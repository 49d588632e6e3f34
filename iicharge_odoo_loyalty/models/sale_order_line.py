# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.iicharge_odoo.models.server_values import check_server_values

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

# Which money is for which card and charge.
SET_BY_SERVER = (
    "iicharge_prepaid_charge_id",
    "iicharge_topup_card_id",
    "iicharge_topup_connector_id",
)


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
    iicharge_topup_card_id = fields.Many2one(
        "loyalty.card",
        string="Card Topped Up",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="The prepaid card that the sum goes on, or is given back from, when it is paid.",
    )
    iicharge_topup_code = fields.Char(
        related="iicharge_topup_card_id.code", string="Code of the Card Topped Up"
    )
    iicharge_topup_connector_id = fields.Many2one(
        "iicharge.connector",
        string="To Charge At",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="Where the guest stood who prepaid.",
    )
    iicharge_topup_connector_name = fields.Char(
        related="iicharge_topup_connector_id.display_name", string="Connector to Charge At"
    )
    iicharge_topup_paid_ids = fields.One2many(
        "pos.order.line", "iicharge_topup_line_id", string="Settled With"
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

    @api.model
    def _iicharge_get_server_names(self):
        return (*super()._iicharge_get_server_names(), *SET_BY_SERVER)

    def write(self, vals):
        """Refuse to change what a card has paid: only a credit does."""
        check_server_values(self, vals, *SET_BY_SERVER)
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
        """Count the card's part to the session, as its energy, for the register."""
        for line in self:
            # sudo: as a related field would read it
            own = line.sudo()
            charge = own.iicharge_charge_line_id.charge_id or own.iicharge_prepaid_charge_id
            line.iicharge_session_id = charge.session_id.sudo(False)

    @api.model
    def _load_pos_data_fields(self, config):
        """Load the reward too: the register knows a card's part by it."""
        names = ("code", "connector_id", "connector_name")
        top_up = [f"iicharge_topup_{name}" for name in names]
        return [*super()._load_pos_data_fields(config), "reward_id", *top_up]

    # --- top-up -------------------------------------------------------------------------

    @api.depends("iicharge_topup_card_id", "price_unit")
    def _compute_iicharge_text(self):
        """Format the receipt's text about the card."""
        result = super()._compute_iicharge_text()
        for line in self.filtered("iicharge_topup_card_id"):
            lang = line.order_id.partner_id.lang or self.env.lang
            line.iicharge_text = line.with_context(lang=lang)._iicharge_get_topup_text()
        return result

    def _iicharge_get_topup_text(self):
        code = self.iicharge_topup_code
        if self.price_unit < 0:
            return self.env._("Card %(code)s: the rest is given back.", code=code)
        return self.env._(
            "Card %(code)s. Charging stops when it is used up; what is not used stays on the "
            "card. Show this code at front desk to charge with it again.",
            code=code,
        )

    def _iicharge_check_same_company(self, config):
        """Check the company. :raise UserError: it is another's; not even the code is shown"""
        if self.company_id - config.company_id:
            raise UserError(self.env._("This card cannot pay for charging."))

    def _iicharge_check_payable(self, config, lines=None):
        """Check that this top-up waits to be paid at a register.

        :param lines: of the register order that is to pay it
        :raise UserError: in words for the cashier
        """
        self.ensure_one()
        self._iicharge_check_same_company(config)
        card = self.iicharge_topup_card_id
        if config.currency_id != self.currency_id:
            raise UserError(
                self.env._(
                    "Card %(code)s has a balance in %(own)s, and %(register)s takes %(currency)s. "
                    "Do it at a register that takes %(own)s.",
                    code=card.code,
                    own=self.currency_id.name,
                    register=config.name,
                    currency=config.currency_id.name,
                )
            )
        paid = self.iicharge_topup_paid_ids
        paid = paid - lines if lines else paid
        if paid:
            raise UserError(
                self.env._(
                    "Card %(code)s has its money already, with order %(order)s at %(register)s. "
                    "Take the line off this order.",
                    code=card.code,
                    order=paid[0].order_id.name,
                    register=paid[0].order_id.config_id.name,
                )
            )
        is_open = self.state == "sale" and card.active and card._iicharge_get_any_reward()
        if not is_open:
            raise UserError(
                self.env._(
                    "Card %(code)s was left unpaid for too long. Remove the line from the order "
                    "and prepay again on the charging screen.",
                    code=card.code,
                )
            )
        if self.price_unit < 0:
            card._iicharge_check_rest(-self.price_unit)
