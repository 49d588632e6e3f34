# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from decimal import Decimal

from odoo import api, models

from ..core.conversion import to_decimal, to_naive
from ..core.jsontext import indent
from ..core.rating.unit_price import get_unit_price
from ..models.billing.charge_states import OUTSTANDING
from ..models.tariff.iicharge_tariff_ocpi import get_terms
from ..models.tariff.price_text import (
    TIMED,
    get_amount_text,
    get_price_rows,
    get_terms_texts,
    get_unit_texts,
)
from ..models.tariff.tariff_text import (
    get_duration_text,
    get_money_text,
    get_number_text,
    get_time_text,
)

MOST_DIGITS = 6
SHOWN = Decimal("0.000001")


class EvidenceMoney(models.AbstractModel):
    """Billing part of the evidence: frozen tariff, breakdown and charges."""

    _inherit = "report.iicharge_odoo.report_evidence"

    @api.model
    def _get_money_part(self, session, until):
        part = {
            "tariff": self._get_tariff(session) if session.tariff_snapshot else None,
            "sum": None,
            "charges": [self._get_charge_row(charge) for charge in session.charge_ids.sorted()],
        }
        # the energy of a session in review is not confirmed yet
        if session.tariff_snapshot and session.billing != "review":
            part["sum"] = self._get_sum(session, session._get_breakdown(until))
        return part

    @api.model
    def _get_tariff(self, session):
        tariff = self.env["iicharge.tariff"]._read_snapshot(session.tariff_snapshot)
        return {
            "name": session.tariff_version_id.display_name or session.tariff_id.name,
            "rows": [
                *get_price_rows(self.env, tariff, session.currency_id),
                *get_terms_texts(self.env, tariff, get_terms(tariff), session.currency_id),
            ],
            "document": indent(session.tariff_snapshot),
        }

    # --- breakdown ----------------------------------------------------------------------------
    @api.model
    def _get_sum(self, session, breakdown):
        currency = session.currency_id
        tariff = self.env["iicharge.tariff"]._read_snapshot(session.tariff_snapshot)
        prices = {"tax_included": tariff.tax_included, "currency": currency}
        return {
            "periods": [
                self._get_period_row(session, period, currency) for period in breakdown.periods
            ],
            "lines": [
                *(self._get_line_row(line, **prices) for line in breakdown.lines),
                *(self._get_discount_row(discount, **prices) for discount in breakdown.discounts),
                *self._get_limit_rows(breakdown, currency),
            ],
            "taxes": [
                {
                    "tax": f"{get_number_text(self.env, share.tax_percent)} %",
                    **self._get_costs(share.cost, currency),
                }
                for share in breakdown.tax_shares
            ],
            "total": self._get_costs(breakdown.total_cost, currency),
            "booked": self._get_booked(session, breakdown, currency),
        }

    @api.model
    def _get_costs(self, cost, currency):
        return {
            "excl": self._get_exact_text(cost.excl_vat, currency),
            "incl": self._get_exact_text(cost.incl_vat, currency),
        }

    @api.model
    def _get_exact_text(self, amount, currency):
        return get_money_text(self.env, amount.quantize(SHOWN), currency, MOST_DIGITS)

    @api.model
    def _get_line_row(self, line, tax_included, currency):
        dimension = line.dimension.value
        price = get_unit_price(line.price, line.tax_percent, tax_included)
        amount = get_amount_text(self.env, price, dimension, currency)
        return {
            "what": self._get_line_name(line),
            "volume": self._get_volume_text(line),
            "price": f"{amount} {get_unit_texts(self.env)[dimension]}",
            "tax": f"{get_number_text(self.env, line.tax_percent)} %",
            **self._get_costs(line.cost, currency),
        }

    @api.model
    def _get_line_name(self, line):
        if line.reservation:
            return self.env._("Reservation")
        return {
            "ENERGY": self.env._("Energy"),
            "TIME": self.env._("Charging time"),
            "PARKING_TIME": self.env._("Idle time"),
            "FLAT": self.env._("Start fee"),
        }[line.dimension.value]

    @api.model
    def _get_volume_text(self, line):
        if line.dimension.value == "FLAT":
            return ""
        if line.dimension.value in TIMED:
            return get_time_text(self.env, line.volume)
        return f"{get_number_text(self.env, line.volume.quantize(SHOWN))} kWh"

    @api.model
    def _get_discount_row(self, discount, tax_included, currency):
        price = get_unit_price(discount.price, discount.tax_percent, tax_included)
        return {
            "what": self.env._("Free energy"),
            "volume": self._get_kwh_text(discount.energy_wh),
            "price": get_amount_text(self.env, price, "ENERGY", currency),
            "tax": f"{get_number_text(self.env, discount.tax_percent)} %",
            **self._get_costs(discount.cost, currency),
        }

    @api.model
    def _get_limit_rows(self, breakdown, currency):
        if not breakdown.limited_by:
            return []
        texts = {
            "min_price": self.env._("Raised to the minimum price"),
            "max_price": self.env._("Reduced to the maximum price"),
        }
        costs = self._get_costs(breakdown.limit_cost, currency)
        return [
            {
                "what": texts[breakdown.limited_by],
                "volume": "",
                "price": "",
                "tax": "",
                **costs,
            }
        ]

    @api.model
    def _get_period_row(self, session, period, currency):
        kinds = {
            "charging": self.env._("Charging"),
            "parking": self.env._("Car pauses (idle)"),
            "held": self.env._("Charger pauses: time is not counted"),
            "reserved": self.env._("Reserved"),
            "expired": self.env._("Reserved and not used"),
        }
        notes = {
            "grace": self.env._("still free of idle fee"),
            "quiet": self.env._("quiet hours: no idle fee"),
        }
        note = notes.get(period.note)
        kind = kinds[period.kind.value]
        return {
            "start": self._show(session, to_naive(period.started_at)),
            "end": self._show(session, to_naive(period.ended_at)),
            "kind": f"{kind}, {note}" if note else kind,
            "duration": get_duration_text(self.env, float(period.duration_s)),
            "energy": self._get_kwh_text(period.energy_wh),
            "costs": [
                " ".join(filter(None, (self._get_line_name(line), self._get_volume_text(line))))
                + f": {self._get_exact_text(line.cost.incl_vat, currency)}"
                for line in period.lines
            ],
        }

    @api.model
    def _get_booked(self, session, breakdown, currency):
        """Get the billed amounts; None before billing.

        Each line of a charge is rounded separately: the sum may differ by half a cent a line.
        """
        if not session.breakdown_text:
            return None
        lines = max(len(session.charge_ids.sorted("revision")[-1:].line_ids), 1)
        untaxed = to_decimal(session.amount_untaxed, MOST_DIGITS)
        off = abs(untaxed - breakdown.total_cost.excl_vat)
        return {
            "excl": get_money_text(self.env, untaxed, currency),
            "incl": get_money_text(self.env, to_decimal(session.amount_total, 6), currency),
            "differs": off > lines * Decimal(str(currency.rounding)) / 2
            or not session.rating_id._is_intact(),
        }

    # --- charges --------------------------------------------------------------------
    @api.model
    def _get_charge_row(self, charge):
        states = dict(charge._fields["state"]._description_selection(self.env))
        currency = charge.currency_id
        amounts = {
            name: get_money_text(self.env, to_decimal(charge[name], MOST_DIGITS), currency)
            for name in ("amount_untaxed", "amount_tax", "amount_total")
        }
        return {
            "name": charge.display_name,
            "state": states[charge.state],
            "bills": charge.bill_numbers or "",
            "payer": charge.partner_id.name or "",
            "at": self._show(charge.session_id, charge.posted_at),
            "reason": charge.reason
            or (charge.refusal_text if charge.state in OUTSTANDING else "")
            or "",
            **amounts,
        }
