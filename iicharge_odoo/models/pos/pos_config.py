# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""What front desk does from the charging screen of the POS. Each public method is one call.

Answers to guests' questions: what charging costs, how long it takes, where it is.

How the sum of a session comes about, for front desk and the guest.
"""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ...core import errors
from ..tariff.price_text import get_breakdown_rows
from ..tariff.quoted_amount import find_energy

PAYABLE_BILLING = ("rated", "late")

# Largest difference from rounding each row, in the currency's smallest parts.
MOST_ROUNDED = 5

# Characters of a name, a plate or a note.
MOST_NOTED = 120


class PosConfig(models.Model):
    _name = "pos.config"
    _inherit = [
        "iicharge.pos.board",
        "iicharge.pos.card",
        "iicharge.pos.help",
        "iicharge.pos.room",
        "iicharge.pos.register",
        "iicharge.pos.setup",
        "iicharge.pos.sheet",
        "iicharge.pos.stay",
        "pos.config",
    ]

    iicharge_site_ids = fields.Many2many(
        "iicharge.site",
        string="Charging Sites",
        check_company=True,
        # an archived site still limits the register; without it, all others would be shown
        context={"active_test": False},
        help="Whose chargers this register shows, and to whose stays it charges. Empty: those of "
        "all sites of the company.",
    )

    # --- start -----------------------------------------------------------------------------
    def iicharge_quote(self, connector_id, group="guest", amount=0, **target):
        """Quote the price before a start, in words and numbers: `iicharge.connector.quote`.

        :param float amount: with tax, in the register's currency: how far that goes
        """
        self._iicharge_check_front_desk()
        connector = self._iicharge_get_connector(connector_id)
        if not amount:
            return connector.quote(group=group, **target)
        limit = self._iicharge_convert_limit(connector, amount)
        energy_kwh = find_energy(
            lambda energy_kwh: connector.quote(group=group, energy_kwh=energy_kwh), limit
        )
        if not energy_kwh:
            raise UserError(self.env._("This is too little to charge here. Take a larger amount."))
        return connector.quote(group=group, energy_kwh=energy_kwh)

    def iicharge_check_start(self, connector_id, folio_id, energy_kwh=None):
        """Check whether a stay may charge here, before the guest plugs in.

        :return: False, or {"code", "text", "waivable"}
        """
        self._iicharge_check_front_desk()
        connector = self._iicharge_get_connector(connector_id)
        folio = self._iicharge_get_stay(folio_id, connector.site_id)
        estimate = connector._get_estimate(energy_kwh=energy_kwh)
        try:
            connector.site_id._get_property()._check_start(folio, connector, estimate)
        except errors.Refusal as refusal:
            return self._iicharge_prepare_refusal(refusal)
        return False

    @api.model
    def _iicharge_prepare_refusal(self, refusal):
        return {
            "code": refusal.code,
            "text": self.env["iicharge.refusal"]._get_staff_text(refusal.code),
            "waivable": refusal.waivable,
        }

    def iicharge_start(
        self,
        connector_id,
        folio_id=False,
        guest_id=False,
        energy_kwh=None,
        limit_kwh=0,
        limit_amount=0,
        override=False,
        request_key=None,
        token_id=False,
        noted=None,
    ):
        """Send a start: for a stay, for a card, or for a visitor who pays at front desk.

        :param limit_kwh: charging stops there; 0: it does not
        :param limit_amount: with tax, in the register's currency; it stops before it costs more
        :param str request_key: of the asker's making; asked again with the same one (the
            network failed before the answer came), the command is not sent twice
        :param int token_id: of a card that was tapped; its own limits count
        :param dict noted: of a walk-in: {"name", "plate", "note"}, each may be empty
        :return: {"command_id"} or {"refusal": {"code", "text", "waivable"}}
        """
        self._iicharge_check_front_desk()
        connector = self._iicharge_get_connector(connector_id)
        known = request_key and self._iicharge_find_command(connector.charger_id, request_key)
        if known:
            return {"command_id": known.id}
        limits = self._iicharge_prepare_limits(connector, limit_kwh, limit_amount)
        limits |= self._iicharge_prepare_note(noted)
        connector = connector.with_context(iicharge_request_key=request_key)
        if token_id:
            return self._iicharge_start_with_card(connector, token_id)
        if not folio_id:
            command = connector._open_to_walk_in()._start_for_visitor(guest_id, **limits)
            return {"command_id": command.id}
        folio = self._iicharge_get_stay(folio_id, connector.site_id)
        guest = self.env["res.partner"].browse(guest_id) if guest_id else None
        estimate = connector._get_estimate(energy_kwh=energy_kwh)
        try:
            command = connector._start_for_stay(folio, guest, estimate, override, **limits)
        except errors.Refusal as refusal:
            return {"refusal": self._iicharge_prepare_refusal(refusal)}
        return {"command_id": command.id}

    def _iicharge_prepare_limits(self, connector, limit_kwh, limit_amount):
        if min(limit_kwh, limit_amount) < 0:
            raise UserError(self.env._("A limit cannot be below zero."))
        return {
            "limit_wh": limit_kwh * 1000,
            "limit_amount": self._iicharge_convert_limit(connector, limit_amount),
        }

    def _iicharge_convert_limit(self, connector, amount):
        """Convert an amount at this register to the currency of the connector's prices."""
        money = connector.currency_id._iicharge_convert(
            amount, self.currency_id, self.company_id, connector.site_id._get_today()
        )
        return float(money.amount)

    @api.model
    def _iicharge_prepare_note(self, noted):
        """Prepare what front desk noted of a walk-in for the token of the start."""
        noted = noted or {}
        values = {"walk_in_name": "name", "plate": "plate", "desk_note": "note"}
        return {
            field: str(noted.get(name) or "").strip()[:MOST_NOTED] or False
            for field, name in values.items()
        }

    @api.model
    def _iicharge_find_command(self, charger, request_key):
        return self.env["iicharge.command"].search(
            [("charger_id", "=", charger.id), ("request_key", "=", request_key)]
        )

    def iicharge_stop(self, session_id, request_key=None):
        """:param str request_key: as in `iicharge_start`
        :return: {"command_id"}; False where it has stopped already
        """
        self._iicharge_check_front_desk()
        session = self._iicharge_get_session(session_id)
        if session.state == "stopped":
            return False
        known = request_key and self._iicharge_find_command(session.charger_id, request_key)
        asking = session.with_context(iicharge_request_key=request_key)
        return {"command_id": (known or asking._send_stop()).id}

    def iicharge_end_session(self, session_id):
        """End a session at its last reading, without the charger."""
        self._iicharge_check_front_desk()
        session = self._iicharge_get_session(session_id)
        if session.state != "stopped":
            session.action_end_without_charger()

    def iicharge_read_command(self, command_id):
        """Read how far a command is.

        :return: {"done", "agreed", "text"}
        """
        self._iicharge_check_front_desk()
        command = self.env["iicharge.command"].browse(command_id)
        self._iicharge_check_charger(command.charger_id)
        return {
            "done": command.state not in ("queued", "sent"),
            "agreed": command._is_agreed(),
            "text": command.result_text,
        }

    def _iicharge_check_charger(self, charger):
        if charger.site_id not in self._iicharge_get_sites():
            raise UserError(self.env._("This charger is not one of this register."))

    # --- after the stop ----------------------------------------------------------------------
    def iicharge_read_session(self, session_id):
        """Read the session, and once it has stopped the final sum in words.

        :return: as on the board, with "rows", "tax" and "total"
        """
        self._iicharge_check_front_desk()
        session = self._iicharge_get_session(session_id)
        return {
            **self._iicharge_prepare_session(session),
            "is_final": session.state == "stopped" and session.billing != "open",
            "rows": self._iicharge_prepare_sum(session) if session.breakdown_text else [],
            "review_text": session.review_text or "",
            "tax": session.amount_total - session.amount_untaxed,
            "total": session.amount_total,
        }

    def iicharge_charge_to_room(self, session_id, folio_id, override=False):
        """Put a session that waits to be paid on a stay's bill.

        :return: {"bill"}: the number of the bill that has it now, or {"refusal": …}
        """
        self._iicharge_check_front_desk()
        session = self._iicharge_get_session(session_id)
        folio = self._iicharge_get_stay(folio_id, session.site_id)
        self._iicharge_check_payable(session)
        prop = session.site_id._get_property()
        try:
            if folio.company_id != self.company_id:
                raise errors.GuestNotFound()
            prop._check_open(folio, before_start=not override, currency=session.currency_id)
        except errors.Refusal as refusal:
            return {"refusal": self._iicharge_prepare_refusal(refusal)}
        # sudo: money is not written by hand; front desk may charge to a room, the
        # session and the stay are ones that it sees, and who did it is logged
        charge = session.sudo()._move_to_stay(folio)
        if charge.state != "posted":
            return {"refusal": {"code": charge.refusal_code, "text": charge.refusal_text}}
        return {"bill": charge.bill_numbers}

    def _iicharge_check_payable(self, session):
        session._check_no_company_pays()
        session._check_register(self)
        if session.billing not in PAYABLE_BILLING and not session._get_register_charge():
            raise UserError(
                self.env._(
                    "%(session)s is not open for payment: %(state)s.",
                    session=session.name,
                    state=self._iicharge_prepare_session(session)["billing_label"],
                )
            )

    # --- questions of guests ------------------------------------------------------------
    def iicharge_read_questions(self, group="guest"):
        """Read what guests ask, for each site of the register; see `iicharge.site._prepare_info`.

        :return: {"sites": [info], "groups": [{"code", "name"}], "languages": [{"code", "name"}]}
        """
        self._iicharge_check_front_desk()
        sites = self._iicharge_get_sites()
        groups = self.env["iicharge.tariff.rule"]._get_groups()
        return {
            "sites": [site._prepare_info(group) for site in sites],
            "groups": [{"code": code, "name": name} for code, name in groups],
            "languages": [
                {"code": code, "name": name.partition(" / ")[2] or name}
                for code, name in self.env["res.lang"].get_installed()
            ],
        }

    def iicharge_email_prices(self, site_id, email, lang=None, group="guest"):
        """Send a site's prices to an address, in the guest's language."""
        self._iicharge_check_front_desk()
        site = self.env["iicharge.site"].browse(site_id).exists()
        if not site or site not in self._iicharge_get_sites():
            raise AccessError(self.env._("This site is not one of this register."))
        site._send_info(email, lang, group)
        return True

    # --- price breakdown ----------------------------------------------------------------
    @api.model
    def _iicharge_prepare_sum(self, session):
        """Prepare the rows of the sum, with tax and as money; together they are the sum.

        :return: [{"text", "amount"}]
        """
        currency = session.currency_id
        # sudo: prices need the tariff's taxes, which front desk need not be able to read
        rated = session.sudo()
        breakdown = rated._get_breakdown(session.stopped_at)
        tariff = rated.env["iicharge.tariff"]._read_snapshot(rated.tariff_snapshot)
        rows = [
            {"text": text, "amount": currency.round(float(amount))}
            for text, amount in get_breakdown_rows(
                self.env, breakdown, tariff.tax_included, currency
            )
        ]
        rest = currency.round(session.amount_total - sum(row["amount"] for row in rows))
        if not currency.is_zero(rest):
            is_rounding = abs(rest) <= MOST_ROUNDED * currency.rounding
            # else a credit, or the taxes of whoever pays
            text = self.env._("Rounding") if is_rounding else self.env._("Changed on the bill")
            rows.append({"text": text, "amount": rest})
        return rows
