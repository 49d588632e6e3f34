# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from datetime import timedelta
from unittest.mock import patch

import psycopg2

from odoo import Command, fields
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ...models.operations import iicharge_alert
from ..common import ChargingCase


@tagged("post_install", "-at_install")
class TestAlert(ChargingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.connection = cls.env["iicharge.connection"].create(
            {
                "charger_id": cls.charger.id,
                "online": True,
                "last_seen_at": fields.Datetime.now(),
                "fence": 1,
            }
        )
        cls.alerts = cls.env["iicharge.alert"]
        # others of the database have no part in this
        for group in cls.users:
            others = cls.env.ref(f"iicharge_odoo.group_{group}").all_user_ids
            (others - cls.env["res.users"].union(*cls.users.values())).filtered(
                lambda user: user.id not in (cls.env.uid, cls.env.ref("base.user_admin").id)
            ).active = False
        cls.site.write(
            {
                "responsible_technician_id": cls.users["technician"].id,
                "responsible_accountant_id": cls.users["accountant"].id,
                "responsible_manager_id": cls.users["manager"].id,
            }
        )

    def look(self):
        self.env.flush_all()
        self.alerts._reconcile()

    def notified(self, record):
        """Who has got a notice about a record, in Odoo or by e-mail."""
        messages = self.env["mail.message"].search(
            [("model", "=", record._name), ("res_id", "=", record.id)]
        )
        return messages.notified_partner_ids

    def find(self, record):
        return self.alerts.search([("res_model", "=", record._name), ("res_id", "=", record.id)])

    def assert_asked(self, record, group):
        alert = self.find(record)
        self.assertEqual(len(alert), 1)
        self.assertEqual(alert.activity_id.user_id, self.users[group])
        self.assertEqual(record.activity_ids, alert.activity_id)
        return alert

    def go_offline(self, minutes):
        at = fields.Datetime.now() - timedelta(minutes=minutes)
        self.connection.write({"online": False, "last_seen_at": at})

    # --- chargers -------------------------------------------------------------------------
    def test_charger_without_contact_is_told_once_and_ends_when_it_is_back(self):
        self.go_offline(9)
        self.look()
        self.assertFalse(self.find(self.charger), "for ten minutes it is no trouble")
        self.go_offline(11)
        self.look()
        alert = self.assert_asked(self.charger, "technician")
        self.assertEqual(alert.since, self.connection.last_seen_at)
        self.look()
        self.assert_asked(self.charger, "technician")
        self.connection.online = True
        self.look()
        self.assertTrue(alert.ended_at)
        self.assertFalse(self.charger.activity_ids)

    def test_second_outage_is_asked_for_again(self):
        for _time in range(2):
            self.go_offline(11)
            self.look()
            self.connection.online = True
            self.look()
        self.assertEqual(len(self.find(self.charger)), 2)

    def test_minutes_are_those_of_the_company(self):
        self.company.iicharge_alert_minutes = 60
        self.go_offline(30)
        self.look()
        self.assertFalse(self.find(self.charger))

    def test_charger_that_was_never_connected_is_being_set_up(self):
        new = self.env["iicharge.charger"].create(
            {"name": "New", "identity": "TEST-NEW", "site_id": self.site.id}
        )
        self.look()
        self.assertFalse(self.find(new))

    def test_fault_is_told_until_it_is_mended(self):
        self.status("Faulted", error_code="GroundFailure")
        self.process()
        self.look()
        alert = self.assert_asked(self.connector, "technician")
        self.status("Available", minutes=1)
        self.process()
        self.look()
        self.assertTrue(alert.ended_at)

    def test_who_says_it_is_done_is_not_asked_again(self):
        self.go_offline(11)
        self.look()
        alert = self.find(self.charger)
        alert.activity_id.with_user(self.users["technician"]).action_feedback("Fuse")
        self.look()
        self.assertEqual(len(self.find(self.charger)), 1)
        self.assertFalse(self.charger.activity_ids)
        self.connection.online = True
        self.look()
        self.assertTrue(alert.ended_at)

    # --- a technician is called -------------------------------------------------------------
    def test_call_of_front_desk_reaches_technicians_at_once(self):
        second = new_test_user(
            self.env,
            login="second_technician",
            groups="base.group_user,iicharge_odoo.group_technician",
        )
        self.status("Faulted", error_code="GroundFailure")
        self.process()
        request = self.connector.with_user(self.users["front_desk"])._call_technician("It clicked.")
        request = request.sudo()
        self.assert_asked(request, "technician")
        notified = self.notified(request)
        self.assertLessEqual(self.users["technician"].partner_id | second.partner_id, notified)
        self.assertNotIn(self.users["front_desk"].partner_id, notified)
        self.assertNotIn(self.users["manager"].partner_id, notified)
        request.with_user(second).action_iicharge_take()
        self.assertEqual(request.activity_ids.user_id, second)
        request.with_user(second).action_iicharge_done()
        self.assertFalse(request.activity_ids)
        self.assertTrue(self.find(request).ended_at)

    def test_manager_is_asked_where_there_is_no_technician(self):
        self.users["technician"].active = False
        self.site.responsible_technician_id = False
        self.go_offline(11)
        self.look()
        self.assertTrue(
            self.find(self.charger).activity_id.user_id.has_group("iicharge_odoo.group_manager")
        )

    # --- money ------------------------------------------------------------------------------
    def test_review_is_decided_by_a_manager(self):
        self.start(7001)
        self.stop(7001, meter_stop=900)
        self.process()
        session = self.session(7001)
        self.look()
        alert = self.assert_asked(session, "manager")
        session._decide_to_write_off("test")
        self.look()
        self.assertTrue(alert.ended_at)

    def test_dispute_is_due_on_its_day(self):
        session = self.charge_kwh()
        self.post()
        dispute = session._open_dispute("price", "It said less.")
        self.look()
        alert = self.assert_asked(dispute, "manager")
        self.assertEqual(alert.activity_id.date_deadline, dispute.deadline)
        dispute._uphold("test")
        self.look()
        self.assertTrue(alert.ended_at)

    def make_late(self):
        self.start(7001)
        self.process()
        self.folio.locked = True
        self.stop(7001)
        self.process()
        self.post()
        return self.session(7001)

    def test_late_charge_is_settled_after_a_day(self):
        session = self.make_late()
        self.look()
        self.assertFalse(self.find(session))
        session.stopped_at -= timedelta(days=1)
        self.look()
        alert = self.assert_asked(session, "accountant")
        session.charge_ids._write_off("test")
        self.look()
        self.assertTrue(alert.ended_at)

    def test_refund_that_no_bill_takes_is_asked_for_at_once(self):
        session = self.charge_kwh()
        self.post()
        self.folio.locked = True
        session._credit_charges("test")
        self.post()
        credit = session.charge_ids.filtered(lambda charge: charge.kind == "credit")
        self.assertEqual(credit.state, "late")
        self.look()
        alert = self.assert_asked(session, "accountant")
        self.folio.locked = False
        credit.action_retry()
        self.look()
        self.assertTrue(alert.ended_at)

    def test_difference_in_the_books_ends_with_a_reconciliation_without_one(self):
        session = self.charge_kwh()
        self.post()
        energy_wh = session.energy_wh
        yesterday = fields.Datetime.now() - timedelta(days=1)
        session.write({"started_at": yesterday, "stopped_at": yesterday, "energy_wh": 99_000})
        checks = self.env["iicharge.reconciliation.check"]
        checks._run_for(self.company)
        self.look()
        alert = self.assert_asked(checks._get_last(self.company), "accountant")
        session.energy_wh = energy_wh
        last = checks._get_last(self.company)
        report = self.env["iicharge.reconciliation"].with_user(self.users["accountant"])
        report.create({"date_from": last.date_from, "date_to": last.date_to}).action_check()
        self.look()
        self.assertTrue(alert.ended_at, last.difference_count)

    # --- walls --------------------------------------------------------------------------------
    def test_people_of_other_companies_are_not_asked(self):
        rival = self.env["res.company"].create({"name": "Other hotel"})
        stranger = new_test_user(
            self.env,
            login="rival_technician",
            groups="base.group_user,iicharge_odoo.group_technician",
            company_id=rival.id,
            company_ids=[Command.set(rival.ids)],
        )
        self.go_offline(11)
        self.look()
        self.assertIn(self.users["technician"].partner_id, self.notified(self.charger))
        self.assertNotIn(stranger.partner_id, self.notified(self.charger))
        self.assertFalse(self.alerts.with_user(stranger).search([]))

    def lose_another(self):
        """Take both chargers offline. :return: the other"""
        other = self.env["iicharge.charger"].create(
            {
                "name": "Other",
                "identity": "TEST-OTHER",
                "site_id": self.site.id,
                "admission": "accepted",
            }
        )
        self.connection.copy({"charger_id": other.id, "fence": 2})
        self.go_offline(11)
        self.env["iicharge.connection"].search([("charger_id", "=", other.id)]).write(
            {"online": False, "last_seen_at": self.connection.last_seen_at}
        )
        return other

    def test_many_at_once_are_asked_for_in_several_looks(self):
        both = self.charger | self.lose_another()
        self.patch(iicharge_alert, "OPENED_AT_ONCE", 1)
        for asked in (1, 2, 2):
            self.look()
            self.assertEqual(sum(bool(self.find(charger)) for charger in both), asked)

    def test_record_that_fails_keeps_nobody_else_from_being_asked(self):
        other = self.lose_another()
        kinds = self.env.registry["iicharge.alert.kind"]
        summarize = kinds._get_charger_offline_summary

        def fail(self, charger):
            if charger == other:
                # what a constraint of another addon does
                charger.env.cr.execute("SELECT 1 / 0")
            return summarize(self, charger)

        self.patch(kinds, "_get_charger_offline_summary", fail)
        with mute_logger(
            "odoo.sql_db", "odoo.addons.iicharge_odoo.models.operations.iicharge_alert"
        ):
            self.look()
        self.assert_asked(self.charger, "technician")
        self.assertFalse(self.find(other))

    def test_alert_that_another_process_has_opened_meanwhile_is_no_error(self):
        self.go_offline(11)
        taken = patch.object(
            self.registry["iicharge.alert"], "_open", side_effect=psycopg2.errors.UniqueViolation
        )
        with taken, self.assertNoLogs(iicharge_alert.__name__, "ERROR"):
            self.look()
        self.assertFalse(self.find(self.charger))

    def test_kind_that_is_held_is_left_out_of_what_is_due(self):
        keys = self.alerts._find_due()
        self.assertEqual(len(set(keys)), len(keys))
        self.assertNotIn(keys[0], self.alerts._find_due([keys[0]]))
