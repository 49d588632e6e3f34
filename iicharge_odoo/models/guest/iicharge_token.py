# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import secrets

from odoo import api, fields, models

PIN_LENGTH = 8
PINS_AT_ONCE = 50


class PinToken(models.Model):
    _inherit = "iicharge.token"

    is_pin = fields.Boolean(readonly=True, string="PIN of a Stay")

    @api.model
    def _create_pins(self, stays):
        """Give each stay a PIN: a token that charges on its bill, at a charger with keys too.

        It needs no end of its own: it starts while the guest is in house.
        """
        values_list = []
        for stay in stays:
            pin = self._make_pin(stay.company_id)
            values_list.append(
                {
                    "uid": pin,
                    "kind": "code",
                    "is_pin": True,
                    "company_id": stay.company_id.id,
                    "folio_id": stay.id,
                    "partner_id": stay.partner_id.id,
                }
            )
        return self.create(values_list)

    @api.model
    def _make_pin(self, company):
        while True:
            pin = "".join(secrets.choice("0123456789") for _digit in range(PIN_LENGTH))
            if not self._find(company, pin):
                return pin
