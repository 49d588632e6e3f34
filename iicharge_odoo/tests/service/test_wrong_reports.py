# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Clocks that are wrong and meters with glitches, with every tariff: none is billed wrong.

Each session is charged twice: at a charger that reports wrong things, and at another that reports
what happened. What is billed of the first is what the other costs; the rest waits for review.

`bin/test attack` runs it with more sessions (`IICHARGE_ATTACK_FRAMES`, `IICHARGE_ATTACK_SEED`).
"""

import logging
import os
import random
from collections import Counter
from datetime import timedelta

from odoo import Command, fields
from odoo.tests import tagged

from ...core.metering.plausibility import DELIVERY_TIME
from ...core.timestamps import CLOCK_TOLERANCE
from ...simulator import faulty_meter
from ..common import ChargingCase

_logger = logging.getLogger(__name__)
SEED = int(os.environ.get("IICHARGE_ATTACK_SEED") or 1)
SESSIONS = int(os.environ.get("IICHARGE_ATTACK_FRAMES") or 10_000) // 200
HOURS = (1, 2, 11, 24, 25, 40 * 24, 365 * 24, 3652 * 24)
# Steps back of a few Wh in addition to a restart; a cent for each rounding; more than any tax.
TOLERANCE_WH, TOLERANCE, WITH_TAX = 20, 0.02, 1.25

# What comes so late counts as stored and delivered then: a clock that is wrong by no more may move
# energy to the price of the hour next to its own.
STORED = DELIVERY_TIME + CLOCK_TOLERANCE


def right(at, start, stop, wrong):
    return at


def wrong_all_along(at, start, stop, wrong):
    return at + wrong


def set_right_on_the_way(at, start, stop, wrong):
    return at + wrong if at < start + (stop - start) / 2 else at


def put_wrong_on_the_way(at, start, stop, wrong):
    return at if at < start + (stop - start) / 2 else at + wrong


def stuck_from_the_start(at, start, stop, wrong):
    return min(at, start)


def stuck_on_the_way(at, start, stop, wrong):
    return min(at, start + (stop - start) / 2)


CLOCKS = (
    wrong_all_along,
    set_right_on_the_way,
    put_wrong_on_the_way,
    stuck_from_the_start,
    stuck_on_the_way,
)


@tagged("post_install", "-at_install")
class TestWrongReports(ChargingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.noon = fields.Datetime.now().replace(second=0, microsecond=0) - timedelta(days=2)
        # a Wednesday: prices may differ by the day of the week, and each run is to be the same
        cls.noon -= timedelta(days=(cls.noon.weekday() - 2) % 7)
        cls.numbers = iter(range(500_000, 10**7))
        cls.sites = [cls.make_site(tariff) for tariff in cls.find_tariffs()]

    @classmethod
    def find_tariffs(cls):
        """Find the tariffs of the demo hotel, and make one of each preset."""
        tariffs = cls.env["iicharge.tariff"]
        for name in dict(tariffs._fields["preset"].selection):
            prices, terms = tariffs._get_preset(name)
            terms = {**terms, "rule_ids": []}  # each at a site of its own
            prices = [Command.create(values) for values in prices]
            tariffs |= tariffs.create({"name": name, **terms, "component_ids": prices})
        return cls.env["iicharge.tariff"].search([])

    @classmethod
    def make_site(cls, tariff):
        values = {"name": tariff.name, "time_zone": "Europe/Amsterdam", "tariff_id": tariff.id}
        return cls.env["iicharge.site"].create(values)

    # --- a session ----------------------------------------------------------------------
    def make_charger(self, site, case):
        """Make a charger that was in contact some minutes before, as heartbeats are."""
        number = next(self.numbers)
        charger = self.env["iicharge.charger"].create(
            {"name": f"Charger {number}", "identity": f"WRONG-{number}", "site_id": site.id}
        )
        self.env["iicharge.connector"].create(
            {"charger_id": charger.id, "number": 1, "rated_power_w": case.rated_w}
        )
        self.report(charger, "StatusNotification", timedelta(minutes=-10), right, {})
        return charger

    def report(self, charger, action, since, clock, payload, answer=None, **values):
        """Let a charger report something as it happens, by its clock."""
        at = self.noon + since
        stop = self.noon + self.length
        stamp = self.wire_time(clock(at, self.noon, stop, self.wrong).replace(microsecond=0))
        if action == "StatusNotification":
            payload = {"connectorId": 1, "status": "Available", "errorCode": "NoError", **payload}
        return self.journal_message(
            action, {**payload, "timestamp": stamp}, answer, at, charger, **values
        )

    def charge(self, charger, case, registers, clock, others=()):
        """Charge as in a case, with the registers that the meter shows. :return: the session"""
        number = next(self.numbers)
        start_wh, *inside, stop_wh = (-1 if wh is None else wh for wh in registers)
        answer = {"transactionId": number, "idTagInfo": {"status": "Accepted"}}
        start = {"connectorId": 1, "idTag": "04A1B2C3", "meterStart": start_wh}
        self.report(
            charger, "StartTransaction", timedelta(0), clock, start, answer, transaction_id=number
        )
        times = [timedelta(seconds=second) for second in case.seconds[1:-1]]
        for index, (since, wh) in enumerate(zip(times, inside, strict=True), 1):
            if wh >= 0:
                values = {"value": str(wh), "context": case.contexts.get(index, "Sample.Periodic")}
                self.report_reading(charger, since, values, clock, transactionId=number)
        for reading in others:
            values = {"value": str(reading.wh), "context": reading.context}
            self.report_reading(charger, timedelta(seconds=reading.second), values, clock)
        if self.idle:
            suspended = {"status": "SuspendedEV"}
            self.report(charger, "StatusNotification", times[-1], clock, suspended)
        stop = {"transactionId": number, "meterStop": stop_wh}
        self.report(charger, "StopTransaction", self.length, clock, stop)
        self.process()
        return self.session(number, charger)

    def charge_rightly(self, site, case, lost):
        """Charge as it happened, without the readings that are lost. :return: the session"""
        truth = [None if index in lost else 1000 + wh for index, wh in enumerate(case.true_wh)]
        return self.charge(self.make_charger(site, case), case, truth, right)

    def report_reading(self, charger, since, values, clock, **payload):
        at = clock(self.noon + since, self.noon, self.noon + self.length, self.wrong)
        stamp = self.wire_time(at.replace(microsecond=0))
        reading = {"timestamp": stamp, "sampledValue": [{"unit": "Wh", **values}]}
        payload = {"connectorId": 1, "meterValue": [reading], **payload}
        self.journal_message("MeterValues", payload, {}, self.noon + since, charger)

    # --- the cases ----------------------------------------------------------------------
    def make_case(self, number):
        """Make the case of a number; it sets the clock's fault and how long it takes."""
        rng = random.Random(f"{SEED} {number}")
        case = faulty_meter.make_case(rng)
        self.length = timedelta(seconds=case.seconds[-1])
        self.wrong = timedelta(hours=rng.choice(HOURS)) * rng.choice((-1, 1))
        self.idle = rng.random() < 0.5
        self.noon = self.noon.replace(hour=rng.randrange(24), minute=rng.randrange(60))
        clock = right
        if number % 2:
            clock = CLOCKS[number // 2 % len(CLOCKS)]
            case.glitch, case.least_wh, case.others = "nothing", case.most_wh, []
            case.contexts, case.broken = {}, set()
            base = rng.randrange(10**7)
            case.shown_wh = [base + wh for wh in case.true_wh]
        return case, clock

    def test_none_is_billed_wrong(self):
        outcomes, wrong = Counter(), []
        for number in range(SESSIONS):
            case, clock = self.make_case(number)
            # every second one has a wrong clock: each clock and each glitch meets all of them
            site = self.sites[number // 2 % len(self.sites)]
            session = self.charge(
                self.make_charger(site, case), case, case.shown_wh, clock, case.others
            )
            fault = case.glitch if clock is right else clock.__name__
            if session.billing == "review":
                self.assertFalse(session.charge_ids)
                outcomes[fault, "held"] += 1
                continue
            # what flowed between two readings is spread evenly: fewer move the price of an hour
            for lost in (set(), case.broken - {0, len(case.seconds) - 1}):
                twin = self.charge_rightly(site, case, lost)
                if self.is_right(session, twin, case, clock):
                    outcomes[fault, "billed"] += 1
                    break
            else:
                outcomes[fault, "wrong"] += 1
                wrong.append(
                    f"{number}: {site.name}, {clock.__name__} by {self.wrong}, {case.glitch}:"
                    f" {session.energy_wh} Wh, {session.amount_total}"
                    f" instead of {twin.energy_wh} Wh, {twin.amount_total}"
                )
        self.report_outcomes(outcomes)
        self.assertFalse(wrong, f"seed {SEED}\n" + "\n".join(wrong))

    def report_outcomes(self, outcomes):
        """Log how many sessions were billed rightly, held, and billed wrong; `bin/test` shows the
        sum."""

        def get_text(counts):
            return ", ".join(f"{counts[name]} {name}" for name in ("billed", "held", "wrong"))

        total = Counter()
        for fault in sorted({fault for fault, _outcome in outcomes}):
            counts = {name: outcomes[fault, name] for name in ("billed", "held", "wrong")}
            total.update(counts)
            _logger.info("%s: %s", fault, get_text(counts))
        _logger.info(
            "%s sessions with wrong reports at %s tariffs: %s",
            SESSIONS,
            min(len(self.sites), SESSIONS),
            get_text(total),
        )

    def is_right(self, session, twin, case, clock):
        least, most = case.least_wh - TOLERANCE_WH, case.most_wh + TOLERANCE_WH
        components = session.tariff_id.component_ids
        per_wh = max(components.mapped("price"), default=0) * WITH_TAX / 1000
        differs_wh = abs(float(session.energy_wh) - float(twin.energy_wh))
        allowed = differs_wh * per_wh + TOLERANCE
        energy = components.filtered(lambda one: one.dimension == "ENERGY").mapped("price")
        spread = (max(energy, default=0) - min(energy, default=0)) * WITH_TAX / 1000
        if clock is not right:
            allowed += float(session.energy_wh) * min(STORED / self.length, 1) * spread
        if case.glitch == "all_of_another":
            # no reading shows which of it flowed before the first and which after the last
            allowed += (case.true_wh[1] + case.true_wh[-1] - case.true_wh[-2]) * spread
        differs = abs(session.amount_total - twin.amount_total)
        return least <= session.energy_wh <= most and differs <= allowed
