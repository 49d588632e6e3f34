# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import json
from datetime import timedelta
from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from ...models.billing.iicharge_session import Session
from ..common import ChargingCase

EXPIRED_FEE = {"dimension": "FLAT", "price": 4, "reservation": "RESERVATION_EXPIRES"}
RESERVED_HOUR = {"dimension": "TIME", "price": 6, "reservation": "RESERVATION"}


class ReservationCase(ChargingCase):
    """A free connector that is online, and front desk before it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["iicharge.connection"].create(
            {"charger_id": cls.charger.id, "online": True, "fence": 1}
        )

    def add_price(self, **values):
        self.tariff.component_ids = [Command.create({**values, "tax_ids": self.tax.ids})]

    def dialog(self, connector=None, room="101"):
        form = Form(
            self.env["iicharge.reserve"]
            .with_user(self.users["front_desk"])
            .with_context(default_connector_id=(connector or self.connector).id)
        )
        form.room = room
        return form

    def request(self, connector=None, room="101", card=True):
        """What front desk presses; gives the reservation and what was sent to the charger."""
        form = self.dialog(connector, room)
        if form.card_id and not card:
            form.card_id = self.env["iicharge.token"]
        form.save().action_reserve()
        reservation = self.env["iicharge.reservation"].search([], limit=1)
        return reservation, reservation.command_ids

    def answer(self, command, status="Accepted"):
        self.frame(
            command.action,
            json.loads(command.payload),
            {"status": status},
            direction="out",
            command_id=command.id,
            received_at=fields.Datetime.now(),
        )
        self.process()

    def reserve(self, minutes=30, **request):
        """A reservation that the charger has accepted at `t0`, for so many minutes."""
        reservation, command = self.request(**request)
        self.answer(command)
        reservation.write(
            {"reserved_at": self.t0, "expires_at": self.t0 + timedelta(minutes=minutes)}
        )
        return reservation

    def expire(self):
        expired = self.env["iicharge.reservation"]._expire_due()
        self.post()
        return expired

    def fee(self, reservation):
        return reservation.session_ids.filtered("no_show")


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
                "reservationId": reservation.id,
            },
        )
        self.assertEqual(reservation.state, "requested")
        self.assertEqual((reservation.folio_id, reservation.room), (self.folio, "101"))
        self.answer(command)
        self.assertEqual(reservation.state, "active")
        desk = self.connector.with_user(self.users["front_desk"])
        self.assertEqual((desk.reserved_for_id, desk.reserved_room), (self.guest, "101"))

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
        desk = self.connector.with_user(self.users["front_desk"])
        told = json.loads(desk._start_for_stay(self.folio).payload)
        self.assertEqual(told["idTag"], reservation.token_id.uid)

    def test_start_for_another_stay_is_refused(self):
        self.reserve()
        other = self.make_stay(self.env["res.partner"].create({"name": "Ben Otto"}), "102")
        with self.assertRaisesRegex(UserError, "reserved until"):
            self.connector.with_user(self.users["front_desk"])._start_for_stay(other)

    def test_stay_of_another_company_is_not_found(self):
        company = self.env["res.company"].create({"name": "Other hotel"})
        self.make_stay(self.guest, "707", company_id=company.id, warehouse_id=False)
        self.assertFalse(self.dialog(room="707").stay_ids)

    def test_only_front_desk_cancels(self):
        reservation = self.reserve()
        for group in ("technician", "accountant"):
            with self.assertRaises(AccessError):
                reservation.with_user(self.users[group]).action_cancel()


@tagged("post_install", "-at_install")
class TestRule14NoShow(ReservationCase):
    """docs/room-charges.md rule 14: reserved and not used may cost a fee, by the same rules."""

    def test_no_show_posts_the_fee_once(self):
        self.add_price(**EXPIRED_FEE)
        reservation = self.reserve()
        self.assertEqual(self.expire(), reservation)
        self.assertFalse(self.expire())
        self.assertEqual(reservation.state, "expired")
        session = self.fee(reservation)
        self.assertEqual((session.billing, session.energy_wh), ("posted", 0))
        self.assertEqual(session.started_at, session.stopped_at)
        self.assertEqual((session.amount_untaxed, session.amount_total), (4.00, 4.40))
        line = self.folio.order_line
        self.assertEqual(line.price_subtotal, 4.00)
        self.assertIn("Reserved and not used: charger Garage 1", line.name)
        self.assertIn("(0 h 30 min)", line.name)
        self.assertIn("Reservation fee", line.name)
        self.assertNotIn("kWh", line.name)

    def test_no_show_sells_the_sites_product_for_reservations(self):
        product = self.env["product.product"].create({"name": "No-show", "type": "service"})
        self.site.product_ids = [
            Command.create({"component": "RESERVATION", "product_id": product.id})
        ]
        self.add_price(**EXPIRED_FEE)
        self.reserve()
        self.expire()
        self.assertEqual(self.folio.order_line.product_id, product)

    def test_no_show_without_a_price_costs_nothing(self):
        self.tariff.write({"has_min_price": True, "min_price_untaxed": 5})
        reservation = self.reserve()
        self.expire()
        self.assertEqual(reservation.state, "expired")
        self.assertFalse(reservation.session_ids)

    def test_no_show_is_priced_by_the_tariff_when_it_was_reserved(self):
        self.add_price(**EXPIRED_FEE)
        reservation = self.reserve()
        self.tariff.component_ids.filtered("reservation").price = 40
        self.expire()
        self.assertEqual(self.fee(reservation).amount_untaxed, 4.00)

    def test_not_due_yet_stays_reserved(self):
        self.add_price(**EXPIRED_FEE)
        reservation, command = self.request()
        self.answer(command)
        self.assertFalse(self.expire())
        self.assertEqual(reservation.state, "active")

    def test_cancelled_in_time_costs_nothing(self):
        self.add_price(**EXPIRED_FEE)
        reservation, command = self.request()
        self.answer(command)
        reservation.with_user(self.users["front_desk"]).action_cancel()
        told = reservation.command_ids.filtered(lambda found: found.action == "CancelReservation")
        self.assertEqual(json.loads(told.payload), {"reservationId": reservation.id})
        reservation.expires_at = self.t0
        self.assertFalse(self.expire())
        self.assertEqual(reservation.state, "cancelled")

    def test_cancelled_while_charger_is_offline_costs_nothing(self):
        reservation, command = self.request()
        self.answer(command)
        self.env["iicharge.connection"].search([]).online = False
        self.connector.with_user(self.users["front_desk"]).action_cancel_reservation()
        self.assertEqual(reservation.state, "cancelled")

    def test_cancelled_before_the_answer_stays_cancelled(self):
        reservation, command = self.request()
        reservation.action_cancel()
        self.answer(command)
        self.assertEqual(reservation.state, "cancelled")

    def test_cancelled_too_late_is_refused(self):
        reservation = self.reserve()
        with self.assertRaisesRegex(UserError, "over already"):
            reservation.action_cancel()

    def test_guest_checked_out_before_expiry_is_a_late_charge(self):
        self.add_price(**EXPIRED_FEE)
        reservation = self.reserve()
        self.folio.locked = True
        self.expire()
        session = self.fee(reservation)
        self.assertEqual((session.billing, session.charge_ids.state), ("late", "late"))

    def test_fee_in_dispute_is_credited_as_any_charge(self):
        self.add_price(**EXPIRED_FEE)
        reservation = self.reserve()
        self.expire()
        session = self.fee(reservation)
        session._open_dispute("price", "I was there.")._credit_in_full("Goodwill")
        self.assertEqual(session.billing, "void")
        self.assertEqual(sum(self.folio.order_line.mapped("price_subtotal")), 0)

    def test_crash_while_charging_the_fee_leaves_it_for_the_next_round(self):
        self.add_price(**EXPIRED_FEE)
        reservation = self.reserve()
        with (
            patch.object(Session, "_charge", side_effect=RuntimeError("crash")),
            mute_logger("odoo.addons.iicharge_odoo.models.stay.iicharge_reservation"),
        ):
            self.assertFalse(self.expire())
        self.assertEqual(reservation.state, "active")
        self.assertFalse(reservation.session_ids)
        self.expire()
        self.assertEqual(self.fee(reservation).billing, "posted")

    def test_second_fee_of_a_reservation_is_refused_by_the_database(self):
        self.add_price(**EXPIRED_FEE)
        reservation = self.reserve()
        self.expire()
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.env["iicharge.session"].create(reservation._prepare_no_show_values())

    def test_tax_deleted_meanwhile_holds_the_fee_for_a_person(self):
        self.add_price(**EXPIRED_FEE)
        reservation = self.reserve()
        self.tariff.component_ids.tax_ids = False
        self.tax.unlink()
        self.expire()
        session = self.fee(reservation)
        self.assertEqual(session.billing, "review")
        session._decide_to_bill(0, "Tax of today")
        self.post()
        self.assertEqual(session.amount_untaxed, 4.00)

    def test_fee_is_a_charge_detail_record(self):
        self.add_price(**EXPIRED_FEE)
        reservation = self.reserve()
        self.expire()
        breakdown = self.fee(reservation)._get_breakdown(reservation.expires_at)
        self.assertEqual([period.kind.value for period in breakdown.periods], ["expired"])
        self.assertEqual(breakdown.reserved_s, 1800)

    def test_guest_is_anonymized_with_the_period_of_the_company(self):
        self.company.iicharge_anonymize_days = 1
        reservation = self.reserve(card=False)
        token = reservation.token_id
        self.expire()
        long_ago = fields.Datetime.now() - timedelta(days=2)
        reservation.write({"reserved_at": long_ago, "expires_at": long_ago})
        reservation.command_ids.create_date = long_ago
        reservation.command_ids.flush_recordset()
        self.env["iicharge.session"]._gc_guests()
        self.assertFalse(reservation.partner_id or reservation.room or token.exists())


@tagged("post_install", "-at_install")
class TestReservationUsed(ReservationCase):
    """docs/room-charges.md rule 14: who comes in time pays the reserved time by its own price."""

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
        self.assertIn("20.0 min of reservation", self.folio.order_line.name)

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

    def test_start_that_is_reported_late_writes_off_a_fee_on_the_late_charges(self):
        self.add_price(**EXPIRED_FEE)
        reservation = self.reserve(minutes=30)
        self.folio.locked = True
        self.expire()
        self.start(7001, minutes=20)
        self.process()
        fee = self.fee(reservation)
        self.assertEqual((fee.billing, fee.charge_ids.state), ("void", "written_off"))
