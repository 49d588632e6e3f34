# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, fields, models

from ...core import identity


class StayFinder(models.AbstractModel):
    _inherit = "iicharge.stay.finder"

    @api.model
    def _get_card_domain(self, connector, text):
        """A PIN is found by all of it: who types a room looks for no PIN that begins alike."""
        is_whole = fields.Domain("key", "=", identity.normalise_id_tag(text))
        return super()._get_card_domain(connector, text) & (
            fields.Domain("is_pin", "=", False) | is_whole
        )
