# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import models

from ...core import errors


class Token(models.Model):
    _inherit = "iicharge.token"

    def _check_payer(self, charger, connector_number, now):
        """May it start, as far as who pays is concerned?

        :raise core.errors.Refusal: the typed reason why not
        """
        self.ensure_one()
        for destination in self.env["iicharge.destination"]._get_all():
            destination._check_token(self, charger, connector_number, now)

    def _get_authorization_status(self, charger, now, connector_number):
        status = super()._get_authorization_status(charger, now, connector_number)
        if status != "Accepted":
            return status
        try:
            self._check_payer(charger, connector_number, now)
        except errors.Refusal as refusal:
            return refusal.authorization
        return status
