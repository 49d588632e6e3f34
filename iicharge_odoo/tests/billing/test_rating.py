# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""A decision makes one rating, and bills are read from it (docs/room-charges.md rule 17)."""

from datetime import datetime

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..common import ChargingCase


class RatedCase(ChargingCase):
    def dispute(self, session, credit_total):
        """A guest disputes a session, and a manager gives a part of it back."""
        session._open_dispute("price", "The sign said less.")._credit_in_part(credit_total, "True")

    def move_to(self, session, folio):
        """Front desk presses "to the room" for what was credited off another bill or waits."""
        charge = session._move_to_stay(folio)
        self.post()
        return charge

    def make_other_stay(self):
        return self.make_stay(self.env["res.partner"].create({"name": "Bo Lind"}), "102")

    def charge_visitor(self, number=7001, kwh=20, **start):
        if not self.env["iicharge.token"].search([("uid", "=", "VISITOR")]):
            self.env["iicharge.token"].create({"uid": "VISITOR", "group": "visitor"})
        return self.charge_kwh(number, kwh=kwh, idTag="VISITOR", **start)


@tagged("post_install", "-at_install")
class TestRating(RatedCase):
    def test_stop_makes_one_rating_with_all_that_the_price_was_worked_out_from(self):
        session = self.charge_kwh(kwh=20)
        rating = session.rating_id
        self.assertEqual((rating.number, rating.decision), (1, "stop"))
        self.assertEqual((rating.amount_untaxed, rating.amount_total), (9.00, 9.90))
        self.assertEqual(session.charge_ids.rating_id, rating)
        self.assertTrue(rating._is_intact())
        self.assertEqual(rating._get_usage().samples[-1].energy_wh, 20000)

    def test_rating_is_never_changed_nor_deleted(self):
        rating = self.charge_kwh().rating_id
        for change in (lambda: rating.write({"amount_total": 0}), rating.unlink):
            with self.assertRaisesRegex(UserError, "never"):
                change()

    def test_state_reported_before_and_dated_after_the_stop_is_left_out_of_the_price(self):
        """A charger's clock was set back in between: its stop is applied all the same."""
        self.start(7001)
        self.status("Charging", minutes=1)
        self.status("SuspendedEV", minutes=90)
        self.stop(7001)
        self.process()
        session = self.session(7001)
        self.assertEqual((session.state, session.amount_total), ("stopped", 4.95))

    def test_late_readings_change_no_rating(self):
        """The start of the curve comes after the stop was rated: another price by the hour."""
        self.tariff.component_ids = [
            Command.create({"dimension": "PARKING_TIME", "price": 6, "tax_ids": self.tax.ids})
        ]
        session = self.charge_kwh(kwh=10)
        before = session._get_breakdown(), session._get_minutes(), session.amount_total
        self.sample(7001, 5, 6000)
        self.status("SuspendedEV", minutes=10)
        self.process()
        self.assertIn(6000, session.meter_value_ids.mapped("register_wh"))
        after = session._get_breakdown(), session._get_minutes(), session.amount_total
        self.assertEqual(after, before)
        self.assertNotEqual(session._get_usage(session.stopped_at), session.rating_id._get_usage())

    def test_new_price_by_a_dispute_is_a_rating_of_its_own(self):
        session = self.charge_kwh(kwh=20)
        self.post()
        cheap = self.tariff.copy({"name": "Cheap"})
        cheap.component_ids.price = 0.30
        promised = session._get_price_by(cheap)
        session._open_dispute("price", "0.30")._rerate(cheap, "Promised")
        self.assertEqual(session.rating_history_ids.mapped("decision"), ["stop", "dispute"])
        first, *_, last = session.charge_ids.sorted("revision")
        self.assertEqual((first.rating_id.amount_total, last.rating_id.amount_total), (9.90, 6.60))
        self.assertEqual(promised, 6.60)

    def test_new_price_books_what_its_preview_promises(self):
        """Two lines, each rounded: the exact sum with tax is 1.02, what is booked 1.01."""
        session = self.charge_kwh(kwh=1)
        self.post()
        other = self.tariff.copy({"name": "Other"})
        other.component_ids.price = 0.4567
        other.component_ids = [
            Command.create({"dimension": "FLAT", "price": 0.4664, "tax_ids": self.tax.ids})
        ]
        promised = session._get_price_by(other)
        session._open_dispute("price", "?")._rerate(other, "Promised")
        self.assertEqual(session.amount_total, promised)


