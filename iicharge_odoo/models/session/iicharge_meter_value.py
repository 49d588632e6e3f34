# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import csv
import io
from decimal import ROUND_HALF_UP, Decimal

from odoo import api, fields, models

from ...core.conversion import to_aware, to_decimal
from ...core.metering import meter, readings
from ..charger.connector_states import get_session_states

# Flag of core.metering.readings -> field. A column each: readings are by far the most rows, and
# a column without a value takes no space in one of them, as a row of a relation would.
FLAG_FIELDS = {
    readings.EMPTY_VALUE: "has_empty_value",
    readings.UNREADABLE_VALUE: "has_unreadable_value",
    readings.UNKNOWN_UNIT: "has_unknown_unit",
    readings.UNKNOWN_CONTEXT: "has_unknown_context",
}


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
    has_empty_value = fields.Boolean("A value was empty and was left out")
    has_unreadable_value = fields.Boolean("A value was no number and was left out")
    has_unknown_unit = fields.Boolean("A value had an unknown unit and was left out")
    has_unknown_context = fields.Boolean("The charger gave an unknown occasion")
    flag_text = fields.Char(compute="_compute_flag_text", string="What Was Odd")
    signed_data = fields.Text()

    _session_index = models.Index("(session_id, at)")
    # the analysis cuts every session where its state changed: few points of many
    _state_index = models.Index("(session_id, at, id) INCLUDE (state) WHERE state IS NOT NULL")

    @api.depends(*FLAG_FIELDS.values())
    @api.depends_context("lang")
    def _compute_flag_text(self):
        texts = self._get_flag_texts()
        for value in self:
            value.flag_text = "; ".join(texts[flag] for flag in value._get_flags())

    @api.model
    def _get_flag_texts(self):
        """Return {flag: text in the user's language}."""
        return {
            flag: self._fields[name]._description_string(self.env)
            for flag, name in FLAG_FIELDS.items()
        }

    def _get_flags(self):
        return tuple(flag for flag, name in FLAG_FIELDS.items() if self[name])

    @api.model
    def _prepare_flag_values(self, flags):
        return {FLAG_FIELDS[flag]: True for flag in flags}

    @api.model
    def _insert(self, values_list):
        """Insert points of many sessions by one COPY: a record costs ten times as much.

        :param values_list: of `SessionReadings._prepare_meter_value`
        """
        names = [name for name, field in self._fields.items() if field.store and name != "id"]
        steps = {
            name: Decimal(1).scaleb(-self._fields[name].get_digits(self.env)[1])
            for name in names
            if self._fields[name].type == "float"
        }
        texts = [name for name in names if self._fields[name].type in ("char", "text")]
        rows = io.StringIO()
        writer = csv.DictWriter(rows, names)
        for values in values_list:
            amounts = {
                name: Decimal(values[name]).quantize(step, ROUND_HALF_UP)
                for name, step in steps.items()
            }
            # no value is NULL, as in `create`
            writer.writerow(values | amounts | {name: values[name] or None for name in texts})
        rows.seek(0)
        self.env.cr.copy_expert(
            f"COPY iicharge_meter_value ({', '.join(names)}) FROM STDIN (FORMAT csv)", rows
        )

    @api.model
    def _get_reading_fields(self):
        """Get the fields that `_get_reading` reads, and the energy."""
        return [
            *("at", "energy_wh", "register_wh", "has_register", "power_w", "has_power"),
            *("soc_percent", "context", "has_transaction_id", *FLAG_FIELDS.values()),
        ]

    def _get_reading(self):
        """Convert the point to a reading of `core.metering`."""
        self.ensure_one()
        return meter.Reading(
            at=to_aware(self.at),
            energy_wh=to_decimal(self.register_wh) if self.has_register else None,
            power_w=to_decimal(self.power_w, 1) if self.has_power else None,
            soc_percent=to_decimal(self.soc_percent, 1) if self.soc_percent else None,
            flags=self._get_flags(),
            context=self.context or None,
            has_transaction_id=self.has_transaction_id,
        )
