# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from odoo import Command, api, fields, models

from ...core import errors
from ...core.conversion import get_local_day, to_aware, to_decimal, to_naive
from ...core.exact import plain
from ...core.rating.quote import energy_prices_of_day
from ...core.rating.rate import rate
from ...core.rating.usage import Sample, StateChange, Usage
from ...core.session import SessionState
from ..clock_text import get_day_text
from .iicharge_tariff_component import CONDITION_FIELDS
from .iicharge_tariff_ocpi import get_terms
from .price_text import get_breakdown_rows
from .tariff_text import get_money_text

PRICE_FIELDS = (
    "sequence", "dimension", "price", "step_size", "tax_ids", "untaxed", *CONDITION_FIELDS,
)  # fmt: skip

# Power for which a day's prices are shown: that of most cars.
SHOWN_POWER_W = Decimal(11_000)

SHOWN_HOUR = 18


class TariffPreview(models.AbstractModel):
    """Preview of a tariff's cost while a manager edits it."""

    _name = "iicharge.tariff.preview"
    _description = "Tariff Preview"

    @api.depends("company_id")
    def _compute_example(self):
        for tariff in self:
            tariff.preview_kwh = 20
            tariff.preview_charging_minutes = 120
            tariff.preview_idle_minutes = 45
            zone = ZoneInfo(tariff._get_preview_zone())
            today = fields.Datetime.now().replace(microsecond=0)
            evening = to_aware(today).astimezone(zone).replace(hour=SHOWN_HOUR, minute=0, second=0)
            tariff.preview_start_at = to_naive(evening)

    @api.depends(
        *(f"component_ids.{name}" for name in PRICE_FIELDS),
        "tax_included",
        "company_id",
        "has_min_price",
        "min_price_untaxed",
        "min_price_taxed",
        "has_max_price",
        "max_price_untaxed",
        "max_price_taxed",
        "idle_grace_minutes",
        "quiet_start",
        "quiet_end",
        "free_kwh",
        "preview_kwh",
        "preview_charging_minutes",
        "preview_idle_minutes",
        "preview_start_at",
    )
    def _compute_preview(self):
        for tariff in self:
            tariff.preview_rows = tariff.preview_day = False
            try:
                rules = tariff._read_snapshot(tariff._format_document())
                breakdown = rate(rules, tariff._get_example_usage(), get_terms(rules))
            except errors.InvalidInput as error:
                tariff.preview_total = str(error)
                continue
            currency = tariff.currency_id
            total = breakdown.total_cost
            tariff.preview_total = self.env._(
                "%(taxed)s with tax (%(untaxed)s without)",
                taxed=get_money_text(self.env, total.incl_vat, currency),
                untaxed=get_money_text(self.env, total.excl_vat, currency),
            )
            rows = get_breakdown_rows(self.env, breakdown, tariff.tax_included, currency)
            tariff.preview_rows = [
                (what, get_money_text(self.env, round(amount, 4), currency, 4))
                for what, amount in rows
            ]
            tariff.preview_day = tariff._get_day_prices(rules)

    def _get_preview_zone(self):
        site = self.env["iicharge.site"].search([("company_id", "=", self.company_id.id)], limit=1)
        return site.time_zone or self.env.user.tz or "UTC"

    def _get_example_usage(self):
        """Get the example's usage: charging at constant power, then idle time."""
        started_at = to_aware(self.preview_start_at or fields.Datetime.now())
        charging = timedelta(minutes=max(self.preview_charging_minutes, 0))
        charged_at = started_at + charging
        energy_wh = to_decimal(max(self.preview_kwh, 0)) * 1000
        hours = Decimal(max(self.preview_charging_minutes, 1)) / 60
        power_w = energy_wh / hours
        return Usage(
            started_at=started_at,
            stopped_at=charged_at + timedelta(minutes=max(self.preview_idle_minutes, 0)),
            samples=[
                Sample(started_at, Decimal(0), power_w, power_w / 230),
                Sample(charged_at, energy_wh, Decimal(0), Decimal(0)),
            ],
            states=[StateChange(charged_at, SessionState.SUSPENDED_EV)],
            time_zone=self._get_preview_zone(),
        )

    def _get_day_prices(self, rules):
        """Get the chart's data: the price of a kWh by the local time of the start."""
        day = get_local_day(
            self.preview_start_at or fields.Datetime.now(), self._get_preview_zone()
        )
        prices = energy_prices_of_day(rules, day, SHOWN_POWER_W)
        return {
            "title": self.env._(
                "Price of a kWh with tax on %(day)s",
                day=get_day_text(self.env, day, "EEEEMMMMd"),
            ),
            "prices": [
                {
                    "minute": minute,
                    "price": plain(price.incl_vat),
                    "text": get_money_text(self.env, price.incl_vat, self.currency_id, 4),
                }
                for minute, price in prices
            ],
        }

    @api.onchange("preset")
    def _onchange_preset(self):
        if not self.preset:
            return
        prices, terms = self._get_preset(self.preset)
        labels = dict(self._fields["preset"]._description_selection(self.env))
        if not self.name or self.name in labels.values():
            self.name = labels[self.preset]
        self.update(
            {
                "idle_grace_minutes": 0,
                "quiet_start": False,
                "quiet_end": False,
                "rule_ids": [Command.clear()],
                **terms,
                "component_ids": [
                    Command.clear(),
                    *(
                        Command.create({"sequence": number, **values})
                        for number, values in enumerate(prices, 1)
                    ),
                ],
            }
        )

    @api.model
    def _get_preset(self, preset):
        """Get the prices and terms of a preset."""
        energy = {"dimension": "ENERGY", "price": 0.45}
        idle = {"dimension": "PARKING_TIME", "price": 6, "step_size": 60}
        night = {**energy, "price": 0.30, "start_time": "22:00", "end_time": "06:00"}
        guests = [Command.clear(), Command.create({"group": "guest"})]
        return {
            "energy": ([energy], {}),
            "energy_idle": (
                [energy, idle],
                {"idle_grace_minutes": 15, "quiet_start": "22:00", "quiet_end": "08:00"},
            ),
            "night": ([night, energy], {}),
            "free": ([{**energy, "price": 0}], {"rule_ids": guests}),
        }[preset]
