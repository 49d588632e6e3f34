# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, fields, models

from ...core import errors
from ..charger.iicharge_connector import REMOTE_START_WAIT
from ..session.iicharge_limits import LIMITS
from .iicharge_guest_payer import Answer


class GuestPayerOwn(models.AbstractModel):
    """What pays for a person who has logged in; a way to pay says which by `_is_paid_so`.

    It is found as a token, as at a charger: a card of the person's own, or one that is not stored
    and names the person alone.
    """

    _name = "iicharge.guest.payer.own"
    _description = "What Pays for Who Has Logged In"
    _inherit = "iicharge.guest.payer"

    _template = "iicharge_odoo.guest_member"
    _starts_at_once = True

    # --- what pays ----------------------------------------------------------------------------
    @api.model
    def _is_offered(self, connector):
        return bool(self._find_token(connector) and self._find_tariff(connector))

    @api.model
    def _get_card_domain(self):
        """Domain of cards that a person keeps: not a single start's, a PIN's, a stay's."""
        return (
            fields.Domain("kind", "!=", "remote")
            & fields.Domain("single_use", "=", False)
            & fields.Domain("is_pin", "=", False)
            & fields.Domain("folio_id", "=", False)
            & fields.Domain("blocked", "=", False)
        )

    @api.model
    def _find_token(self, connector):
        """Find what pays so for who has logged in: one that may start before one that is refused.

        :return: `iicharge.token`; empty where nothing pays so
        """
        found = self.env["iicharge.token"]
        if self.env.user._is_public():
            return found
        for token in self._list_tokens(connector):
            if not self._is_paid_so(token, connector):
                continue
            if not self._get_refusal(token, connector):
                return token
            found = found or token
        return found

    @api.model
    def _list_tokens(self, connector):
        tokens = self.env["iicharge.token"]
        person = self.env.user.partner_id
        own = fields.Domain("partner_id", "=", person.id)
        own &= fields.Domain("company_id", "=", connector.company_id.id)
        alone = tokens.new(
            {
                "company_id": connector.company_id.id,
                "partner_id": person.id,
                "kind": "remote",
                "group": self._group,
            }
        )
        return [*tokens.search(own & self._get_card_domain()), alone]

    @api.model
    def _decide(self, token, connector):
        """:return: (destination, values of the session), as for a start now"""
        destinations = self.env["iicharge.destination"]
        return destinations._decide(token, connector.site_id, fields.Datetime.now())

    @api.model
    def _is_paid_so(self, token, connector):
        raise NotImplementedError(f"{self._name} is paid by nothing.")

    @api.model
    def _get_refusal(self, token, connector):
        """Get the refusal of a start there; None: it may start."""
        charger, now = connector.charger_id, fields.Datetime.now()
        try:
            token._check_payer(charger, connector.number, now)
            if token.ids:
                token._check_card(connector)
        except errors.Refusal as refusal:
            return refusal
        return None

    @api.model
    def _find_tariff(self, connector):
        token = self._find_token(connector)
        if not token:
            return super()._find_tariff(connector)
        return token._find_tariff(connector)

    @api.model
    def _identify(self, connector, address, typed):
        """Who has logged in is known: nothing is guessed, and nothing counted."""
        return Answer(self._find_token(connector))

    @api.model
    def _prepare_ask(self, connector):
        return {"way": self._prepare_choice()}

    # --- the start ----------------------------------------------------------------------------
    @api.model
    def _send_start(self, connector, who, **limits):
        refusal = self._get_refusal(who, connector)
        if refusal:
            raise refusal
        for name in LIMITS:
            # a card's own limit holds too
            given = [value for value in (who[name], limits.get(name)) if value]
            limits[name] = min(given, default=False)
        token = connector._create_remote_token(
            fields.Datetime.now() + REMOTE_START_WAIT,
            parent_id_tag=who.parent_id_tag,
            keeps_limits=who._has_limits(),
            **self._prepare_payer_values(connector, who),
            **limits,
        )
        return connector._send_start(token)

    @api.model
    def _prepare_payer_values(self, connector, who):
        """Prepare what makes the token of a start pay as `who` does."""
        names = self.env["iicharge.token"]._get_payer_fields() - {"company_id", "card_payment_id"}
        return {name: who._fields[name].convert_to_write(who[name], who) for name in names}

    @api.model
    def _is_payer_of(self, session, who):
        return bool(who) and not session.folio_id and session.partner_id == who.partner_id

    @api.model
    def _get_notes(self, visit):
        return [self._describe(visit)] if visit.session_id else []
