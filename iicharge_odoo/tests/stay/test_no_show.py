# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import json
from datetime import timedelta
from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ...models.billing.iicharge_session import Session
from .reservation import EXPIRED_FEE, ReservationCase


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
        command = reservation.command_ids.filtered(
            lambda found: found.action == "CancelReservation"
        )
        self.assertEqual(json.loads(command.payload), {"reservationId": reservation.id})
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
