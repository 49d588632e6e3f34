# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""What charging is going to cost: by energy, by the battery's level or until the guest leaves."""

from datetime import datetime, timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...core.conversion import to_aware
from ...core.guest.typed import read_number
from ..clock_text import get_weekday_text
from ..tariff.quoted_amount import find_energy
from ..tariff.tariff_text import get_range_text

ENERGIES_KWH = (10, 20, 30, 40)
USUAL_KWH = 20
BATTERIES_KWH = (30, 40, 50, 60, 70, 80, 90, 100)
USUAL_BATTERY_KWH = 60
PERCENTS = tuple(range(0, 101, 10))
USUAL_PERCENTS = (30, 80)
DEPARTURES = 24
# A guest may leave some minutes after the page was opened, and no later than it offers.
LONGEST = timedelta(hours=DEPARTURES + 1)
WAYS = ("energy", "battery", "amount", "until")


class GuestEstimate(models.AbstractModel):
    _name = "iicharge.guest.estimate"
    _description = "Estimates on the Guest's Page"

    @api.model
    def _read_wish(self, asked):
        """Read what the guest wants, from the texts of the form; what cannot be read is as usual.

        :param asked: {"by", "kwh", "from", "to", "size", "sum", "until", "limit"}; all may miss
        :return: the same as whole numbers, `until` as ISO 8601 in UTC, `sum` as Decimal or None
        """
        return {
            "by": asked.get("by") if asked.get("by") in WAYS else "energy",
            "kwh": _read_choice(asked.get("kwh"), ENERGIES_KWH, USUAL_KWH),
            "from": _read_choice(asked.get("from"), PERCENTS, USUAL_PERCENTS[0]),
            "to": _read_choice(asked.get("to"), PERCENTS, USUAL_PERCENTS[1]),
            "size": _read_choice(asked.get("size"), BATTERIES_KWH, USUAL_BATTERY_KWH),
            "sum": read_number(asked.get("sum")),
            "until": self._read_until(asked.get("until")) or self._get_departures()[8],
            "limit": bool(asked.get("limit")),
        }

    @api.model
    def _read_until(self, text):
        """Read a time to come, within the next day; empty where it is none."""
        try:
            until = _read_time(str(text or ""))
        except ValueError:
            return ""
        now = fields.Datetime.now()
        return str(text) if now < until <= now + LONGEST else ""

    @api.model
    def _get_departures(self):
        """Get the next hours, as ISO 8601 in UTC."""
        hour = fields.Datetime.now().replace(minute=0, second=0) + timedelta(hours=1)
        return [f"{(hour + timedelta(hours=step)).isoformat()}Z" for step in range(DEPARTURES)]

    @api.model
    def _prepare_estimates(self, connector, tariff, wish):
        """Prepare the estimates of all three ways.

        :return: {"energies": [{"kwh", "text", "duration", "money"}], "battery": {…}, "until": {…,
            "departures": [{"value", "text"}]}}
        """
        zone = connector.site_id.time_zone
        return {
            "wish": wish,
            "label": self.env["iicharge.guest.limit"]._get_sum_label(connector.currency_id),
            "energies": [
                self._prepare_estimate(connector, tariff, {"energy_kwh": kwh}) | {"kwh": kwh}
                for kwh in ENERGIES_KWH
            ],
            "percents": PERCENTS,
            "batteries": BATTERIES_KWH,
            "battery": self._prepare_estimate(connector, tariff, self._get_target(wish, "battery")),
            "amount": self._prepare_for_amount(connector, tariff, wish["sum"]),
            "until": self._prepare_estimate(connector, tariff, self._get_target(wish, "until")),
            "departures": self._prepare_departures(zone, [wish["until"]]),
        }

    @api.model
    def _prepare_departures(self, zone, more=()):
        """Prepare the times to choose from. :return: [{"value", "text"}]"""
        return [
            {
                "value": value,
                "text": get_weekday_text(self.env, _read_time(value), zone),
            }
            for value in sorted({*self._get_departures(), *more})
        ]

    @api.model
    def _prepare_for_amount(self, connector, tariff, amount):
        """Prepare how far a sum goes, as `_prepare_estimate`; empty without a sum."""
        if not amount:
            return {}
        started_at = to_aware(fields.Datetime.now())

        def get_quote(energy_kwh):
            target = connector._read_target(energy_kwh=energy_kwh)
            return connector._quote_by(tariff, started_at=started_at, target=target)

        energy_kwh = find_energy(get_quote, float(amount))
        if not energy_kwh:
            return {
                "problem": self.env._("This is too little to charge here. Take a larger amount.")
            }
        return self._prepare_estimate(connector, tariff, {"energy_kwh": energy_kwh})

    @api.model
    def _get_target(self, wish, by):
        """Get the target of a quote, see `iicharge.connector.quote`."""
        if by == "battery":
            return {
                "battery_kwh": wish["size"],
                "from_percent": wish["from"],
                "to_percent": wish["to"],
            }
        if by == "until":
            return {"depart_at": wish["until"]}
        return {"energy_kwh": wish["kwh"]}

    @api.model
    def _prepare_estimate(self, connector, tariff, target):
        """:return: {"money", "energy", "duration"}; {"problem"} where it cannot be worked out"""
        try:
            found = connector._quote_by(
                tariff,
                started_at=to_aware(fields.Datetime.now()),
                target=connector._read_target(**target),
            )
        except UserError as error:
            return {"problem": str(error)}
        ranges = connector._format_ranges(found)
        texts = {name: get_range_text(self.env, *ranges[name]) for name in ranges}
        return {
            "money": texts["money"],
            "energy": texts["energy"],
            "duration": texts["duration"],
            "energy_kwh": float(found["energy_kwh"]["to"]),
            "is_idle": bool(found["idle_s"]["to"]),
        }

    @api.model
    def _get_limits(self, connector, tariff, wish):
        """Get where the guest wants it to stop: values of `iicharge.limits`; empty: it goes on."""
        by = wish["by"]
        if by == "amount":
            amount = wish["sum"]
            return {"limit_amount": connector.currency_id.round(float(amount))} if amount else {}
        if not wish["limit"]:
            return {}
        if by == "until":
            return {"limit_until": _read_time(wish["until"])}
        found = self._prepare_estimate(connector, tariff, self._get_target(wish, by))
        limits = {"limit_wh": found.get("energy_kwh", 0) * 1000}
        # what the car reports of its battery counts more than what a guest thinks of it
        return limits | {"limit_percent": wish["to"]} if by == "battery" else limits


def _read_time(text):
    """Read ISO 8601 in UTC. :raise ValueError: it is none"""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ")


def _read_choice(text, choices, usual):
    """Read a whole number that is one of the choices, else take the usual one."""
    # the choices have four digits at most, and very long numbers are slow to read
    number = int(text) if str(text or "").isdecimal() and len(str(text)) < 5 else usual  # noqa: PLR2004
    return number if number in choices else usual
