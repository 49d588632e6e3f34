# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from decimal import Decimal, InvalidOperation

from odoo import api, fields, models
from odoo.exceptions import ValidationError

# Of the sums that a guest may choose from.
MOST_SUMS = 6
LONGEST_HOLD_DAYS = 30


class CardPaymentSite(models.Model):
    _inherit = "iicharge.site"

    card_online = fields.Boolean(
        string="Card Online",
        tracking=True,
        help="Guests may pay on the guest's page by the company's payment providers.",
    )
    card_amounts = fields.Char(
        string="Sums Offered",
        default="20, 40, 60",
        help="The sums that a guest may have held or pay, with commas between them.",
    )
    card_amount = fields.Float(
        string="Usual Sum", default=40.0, help="The sum that is chosen at first."
    )
    card_other_amount = fields.Boolean(
        string="Another Sum",
        default=True,
        help="A guest may also type a sum between the lowest and the highest of these.",
    )
    card_hold_days = fields.Integer(
        string="Hold Lasts (Days)",
        default=7,
        help="How long the providers keep a hold. Charging stops a day before it ends, and "
        "an accountant is alerted where a hold is not settled by then.",
    )

    @api.constrains("card_online", "card_amounts", "card_amount", "card_hold_days")
    def _check_card_online(self):
        for site in self.filtered("card_online"):
            amounts = site._read_card_amounts()
            if not amounts or len(amounts) > MOST_SUMS or min(amounts) <= 0:
                raise ValidationError(
                    self.env._("Card Online: name one to six sums above zero, such as 20, 40, 60.")
                )
            if site.card_amount not in map(float, amounts):
                raise ValidationError(
                    self.env._("Card Online: the usual sum must be one of the sums offered.")
                )
            # a hold for less than two days ends before a night of charging is billed
            if not 2 <= site.card_hold_days <= LONGEST_HOLD_DAYS:  # noqa: PLR2004
                raise ValidationError(self.env._("Card Online: a hold lasts 2 to 30 days."))

    def _read_card_amounts(self):
        """Read the sums. :return: [Decimal]; empty where one of them is no number"""
        try:
            amounts = [Decimal(text.strip()) for text in (self.card_amounts or "").split(",")]
        except InvalidOperation:
            return []
        return amounts if all(amount.is_finite() for amount in amounts) else []

    def _get_card_amounts(self):
        """Get the sums that guests choose from, the lowest first; as Decimal."""
        self.ensure_one()
        return sorted(self._read_card_amounts())
