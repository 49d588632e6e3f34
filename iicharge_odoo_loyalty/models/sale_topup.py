# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Orders that put money on prepaid cards, or give it back, once a register has settled them."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

# An order that no register has settled for so long is given up.
GIVEN_UP_AFTER = timedelta(days=1)


class TopUpLine(models.Model):
    _inherit = "sale.order.line"

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
    iicharge_topup_place = fields.Char(
        related="iicharge_topup_connector_id.display_name", string="Connector to Charge At"
    )
    iicharge_topup_paid_ids = fields.One2many(
        "pos.order.line", "iicharge_topup_line_id", string="Settled With"
    )

    @api.model
    def _load_pos_data_fields(self, config):
        names = ("code", "connector_id", "place")
        top_up = [f"iicharge_topup_{name}" for name in names]
        return [*super()._load_pos_data_fields(config), *top_up]

    @api.depends("iicharge_topup_card_id", "price_unit")
    def _compute_iicharge_text(self):
        """The receipt tells what the card is good for."""
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
            "card. Show this code at the desk to charge with it again.",
            code=code,
        )

    def _iicharge_check_house(self, config):
        """:raise UserError: it is another house's, of which nothing is told: not even the code"""
        if self.company_id - config.company_id:
            raise UserError(self.env._("This card cannot pay for charging."))

    def _iicharge_check_payable(self, config, lines=None):
        """Whether this top-up waits to be settled at a register.

        :param lines: of the register order that is to settle it
        :raise UserError: in words for the cashier
        """
        self.ensure_one()
        self._iicharge_check_house(config)
        card = self.iicharge_topup_card_id
        paid = self.iicharge_topup_paid_ids
        paid = paid - lines if lines else paid
        if paid:
            raise UserError(
                self.env._(
                    "Card %(code)s has its money already, with order %(order)s at %(till)s. Take "
                    "the line off this order.",
                    code=card.code,
                    order=paid[0].order_id.name,
                    till=paid[0].order_id.config_id.name,
                )
            )
        is_open = self.state == "sale" and card.active and card._iicharge_get_any_reward()
        if not is_open:
            raise UserError(
                self.env._(
                    "Card %(code)s was left unpaid for too long. Take the line off the order and "
                    "prepay anew on the charging screen.",
                    code=card.code,
                )
            )
        if self.price_unit < 0:
            card._iicharge_check_rest(-self.price_unit)


class TopUpSale(models.Model):
    _inherit = "sale.order"

    # --- money on a card is no goods: no offer counts it, or makes it cheaper -----------------
    def _get_no_effect_on_threshold_lines(self):
        lines = super()._get_no_effect_on_threshold_lines()
        return lines | self.order_line.filtered("iicharge_topup_card_id")

    def _update_programs_and_rewards(self):
        if self.order_line.iicharge_topup_card_id:
            return None
        return super()._update_programs_and_rewards()

    @api.autovacuum
    def _gc_iicharge_top_ups(self):
        """Nobody has paid them, and nobody will: their empty cards go with them."""
        since = fields.Datetime.now() - GIVEN_UP_AFTER
        is_open = Domain("iicharge_topup_card_id", "!=", False) & Domain(
            "iicharge_topup_paid_ids", "=", False
        )
        left = self.search(
            Domain("state", "=", "sale")
            & Domain("create_date", "<", since)
            & Domain("order_line", "any", is_open)
        )
        cards = left.order_line.iicharge_topup_card_id
        cards._iicharge_lock()
        left._action_cancel()
        unused = cards.filtered(
            lambda card: (
                not card.points and not card.iicharge_topup_line_ids.iicharge_topup_paid_ids
            )
        )
        unused.iicharge_token_ids.active = False
        unused.active = False
