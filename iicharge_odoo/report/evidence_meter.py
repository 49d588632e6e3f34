# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from decimal import Decimal
from zoneinfo import ZoneInfo

from markupsafe import Markup

from odoo import api, models
from odoo.tools import format_datetime

from ..core.conversion import to_aware, to_decimal, to_naive
from ..core.metering.curve_svg import Curve, CurveTexts, draw_curve
from ..core.metering.notable_readings import find_oddities
from ..models.clock_text import get_clock_pattern
from ..models.tariff.tariff_text import get_duration_text, get_number_text

# Up to this many readings all are shown; of more only the first, the last and odd ones.
MOST_READINGS = 40
_DAY_S = 86400


class EvidenceMeter(models.AbstractModel):
    """Metering part of the evidence: curve, readings and signatures of the meter."""

    _inherit = "report.iicharge_odoo.report_evidence"

    @api.model
    def _get_meter_part(self, session, until):
        values = session.meter_value_ids.sorted("at")
        rows = self._get_meter_rows(session, values)
        return {
            "curve": self._draw_curve(session, values, until),
            "meter_rows": rows,
            "odd_rows": [row for row in rows if row["odd"]],
            "reading_count": len(values.filtered(lambda value: not value.state)),
            "most_readings": MOST_READINGS,
            "review_text": session.review_text,
            "signed": [
                {"at": self._show(session, value.at), "text": value.signed_data}
                for value in values.filtered("signed_data")
            ],
        }

    # --- the curve ----------------------------------------------------------------------
    @api.model
    def _draw_curve(self, session, values, until):
        zone = session.site_id.time_zone
        curve = Curve(
            started_at=to_aware(session.started_at),
            ended_at=to_aware(until),
            energy_kwh=[
                (sample.at, sample.energy_wh / 1000)
                for sample in session._get_rated_usage(until).samples
            ],
            power_kw=[
                (to_aware(value.at), to_decimal(value.power_w, 1) / 1000)
                for value in values.filtered("has_power")
            ],
            pauses=self._get_pauses(values, until),
        )
        is_long = (until - session.started_at).total_seconds() > _DAY_S
        pattern = get_clock_pattern(self.env)
        if is_long:
            pattern = f"d MMM {pattern}"
        drawn = draw_curve(
            curve,
            self._get_curve_texts(session, curve),
            ZoneInfo(zone),
            lambda value: get_number_text(self.env, value),
            lambda at: format_datetime(self.env, to_naive(at), tz=zone, dt_format=pattern),
        )
        # the texts in it are escaped by the function that draws it
        return Markup(drawn)  # noqa: S704

    @api.model
    def _get_pauses(self, values, until):
        pauses, since = [], None
        for value in values.filtered("state"):
            at = to_aware(value.at)
            if since:
                pauses.append((since, at))
            since = None if value.state == "charging" else at
        return [*pauses, (since, to_aware(until))] if since else pauses

    @api.model
    def _get_curve_texts(self, session, curve):
        most = max((power for _at, power in curve.power_kw), default=Decimal(0))
        paused = sum((end - start).total_seconds() for start, end in curve.pauses)
        return CurveTexts(
            description=self.env._(
                "Energy and power from %(start)s to %(end)s: %(energy)s, at most %(power)s kW, "
                "paused for %(pause)s",
                start=self._show(session, to_naive(curve.started_at)),
                end=self._show(session, to_naive(curve.ended_at)),
                energy=self._get_kwh_text(to_decimal(session.energy_wh)),
                power=get_number_text(self.env, most),
                pause=get_duration_text(self.env, paused),
            ),
            energy=self.env._("Energy (kWh)"),
            power=self.env._("Power (kW)"),
            pause=self.env._("Car or charger pauses"),
            time=self.env._("Time in %(zone)s", zone=session.site_id.time_zone),
        )

    # --- the readings ---------------------------------------------------------------------
    @api.model
    def _get_meter_rows(self, session, values):
        """Get the readings from start to stop, each with its anomalies."""
        readings = [
            value._get_reading() for value in values.filtered(lambda value: not value.state)
        ]
        rated = Decimal(session.connector_id.rated_power_w or session.charger_id.rated_power_w)
        found = find_oddities(readings, rated, to_aware(session.started_at))
        if len(found) > MOST_READINGS:
            found = [
                pair for index, pair in enumerate(found) if pair[1] or index in (0, len(found) - 1)
            ]
        rows = [self._get_start_row(session)]
        rows += [self._get_reading_row(session, reading, codes) for reading, codes in found]
        return [*rows, self._get_stop_row(session)] if session.stopped_at else rows

    @api.model
    def _get_start_row(self, session):
        start_wh = session._get_meter_start()
        return {
            "at": self._show(session, session.started_at),
            "what": self.env._("At the start"),
            "register": self._get_register_text(start_wh),
            "power": "",
            "soc": "",
            "odd": self.env._("No usable meter reading") if start_wh is None else "",
        }

    @api.model
    def _get_stop_row(self, session):
        stop_wh = to_decimal(session.meter_stop_wh) if session.has_meter_stop else None
        return {
            "at": self._show(session, session.stopped_at),
            "what": self.env._("At the stop"),
            "register": self._get_register_text(stop_wh),
            "power": "",
            "soc": "",
            "odd": self.env._("No usable meter reading") if stop_wh is None else "",
        }

    @api.model
    def _get_reading_row(self, session, reading, codes):
        power_w, soc = reading.power_w, reading.soc_percent
        texts = self._get_oddity_texts()
        return {
            "at": self._show(session, to_naive(reading.at)),
            "what": self.env._("Reading"),
            "register": self._get_register_text(reading.energy_wh),
            "power": "" if power_w is None else f"{get_number_text(self.env, power_w / 1000)} kW",
            "soc": "" if soc is None else f"{get_number_text(self.env, soc)} %",
            "odd": "; ".join(texts.get(code, code) for code in codes),
        }

    @api.model
    def _get_register_text(self, register_wh):
        return "" if register_wh is None else self._get_kwh_text(register_wh)

    @api.model
    def _get_oddity_texts(self):
        return {
            **self.env["iicharge.meter.value"]._get_flag_texts(),
            "register_fell": self.env._("The meter shows less than before"),
            "register_jumped": self.env._("More energy than the connector gives in that time"),
            "long_silence": self.env._("Nothing was read for more than an hour before"),
        }
