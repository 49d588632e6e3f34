# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import json
from datetime import timedelta

from psycopg2 import IntegrityError

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .reservation import EXPIRED_FEE, RESERVED_HOUR, ReservationCase


@tagged("post_install", "-at_install")
class TestReserve(ReservationCase):
    """docs/room-charges.md rule 14: a charger is reserved by the same rules as it is started."""

    def test_room_found_reserves_with_the_guests_card(self):
        reservation, command = self.request()
        self.assertEqual(command.action, "ReserveNow")
        self.assertEqual(
            json.loads(command.payload),
            {
                "connectorId": 1,
                "expiryDate": f"{reservation.expires_at.isoformat()}.000Z",
                "idTag": self.token.uid,
                "parentIdTag": f"stay-{self.folio.id}",
                "reservationId": reservation.id,
            },
        )
        self.assertEqual(reservation.state, "requested")
        self.assertEqual((reservation.folio_id, reservation.room), (self.folio, "101"))
        self.answer(command)
        self.assertEqual(reservation.state, "active")
        connector = self.connector.with_user(self.users["front_desk"])
        self.assertEqual((connector.reserved_for_id, connector.reserved_room), (self.guest, "101"))

    def test_charger_refusing_gives_connector_free_and_says_why(self):
        reservation, command = self.request()
        self.answer(command, "Occupied")
        self.assertEqual(reservation.state, "refused")
        self.assertIn("in use or reserved", reservation.answer_text)
        self.assertFalse(self.connector.reservation_id)
        self.assertFalse(self.expire())
        self.request()

    def test_charger_not_answering_gets_a_cancel(self):
        reservation, command = self.request()
        command.expires_at = fields.Datetime.now() - timedelta(seconds=1)
        self.env["iicharge.command"]._expire()
        self.assertEqual(reservation.state, "refused")
        self.assertEqual(
            set(reservation.command_ids.mapped("action")), {"ReserveNow", "CancelReservation"}
        )

    def test_charger_offline_cannot_be_reserved(self):
        self.env["iicharge.connection"].search([]).online = False
        with self.assertRaisesRegex(UserError, "not connected"):
            self.request()

    def test_rules_of_a_start_hold_at_reserving(self):
        self.folio.iicharge_no_post = True
        form = self.dialog()
        self.assertIn("takes no charges", form.refusal_text)
        self.assertFalse(form.can_start)
        with self.assertRaisesRegex(UserError, "takes no charges"):
            form.save().action_reserve()

    def test_checkout_due_before_late_start_is_reserved_anyway_by_name(self):
        wanted = self.connector._get_estimate(energy_kwh=20).duration_s
        self.folio.iicharge_checkout = fields.Datetime.now() + timedelta(seconds=wanted + 900)
        form = self.dialog()
        self.assertTrue(form.can_override and not form.can_start)
        form.expires_at = fields.Datetime.now() + timedelta(minutes=5)
        self.assertTrue(form.can_start)
        form.expires_at = fields.Datetime.now() + timedelta(minutes=30)
        form.save().action_reserve_override()
        self.assertIn("reserved Garage 1", self.folio.message_ids[:1].body)

    def test_guest_who_arrives_while_it_is_kept_may_have_it_reserved(self):
        self.folio.iicharge_checkin = fields.Datetime.now() + timedelta(hours=2)
        form = self.dialog()
        self.assertFalse(form.can_start)
        form.expires_at = fields.Datetime.now() + timedelta(hours=3)
        self.assertTrue(form.can_start, form.refusal_text)
        form.save().action_reserve()
        reservation = self.env["iicharge.reservation"].search([], limit=1)
        self.assertEqual(reservation.folio_id, self.folio)

    def test_time_gone_by_or_too_long_is_refused(self):
        for delta in (timedelta(minutes=-1), timedelta(hours=25)):
            form = self.dialog()
            form.expires_at = fields.Datetime.now() + delta
            with self.assertRaisesRegex(UserError, "24 hours at the most"):
                form.save().action_reserve()

    def test_two_at_once_leave_one(self):
        self.request()
        other = self.make_stay(self.env["res.partner"].create({"name": "Ben Otto"}), "102")
        with self.assertRaisesRegex(UserError, "reserved until"):
            self.request(room="102", card=False)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.env["iicharge.reservation"]._request(
                self.connector, other, None, self.token, fields.Datetime.now()
            )

    def test_start_for_the_stay_uses_the_token_that_is_reserved_for(self):
        reservation, command = self.request(card=False)
        self.answer(command)
        self.assertEqual(reservation.token_id.kind, "remote")
        connector = self.connector.with_user(self.users["front_desk"])
        payload = json.loads(connector._start_for_stay(self.folio).payload)
        self.assertEqual(payload["idTag"], reservation.token_id.uid)

    def test_start_for_another_stay_is_refused(self):
        self.reserve()
        other = self.make_stay(self.env["res.partner"].create({"name": "Ben Otto"}), "102")
        with self.assertRaisesRegex(UserError, "reserved until"):
            self.connector.with_user(self.users["front_desk"])._start_for_stay(other)

    def test_stay_of_another_company_is_not_found(self):
        company = self.env["res.company"].create({"name": "Other hotel"})
        self.make_stay(self.guest, "707", company_id=company.id, warehouse_id=False)
        self.assertFalse(self.dialog(room="707").folio_id)

    def test_only_front_desk_cancels(self):
        reservation = self.reserve()
        for group in ("technician", "accountant"):
            with self.assertRaises(AccessError):
                reservation.with_user(self.users[group]).action_cancel()