@tagged("post_install", "-at_install")
class TestTransfer(RatedCase):
    def test_moving_to_a_room_keeps_what_a_dispute_gave_back(self):
        session = self.charge_kwh(kwh=20)
        self.post()
        self.dispute(session, 3.30)
        other = self.make_other_stay()
        charge = self.move_to(session, other)
        self.assertEqual((charge.amount_total, session.amount_total), (6.60, 6.60))
        self.assertEqual((self.folio.amount_total, other.amount_total), (0, 6.60))
        self.assertEqual(session.billing, "posted")

    def test_late_charge_that_was_made_smaller_moves_as_it_is(self):
        session = self.charge_kwh(kwh=20)
        self.folio.action_lock()
        self.post()
        self.dispute(session, 3.30)
        other = self.make_other_stay()
        self.move_to(session, other)
        self.assertEqual((session.amount_total, other.amount_total), (6.60, 6.60))

    def test_visitor_moves_as_rated(self):
        session = self.charge_visitor()
        self.move_to(session, self.folio)
        self.assertEqual((self.folio.amount_total, session.amount_total), (9.90, 9.90))
        self.assertEqual(session.rating_history_ids, session.rating_id)

    def test_tax_changed_since_changes_no_agreed_sum(self):
        session = self.charge_kwh(kwh=20)
        self.post()
        self.tax.amount = 20
        charge = self.move_to(session, self.make_other_stay())
        self.assertEqual(charge.amount_total, 9.90)

    def test_other_taxes_of_the_new_bill_apply_to_what_is_left(self):
        """An embassy pays no tax; half of it was given back before."""
        session = self.charge_kwh(kwh=20)
        self.post()
        self.dispute(session, 4.95)
        position = self.env["account.fiscal.position"].create({"name": "Embassy"})
        free = self.tax.copy({"name": "0 %", "amount": 0})
        free.write({"original_tax_ids": self.tax.ids, "fiscal_position_ids": position.ids})
        other = self.make_other_stay()
        other.fiscal_position_id = position
        charge = self.move_to(session, other)
        self.assertEqual((charge.amount_untaxed, charge.amount_total), (4.50, 4.50))
        self.assertEqual(other.amount_total, 4.50)

    def test_text_is_in_the_words_of_who_pays_now(self):
        self.env["res.lang"]._activate_lang("de_DE")
        session = self.charge_visitor()
        self.guest.lang = "de_DE"
        charge = self.move_to(session, self.folio)
        self.assertIn("kWh zu", charge.line_ids.name)


@tagged("post_install", "-at_install")
class TestFreeEnergyLedger(RatedCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.t0 = datetime(2026, 3, 10, 17, 0)
        cls.tariff.write({"free_kwh": 6, "free_kwh_per": "stay"})

    def get_used(self, folio):
        return self.env["iicharge.free.energy"].search([("folio_id", "=", folio.id)]).used_wh

    def test_moving_takes_no_free_energy_again_and_gives_none_back(self):
        session = self.charge_kwh(kwh=20)
        self.post()
        other = self.make_other_stay()
        self.move_to(session, other)
        self.assertEqual((session.amount_untaxed, other.amount_untaxed), (6.30, 6.30))
        self.assertEqual((self.get_used(self.folio), self.get_used(other)), (6000, 0))

    def test_credit_in_full_gives_it_back_to_the_stay_that_gave_it(self):
        session = self.charge_kwh(kwh=20)
        self.post()
        other = self.make_other_stay()
        self.move_to(session, other)
        session._open_dispute("price", "?")._credit_in_full("Failed")
        self.assertEqual((self.get_used(self.folio), self.get_used(other)), (0, 0))
        self.assertEqual(session.rating_id.free_energy_entry_ids.mapped("energy_wh"), [6000, -6000])

    def test_credit_of_one_session_leaves_the_receipt_of_another(self):
        first = self.charge_kwh(kwh=6)
        second = self.charge_kwh(7002, kwh=20, minutes=70)
        self.post()
        before = second._get_breakdown()
        first._credit_charges("Slow")
        self.assertEqual(self.get_used(self.folio), 0)
        self.assertEqual(second._get_breakdown(), before)
        self.assertEqual(second.amount_untaxed, 9.00)

    def test_session_that_was_all_free_ends_as_free(self):
        session = self.charge_kwh(kwh=5)
        self.assertEqual((session.billing, session.charge_ids.ids), ("free", []))
        self.assertFalse(session._create_charge(session._prepare_rated_lines()))
