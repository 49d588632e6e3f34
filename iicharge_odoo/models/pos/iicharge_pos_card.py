# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Charging cards at front desk: look-up of the holder and prices, and a start with the card."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...core import errors

# Connectors where a car may be plugged in, and none charges.
FREE_STATES = ("available", "preparing")


class PosCard(models.AbstractModel):
    _name = "iicharge.pos.card"
    _description = "Charging Cards at the Register"

    def iicharge_read_card(self, uid):
        """Read whose card it is, its state, and where it may charge at which price.

        :param str uid: as read by the card reader, or as printed on the card
        :return: {"refusal": {"code", "text", "waivable"}} where nothing can be started with
            it; else with refusal False and "token_id", "kind", "who", "note", "running",
            "guest": {"id", "name"} or False, "stay": as `iicharge.stay.finder` gives it or
            False, "reserved_ids": the connectors reserved for it, "offers": [{"connector_ids",
            "price"}]
        """
        self._iicharge_check_front_desk()
        token = self.env["iicharge.token"]._find(self.company_id, uid)
        try:
            # a start by front desk has a token that is not shown
            if not token or token.kind == "remote":
                raise errors.CardUnknown(uid)
            token._check_card()
        except errors.Refusal as refusal:
            return {"refusal": self._iicharge_prepare_card_refusal(refusal)}
        connectors = self._iicharge_find_free(token)
        guest = token.partner_id
        return {
            "refusal": False,
            "token_id": token.id,
            "kind": token.group,
            "running": token._get_running_text(),
            "guest": {"id": guest.id, "name": guest.name} if guest else False,
            "stay": self._iicharge_prepare_card_stay(token),
            "reserved_ids": connectors.filtered("reservation_id").ids,
            "offers": self._iicharge_prepare_offers(token, connectors),
            **self._iicharge_describe_token(token),
        }

    @api.model
    def _iicharge_prepare_card_refusal(self, refusal):
        """Prepare a refusal without override: the charger would refuse the card all the same."""
        return {**self._iicharge_prepare_refusal(refusal), "waivable": False}

    def _iicharge_describe_token(self, token):
        """Describe who charges with a card and who pays for it, in words.

        :return: {"who", "note"}
        """
        site, now = self._iicharge_get_first_site(), fields.Datetime.now()
        destination = self.env["iicharge.destination"]._decide(token, site, now)[0]
        what, note = destination._describe_payer(token, site, now)
        name = (token.partner_id or token.folio_id.partner_id).name
        return {"who": " · ".join(filter(None, [what, name])), "note": note}

    def _iicharge_get_first_site(self):
        """Get any site: a card belongs to the whole company."""
        site = self._iicharge_get_sites()[:1]
        if not site:
            raise UserError(self.env._("There is no charging site at this register yet."))
        return site

    def _iicharge_prepare_card_stay(self, token):
        if not token.folio_id:
            return False
        site = self._iicharge_get_first_site()
        stay = self.env["iicharge.stay.finder"]._prepare_stay(site._get_property(), token.folio_id)
        return {**stay, "time_zone": site.time_zone}

    def _iicharge_find_free(self, token):
        """Find the connectors where the card may start: free, and not reserved for others."""
        found = self.env["iicharge.connector"].search(
            [
                ("site_id", "in", self._iicharge_get_sites().ids),
                ("charger_id.admission", "=", "accepted"),
                ("offered", "=", True),
                ("charger_id.online", "=", True),
                ("status", "in", (*FREE_STATES, "reserved")),
                ("current_session_id", "=", False),
            ]
        )
        return found.filtered(
            lambda connector: (
                token._is_own_reservation(connector.reservation_id)
                if connector.reservation_id
                else connector.status in FREE_STATES
            )
        )

    @api.model
    def _iicharge_prepare_offers(self, token, connectors):
        """Prepare the price for this card, once for all connectors that have the same tariff."""
        by_tariff = connectors.grouped(lambda connector: token._find_tariff(connector))
        return [
            {"connector_ids": group.ids, "price": self._iicharge_get_price(tariff, group[0])}
            for tariff, group in by_tariff.items()
        ]

    @api.model
    def _iicharge_get_price(self, tariff, connector):
        try:
            parts = tariff and connector._quote_by(tariff)["components"]
        except UserError:
            # the price is part of the terms, or why there is none
            parts = False
        return "; ".join(part["text"] for part in parts) if parts else ""

    # --- given and lost ------------------------------------------------------------------
    def iicharge_give_card(self, uid, folio_id, guest_id=False):
        """Give a card that is not known to a guest: it charges to the stay from now on.

        :param str uid: as read by the card reader
        :return: as `iicharge_read_card`
        """
        self._iicharge_check_front_desk()
        folio = self._iicharge_get_stay(folio_id, self._iicharge_get_sites())
        guest = self._iicharge_get_guest(self._iicharge_get_first_site(), folio, guest_id)
        if self.env["iicharge.token"]._find(self.company_id, uid):
            raise UserError(self.env._("This card is known already. Read it again."))
        self.env["iicharge.token"].create(
            {
                "uid": uid.strip(),
                "company_id": self.company_id.id,
                "folio_id": folio.id,
                "partner_id": (guest or folio.partner_id).id,
            }
        )
        return self.iicharge_read_card(uid)

    def iicharge_set_card_lost(self, token_id, is_lost=True):
        """Block a card that was lost, or let one that was found start again."""
        self._iicharge_check_front_desk()
        self._iicharge_get_card(token_id).blocked = is_lost
        return True

    # --- the start -----------------------------------------------------------------------
    def _iicharge_get_card(self, token_id):
        token = self.env["iicharge.token"].browse(token_id).exists()
        is_ours = token.active and token.company_id == self.company_id
        if not is_ours or token.kind == "remote":
            raise UserError(self.env._("This card belongs to another company."))
        return token

    def iicharge_read_card_terms(self, connector_id, token_id):
        """Read the price for a card before the start, and why it may not charge here.

        :return: {"quote", "refusal"}
        """
        self._iicharge_check_front_desk()
        connector = self._iicharge_get_connector(connector_id)
        token = self._iicharge_get_card(token_id)
        tariff = token._find_tariff(connector)
        if not tariff:
            raise UserError(
                self.env._(
                    "%(connector)s: no tariff is set here.", connector=connector.display_name
                )
            )
        terms = {"quote": connector._quote_by(tariff), "refusal": False}
        try:
            token._check_card(connector)
        except errors.Refusal as refusal:
            terms["refusal"] = self._iicharge_prepare_card_refusal(refusal)
        return terms

    def _iicharge_start_with_card(self, connector, token_id):
        """Start as if the card were shown to the charger. :return: as `iicharge_start`"""
        token = self._iicharge_get_card(token_id)
        try:
            command = connector._start_with_card(token)
        except errors.Refusal as refusal:
            return {"refusal": self._iicharge_prepare_card_refusal(refusal)}
        return {"command_id": command.id}