@tagged("post_install", "-at_install")
class TestReservationUsed(ReservationCase):
    """docs/room-charges.md rule 14: a guest in time pays the reserved time by its own price."""

    def test_used_in_time_prices_the_reserved_time(self):
        self.add_price(**RESERVED_HOUR)
        self.add_price(**EXPIRED_FEE)
        reservation = self.reserve(minutes=30)
        session = self.charge_kwh(7001, 10, minutes=20)
        self.assertEqual(reservation.state, "used")
        self.assertEqual(session.reservation_id, reservation)
        self.assertFalse(session.no_show)
        self.assertFalse(self.expire())
        # 20 minutes at 6 an hour, and 10 kWh at 0.45
        self.assertEqual(session.amount_untaxed, 6.50)
        self.post()
        self.assertIn("20 min of reservation", self.folio.order_line.name)

    def test_used_after_its_expiry_prices_the_time_for_which_it_was_kept(self):
        """The charger names the reservation, 60 minutes late."""
        self.add_price(**RESERVED_HOUR)
        reservation = self.reserve(minutes=30)
        session = self.charge_kwh(7001, 10, minutes=90, reservationId=reservation.id)
        self.assertEqual(session.reservation_id, reservation)
        # 30 minutes at 6 an hour, and 10 kWh at 0.45
        self.assertEqual(session.amount_untaxed, 7.50)

    def test_used_with_a_product_of_its_own_names_the_reservation(self):
        product = self.env["product.product"].create({"name": "Reserved", "type": "service"})
        self.site.product_ids = [
            Command.create({"component": "RESERVATION", "product_id": product.id})
        ]
        self.add_price(**RESERVED_HOUR)
        self.reserve()
        self.charge_kwh(7001, 10, minutes=20)
        self.post()
        line = self.folio.order_line.filtered(lambda line: line.product_id == product)
        self.assertEqual(line.price_subtotal, 2.00)
        self.assertIn("Reservation of charger Garage 1", line.name)
        self.assertIn("(0 h 20 min)", line.name)
        self.assertNotIn("kWh", line.name)

    def test_used_is_priced_by_the_tariff_when_it_was_reserved(self):
        reservation = self.reserve()
        self.tariff.component_ids.price = 4.5
        session = self.charge_kwh(7001, 10, minutes=20)
        self.assertEqual(session.tariff_snapshot, reservation.tariff_snapshot)
        self.assertEqual(session.amount_untaxed, 4.50)

    def test_charger_clock_behind_still_uses_it(self):
        self.add_price(**RESERVED_HOUR)
        reservation = self.reserve()
        session = self.charge_kwh(7001, 10, minutes=-2)
        self.assertEqual((reservation.state, session.amount_untaxed), ("used", 4.50))

    def test_another_connector_leaves_it_reserved(self):
        reservation = self.reserve()
        self.charge_kwh(7001, 10, connectorId=2)
        self.assertEqual(reservation.state, "active")

    def test_another_card_of_the_stay_uses_it_by_its_number(self):
        self.token.copy({"uid": "CARD-2"})
        reservation = self.reserve(card=False)
        self.start(7001, idTag="CARD-2", reservationId=reservation.id, minutes=5)
        self.process()
        self.assertEqual(self.session(7001).reservation_id, reservation)

    def test_charger_is_named_one_group_for_the_reservation_and_each_card_of_the_stay(self):
        self.token.copy({"uid": "CARD-2"})
        reservation, command = self.request(card=False)
        [group] = {
            self.env["iicharge.token"]._find(self.company, uid)._get_group_id()
            for uid in (self.token.uid, "CARD-2", reservation.token_id.uid)
        }
        self.assertEqual(json.loads(command.payload)["parentIdTag"], group)
        self.answer(command)
        # a charger that has restarted
        reservation._restore()
        again = reservation.command_ids.sorted("id")[-1]
        self.assertEqual(json.loads(again.payload)["parentIdTag"], group)

    def test_number_of_another_stays_reservation_is_not_billed(self):
        other = self.make_stay(self.env["res.partner"].create({"name": "Ben Otto"}), "102")
        self.token.copy({"uid": "CARD-2", "folio_id": other.id})
        reservation = self.reserve()
        self.start(7001, idTag="CARD-2", reservationId=reservation.id, minutes=5)
        self.process()
        self.assertFalse(self.session(7001).reservation_id)
        self.assertEqual(reservation.state, "active")

    def test_number_zero_is_none(self):
        """docs/chargers.md row 23."""
        self.start(7001, reservationId=0)
        self.process()
        self.assertFalse(self.session(7001).reservation_id)

    def test_start_after_expiry_is_a_session_without_it(self):
        self.add_price(**EXPIRED_FEE)
        reservation = self.reserve(minutes=30)
        self.expire()
        session = self.charge_kwh(7001, 10, minutes=40)
        self.assertFalse(session.reservation_id)
        self.assertEqual(self.fee(reservation).billing, "posted")

    def test_start_in_time_that_is_reported_late_takes_the_fee_back(self):
        self.add_price(**EXPIRED_FEE)
        reservation = self.reserve(minutes=30)
        self.expire()
        session = self.charge_kwh(7001, 10, minutes=20)
        self.post()
        self.assertEqual(reservation.state, "used")
        self.assertEqual(self.fee(reservation).billing, "void")
        self.assertEqual(session.billing, "posted")
        self.assertAlmostEqual(sum(self.folio.order_line.mapped("price_subtotal")), 4.50)

    def test_start_that_is_reported_late_decides_a_dispute_of_the_fee(self):
        self.add_price(**EXPIRED_FEE)
        reservation = self.reserve(minutes=30)
        self.expire()
        fee = self.fee(reservation)
        dispute = fee._open_dispute("price", "I was there.")
        self.start(7001, minutes=20)
        self.process()
        self.assertEqual(reservation.state, "used")
        self.assertEqual((fee.billing, dispute.state), ("void", "credited"))
        self.assertEqual(sum(fee.charge_ids.mapped("amount_total")), 0)

    def test_start_that_is_reported_late_writes_off_a_fee_on_the_late_charges(self):
        self.add_price(**EXPIRED_FEE)
        reservation = self.reserve(minutes=30)
        self.folio.locked = True
        self.expire()
        self.start(7001, minutes=20)
        self.process()
        fee = self.fee(reservation)
        self.assertEqual((fee.billing, fee.charge_ids.state), ("void", "written_off"))

    def cancels(self):
        return self.env["iicharge.command"].search([("action", "=", "CancelReservation")])

    def test_cancellation_that_the_charger_does_not_answer_is_requested_again(self):
        reservation, command = self.request()
        self.answer(command)
        reservation.with_user(self.users["front_desk"]).action_cancel()
        wish = self.env["iicharge.desired.state"].search([("kind", "=", "released")])
        self.cancels().write({"state": "timeout"})
        wish.next_try_at = fields.Datetime.now()
        wish._reconcile()
        self.assertEqual(len(self.cancels()), 2)
        self.answer(self.cancels()[0])
        self.assertEqual(wish.state, "met")

    def test_reservation_is_made_again_when_the_charger_restarts(self):
        reservation, command = self.request()
        self.answer(command)
        self.journal_message("BootNotification", {}, received_at=fields.Datetime.now())
        self.process()
        commands = self.env["iicharge.command"].search([("action", "=", "ReserveNow")])
        self.assertEqual(len(commands), 2)
        self.assertEqual(commands[0].payload, commands[1].payload)
        self.answer(commands[0])
        self.assertEqual(reservation.state, "active")
        wish = self.env["iicharge.desired.state"].search([("kind", "=", "reserved")])
        self.assertEqual(wish.state, "met")
