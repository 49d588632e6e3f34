# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Sessions that stop together are rated and charged together, with the same outcome as one by
one."""

from datetime import timedelta
from decimal import Decimal
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import ChargingCase, process_messages

CHARGERS = 6
OUTCOME = ("billing", "state", "energy_wh", "amount_untaxed", "amount_total")


@tagged("post_install", "-at_install")
class TestStopsTogether(ChargingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.chargers = cls.charger
        for number in range(1, CHARGERS):
            cls.chargers |= cls.charger.copy({"identity": f"TEST-{number}"})
        others = cls.chargers - cls.charger
        cls.env["iicharge.connector"].create(
            [{"charger_id": one.id, "number": 1, "rated_power_w": 22000} for one in others]
        )

    def send(self, message, charger):
        message.charger_id = charger
        return message

    def start_all(self, first=7001):
        for number, charger in enumerate(self.chargers):
            self.send(self.start(first + number, minutes=number), charger)
        self.process()

    def stop_all(self, first=7001):
        """Let each charger stop, with 1 kWh more than the one before."""
        for number, charger in enumerate(self.chargers):
            stop = self.stop(first + number, meter_stop=2000 + 1000 * number)
            self.send(stop, charger)

    def get_sessions(self, first=7001):
        sessions = self.env["iicharge.session"]
        for number, charger in enumerate(self.chargers):
            sessions |= self.session(first + number, charger)
        return sessions

    def read_outcome(self, sessions):
        charges = sessions.charge_ids.sorted("session_id")
        names = ("name", "price_unit", "amount_untaxed", "amount_tax", "energy_kwh")
        return (
            [[session[name] for name in OUTCOME] for session in sessions],
            [
                (rating.number, rating.amount_total, rating.decision)
                for rating in sessions.rating_id
            ],
            [[line[name] for name in names] for line in charges.line_ids],
        )

    def test_same_outcome_as_one_by_one(self):
        self.start_all()
        self.stop_all()
        process_messages(self.env)
        together = self.read_outcome(self.get_sessions())
        self.t0 += timedelta(days=1)
        self.start_all(8001)
        for number, charger in enumerate(self.chargers):
            self.send(self.stop(8001 + number, meter_stop=2000 + 1000 * number), charger)
            process_messages(self.env)
        alone = self.read_outcome(self.get_sessions(8001))
        self.assertEqual(together[:2], alone[:2])
        day, next_day = "03/10/2026", "03/11/2026"
        texts = [[line[0].replace(day, next_day), *line[1:]] for line in together[2]]
        self.assertEqual(texts, alone[2])
        self.assertEqual(len(texts), CHARGERS)

    def test_written_at_once(self):
        self.start_all()
        self.stop_all()
        creates = []
        charges = self.registry["iicharge.charge"]
        create = charges.create
        with patch.object(
            charges,
            "create",
            lambda self, values: creates.append(len(values)) or create(self, values),
        ):
            process_messages(self.env)
        self.assertEqual(creates, [CHARGERS])

    def test_free_energy_of_the_stay_is_taken_in_turn(self):
        self.tariff.write({"free_kwh": 6, "free_kwh_per": "stay"})
        self.start_all()
        self.stop_all()  # 1 to 6 kWh
        process_messages(self.env)
        sessions = self.get_sessions()
        self.assertEqual(sessions.mapped("billing"), ["free"] * 3 + ["rated"] * 3)
        self.assertEqual(
            [round(session.amount_untaxed, 2) for session in sessions[3:]],
            [round(kwh * 0.45, 2) for kwh in (4, 5, 6)],
        )
        self.assertEqual(self.env["iicharge.free.energy"].search([]).used_wh, 6000)

    def test_one_that_cannot_be_charged_fails_no_other(self):
        self.start_all()
        self.stop_all()
        broken = self.get_sessions()[2]
        sessions = self.registry["iicharge.session"]
        prepare = sessions._prepare_charge_lines

        def fail_for_one(session, *args):
            if session == broken:
                raise ValueError("broken")
            return prepare(session, *args)

        with (
            patch.object(sessions, "_prepare_charge_lines", fail_for_one),
            mute_logger("odoo.addons.iicharge_odoo.service.applying"),
        ):
            process_messages(self.env)
        self.assertEqual(broken.state, "charging")
        self.assertEqual((self.get_sessions() - broken).mapped("billing"), ["rated"] * 5)
        self.assertFalse(broken.rating_id | broken.charge_ids.rating_id)
        self.process()
        self.assertEqual(broken.billing, "rated")

    def test_next_start_of_a_charger_finds_its_stop_rated(self):
        self.start_all()
        self.stop_all()
        self.send(self.start(9001, minutes=61), self.charger)
        rated = []
        sessions = self.registry["iicharge.session"]
        start = sessions._start

        def look(session, connector, **values):
            rated.append(self.session(7001).billing)
            return start(session, connector, **values)

        with patch.object(sessions, "_start", look):
            process_messages(self.env)
            process_messages(self.env)
        self.assertEqual(rated, ["rated"])

    def test_second_stop_in_the_same_round_is_noted_once(self):
        self.start_all()
        self.stop_all()
        self.send(self.stop(7001, minutes=70, meter_stop=9000), self.charger)
        process_messages(self.env)
        process_messages(self.env)
        first = self.session(7001)
        self.assertEqual((first.energy_wh, len(first.charge_ids)), (1000, 1))

    def test_session_that_is_asked_for_twice_is_rated_once(self):
        self.start_all()
        session = self.session(7001)
        session._stop(self.t0 + timedelta(hours=1), Decimal(2000), "Local")
        session._rate_later()
        self.assertFalse(session.rating_id)
        self.env.cr.flush()
        self.assertEqual((session.billing, len(session.charge_ids)), ("rated", 1))
        self.assertEqual(len(session.rating_history_ids), 1)
