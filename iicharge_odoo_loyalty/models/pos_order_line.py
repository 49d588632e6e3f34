# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import float_compare

from odoo.addons.iicharge_odoo.models.pos.iicharge_pos_refund import PRICE_DIGITS

SETTLED = ("paid", "done")


class PosOrderLine(models.Model):
    _inherit = "pos.order.line"

    iicharge_topup_line_id = fields.Many2one(
        "sale.order.line",
        string="Top-Up",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="The sum that this line has put on a prepaid card, or taken off it again.",
    )

    # The last guard of "once": a top-up is paid once, and given back as a whole once.
    _iicharge_topup_line_unique = models.UniqueIndex(
        "(iicharge_topup_line_id, (refunded_orderline_id IS NULL)) "
        "WHERE iicharge_topup_line_id IS NOT NULL",
        "This prepaid card is paid already.",
    )

    def _iicharge_get_card_lines(self):
        """The lines by which a card has paid for charging, or got it back."""
        return self.filtered(
            lambda line: line.qty and line.sale_order_line_id.iicharge_prepaid_charge_id
        )

    def _iicharge_check_charging(self):
        charging = super()._iicharge_check_charging()
        self._iicharge_check_card_lines(charging)
        return charging

    def _iicharge_check_card_lines(self, charging):
        """A card's part is neither left out nor taken alone, and as it is on the bill."""
        found = self._iicharge_get_card_lines()
        bills = charging.sale_order_line_id.order_id
        due = bills.order_line.filtered(
            lambda sold: (
                sold.iicharge_prepaid_charge_id
                and not (sold.pos_order_line_ids - self).filtered(
                    lambda line: line.order_id.state in SETTLED
                )
            )
        )
        is_whole = found.sale_order_line_id == due and len(found) == len(due)
        if not is_whole or any(not line._iicharge_is_as_sold() for line in found):
            session = (found.sale_order_line_id | due).iicharge_prepaid_charge_id.session_id[:1]
            raise UserError(
                self.env._(
                    "%(session)s is paid in part by prepaid card. Take it off the order and add it "
                    "again from the charging screen, with the card's line.",
                    session=session.name,
                )
            )

    def _iicharge_is_as_sold(self):
        sold = self.sale_order_line_id
        return (
            self.product_id == sold.product_id
            and float_compare(self.qty, sold.product_uom_qty, PRICE_DIGITS) == 0
            and float_compare(self.price_unit, sold.price_unit, PRICE_DIGITS) == 0
            and not self.discount
            and not self.extra_tax_data
            and self.tax_ids_after_fiscal_position == sold.tax_ids
        )

    # --- given back ------------------------------------------------------------------------
    def _iicharge_check_refunds(self):
        """The card's part of what is given back goes back with it, on the card."""
        refunds = super()._iicharge_check_refunds()
        charges = refunds._iicharge_get_refunded().charge_id
        due = charges._get_card_line()
        found = self.filtered(lambda line: line.qty and line._iicharge_get_refunded_card_line())
        is_whole = len(found) == len(due) and all(
            line.refunded_orderline_id.qty == -line.qty
            and float_compare(line.price_unit, line.refunded_orderline_id.price_unit, PRICE_DIGITS)
            == 0
            and not line.discount
            and not line.extra_tax_data
            and line.tax_ids_after_fiscal_position
            == line.refunded_orderline_id.tax_ids_after_fiscal_position
            for line in found
        )
        if not is_whole or found._iicharge_get_refunded_card_line() != due:
            raise UserError(
                self.env._(
                    "A part was paid by prepaid card and goes back on it. Give back the charging "
                    "together with the card's line."
                )
            )
        return refunds

    def _iicharge_get_refunded_card_line(self):
        sold = self.refunded_orderline_id.sale_order_line_id
        return sold.filtered(lambda line: line.iicharge_prepaid_charge_id.kind == "charge")

    def _iicharge_link_credit(self, credit):
        result = super()._iicharge_link_credit(credit)
        back = credit._get_card_line()
        charge = credit.credited_charge_id
        for line in self.order_id.lines:
            source = line._iicharge_get_refunded_card_line()
            if back and source.iicharge_prepaid_charge_id == charge:
                line.write(
                    {"sale_order_line_id": back.id, "sale_order_origin_id": back.order_id.id}
                )
        return result

    # --- top-up -------------------------------------------------------------------------
    @api.depends("iicharge_topup_line_id")
    def _get_tax_ids_after_fiscal_position(self):
        return super()._get_tax_ids_after_fiscal_position()

    @api.model
    def _iicharge_get_server_names(self):
        return (*super()._iicharge_get_server_names(), "iicharge_topup_line_id")

    def _iicharge_get_topup(self):
        """The line of a sales order that names the card of this money; maybe empty."""
        self.ensure_one()
        if self.refunded_orderline_id:
            return self.refunded_orderline_id.iicharge_topup_line_id
        return self.sale_order_line_id.filtered("iicharge_topup_card_id")

    def _iicharge_get_top_ups(self):
        return self.filtered(lambda line: line.qty and line._iicharge_get_topup())

    @api.model
    def _iicharge_get_link_names(self):
        return [*super()._iicharge_get_link_names(), "iicharge_topup_line_id"]

    def _iicharge_get_guarded(self):
        of_cards = self.filtered(
            lambda line: (
                line._iicharge_get_topup()
                or line.iicharge_topup_line_id
                or line._iicharge_get_refunded_card_line()
            )
        )
        return super()._iicharge_get_guarded() | self._iicharge_get_card_lines() | of_cards

    def _iicharge_get_open_top_ups(self):
        return self._iicharge_get_top_ups().filtered(lambda line: not line.iicharge_topup_line_id)

    def _iicharge_apply_top_ups(self):
        """The money is taken, or paid out: the cards get theirs."""
        self._iicharge_check_prepaid_product()
        lines = self._iicharge_get_open_top_ups()
        cards = self.env["loyalty.card"].union(
            *(line._iicharge_get_topup().iicharge_topup_card_id for line in lines)
        )
        cards._iicharge_lock()
        for line in lines:
            line._iicharge_apply_top_up()

    def _iicharge_apply_top_up(self):
        top_up = self._iicharge_get_topup()
        source = self.refunded_orderline_id
        if source:
            self._iicharge_check_topup_refund()
        else:
            top_up._iicharge_check_payable(self.order_id.config_id, lines=self)
            if not self._iicharge_is_as_sold() or self.order_id.currency_id != top_up.currency_id:
                raise UserError(
                    self.env._(
                        "Card %(code)s is paid as it was ordered: %(amount)s, without a "
                        "discount. Remove the line from the order and prepay again on the "
                        "charging screen.",
                        code=top_up.iicharge_topup_code,
                        amount=top_up.currency_id.format(top_up.price_unit),
                    )
                )
        amount = self.currency_id.round(self.price_unit * self.qty)
        top_up.iicharge_topup_card_id._iicharge_add(amount, top_up.order_id)
        self.write({"iicharge_topup_line_id": top_up.id, "iicharge_text": top_up.iicharge_text})
        self._iicharge_log_top_up(amount)

    def _iicharge_log_top_up(self, amount):
        actor = self.env.user._iicharge_get_actor()
        names = {
            "who": actor.name,
            "amount": self.currency_id.format(abs(amount)),
            "order": self.order_id.name,
            "register": self.order_id.config_id.name,
        }
        if amount > 0:
            text = self.env._("%(who)s sells %(amount)s: order %(order)s at %(register)s.", **names)
        else:
            text = self.env._(
                "%(who)s gives %(amount)s back: order %(order)s at %(register)s.", **names
            )
        self.iicharge_topup_line_id.iicharge_topup_card_id.message_post(
            body=text, author_id=actor.partner.id
        )

    def _iicharge_check_prepaid_product(self):
        """Sold by hand, it would be money for no card."""
        product = self.env.ref("iicharge_odoo_loyalty.product_prepaid", raise_if_not_found=False)
        for line in self.filtered(lambda line: line.qty and line.product_id == product):
            if not line._iicharge_get_topup():
                raise UserError(
                    self.env._(
                        "%(product)s is sold on the charging screen, where a walk-in prepays. Take "
                        "the line off the order.",
                        product=product.name,
                    )
                )

    def _iicharge_get_money(self):
        """What this line has put on a card in money, or taken off it. Where other cards have paid
        for the order, it is the top-ups' part of the rest: those balances are not paid out."""
        amount, order = self._iicharge_get_total(), self.order_id
        if amount <= 0 or not order._iicharge_get_rewards():
            return amount
        sold = order.lines.filtered(lambda line: line.iicharge_topup_line_id and line.qty > 0)
        total = sum(max(line._iicharge_get_total(), 0) for line in sold)
        return amount * min(1, max(order.amount_total, 0) / total)

    # --- given back ------------------------------------------------------------------------
    def _iicharge_check_topup_refund(self):
        source = self.refunded_orderline_id
        source.iicharge_topup_line_id._iicharge_check_same_company(self.order_id.config_id)
        source._iicharge_check_topup_refundable(lines=self)
        is_whole = (
            float_compare(self.qty, -source.qty, PRICE_DIGITS) == 0
            and float_compare(self.price_unit, source.price_unit, PRICE_DIGITS) == 0
            and not self.discount
            and not self.extra_tax_data
            and self.tax_ids_after_fiscal_position == source.tax_ids_after_fiscal_position
        )
        if not is_whole:
            source._iicharge_refuse_topup_refund()

    def _iicharge_check_topup_refundable(self, lines=None):
        """Whether this line, which has topped up a card, can be given back: all of it is there.

        :raise UserError: in words for the cashier
        """
        top_up = self.iicharge_topup_line_id
        card = top_up.iicharge_topup_card_id
        back = top_up.iicharge_topup_paid_ids.filtered("refunded_orderline_id")
        if self.price_unit < 0 or (back - lines if lines else back):
            raise UserError(
                self.env._("Card %(code)s: this money is given back already.", code=card.code)
            )
        card._iicharge_check_no_car()
        if card.currency_id.compare_amounts(card._iicharge_get_rest(), self.price_unit) < 0:
            self._iicharge_refuse_topup_refund()

    def _iicharge_refuse_topup_refund(self):
        card = self.iicharge_topup_line_id.iicharge_topup_card_id
        raise UserError(
            self.env._(
                "Card %(code)s is partly used: %(rest)s is left. Give the rest back on the "
                "charging screen, with “Prepaid card”.",
                code=card.code,
                rest=card.currency_id.format(card._iicharge_get_rest()),
            )
        )

    # --- the books -------------------------------------------------------------------------
    def _prepare_base_line_for_taxes_computation(self):
        """What is put on a card is owed on the account from which the card pays."""
        values = super()._prepare_base_line_for_taxes_computation()
        # sudo: whoever closes the register need not see cards and their programs
        card = self.sudo()._iicharge_get_topup().iicharge_topup_card_id
        if card:
            reward = card._iicharge_get_any_reward().with_company(self.company_id)
            account = reward.discount_line_product_id._get_product_accounts()["income"]
            position = self.order_id.fiscal_position_id
            account = position.map_account(account) if position else account
            values["account_id"] = account or values["account_id"]
        return values
