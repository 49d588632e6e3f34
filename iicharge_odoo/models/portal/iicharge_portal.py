# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import models


class Portal(models.AbstractModel):
    """What the portal's controllers call: the person's own records, the pages, the download and the
    deletion. Addons extend it."""

    _name = "iicharge.portal"
    _description = "Charging in the Portal"
    _inherit = ["iicharge.portal.export", "iicharge.portal.erase"]
