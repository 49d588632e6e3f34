# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from datetime import timedelta

from psycopg2.errors import SerializationFailure

from odoo import SUPERUSER_ID, Command, api, fields
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import mute_logger


@tagged("post_install", "-at_install")
class TestWaitingRace(BaseCase):
    """Two processes at once: committed, on cursors of their own."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        with self.registry.cursor() as cr:
            env = self.get_env(cr)
            self.site_id, self.connector_id = self.make_site(env)
            self.place_ids = [
                env["iicharge.waiting"]
                ._join(env["iicharge.site"].browse(self.site_id), f"race-{number}", name="Race")
                .id
                for number in range(2)
            ]
        self.addCleanup(self.remove)

    def get_env(self, cr):
        return api.Environment(cr, SUPERUSER_ID, {})

    def make_site(self, env):
        tariff = env["iicharge.tariff"].create(
            {
                "name": "Race",
                "component_ids": [
                    Command.create({"dimension": "ENERGY", "price": 0, "untaxed": 1})
                ],
            }
        )
        site = env["iicharge.site"].create(
            {
                "name": "Race",
                "time_zone": "UTC",
                "quiet_from": 0,
                "quiet_until": 0,
                "tariff_id": tariff.id,
            }
        )
        charger = env["iicharge.charger"].create(
            {"name": "Race", "identity": "TEST-WAITING-RACE", "site_id": site.id}
        )
        env["iicharge.connection"].create({"charger_id": charger.id, "online": True, "fence": 1})
        connector = env["iicharge.connector"].create(
            {"charger_id": charger.id, "number": 1, "status": "available"}
        )
        return site.id, connector.id

    def remove(self):
        with self.registry.cursor() as cr:
            env = self.get_env(cr)
            site = env["iicharge.site"].browse(self.site_id)
            env["iicharge.waiting"].search([("site_id", "=", site.id)]).unlink()
            reservations = env["iicharge.reservation"].search([("site_id", "=", site.id)])
            tokens = env["iicharge.token"].search([("connector_id", "=", self.connector_id)])
            reservations.unlink()
            env["iicharge.guest.visit"].search([("connector_id", "=", self.connector_id)]).unlink()
            tokens.unlink()
            tariff = site.tariff_id
            site.charger_ids.unlink()
            site.unlink()
            tariff.unlink()

    def look(self, env):
        """Take the snapshot of a transaction."""
        env["iicharge.waiting"].browse(self.place_ids).mapped("state")
        env["iicharge.connector"].browse(self.connector_id).mapped("live_state")

    def advance(self, env):
        env["iicharge.waiting"]._advance([self.site_id])
        env.flush_all()

    def open_visit(self, env):
        connector = env["iicharge.connector"].browse(self.connector_id)
        visit = env["iicharge.guest.visit"]._open(
            connector,
            env["iicharge.guest.payer.nobody"],
            connector.site_id.tariff_id,
            "race",
        )
        env.flush_all()
        return visit

    def read_back(self):
        """:return: (states of the places, live reservations, starts)"""
        with self.registry.cursor() as cr:
            env = self.get_env(cr)
            states = env["iicharge.waiting"].browse(self.place_ids).mapped("state")
            live = env["iicharge.reservation"].search_count(
                [("connector_id", "=", self.connector_id), ("state", "=", "active")]
            )
            starts = env["iicharge.command"].search_count(
                [("connector_id", "=", self.connector_id), ("request", "=", "start")]
            )
        return states, live, starts

    def test_connector_is_offered_to_one_guest_by_two_processes(self):
        with self.registry.cursor() as one, self.registry.cursor() as two:
            first, second = self.get_env(one), self.get_env(two)
            self.look(first)
            self.look(second)
            self.advance(first)
            # while the first has not committed: what it holds is left to it
            self.advance(second)
            one.commit()
            two.commit()
        self.assertEqual(self.read_back(), (["offered", "waiting"], 1, 0))

    def test_process_that_looked_before_the_other_committed_offers_nothing(self):
        with self.registry.cursor() as one, self.registry.cursor() as two:
            first, second = self.get_env(one), self.get_env(two)
            self.look(second)
            self.advance(first)
            one.commit()
            with mute_logger("odoo.sql_db"), self.assertRaises(SerializationFailure):
                self.advance(second)
            two.rollback()
            self.advance(self.get_env(two))
            two.commit()
        self.assertEqual(self.read_back(), (["offered", "waiting"], 1, 0))

    def test_crash_before_the_commit_loses_and_doubles_nothing(self):
        with self.registry.cursor() as one:
            self.advance(self.get_env(one))
            one.rollback()
        self.assertEqual(self.read_back(), (["waiting", "waiting"], 0, 0))
        with self.registry.cursor() as one:
            self.advance(self.get_env(one))
            one.commit()
        self.assertEqual(self.read_back(), (["offered", "waiting"], 1, 0))

    def test_stranger_who_looked_before_the_offer_starts_nothing(self):
        with self.registry.cursor() as one, self.registry.cursor() as two:
            self.look(self.get_env(two))
            self.advance(self.get_env(one))
            one.commit()
            with mute_logger("odoo.sql_db"), self.assertRaises(SerializationFailure):
                self.open_visit(self.get_env(two))
            # as Odoo does with a request that met another one
            two.rollback()
            self.assertFalse(self.open_visit(self.get_env(two)))
            two.commit()
        self.assertEqual(self.read_back(), (["offered", "waiting"], 1, 0))

    def test_start_that_came_first_is_not_offered_away(self):
        with self.registry.cursor() as one, self.registry.cursor() as two:
            self.look(self.get_env(two))
            self.assertTrue(self.open_visit(self.get_env(one)))
            # not committed yet: the connector is left out
            self.advance(self.get_env(two))
            two.rollback()
            self.look(self.get_env(two))
            one.commit()
            with mute_logger("odoo.sql_db"), self.assertRaises(SerializationFailure):
                self.advance(self.get_env(two))
            two.rollback()
            self.advance(self.get_env(two))
            two.commit()
        self.assertEqual(self.read_back(), (["waiting", "waiting"], 0, 1))

    def test_pass_and_expiry_at_once_end_the_offer_once(self):
        with self.registry.cursor() as one:
            self.advance(self.get_env(one))
        with self.registry.cursor() as one:
            env = self.get_env(one)
            place = env["iicharge.waiting"].browse(self.place_ids[0])
            place.reservation_id.expires_at = fields.Datetime.now() - timedelta(minutes=1)
        with self.registry.cursor() as one, self.registry.cursor() as two:
            self.look(self.get_env(two))
            self.get_env(one)["iicharge.reservation"]._expire_due(
                self.get_env(one)["iicharge.reservation"]
                .search([("connector_id", "=", self.connector_id)])
                .ids
            )
            one.commit()
            place = self.get_env(two)["iicharge.waiting"].browse(self.place_ids[0])
            with mute_logger("odoo.sql_db"), self.assertRaises(SerializationFailure):
                place._pass()
            two.rollback()
        states, live, _starts = self.read_back()
        self.assertEqual((states[0], live), ("expired", 0))
