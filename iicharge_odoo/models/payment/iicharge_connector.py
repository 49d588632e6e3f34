# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import models

from ...core import errors


class CardPaymentConnector(models.Model):
    _inherit = "iicharge.connector"

    def _send_start_again(self, token):
        payment = token.card_payment_id
        if payment and payment.state != "started":
            raise errors.CardNotValid(token.uid)
        return super()._send_start_again(token)
