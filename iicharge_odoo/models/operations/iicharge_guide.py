# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import fields, models

OTHERS_SHOWN = 5


class Guide(models.Model):
    """A guide to a fault or a refusal: its meaning, an answer for the guest, and steps.

    The texts are part of the addon and updated with it; a hotel adds its own in the note.
    """

    _name = "iicharge.guide"
    _description = "Guide for Front Desk"
    _order = "name"

    code = fields.Char(required=True, readonly=True)
    name = fields.Char(required=True, translate=True, readonly=True)
    meaning = fields.Text(required=True, translate=True, readonly=True, string="What It Means")
    advice = fields.Text(
        required=True, translate=True, readonly=True, string="What to Say to the Guest"
    )
    step_ids = fields.Many2many("iicharge.guide.step", string="What to Try", readonly=True)
    note = fields.Text(
        company_dependent=True,
        string="Our Own Note",
        help="Shown with the guide, such as whom to phone and where the fuse box is.",
    )

    _code_unique = models.Constraint("unique (code)", "There is a guide for this already.")
