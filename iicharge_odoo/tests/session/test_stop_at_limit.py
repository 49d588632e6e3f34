# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import json
from unittest.mock import patch

from odoo import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from ...core import errors
from ...models.billing.iicharge_session_rating import SessionRating
from ..common import ChargingCase


@tagged("post_install", "-at_install")
class TestStopAtLimit(ChargingCase):
    """docs/room-charges.md rule 4: a session may be stopped at the limit when the hotel says so."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.connection = cls.env["iicharge.connection"].create(
            {"charger_id": cls.charger.id, "online": True, "fence": 1}
        )
        cls.site.stop_at_credit_limit = True
        cls.folio.iicharge_credit_limit = 4.95  # 10 kWh
        cls.start(7001)
        cls.sample(7001, 30, 10000)
        cls.process()

    def look(self):
        self.env["iicharge.session"]._stop_at_limit()

    def commands(self):
        return self.env["iicharge.command"].search([("action", "=", "RemoteStopTransaction")])

    def use_kwh(self, kwh, minutes=31):
        self.sample(7001, minutes, int(1000 + kwh * 1000))
        self.process()

    def test_session_below_the_limit_goes_on(self):
        self.look()
        self.assertFalse(self.commands())

    def test_session_at_the_limit_is_stopped_once_and_says_so(self):
        self.use_kwh(10)
        self.look()
        self.look()
        command = self.commands()
        self.assertEqual(len(command), 1)
        self.assertEqual(json.loads(command.payload), {"transactionId": 7001})
        session = self.session(7001)
        self.assertTrue(session.limit_stop_at)
        self.assertIn("credit limit", session.message_ids[0].body)

    def test_limit_in_another_currency_is_compared_in_it(self):
        yen = self.env.ref("base.JPY")
        yen.active = True
        yen.rate_ids.unlink()
        yen.rate_ids = [Command.create({"name": "2020-01-01", "rate": 150.0})]
        self.folio.write({"currency_id": yen.id, "iicharge_credit_limit": 750})  # 5.00
        self.look()
        self.assertFalse(self.commands())
        self.use_kwh(10.2, minutes=40)
        prop = self.site._get_property()
        self.assertEqual(float(prop._get_owed(self.folio).amount), 758)
        self.look()
        self.assertEqual(len(self.commands()), 1)
        with self.assertRaises(errors.CreditLimit):
            prop._check_start(self.folio, self.other_connector)

    def test_two_cars_reach_the_limit_together(self):
        self.start(7002, connectorId=2)
        self.sample(7002, 30, 2000, connectorId=2)
        self.process()
        self.look()
        self.assertEqual(
            {json.loads(command.payload)["transactionId"] for command in self.commands()},
            {7001, 7002},
        )

    def test_charger_that_is_away_is_stopped_when_it_is_back(self):
        self.use_kwh(10)
        self.connection.online = False
        self.look()
        self.assertFalse(self.commands())
        self.connection.online = True
        self.look()
        self.assertTrue(self.commands())

    def test_site_that_does_not_want_it_rates_nothing(self):
        self.use_kwh(10)
        self.site.stop_at_credit_limit = False
        self.env["iicharge.session"].invalidate_model(["running_amount"])
        with patch.object(SessionRating, "_get_basis", side_effect=AssertionError("rated")):
            self.look()
        self.assertFalse(self.commands())

    def test_stay_without_a_limit_goes_on_and_rates_nothing(self):
        self.use_kwh(1000)
        self.folio.iicharge_credit_limit = 0
        self.env["iicharge.session"].invalidate_model(["running_amount"])
        with patch.object(SessionRating, "_get_basis", side_effect=AssertionError("rated")):
            self.look()
        self.assertFalse(self.commands())

    def test_stay_that_cannot_be_checked_delays_no_other(self):
        self.use_kwh(10)
        other = self.make_stay(self.env["res.partner"].create({"name": "Ben Otto"}), "102")
        other.iicharge_credit_limit = 1
        self.env["iicharge.token"].create({"uid": "BAD", "folio_id": other.id})
        self.start(7002, connectorId=2, idTag="BAD")
        self.process()
        self.session(7002).tariff_snapshot = "{"
        with mute_logger("odoo.addons.iicharge_odoo.models.session.iicharge_session_limit"):
            self.look()
        self.assertEqual(len(self.commands()), 1)

    def test_session_that_front_desk_started_over_the_limit_goes_on(self):
        self.use_kwh(10)
        self.token.limit_waived = True
        self.look()
        self.assertFalse(self.commands())

    def test_session_that_stopped_unasked_is_left_alone(self):
        self.stop(7001)
        self.process()
        self.look()
        self.assertFalse(self.commands())
