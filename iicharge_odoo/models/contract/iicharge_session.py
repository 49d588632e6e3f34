# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, fields, models


class ContractSession(models.Model):
    _inherit = "iicharge.session"

    contract_id = fields.Many2one(
        "iicharge.contract",
        string="Company Contract",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Whose monthly invoice takes it.",
    )

    @api.model
    def _prepare_start_values(self, connector, **start):
        values = super()._prepare_start_values(connector, **start)
        token = self.env["iicharge.token"].browse(values["token_id"])
        contract = token._get_contract(connector.site_id, values["started_at"])
        return {**values, "contract_id": not values["folio_id"] and contract.id}

    @api.model
    def _create_without_start(self, charger, *args, **kwargs):
        session = super()._create_without_start(charger, *args, **kwargs)
        session.contract_id = session.token_id._get_contract(charger.site_id, session.started_at)
        return session

    @api.model
    def _find_tariff(self, connector, token, started_at):
        """The company's own tariff, else the one for company contracts."""
        contract = token._get_contract(connector.site_id, started_at)
        if not contract:
            return super()._find_tariff(connector, token, started_at)
        if contract.tariff_id and contract.tariff_id._is_valid_at(started_at):
            return contract.tariff_id
        return connector._find_tariff("company", started_at)[0]

    def _get_destination(self):
        values = super()._get_destination()
        if values is None and self.contract_id:
            return {"destination": "contract"}
        return values

    def _get_payer(self, folio):
        if folio or not self.contract_id:
            return super()._get_payer(folio)
        return self.contract_id.partner_id

    def _get_fiscal_position(self, folio):
        if folio or not self.contract_id:
            return super()._get_fiscal_position(folio)
        positions = self.env["account.fiscal.position"].with_company(self.company_id)
        return positions._get_fiscal_position(self.contract_id.partner_id)
