# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, fields, models


class Evse(models.Model):
    """A part of a charger that charges one car at a time, with one connector or more (EVSE).

    OCPP 1.6 knows connectors only: each of them is an EVSE of its own, with its number.
    """

    _name = "iicharge.evse"
    _description = "EVSE"
    _inherit = "iicharge.company.wall"
    _order = "charger_id, number"
    _rec_name = "number"

    charger_id = fields.Many2one("iicharge.charger", required=True, index=True, ondelete="cascade")
    number = fields.Integer(required=True, help="Its id in OCPP, from 1.")
    company_id = fields.Many2one(related="charger_id.company_id", store=True, index=True)
    connector_ids = fields.One2many("iicharge.connector", "evse_id")

    _number_unique = models.Constraint(
        "unique (charger_id, number)", "This charger already has an EVSE with this number."
    )
    _number_positive = models.Constraint(
        "check (number > 0)", "Connectors are numbered from 1; 0 is the charger itself."
    )

    @api.model
    def _find_or_create(self, charger_id, number):
        """Find the EVSE of a charger with that number, or create it."""
        values = {"charger_id": charger_id, "number": number}
        domain = [(name, "=", value) for name, value in values.items()]
        return self.search(domain) or self.create(values)

    def _drop_empty(self):
        # sudo: who may remove a connector also removes the EVSE that has no other
        self.sudo().filtered(lambda evse: not evse.connector_ids).unlink()
