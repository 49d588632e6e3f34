# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import fields, models

from ...core.conversion import to_aware, to_decimal
from ...core.metering import meter
from ..charger.connector_states import get_session_states


class MeterValue(models.Model):
    """One point of a session's curve: what the meter showed, and the state from then on."""

    _name = "iicharge.meter.value"
    _description = "Meter Value"
    _order = "at, id"
    _rec_name = "at"
    _log_access = False

    session_id = fields.Many2one("iicharge.session", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="session_id.company_id")
    at = fields.Datetime(required=True, string="Time")
    energy_wh = fields.Float(
        string="Energy (Wh)",
        digits=(16, 3),
        aggregator="max",
        help="Since the start of the session.",
    )
    register_wh = fields.Float(
        string="Meter (Wh)", digits=(16, 3), aggregator="max", help="As the meter showed it."
    )
    has_register = fields.Boolean(help="The charger reported its register, also where it is 0.")
    has_power = fields.Boolean(help="The charger reported its power, also where it is 0.")
    power_w = fields.Float(string="Power (W)", digits=(16, 1), aggregator="avg")
    current_a = fields.Float(string="Current (A)", digits=(16, 2), aggregator="avg")
    voltage_v = fields.Float(string="Voltage (V)", digits=(16, 1), aggregator="avg")
    soc_percent = fields.Float(string="State of Charge (%)", digits=(5, 1), aggregator="max")
    state = fields.Selection(
        get_session_states(),
        help="Set where the session's state changed at this time.",
    )
    context = fields.Char(help="Why the charger took the reading, in OCPP's words.")
    has_transaction_id = fields.Boolean(
        string="Names Its Transaction",
        default=True,
        help="The charger named the transaction with the reading.",
    )
    flags = fields.Char(help="What was odd about the reading.")
    signed_data = fields.Text()

    _session_index = models.Index("(session_id, at)")
    # the analysis cuts every session where its state changed: few points of many
    _state_index = models.Index("(session_id, at, id) INCLUDE (state) WHERE state IS NOT NULL")

    def _get_reading(self):
        """The point as the rules take it."""
        self.ensure_one()
        return meter.Reading(
            at=to_aware(self.at),
            energy_wh=to_decimal(self.register_wh) if self.has_register else None,
            power_w=to_decimal(self.power_w, 1) if self.has_power else None,
            soc_percent=to_decimal(self.soc_percent, 1) if self.soc_percent else None,
            flags=tuple((self.flags or "").split()),
            context=self.context or None,
            has_transaction_id=self.has_transaction_id,
        )
