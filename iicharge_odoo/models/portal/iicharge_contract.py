# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, fields, models


class PortalContract(models.Model):
    _inherit = "iicharge.contract"

    portal_contact_ids = fields.Many2many(
        "res.partner",
        "iicharge_contract_portal_contact_rel",
        string="See Its Sessions",
        domain="[('commercial_partner_id', '=?', commercial_partner_id)]",
        help="People of the company who see in the portal when and how much its people charge, "
        "with names. Others see only their own charging.",
    )
    commercial_partner_id = fields.Many2one(related="partner_id.commercial_partner_id")

    @api.model
    def _find_for_contact(self, person):
        """Find the contracts whose sessions a person sees: named there, and still with the
        company, or the company's own log-in."""
        if not person:
            return self.browse()
        found = self.with_context(active_test=False).search(
            fields.Domain("portal_contact_ids", "in", person.ids)
            | fields.Domain("partner_id", "=", person.id)
        )
        return found.filtered(
            lambda one: one.partner_id.commercial_partner_id == person.commercial_partner_id
        )
