# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import models


class Dimension(models.Model):
    """What a line of a charge is paid for (OCPI's TariffDimensionType)."""

    _name = "iicharge.dimension"
    _description = "Dimension of a Price"
    _inherit = "iicharge.code"
