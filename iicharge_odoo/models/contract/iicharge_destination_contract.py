# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, models

from ...core import errors
from ...core.conversion import get_local_day


class DestinationContract(models.AbstractModel):
    """The monthly invoice of a company whose contract the token, or its holder, has."""

    _name = "iicharge.destination.contract"
    _description = "Destination of Charges: Monthly Invoice"
    _inherit = "iicharge.destination"

    _rank = 20
    _posts_monthly = True

    # --- who pays --------------------------------------------------------------------------
    @api.model
    def _find_contract(self, token, site, at):
        """Find the contract that pays for what the token starts at a time; maybe empty."""
        contracts = self.env["iicharge.contract"]
        if not token or token.folio_id:
            return contracts
        return contracts._find(token.company_id, token, get_local_day(at, site.time_zone))

    @api.model
    def _prepare_payer_values(self, token, site, at):
        contract = self._find_contract(token, site, at)
        if not contract:
            return None
        return {"partner_id": token.partner_id.id, "contract_id": contract.id}

    @api.model
    def _check_token(self, token, charger, connector_number, now):
        """Refuse a card of a contract that has ended: there is no payer."""
        is_its_own = token.contract_id and not token.folio_id
        if is_its_own and not self._find_contract(token, charger.site_id, now):
            raise errors.CardNotValid(token.uid)

    @api.model
    def _find_tariff(self, connector, token, at):
        """Find the company's own tariff, else the one for company contracts."""
        tariff = self._find_contract(token, connector.site_id, at).tariff_id
        if tariff and tariff._is_valid_at(at):
            return tariff
        return connector._find_tariff("company", at)[0]

    @api.model
    def _describe_payer(self, token, site, at):
        what, _note = super()._describe_payer(token, site, at)
        company = self._find_contract(token, site, at).partner_id
        return what, self.env._("Goes on the monthly invoice of %(company)s.", company=company.name)

    # --- charging --------------------------------------------------------------------------
    @api.model
    def _get_partner(self, session, bill):
        return session.contract_id.partner_id

    @api.model
    def _get_fiscal_position(self, session, bill):
        positions = self.env["account.fiscal.position"].with_company(session.company_id)
        return positions._get_fiscal_position(session.contract_id.partner_id)

    # --- money -----------------------------------------------------------------------------
    @api.model
    def _release(self, charges):
        """Let the next monthly invoice take the charges of this one."""
        charges.write({"state": "pending", "posted_at": False, "posted_by_id": False})
        charges.filtered(lambda charge: charge.kind == "charge").session_id._set_billed("rated")
