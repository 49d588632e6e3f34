# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).

from odoo import api, fields, models

from ...core.conversion import to_aware, to_decimal
from ...core.metering import plausibility
from ...core.money import Money
from ...core.timestamps import CLOCK_DIFFERS

IMPLAUSIBLE = (
    CLOCK_DIFFERS,
    plausibility.SESSION_TOO_LONG,
    plausibility.FEE_WITHOUT_ENERGY,
    plausibility.AMOUNT_OUT_OF_PROPORTION,
    plausibility.AMOUNT_TOO_LARGE,
    plausibility.AMOUNT_BELOW_ZERO,
)


class SessionPlausibility(models.AbstractModel):
    """Holds a session whose times or whose sum cannot be right."""

    _name = "iicharge.session.plausibility"
    _description = "Plausibility of a Session"

    start_received_at = fields.Datetime(readonly=True, help="When the server got the start.")
    start_last_contact_at = fields.Datetime(
        string="Last Contact Before the Start",
        readonly=True,
        help="When the charger was last in contact before it delivered a late start.",
    )
    stop_received_at = fields.Datetime(readonly=True, help="When the server got the stop.")
    stop_last_contact_at = fields.Datetime(
        string="Last Contact Before the Stop",
        readonly=True,
        help="When the charger was last in contact before it delivered a late stop.",
    )

    @api.model
    def _get_last_contact_at(self, charger, at, received_at):
        """Find when the charger was last in contact before it delivered a late report.

        :param at: when it happened, by the charger
        :param received_at: when the server got the report; False: never
        :return: False where it was live, for it needs no proof, or where there was no contact
        """
        if not received_at or self._get_receipt(at, received_at, False).is_live:
            return False
        before = received_at - plausibility.DELIVERY_TIME
        connection = self.env["iicharge.connection"].search_fetch(
            [("charger_id", "=", charger.id)], ["online", "connected_at", "disconnected_at"]
        )
        if connection.online and connection.connected_at and connection.connected_at < before:
            return before
        last = self.env["iicharge.ocpp.message"].search_fetch(
            [
                ("charger_id", "=", charger.id),
                ("direction", "=", "in"),
                ("received_at", "<", before),
            ],
            ["received_at"],
            order="received_at desc",
            limit=1,
        )
        times = [last.received_at, connection.disconnected_at]
        return max((at for at in times if at and at < before), default=False)

    def _get_receipt(self, at, received_at, last_contact_at):
        return plausibility.Receipt(
            to_aware(at),
            to_aware(received_at or at),
            to_aware(last_contact_at) if last_contact_at else None,
        )

    def _is_authorized(self):
        """Check whether the token was accepted, or would have been when a start that was
        delivered late happened: the charger was offline, and decided alone."""
        self.ensure_one()
        if self.authorization == "Accepted":
            return True
        start = self._get_receipt(
            self.started_at, self.start_received_at, self.start_last_contact_at
        )
        # a charger that was never in contact has no time that could be relied on
        is_proven = start.last_contact_at and not start.is_live and start.is_possible
        return bool(is_proven) and self._was_valid_at_start()

    def _was_valid_at_start(self):
        """Check by the time of the event whether the token could start; a token for one start is
        for a person to look at."""
        token = self.token_id
        if not token or token.single_use:
            return False
        status = token._get_own_status(self.charger_id, self.started_at, self.connector_id.number)
        return status == "Accepted"

    def _get_time_doubts(self):
        """Get the reasons to hold a stopped session for its times.

        Nothing was received of the stop of a session that was closed without one.
        """
        self.ensure_one()
        limits = self.site_id._get_plausible_limits()
        start = self._get_receipt(
            self.started_at, self.start_received_at, self.start_last_contact_at
        )
        stop = self._get_receipt(self.stopped_at, self.stop_received_at, self.stop_last_contact_at)
        doubts = plausibility.find_time_doubts(start, stop, limits)
        confirmed = self.start_received_at and self.stop_received_at
        return doubts if confirmed else [code for code in doubts if code != CLOCK_DIFFERS]

    def _get_amount_doubts(self):
        """Reasons to hold a stopped session for its sum; what a reservation costs needs no
        energy."""
        self.ensure_one()
        if self.no_show:
            return ()
        breakdown = self._get_breakdown(self.stopped_at)
        amount = Money(breakdown.total_cost.incl_vat, breakdown.currency)
        parts = (Money(share.cost.incl_vat, breakdown.currency) for share in breakdown.tax_shares)
        return plausibility.find_amount_doubts(
            to_decimal(self.energy_wh),
            amount,
            self.site_id._get_plausible_limits(),
            min(parts, default=None),
        )
