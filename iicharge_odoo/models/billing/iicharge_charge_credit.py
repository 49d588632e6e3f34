# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from decimal import Decimal

from odoo import models

from ...core import errors
from ...core.rating.shares import split_amount


class ChargeCredit(models.AbstractModel):
    """Taking a posted charge back, in whole or in part (docs/room-charges.md rule 12)."""

    _name = "iicharge.charge.credit"
    _description = "Credits of Charges"

    def _get_creditable(self):
        """Get what of the price of each line no credit has taken back yet; a price has the taxes in
        it that are included in prices, and no others.

        :return: {line: Decimal}
        """
        return {line: line._get_creditable_price() for line in self.line_ids}

    def _create_credit(self, reason, amount=None):
        """Take a posted charge back: all that is left of it, or an amount.

        An amount is shared over the lines as they share the charge. The credit is a charge
        of its own under the session's next revision, and is posted at once.

        :param Decimal amount: above zero, as prices are: with the taxes that are included in
            them, without the others; None for all
        :return: the credit, or an empty record where nothing was left to credit
        :raise core.errors.CreditTooHigh: more than what is left of it
        """
        self.ensure_one()
        left = self._get_creditable()
        total = sum(left.values(), Decimal(0))
        if amount is not None and amount > total:
            raise errors.CreditTooHigh(self.display_name)
        is_all = amount is None or amount == total
        if is_all:
            left = {line: line._get_uncredited_price() for line in self.line_ids}
        if not any(left.values()):
            return self.browse()
        parts = left if is_all else self._split(amount, left)
        session = self.session_id
        credit = self._create_once(
            session,
            session._get_next_revision(),
            [
                values
                for line, part in parts.items()
                if part
                for values in line._prepare_credits(part, reason)
            ],
            kind="credit",
            partner_id=self.partner_id.id,
            credited_charge_id=self.id,
            destination=self.destination,
            reason=reason,
        )
        if is_all:
            self.state = "credited"
        credit._post_or_refuse()
        return credit

    def _split(self, amount, left):
        """Share an amount over lines as they share what is left. {line: Decimal}"""
        digits = self.currency_id.decimal_places
        shares = split_amount(amount, list(left.values()), digits)
        return dict(zip(left, shares, strict=True))

    def _put_credit(self, find_bill, create_lines):
        """Take back what these credits credit, in whole or in part: by a credit note where the
        line was invoiced, else by a negative line on the same bill, which may be a cancelled
        one.

        :param find_bill: (order, charge) -> the order that takes a line; raises a refusal
        :param create_lines: puts charge lines on their orders
        """
        for credit in self:
            credit._put_one_credit(find_bill, create_lines)

    def _put_one_credit(self, find_bill, create_lines):
        chosen = self.line_ids._choose_invoice_lines()
        plain = self.line_ids.filtered(lambda line: line not in chosen)
        for line in plain:
            if not line._credits_cancelled_bill():
                line.folio_id = find_bill(line.folio_id, line.charge_id)
        create_lines(plain)
        # of what accountants have credited themselves nothing is left to credit
        left = self.line_ids.filtered(lambda line: line in chosen and chosen[line][1])
        left._create_credit_notes(chosen)
