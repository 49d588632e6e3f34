# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import models

from ..core.conversion import to_decimal
from ..core.money import Money

# Amounts are read exactly to so many digits, more than any currency has.
DIGITS = 6


class ResCurrency(models.Model):
    _inherit = "res.currency"

    def _iicharge_get_money(self, amount):
        """Get an amount of this currency for a rule.

        :param float amount: as a field has it
        :return: `core.money.Money`
        """
        self.ensure_one()
        return Money(to_decimal(amount, DIGITS), self.name)

    def _iicharge_convert(self, amount, currency, company, day):
        """Convert an amount to this currency: the only place where ours do.

        :param float amount: in `currency`
        :param day: of the rate
        :return: `core.money.Money`
        """
        return self._iicharge_get_money(currency._convert(amount, self, company, day))
