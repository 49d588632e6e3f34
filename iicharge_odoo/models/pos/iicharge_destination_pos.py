# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, models
from odoo.exceptions import UserError


class DestinationPos(models.AbstractModel):
    """An order of its own, which a register loads and takes payment for.

    It takes what has no other payer: a walk-in's charge is made when a register asks for it.
    """

    _name = "iicharge.destination.pos"
    _description = "Destination of Charges: Point of Sale"
    _inherit = "iicharge.destination"

    _rank = 90
    _posts_at_once = True
    _is_paid_at_register = True

    # --- who pays --------------------------------------------------------------------------
    @api.model
    def _prepare_payer_values(self, token, site, at):
        return {"partner_id": token.partner_id.id}

    @api.model
    def _describe_payer(self, token, site, at):
        what, _note = super()._describe_payer(token, site, at)
        return what, self.env._("Pays at front desk after charging.")

    @api.model
    def _prepare_charge_values(self, session):
        """Prepare a charge where the guest has checked out: known, and payable at any register."""
        return {} if session.checkout_choice == "pos" else None

    # --- charging --------------------------------------------------------------------------
    @api.model
    def _get_fiscal_position(self, session, bill):
        """That of whoever is known to pay when the charge is made: the register then takes the
        same sum, whatever customer is chosen there."""
        positions = self.env["account.fiscal.position"].with_company(session.company_id)
        return positions._get_fiscal_position(self._get_partner(session, bill))

    # --- money -----------------------------------------------------------------------------
    @api.model
    def _post(self, charges):
        for charge in charges:
            waiting = charge.line_ids.filtered(lambda line: not line.folio_id)
            if waiting:
                waiting.folio_id = self._create_order(charge)
                waiting._follow_position(waiting.folio_id.fiscal_position_id)
        self._create_lines(charges.line_ids)

    @api.model
    def _create_order(self, charge):
        if not charge.partner_id:
            raise UserError(self.env._("Choose who pays at the register first."))
        order = self.env["sale.order"].create(
            {
                "partner_id": charge.partner_id.id,
                "company_id": charge.company_id.id,
                "currency_id": charge.currency_id.id,
                "client_order_ref": charge.session_id.name,
            }
        )
        self._open(order)
        return order

    @api.model
    def _open(self, order):
        """Confirm the order: a register takes payment for confirmed orders only."""
        order.action_confirm()
