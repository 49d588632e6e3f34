# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import models


class StayToken(models.Model):
    _inherit = "iicharge.token"

    def _set_authorized(self, charger, connector_number):
        """Let a start by card count against the limits of who pays; a remote one counts since it
        was sent."""
        result = super()._set_authorized(charger, connector_number)
        connector = charger.connector_ids.filtered(lambda one: one.number == connector_number)
        if self.folio_id and connector and self.kind != "remote":
            prop = charger.site_id._get_property()
            prop._hold(self.folio_id, connector, group=self.group)
        return result

    def _get_group_id(self):
        """The cards of a stay belong together: one of them may end what another, or front desk for
        the stay, began."""
        return super()._get_group_id() or (self.folio_id and f"stay-{self.folio_id.id}")
