# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""The rest of a payment online that a guest keeps on a prepaid card."""

import logging

from odoo import fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command

_logger = logging.getLogger(__name__)


class CardPayment(models.Model):
    _inherit = "iicharge.card.payment"

    rest_card_id = fields.Many2one(
        "loyalty.card",
        string="Prepaid Card",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        groups="iicharge_odoo.group_accountant,account.group_account_invoice",
        help="The card that has the rest.",
    )

    def _keep_rest(self, amount):
        """Sell a card with the rest, by an invoice that the payment has paid already: booked as a
        balance that a register sells. What no card can start with is refunded."""
        programs, site = self.env["loyalty.program"], self.site_id
        program = programs._iicharge_find(self.company_id, site._get_today())
        amount, currency = float(amount), self.currency_id
        if not program or currency.compare_amounts(amount, program._iicharge_get_least()) < 0:
            return super()._keep_rest(amount)
        try:
            # what is refunded instead leaves no card behind
            with self.env.cr.savepoint():
                card = program._iicharge_create_card(self.company_id)
                invoice = self.env["account.move"].create(self._prepare_rest_invoice(card, amount))
                invoice.action_post()
        except (UserError, ValidationError) as error:
            _logger.warning("%s: the rest is refunded, not put on a card: %s", self.name, error)
            return super()._keep_rest(amount)
        card._iicharge_add(amount, invoice)
        self.rest_card_id = card
        self._get_secured().invoice_ids |= invoice
        return invoice

    def _prepare_rest_invoice(self, card, amount):
        line = card._iicharge_prepare_balance_line(amount)
        return {
            "move_type": "out_invoice",
            "company_id": self.company_id.id,
            "currency_id": self.currency_id.id,
            "partner_id": self._get_payer().id,
            "invoice_origin": self.session_id.name,
            "invoice_date": self.site_id._get_today(),
            # its tax, if it has one, is due here, whoever buys it
            "fiscal_position_id": False,
            "invoice_line_ids": [Command.create(line)],
        }

    def _get_guest_notes(self):
        notes = super()._get_guest_notes()
        # sudo: whoever has the key of the payment may have its card
        card = self.sudo().rest_card_id
        if card and self.state == "settled":
            text = self.env._(
                "%(amount)s are on prepaid card %(code)s. Type its code at the charger next time.",
                amount=self.currency_id.format(self.rest_move_id.amount_total),
                code=card.code,
            )
            notes.append(text)
        return notes
