# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""From the energy of a session to its price."""

from dataclasses import replace
from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import formatLang

from ...core import jsontext
from ...core.conversion import to_aware, to_decimal, to_naive
from ...core.metering import meter
from ...core.rating.breakdown import Breakdown
from ...core.rating.idle_fee import get_idle_fee_start
from ...core.rating.rate import rate
from ...core.rating.tariff import Tariff
from ...core.rating.terms import HotelTerms
from ...core.rating.usage import Sample, StateChange, Usage
from ...core.session import SessionState
from ..at_flush import at_flush
from ..tariff.iicharge_tariff_component import TAX_IDS
from ..tariff.iicharge_tariff_ocpi import get_terms
from .running_costs import running_costs
from .shared_amounts import shared_amounts, shared_positions

# Key of the sessions that are rated when the transaction or its savepoint ends.
RATED_LATER = "iicharge.session.rated_later"


class Basis(NamedTuple):
    """What a price is worked out from: the tariff as text (OCPI) and as rules, what was used, and
    the account that free energy is taken from (`iicharge.free.energy`, maybe empty)."""

    snapshot: str
    tariff: Tariff
    usage: Usage
    terms: HotelTerms
    account: models.Model


class Price(NamedTuple):
    """What a session costs, how that comes about, and the sums that are booked."""

    session: models.Model
    basis: Basis
    breakdown: Breakdown
    untaxed: float
    total: float


