# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import json

from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import PrepaidCase


@tagged("post_install", "-at_install")
class TestPrepaidLimit(PrepaidCase):
    """Charging stops at the balance: 20.00 are 40.40 kWh at 0.495 with tax."""

    def setUp(self):
        super().setUp()
        # a fast charger: what the tests use in half an hour is possible there
        self.charger.connector_ids.rated_power_w = 350_000

    def look(self):
        self.env["iicharge.session"]._stop_at_own_limit()

    def stopped(self):
        commands = self.env["iicharge.command"].search([("action", "=", "RemoteStopTransaction")])
        return sorted(json.loads(command.payload)["transactionId"] for command in commands)

    def use(self, kwh, transaction_id=7001, power=None, minutes=30, connector=1):
        self.sample(transaction_id, minutes, 1000 + kwh * 1000, power=power, connectorId=connector)
        self.process()

    def test_session_below_the_balance_goes_on(self):
        self.start(7001, idTag="PREPAID")
        self.use(40)
        self.look()
        self.assertFalse(self.stopped())

    def test_session_at_the_balance_is_stopped_once_and_says_so(self):
        self.start(7001, idTag="PREPAID")
        self.use(40.5)
        self.look()
        self.look()
        self.assertEqual(self.stopped(), [7001])
        self.assertIn("prepaid card", self.session(7001).message_ids[0].body)

    def test_session_that_would_pass_the_balance_before_the_next_look_is_stopped(self):
        self.start(7001, idTag="PREPAID")
        self.use(40.38, power=11000)  # 0.046 kWh until then
        self.look()
        self.assertEqual(self.stopped(), [7001])

    def test_holder_of_another_fiscal_position_uses_the_card_without_tax(self):
        """20.00 are 44.44 kWh at 0.45, where 40.40 kWh were 20.00 with the tariff's tax."""
        self.holder.property_account_position_id = self.make_position()
        self.start(7001, idTag="PREPAID")
        self.use(44)
        self.assertEqual(self.session(7001).running_amount, 19.80)
        self.assertAlmostEqual(self.wallet._iicharge_get_available(), 0.20)
        self.look()
        self.assertFalse(self.stopped())
        self.use(44.5, minutes=31)
        self.look()
        self.assertEqual(self.stopped(), [7001])
        self.stop(7001, meter_stop=45500)
        self.process()
        self.assertEqual(self.session(7001).amount_total, 20.03)

    def test_top_up_while_charging_lets_it_go_on(self):
        self.start(7001, idTag="PREPAID")
        self.use(40.5)
        self.wallet.points += 20
        self.look()
        self.assertFalse(self.stopped())
        self.use(81, minutes=40)
        self.look()
        self.assertEqual(self.stopped(), [7001])

    def test_two_cars_on_one_card_share_its_balance(self):
        self.start(7001, idTag="PREPAID")
        self.start(7002, idTag="PREPAID", connectorId=2)
        self.use(20)
        self.use(20, 7002, connector=2)
        self.look()
        self.assertFalse(self.stopped())
        self.use(21, 7002, minutes=31, connector=2)
        self.look()
        self.assertEqual(self.stopped(), [7001, 7002])

    def test_session_that_waits_for_review_keeps_its_share(self):
        self.start(7001, idTag="PREPAID", status="Blocked")
        self.stop(7001, meter_stop=31000)
        self.process()
        self.assertEqual(self.session(7001).billing, "review")
        self.assertAlmostEqual(self.wallet._iicharge_get_available(), 20 - 14.85)

    def test_session_that_is_paid_counts_no_more(self):
        self.charge_prepaid(20)
        self.assertBalance(10.10)
        self.assertAlmostEqual(self.wallet._iicharge_get_available(), 10.10)

    def test_card_used_up_elsewhere_stops_the_car(self):
        self.start(7001, idTag="PREPAID")
        self.use(10)
        self.wallet.points = 3
        self.look()
        self.assertEqual(self.stopped(), [7001])

    def test_session_that_cannot_be_looked_at_holds_up_no_other(self):
        self.start(7001, idTag="PREPAID")
        self.use(45)
        other = self.make_card(1, partner=self.guest)
        self.make_token("BAD", other)
        self.start(7002, idTag="BAD", connectorId=2)
        self.process()
        self.session(7002).tariff_snapshot = "{"
        with mute_logger("odoo.addons.iicharge_odoo.models.session.iicharge_session_limit"):
            self.look()
        self.assertEqual(self.stopped(), [7001])

    def test_session_of_a_stay_is_left_alone(self):
        self.start(7001)
        self.use(400)
        self.look()
        self.assertFalse(self.stopped())
