# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import models


class AlertedDispute(models.Model):
    _name = "iicharge.dispute"
    _inherit = ["iicharge.dispute", "mail.activity.mixin"]
