# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""What the charging screen of the POS shows, read in one call."""

from odoo import api, fields, models
from odoo.exceptions import AccessError

from ...core.conversion import to_wire

FRONT_DESK_GROUP = "iicharge_odoo.group_front_desk"

# Days that an unpaid session is shown.
UNPAID_FOR_DAYS = 3


class PosBoard(models.AbstractModel):
    _name = "iicharge.pos.board"
    _description = "Connectors at the Register"

    @api.model
    def _load_pos_data_read(self, records, config):
        """Add whether to offer the charging screen, which the register knows from its start."""
        found = super()._load_pos_data_read(records, config)
        for values in found:
            values["_iicharge_is_front_desk"] = self.env.user.has_group(FRONT_DESK_GROUP)
        return found

    def _iicharge_check_front_desk(self):
        """Check access for each call of the charging screen: the user may use this register of the
        company and belongs to the front desk."""
        self.ensure_one()
        self.check_access("read")
        if not self.env.user.has_group(FRONT_DESK_GROUP):
            raise AccessError(
                self.env._("Charging at the register is for front desk. Ask a manager for access.")
            )

    def _iicharge_get_sites(self):
        chosen = self.iicharge_site_ids
        if chosen:
            return chosen.filtered("active")
        return self.env["iicharge.site"].search([("company_id", "=", self.company_id.id)])

    def _iicharge_get_connector(self, connector_id):
        """Get the connector, if this register shows it.

        :raise AccessError: it is none of this register's
        """
        connector = self.env["iicharge.connector"].browse(connector_id).exists()
        if not connector or connector.site_id not in self._iicharge_get_sites():
            raise AccessError(self.env._("This connector is not one of this register."))
        return connector

    def _iicharge_get_session(self, session_id):
        session = self.env["iicharge.session"].browse(session_id).exists()
        if not session or session.site_id not in self._iicharge_get_sites():
            raise AccessError(self.env._("This session is not one of this register."))
        return session

    @api.model
    def _iicharge_get_stay(self, folio_id, sites):
        """Get a stay that the user may read, if it is one of these sites or of no particular one.

        :raise AccessError: it is a stay of another property
        """
        folio = self.env["sale.order"].browse(folio_id)
        folio.check_access("read")
        if folio.iicharge_site_id - sites:
            raise AccessError(self.env._("This stay is at another property."))
        return folio

    def iicharge_read_board(self):
        """Read connectors, running sessions, and sessions to be paid.

        :return: {"now", "connectors": […], "unpaid": […], "can": {…}}, for the screen only
        """
        self._iicharge_check_front_desk()
        sites = self._iicharge_get_sites()
        connectors = self.env["iicharge.connector"].search(
            [
                ("site_id", "in", sites.ids),
                ("charger_id.admission", "=", "accepted"),
                ("offered", "=", True),
            ]
        )
        unpaid = self._iicharge_find_unpaid(sites)
        return {
            "now": to_wire(fields.Datetime.now()),
            "connectors": self._iicharge_prepare_connectors(connectors),
            "unpaid": [self._iicharge_prepare_session(session) for session in unpaid],
            "can": {"decide": self.env.user.has_group("iicharge_odoo.group_manager")},
        }

    @api.model
    def _iicharge_prepare_connectors(self, connectors):
        """Prepare what tiles of the register and cards of Live show of connectors."""
        words = self._iicharge_get_labels(connectors)
        words["outlook"] = connectors.current_session_id._get_outlooks()
        words["called_at"] = self._iicharge_get_calls(connectors.charger_id)
        return [self._iicharge_prepare_connector(each, words) for each in connectors]

    @api.model
    def _iicharge_find_unpaid(self, sites):
        """Find what waits to be paid, or to be put on a bill, and ended, or got its price, in the
        last days; not what goes on a company's invoice. However much is older, it is not read."""
        since = fields.Datetime.subtract(fields.Datetime.now(), days=UNPAID_FOR_DAYS)
        # what a charger delivered late has its price since then; sought apart, as no index
        # answers both conditions at once
        # sudo: front desk sees what a session costs, and need not see how it was rated
        ratings = self.env["iicharge.rating"].sudo()
        rated = ratings.search([("create_date", ">", since)], order="id")
        recent = fields.Domain("site_id", "in", sites.ids) & (
            fields.Domain("stopped_at", ">", since) | fields.Domain("rating_id", "in", rated.ids)
        )
        monthly = self.env["iicharge.destination"]._get_names("_posts_monthly")
        is_owed = fields.Domain("billing", "in", ("rated", "late")) & fields.Domain(
            "destination", "not in", monthly
        )
        on_order = self._iicharge_find_on_order(recent)
        return self.env["iicharge.session"].search(
            recent & (is_owed | fields.Domain("id", "in", on_order.ids)),
            order="stopped_at DESC, id DESC",
        )

    @api.model
    def _iicharge_find_on_order(self, recent):
        """Find the sessions on orders that are to be paid at the register, among these. By their
        ids: of all sessions, PostgreSQL would read all charges that were ever paid there.

        :param recent: domain of `iicharge.session`
        """
        posted = self.env["iicharge.session"].search(
            recent & fields.Domain("billing", "=", "posted"), order="id"
        )
        names = self.env["iicharge.destination"]._get_names("_is_paid_at_register")
        charges = self.env["iicharge.charge"].search_fetch(
            [
                ("session_id", "in", posted.ids),
                ("destination", "in", names),
                ("state", "=", "posted"),
            ],
            ["session_id"],
            order="id",
        )
        return charges.session_id

    @api.model
    def _iicharge_get_labels(self, connectors):
        """Get the labels of connectors' states, plugs and faults, read once for all of them."""
        words = {
            name: dict(connectors._fields[name]._description_selection(self.env))
            for name in ("live_state", "standard")
        }
        return {**words, "fault": connectors._get_fault_names()}

    @api.model
    def _iicharge_get_calls(self, chargers):
        """Get when a technician was called whose request is still open, by charger id."""
        # sudo: that a technician was called is shown to all of front desk
        requests = chargers.sudo()._get_open_requests()
        return {charger.id: to_wire(request.create_date) for charger, request in requests.items()}

    def iicharge_read_prices(self):
        """Read the price of a guest at each connector now, with tax.

        :return: {connector id: {"amount", "unit"}}; without those that have no price
        """
        self._iicharge_check_front_desk()
        connectors = self.env["iicharge.connector"].search(
            [("site_id", "in", self._iicharge_get_sites().ids)]
        )
        return self._iicharge_get_connector_prices(connectors)

    @api.model
    def _iicharge_get_connector_prices(self, connectors):
        """Get the price of a guest at each connector, see `iicharge_read_prices`."""
        prices = {}
        for tariff, group in connectors.grouped("applied_tariff_id").items():
            parts = tariff and group[0]._quote_by(tariff)["components"]
            if parts:
                first = next((part for part in parts if part["type"] == "ENERGY"), parts[0])
                price = {"amount": first["amount_text"], "unit": first["unit_text"]}
                prices.update(dict.fromkeys(group.ids, price))
        return prices

    @api.model
    def _iicharge_prepare_pending(self, start):
        """Prepare a start that waits for its car."""
        # sudo: who started and for whom is shown to all of front desk
        token = start.sudo().token_id
        folio = token.folio_id
        prop = start.connector_id.site_id._get_property()
        return {
            "until": to_wire(start._get_wait_until()),
            "guest": token.partner_id.name or "",
            "room": (folio and prop._get_room(folio)) or "",
            "can_cancel": token.single_use,
            "payer": "room" if folio else "register" if token.single_use else "other",
            **self._iicharge_prepare_noted(token),
        }

    @api.model
    def _iicharge_prepare_noted(self, record):
        """Prepare what front desk noted on a session or the token of its start."""
        return {
            "walk_in_name": record.walk_in_name or "",
            "plate": record.plate or "",
            "note": record.desk_note or "",
        }

    @api.model
    def _iicharge_prepare_connector(self, connector, words):
        session = connector.current_session_id
        charger = connector.charger_id
        reservation = connector.reservation_id
        start = connector.pending_start_id
        return {
            "id": connector.id,
            "name": connector.display_name,
            "charger": charger.name,
            "charger_id": charger.id,
            "number": connector.number,
            "site": connector.site_id.name,
            "area": connector.area or "",
            "standard": connector.standard or False,
            "plug": words["standard"].get(connector.standard, ""),
            "rated_power_w": connector._get_power_w(),
            "state": connector.live_state,
            "label": words["live_state"].get(connector.live_state, connector.live_state),
            "since": to_wire(connector.status_at),
            "online": connector.online,
            "last_seen": to_wire(connector.last_seen_at),
            "time_zone": connector.site_id.time_zone,
            "fault": words["fault"].get(connector._get_fault_code(), ""),
            "fault_code": connector._get_raw_fault(),
            "reserved": {
                "folio_id": reservation.folio_id.id,
                "is_walk_in": reservation.is_offer and not reservation.folio_id,
                "since": to_wire(reservation.reserved_at),
                "until": to_wire(reservation.expires_at),
                "room": reservation.room or "",
                "guest": reservation.partner_id.name or reservation.walk_in_name or "",
            }
            if reservation
            else False,
            "trouble": connector.trouble_text or "",
            "called_at": words["called_at"].get(charger.id, False),
            "pending": self._iicharge_prepare_pending(start) if start else False,
            "session": {
                **self._iicharge_prepare_session(session),
                **self._iicharge_prepare_outlook(session, words["outlook"][session]),
            }
            if session
            else False,
        }

    @api.model
    def _iicharge_prepare_outlook(self, session, outlook):
        """Prepare when a running session ends, how far it is and why it is slow."""
        # sudo: where it stops is shown to all of front desk
        token = session.sudo().token_id
        return {
            "expected_end": to_wire(outlook["expected_end"]),
            "progress": outlook["progress"],
            "remaining_wh": outlook["remaining_wh"],
            "idle_fee_from": to_wire(session._get_idle_fee_start()),
            "limit_wh": token.limit_wh,
            "limit_amount": token.limit_amount,
            "limit_percent": token.limit_percent,
            "limit_until": to_wire(token.limit_until),
            "slow": {"code": outlook["slow"], **session._get_slow_texts(outlook["slow"])}
            if outlook["slow"]
            else False,
        }

    @api.model
    def _iicharge_prepare_session(self, session):
        billings = dict(session._fields["billing_shown"]._description_selection(self.env))
        return {
            "id": session.id,
            "name": session.name,
            "connector_id": session.connector_id.id,
            "connector": session.connector_id.display_name or session.charger_id.name,
            "state": session.state,
            "billing": session.billing,
            "billing_label": billings[session.billing_shown],
            "guest": session.partner_id.name or "",
            "partner_id": session.partner_id.id,
            "room": session.room or "",
            "payer": self._iicharge_get_payer(session._get_destination()),
            **self._iicharge_prepare_noted(session),
            "kind": self._iicharge_get_kind(session),
            "folio_id": session.folio_id.id,
            "time_zone": session.site_id.time_zone,
            "started_at": to_wire(session.started_at),
            "stopped_at": to_wire(session.stopped_at),
            "energy_wh": session.energy_wh,
            "power_w": session.power_w,
            "soc_percent": session.soc_percent,
            "amount": session.running_amount,
            "currency_id": session.currency_id.id,
            "last_value_at": to_wire(session.last_value_at),
            "register": session.register_config_id.name or "",
            "register_id": session.register_config_id.id,
            "register_since": to_wire(session.register_since),
            "register_device": session.register_device or "",
        }

    @api.model
    def _iicharge_get_payer(self, destination):
        """Get who pays: "room", "register" (the guest, here) or "other"."""
        if destination._is_bill_of_stay:
            return "room"
        return "register" if destination._is_paid_at_register else "other"

    @api.model
    def _iicharge_get_kind(self, session):
        """Get whose charging it is without a name: staff's, or an unknown user's."""
        if session.token_id.group == "staff":
            return "staff"
        is_known = session.token_id or session.folio_id or session.guest_anonymized
        return "" if is_known else "unknown"