class SessionRating(models.AbstractModel):
    _name = "iicharge.session.rating"
    _description = "Rating of Sessions"

    # --- deciding --------------------------------------------------------------------------
    def _rate_later(self):
        """Rate or hold the session when the transaction or its savepoint ends, together with the
        others that stop in it: most of the cost is that of writing."""
        at_flush(self.env, RATED_LATER, self, lambda them: self.union(*them)._rate_or_hold())

    def _rate_or_hold(self):
        """Rate and charge stopped sessions, unless something about one is for a person to
        decide."""
        for snapshot, sessions in self.grouped("tariff_snapshot").items():
            reasons = sessions._get_tariff_doubts(snapshot)
            for session in sessions:
                session._add_reasons(reasons)
                if not session.review_reason_ids:
                    session._add_reasons(session._get_amount_doubts())
        held = self.filtered("review_reason_ids")
        held._set_billing("review")
        (self - held)._rate_and_charge("stop")

    @api.model
    def _get_tariff_doubts(self, snapshot):
        if not snapshot:
            return ["no_tariff"]
        return ["tax_missing"] if self._get_lost_taxes(snapshot) else []

    def _rate_and_charge(self, decision):
        """Give sessions their price and charge it to who pays. Nothing to pay ends as free.

        :param str decision: see `iicharge.rating.decision`
        """
        lines = self._rate(decision)
        self._set_billing("rated")
        priced = self.filtered("amount_total")
        (self - priced)._set_billing("free")
        priced._charge(lines)

    def _rate(self, decision):
        """Give stopped sessions their price: the free energy is taken off the stay's
        allowance, and the sum is kept with how it comes about.

        :param str decision: see `iicharge.rating.decision`
        :return: {session: values of the lines of its charge, see `_prepare_charge_lines`}
        """
        lines, prices = {}, []
        for session in self:
            basis = session._get_basis(session.stopped_at, session.tariff_snapshot, lock=True)
            if any(basis.account & price.basis.account for price in prices):
                # what is left is known once the one before it has taken its part
                self._keep_prices(prices, decision)
                prices = []
                basis = session._get_basis(session.stopped_at, session.tariff_snapshot, lock=True)
            breakdown = rate(basis.tariff, basis.usage, basis.terms)
            lines[session] = session._prepare_charge_lines(breakdown, basis.snapshot)
            prices.append(Price(session, basis, breakdown, *self._get_sums(lines[session])))
        self._keep_prices(prices, decision)
        return lines

    @api.model
    def _keep_prices(self, prices, decision):
        """Keep prices with how they come about.

        :param prices: a list of `Price`, no two of them with the same account of free energy
        """
        values = [
            {"decision": decision, **price.session._prepare_rating(price)} for price in prices
        ]
        ratings = self.env["iicharge.rating"].create(values)
        for price, rating in zip(prices, ratings, strict=True):
            if price.basis.account:
                price.basis.account._take(rating, price.breakdown.free_energy_used_wh)
            price.session.write(
                {
                    "rating_id": rating.id,
                    "amount_untaxed": price.untaxed,
                    "amount_total": price.total,
                }
            )

    def _prepare_rating(self, price):
        self.ensure_one()
        booked = self.env._(
            "Booked, rounded once: %(untaxed)s without tax, %(total)s with tax",
            untaxed=formatLang(self.env, price.untaxed, currency_obj=self.currency_id),
            total=formatLang(self.env, price.total, currency_obj=self.currency_id),
        )
        return {
            "session_id": self.id,
            "number": self.rating_id.number + 1,
            "company_id": self.company_id.id,
            "currency_id": self.currency_id.id,
            "breakdown_text": f"{price.breakdown.to_text()}\n{booked}",
            "amount_untaxed": price.untaxed,
            "amount_total": price.total,
            **self.env["iicharge.rating"]._prepare_basis_values(price.basis, price.breakdown),
        }

    @api.model
    def _get_sums(self, lines):
        """Sum up values of charge lines: (without tax, with tax)."""
        untaxed = sum(line["amount_untaxed"] for line in lines)
        return untaxed, untaxed + sum(line["amount_tax"] for line in lines)

    def _release_free_energy(self):
        """Give back what this session had free: others may use it, or its own next rating."""
        self.rating_history_ids.free_energy_entry_ids._give_back()

    # --- the price -------------------------------------------------------------------------
    def _get_breakdown(self, until=None):
        """Get what the session costs: as it was rated, else what it would up to `until`.

        :param until: UTC, naive; left out: the stop
        :return: `core.rating.breakdown.Breakdown`
        """
        self.ensure_one()
        if self.rating_id:
            return self.rating_id._get_breakdown()
        basis = self._get_basis(until or self.stopped_at, self.tariff_snapshot)
        return rate(basis.tariff, basis.usage, basis.terms)

    def _get_price_by(self, tariff):
        """Get what the stopped session would be booked with by another tariff, with tax."""
        self.ensure_one()
        snapshot = tariff._format_document_for(self.site_id)
        basis = self._get_basis(self.stopped_at, snapshot)
        breakdown = rate(basis.tariff, basis.usage, basis.terms)
        return self._get_sums(self._prepare_charge_lines(breakdown, snapshot))[1]

    def _get_basis(self, until, snapshot, lock=False):
        """Get what the price up to a time is worked out from, as things stand.

        :param until: UTC, naive
        :param str snapshot: the tariff (OCPI)
        :param bool lock: hold the stay's account of free energy until the transaction ends
        """
        tariff = self.env["iicharge.tariff"]._read_snapshot(snapshot)
        terms, account = self._get_terms(tariff, lock)
        return Basis(snapshot, tariff, self._get_usage(until), terms, account)

    def _get_terms(self, tariff, lock=False):
        """Get the terms of a tariff with the free energy that is left, and its account."""
        terms = get_terms(tariff)
        accounts = self.env["iicharge.free.energy"]
        account = accounts.browse()
        if terms.free_energy_per != "session" and terms.free_energy_wh:
            account = accounts._get_account(self, terms.free_energy_per, lock)
            left_wh = account._get_left(self, terms.free_energy_wh)
            terms = replace(terms, free_energy_wh=left_wh)
        return terms, account

    def _get_idle_fee_start(self):
        """Get from when an idle fee runs while the car is full, UTC, naive; False: none does."""
        self.ensure_one()
        if self.state != "suspended_ev" or not self.tariff_snapshot:
            return False
        # sudo: who sees the session may see when it costs more
        session = self.sudo()
        tariff = session.env["iicharge.tariff"]._read_snapshot(session.tariff_snapshot)
        states = session._get_state_changes(fields.Datetime.now())
        start = get_idle_fee_start(tariff, get_terms(tariff), states, session.site_id.time_zone)
        return to_naive(start) if start else False

    def _get_rated_usage(self, until):
        """Get the usage as it was rated, else up to a time, see `_get_usage`."""
        self.ensure_one()
        return self.rating_id._get_usage() if self.rating_id else self._get_usage(until)

    def _get_usage(self, until):
        """Get the readings and states up to a time, as the rules take them.

        :return: `core.rating.usage.Usage`
        """
        curve = meter.energy_curve(self._get_metering(until), to_decimal(self.energy_wh))
        return Usage(
            started_at=to_aware(self.started_at),
            stopped_at=to_aware(until),
            samples=[Sample(at, energy) for at, energy in curve],
            states=self._get_state_changes(until),
            reservation=self._get_reserved_time(),
            time_zone=self.site_id.time_zone,
        )

    def _get_state_changes(self, until):
        return [
            StateChange(to_aware(value.at), SessionState(value.state))
            for value in self.meter_value_ids
            # a charger whose clock was set back may stop before a state that it reported
            if value.state and value.at <= until
        ]

    def _get_reserved_time(self):
        """Get for how long the charger was kept, a `core.rating.usage.Reservation`; None: not."""
        return None

    @api.depends("energy_wh", "state", "amount_total")
    def _compute_running_amount(self):
        now = fields.Datetime.now()
        for session in self:
            if session.state == "stopped":
                session.running_amount = session.amount_total
                continue
            session.running_amount = shared_amounts.get(
                session, session._get_running_inputs(), now, session._get_shared_amount
            )

    def _get_shared_amount(self):
        """Get what it costs now as `_get_running_amount`, without asking each time for the fiscal
        positions of who pays: most have none."""
        if not self.tariff_snapshot:
            return self.amount_total
        breakdown = self._get_running_breakdown()
        # sudo: who sees the session sees what it costs, and need not have rights on taxes
        session = self.sudo()
        kinds = frozenset((line.dimension, line.reservation) for line in breakdown.lines)
        payer = (self.destination, self.folio_id.id, self.partner_id.id, self.operator_id.id)
        has_positions = shared_positions.get(
            session,
            (*payer, kinds),
            fields.Datetime.now(),
            lambda: bool(session._get_positions(breakdown)),
        )
        return self._get_total(breakdown) if has_positions else self._round_total(breakdown)

    def _get_running_amount(self):
        """Get what it costs now, with tax; exact, where the field may be some seconds old."""
        self.ensure_one()
        if self.state == "stopped" or not self.tariff_snapshot:
            return self.amount_total
        return self._get_total(self._get_running_breakdown())

    def _get_running_breakdown(self):
        """Get what the running session costs now, as `_get_breakdown`.

        The usual session goes on from where it was rated last: to read and rate an hour of
        readings again takes as long as to make a page.
        """
        self.ensure_one()
        until = max(fields.Datetime.now(), self.last_value_at or self.started_at)
        found = None if self.rating_id else running_costs.rate(self, until)
        return found or self._get_breakdown(until)

    def _get_running_inputs(self):
        """Get what the cost so far changes with, apart from time."""
        return (
            self.state,
            self.energy_wh,
            self.last_value_at,
            self.started_at,
            self.meter_start_wh,
            self.amount_total,
            self.tariff_snapshot,
            self.rating_id.id,
            # who pays decides the taxes
            self.destination,
            self.folio_id.id,
            self.partner_id.id,
            self._get_reserved_time(),
        )

    @api.model
    def _get_lost_taxes(self, snapshot):
        """Get the ids of deleted taxes in a frozen tariff (OCPI): what is to be paid is unknown."""
        elements = jsontext.loads(snapshot)["elements"]
        components = [c for element in elements for c in element["price_components"]]
        wanted = {tax_id for component in components for tax_id in component.get(TAX_IDS, [])}
        return wanted - set(self.env["account.tax"].browse(wanted).exists().ids)
