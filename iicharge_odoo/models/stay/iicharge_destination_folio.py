# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, models

from ...core import errors


class DestinationFolio(models.AbstractModel):
    """Destination: the bill of a stay, or the one that it is routed to."""

    _name = "iicharge.destination.folio"
    _description = "Destination of Charges: Room Bill"
    _inherit = "iicharge.destination"

    _rank = 10
    _posts_at_once = True
    _is_bill_of_stay = True

    # --- payer --------------------------------------------------------------------------
    @api.model
    def _prepare_payer_values(self, token, site, at):
        folio = token.folio_id
        if not folio:
            return None
        guest = token.partner_id or folio.partner_id
        return {**self._prepare_stay_values(folio, site), "partner_id": guest.id}

    @api.model
    def _prepare_stay_values(self, folio, site):
        """Prepare the values of a session that a stay pays for."""
        return {
            "destination": self._get_value(),
            "folio_id": folio.id,
            "room": site._get_property()._get_room(folio),
        }

    @api.model
    def _check_token(self, token, charger, connector_number, now):
        """Check the token's stay; a start by front desk was already checked with its estimate."""
        if not token.folio_id:
            return
        prop = charger.site_id._get_property()
        connectors = charger.connector_ids
        connector = (
            connectors.filtered(lambda one: one.number == connector_number) or connectors[:1]
        )
        if token.kind == "remote" or not connector:
            prop._check_open(token.folio_id, before_start=True)
        else:
            prop._check_start(token.folio_id, connector, group=token.group, by_card=True)

    @api.model
    def _describe_payer(self, token, site, at):
        room = site._get_property()._get_room(token.folio_id)
        what = self.env._("Room %(room)s", room=room) if room else ""
        return what, self.env._("Goes on the bill %(bill)s.", bill=token.folio_id.name)

    # --- charging --------------------------------------------------------------------------
    @api.model
    def _get_bill(self, session, product):
        folio = session.folio_id
        return folio and folio._iicharge_get_paying_folio(product, session._get_local_day())

    @api.model
    def _prepare_charge_values(self, session):
        if session.checkout_choice == "late":
            return {"state": "late", "refusal_code": errors.CheckedOut.code}
        return {}

    # --- money -----------------------------------------------------------------------------
    @api.model
    def _post(self, charges):
        for prop, group in self._group_by_property(charges):
            for charge in group:
                for line in charge.line_ids:
                    wanted = line.folio_id or charge.folio_id
                    line.folio_id = prop._find_open_folio(wanted, charge)
            for bill, lines in group.line_ids.grouped("folio_id").items():
                lines._follow_position(bill.fiscal_position_id)
            prop._post(group)

    @api.model
    def _credit(self, credits):
        for prop, group in self._group_by_property(credits):
            prop._credit(group)

    @api.model
    def _group_by_property(self, charges):
        by_name = charges.grouped(lambda charge: charge.site_id.property_system)
        return [(self.env[name], group) for name, group in by_name.items()]

    @api.model
    def _post_reopened(self, site):
        """Retry the late charges of a site whose bills were opened again.

        :return: the charges that were tried
        """
        waiting = self.env["iicharge.charge"].search(
            [
                ("site_id", "=", site.id),
                ("state", "=", "late"),
                ("destination", "=", self._get_value()),
                ("refusal_code", "!=", errors.CheckedOut.code),
                ("folio_id.state", "=", "sale"),
                ("folio_id.locked", "=", False),
            ]
        )
        for charge in waiting:
            charge._post_or_refuse()
        return waiting
