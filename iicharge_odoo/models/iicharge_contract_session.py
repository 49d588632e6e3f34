# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Which sessions a company pays for: those without a stay whose token is its own."""

from odoo import api, fields, models

from ..service.conversion import get_local_day


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

    def _get_contract(self, site, at):
        """The contract that pays for what this token starts at a time; maybe empty."""
        if not self or self.folio_id:
            return self.env["iicharge.contract"]
        day = get_local_day(at, site.time_zone)
        return self.env["iicharge.contract"]._find(self.company_id, self, day)

    def _get_authorization_status(self, charger, now, connector_number):
        """A card of a contract that has ended starts nothing that nobody would pay."""
        status = super()._get_authorization_status(charger, now, connector_number)
        if status != "Accepted" or not self.contract_id or self.folio_id:
            return status
        return status if self._get_contract(charger.site_id, now) else "Expired"


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
    def _keep_orphan(self, charger, *args, **kwargs):
        session = super()._keep_orphan(charger, *args, **kwargs)
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
