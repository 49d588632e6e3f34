# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import models

from .charge_states import OUTSTANDING

AMOUNTS = ("amount_untaxed", "amount_tax", "price_unit", "agreed_gross")


class ChargeTransfer(models.AbstractModel):
    """Charging somebody else what is left of a charge (docs/room-charges.md rule 17)."""

    _name = "iicharge.charge.transfer"
    _description = "Transfers of Charges"

    def _transfer(self, reason):
        """Take these charges of one session off where they are, and charge what is left of them
        to where the session is to be paid now. Nothing is rated again: what a dispute has given
        back stays given back, and free energy stays with the stay that gave it.

        :return: the charge of what is left, not posted yet; empty where nothing is
        """
        session = self.session_id
        left = self._get_left_by_product()
        for charge in self:
            if charge.state in OUTSTANDING:
                charge._set_written_off(reason)
            else:
                charge._create_credit(reason)
        return session._create_charge(session._prepare_lines_of_rest(left))

    def _get_left_by_product(self):
        """Get what no credit has taken back yet.

        :return: {(product, taxes, taxes of the tariff): {name of `AMOUNTS`: amount}}
        """
        currency = self.currency_id
        left = {}
        for line in self.line_ids:
            key = line.product_id, line.tax_ids, line._get_agreed_taxes()
            of_key = left.setdefault(key, dict.fromkeys(AMOUNTS, 0.0))
            for each in line | line.credit_line_ids:
                for name in AMOUNTS:
                    of_key[name] = currency.round(of_key[name] + each[name])
        return left
