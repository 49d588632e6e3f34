# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Prepaying at the charging screen: a sum, or what so many kWh cost, on a card of its own."""

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import float_round

from odoo.addons.iicharge_odoo.core.conversion import get_local_day
from odoo.addons.iicharge_odoo.models.tariff.quoted_amount import find_energy, get_price


class PosTopup(models.AbstractModel):
    _name = "iicharge.pos.topup"
    _description = "Top-Ups at the Register"

    def _iicharge_get_program(self):
        """Get the program whose cards this register sells for prepayment; maybe none.

        Cards are in the company's currency: a register in another one sells none.
        """
        time_zone = self._iicharge_get_sites()[:1].time_zone or "UTC"
        day = get_local_day(fields.Datetime.now(), time_zone)
        company, chosen = self.company_id, self.iicharge_program_id
        if self.currency_id != company.currency_id:
            return chosen.browse()
        if not chosen:
            return self.env["loyalty.program"]._iicharge_find(company, day)
        is_over = chosen.date_to and chosen.date_to < day
        return chosen.filtered(lambda one: not is_over and one._iicharge_is_open(company, day))

    def iicharge_read_board(self):
        board = super().iicharge_read_board()
        board["can"]["prepay"] = bool(self._iicharge_get_program())
        return board

    # --- the price before the payment ------------------------------------------------------
    def iicharge_quote_prepaid(self, connector_id, energy_kwh=None, amount=0):
        """Quote what is to be prepaid for an energy, or how far a sum goes.

        :return: the quote as `iicharge.connector.quote` gives it, with "prepay": {"amount",
            "energy_kwh"}
        """
        self._iicharge_check_front_desk()
        connector = self._iicharge_get_connector(connector_id)

        def get_quote(energy_kwh):
            return connector.quote(group="visitor", energy_kwh=energy_kwh)

        energy_kwh = energy_kwh or find_energy(get_quote, amount)
        if not energy_kwh:
            raise UserError(self.env._("This is too little to charge here. Take a larger amount."))
        quote = get_quote(energy_kwh)
        currency = self.currency_id
        amount = amount or float_round(
            get_price(quote), precision_rounding=currency.rounding, rounding_method="UP"
        )
        if currency.compare_amounts(amount, 0) <= 0:
            raise UserError(self.env._("Charging costs nothing here: there is nothing to prepay."))
        return {**quote, "prepay": {"amount": amount, "energy_kwh": float(energy_kwh)}}

    # --- to the payment --------------------------------------------------------------------
    def iicharge_prepay(self, connector_id, amount):
        """Create an empty card, and the order that pays for its balance.

        :return: {"order_id"}: the sales order to load
        """
        self._iicharge_check_front_desk()
        connector = self._iicharge_get_connector(connector_id)
        program = self._iicharge_get_program()
        if not program:
            raise UserError(
                self.env._("There is no program of gift cards or eWallets to prepay with.")
            )
        least, currency = program._iicharge_get_least(), self.currency_id
        if currency.compare_amounts(amount, max(least, currency.rounding)) < 0:
            raise UserError(
                self.env._(
                    "Take at least %(least)s: with less a card starts nothing.",
                    least=currency.format(least),
                )
            )
        # sudo: cards, codes and orders are not created by hand; front desk may sell them,
        # and nothing is on a card before a register has taken the money
        card = program.sudo()._iicharge_create_card(self.company_id)
        return {"order_id": card._iicharge_create_top_up(currency.round(amount), connector).id}

    def iicharge_top_up(self, card_id, amount):
        """Create the order that puts a sum on a card which a guest has already.

        :return: as above
        """
        self._iicharge_check_front_desk()
        # sudo: as in iicharge_prepay; the card is one that this register's company sells
        card = self._iicharge_get_prepaid(card_id).sudo()
        currency = self.currency_id
        if card.currency_id != currency:
            raise UserError(
                self.env._("This card is in another currency than this register takes.")
            )
        if currency.compare_amounts(amount, currency.rounding) < 0:
            raise UserError(self.env._("Take an amount above zero."))
        return {"order_id": card._iicharge_create_top_up(currency.round(amount)).id}

    def iicharge_refund_rest(self, card_id):
        """Create the order by which the rest of what was prepaid is given back.

        :return: as above
        """
        self._iicharge_check_front_desk()
        # sudo: as in iicharge_prepay; the card is one that this register's company sells
        card = self._iicharge_get_prepaid(card_id).sudo()
        card._iicharge_check_no_car()
        rest = card._iicharge_get_rest()
        if card.currency_id.is_zero(rest):
            raise UserError(self.env._("Nothing of what was prepaid is left on this card."))
        return {"order_id": card._iicharge_create_top_up(-rest).id}

    def _iicharge_format_rest(self, card):
        """Format what is left of the money that was prepaid at registers; "" where nothing is."""
        # sudo: what was paid at registers, for front desk that has no rights on their orders
        rest = card.sudo()._iicharge_get_rest()
        return self._iicharge_format_money(card, rest) if rest else ""

    # --- before money is taken -------------------------------------------------------------
    def iicharge_check_payment(self, sold_ids, refunded_ids, device=False):
        reason = super().iicharge_check_payment(sold_ids, refunded_ids, device)
        if reason:
            return reason
        # sudo: as in super
        register = self.sudo()
        sold = register.env["sale.order.line"].browse(sold_ids).exists()
        refunded = register.env["pos.order.line"].browse(refunded_ids).exists()
        try:
            refunded.iicharge_topup_line_id._iicharge_check_same_company(register)
            for top_up in sold.filtered("iicharge_topup_card_id"):
                top_up._iicharge_check_payable(register)
            for line in refunded.filtered("iicharge_topup_line_id"):
                line._iicharge_check_topup_refundable()
        except UserError as error:
            return str(error)
        return False
