# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..common import ChargingCase


@tagged("post_install", "-at_install")
class TestReview(ChargingCase):
    """A session in review ends by a person's decision, with a name and a reason."""

    def held_session(self):
        self.start(7001)
        self.sample(7001, 30, 5000)
        self.stop(7001, meter_stop=-1)
        self.process()
        return self.session(7001)

    def decide(self, session, group="manager", **values):
        wizard = (
            self.env["iicharge.review"]
            .with_user(self.users[group])
            .create({"session_id": session.id, "reason": "Seen on the meter", **values})
        )
        wizard.action_decide()

    def test_manager_bills_what_the_readings_suggest(self):
        session = self.held_session()
        self.decide(session)
        self.env["iicharge.charge"]._post_due()
        self.assertEqual(session.billing, "posted")
        self.assertAlmostEqual(self.folio.order_line.price_subtotal, 1.80)
        notes = " ".join(session.message_ids.mapped("body"))
        self.assertIn("Seen on the meter", notes)
        self.assertIn(self.users["manager"].name, notes)

    def test_front_desk_has_an_estimate_and_words_for_the_guest(self):
        session = self.held_session().with_user(self.users["front_desk"])
        self.assertAlmostEqual(session.review_estimate, 1.98)
        self.assertIn(session.currency_id.format(1.98), session.review_advice)
        self.decide(session)
        self.assertFalse(session.review_advice)
        self.assertFalse(session.review_estimate)

    def test_readings_that_cannot_be_true_give_no_estimate(self):
        self.start(7001)
        self.stop(7001, meter_stop=9_000_000)
        self.process()
        session = self.session(7001).with_user(self.users["front_desk"])
        self.assertEqual(session.billing, "review")
        self.assertFalse(session.review_estimate)
        self.assertIn("second look", session.review_advice)

    def test_manager_corrects_the_energy(self):
        session = self.held_session()
        self.decide(session, energy_kwh=10)
        self.assertEqual(session.energy_wh, 10000)
        self.assertAlmostEqual(session.amount_untaxed, 4.50)

    def test_manager_writes_it_off(self):
        session = self.held_session()
        self.decide(session, decision="write_off")
        self.assertEqual(session.billing, "void")
        self.assertFalse(session.charge_ids)

    def test_start_that_was_lost_is_billed_by_the_tariff_of_the_site(self):
        message = self.stop(9999, idTag="04A1B2C3")
        self.process()
        self.decide(message.session_id, energy_kwh=2)
        self.assertAlmostEqual(message.session_id.amount_untaxed, 0.90)
        self.assertEqual(message.session_id.charge_ids.folio_id, self.folio)

    def test_second_decision_is_refused(self):
        session = self.held_session()
        self.decide(session)
        with self.assertRaisesRegex(UserError, "already"):
            self.decide(session)
        self.assertEqual(len(session.charge_ids), 1)

    def test_energy_below_zero_is_refused(self):
        session = self.held_session()
        with self.assertRaisesRegex(UserError, "below zero"):
            self.decide(session, energy_kwh=-1)

    def test_front_desk_may_not_decide(self):
        session = self.held_session()
        with self.assertRaises(AccessError):
            self.decide(session, group="front_desk")
