# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import fields, models


class PortalPartner(models.Model):
    _inherit = "res.partner"

    iicharge_erase_asked_at = fields.Datetime(
        string="Asked to Delete Charging Data",
        readonly=True,
        copy=False,
        groups="base.group_system",
        help="Charging from before is anonymized as soon as it is closed.",
    )

    _iicharge_erase_index = models.Index("(id) WHERE iicharge_erase_asked_at IS NOT NULL")
