# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Which sessions a company pays for: those without a stay whose token is its own."""

from odoo import api, fields, models

from ...core.conversion import get_local_day


class ContractToken(models.Model):
    _inherit = "iicharge.token"

    group = fields.Selection(
        selection_add=[("company", "Company Contract")], ondelete={"company": "set default"}
    )
    contract_id = fields.Many2one(
        "iicharge.contract",
        string="Company Contract",
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Charging with this token goes on this company's monthly invoice, unless a stay pays.",
    )

    @api.onchange("contract_id")
    def _onchange_contract_id(self):
        if self.contract_id:
            self.group = "company"
            self.partner_id = self.partner_id or self.contract_id.partner_id

    @api.model
    def _get_payer_fields(self):
        return super()._get_payer_fields() | {"contract_id"}

    def _get_contract(self, site, at):
        """The contract that pays for what this token starts at a time; maybe empty."""
        if not self or self.folio_id:
            return self.env["iicharge.contract"]
        day = get_local_day(at, site.time_zone)
        return self.env["iicharge.contract"]._find(self.company_id, self, day)

    def _get_authorization_status(self, charger, now, connector_number):
        """Refuse a card of a contract that has ended: there is no payer."""
        status = super()._get_authorization_status(charger, now, connector_number)
        if status != "Accepted" or not self.contract_id or self.folio_id:
            return status
        return status if self._get_contract(charger.site_id, now) else "Expired"
