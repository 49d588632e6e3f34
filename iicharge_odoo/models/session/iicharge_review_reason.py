# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import models


class ReviewReason(models.Model):
    """Why a session is held until a person decides on it."""

    _name = "iicharge.review.reason"
    _description = "Reason for a Review"
    _inherit = "iicharge.code"
