# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from lxml import html

from odoo import fields
from odoo.tests import tagged
from odoo.tools import SQL

from .common import GuestCase

ROUTES = ("", "/figures", "/receipt")
POSTS = ("/again", "/cancel", "/stop", "/wrong", "/rate", "/mail", "/notify", "/limit")


@tagged("post_install", "-at_install")
class TestGuestVisit(GuestCase):
    def test_page_follows_the_charging_to_the_receipt(self):
        _page, visit = self.start_for_room()
        path = f"/charge/my/{visit.key}"
        self.answer_start(visit)
        text = self.get_text(self.see(path))
        self.assertIn("Plug in now", text)
        self.assertIn("Room 101 pays.", text)
        session = self.plug_in(visit)
        page = self.see(path)
        text = self.get_text(page)
        self.assertIn("9 kWh", text)
        self.assertTrue(page.xpath("//path[@data-curve]/@d")[0].startswith("M"))
        self.see(f"{path}/stop", data={"csrf_token": self.get_csrf(self.see(f"{path}?ask=stop"))})
        self.assertTrue(session.desired_state_ids.filtered(lambda wish: wish.kind == "ended"))
        self.assertIn("Stopping", self.get_text(self.see(path)))
        self.stop(9001, minutes=60, meter_stop=11000)
        self.process()
        text = self.get_text(self.see(path))
        self.assertIn("10 kWh at", text)
        self.assertIn("4.95", text)
        self.assertIn(session.name, text)
        self.assert_receipt(session, path)

    def assert_receipt(self, session, path):
        """The receipt names the seller, times, meter, price and tax, and nothing technical."""
        report = self.env["ir.actions.report"]
        content, _kind = report._render_qweb_html("iicharge_odoo.report_guest_receipt", session.ids)
        text = " ".join(html.fromstring(content).text_content().split())
        seller = session.company_id
        seller.vat = seller.vat or "NL123456782B90"
        for part in (seller.name, session.name, "Meter at the end 11 kWh", "4.95", "Tax"):
            self.assertIn(part, text)
        for part in ("Evidence", session.id_tag, session.charger_id.identity):
            self.assertNotIn(part, text)
        answer = self.url_open(f"{path}/receipt")
        self.assertEqual(answer.headers["Content-Type"], "application/pdf")
        report = report.with_context(force_report_rendering=True)
        content, kind = report._render_qweb_pdf("iicharge_odoo.report_guest_receipt", session.ids)
        self.assertEqual((kind, content[:4]), ("pdf", b"%PDF"))

    def get_csrf(self, page):
        return page.xpath("//input[@name='csrf_token']/@value")[0]

    def test_figures_are_read_without_the_page(self):
        _page, visit = self.start_for_room()
        self.answer_start(visit)
        self.plug_in(visit)
        live = self.url_open(f"/charge/my/{visit.key}/figures").json()
        self.assertEqual(live["state"], "charging")
        self.assertEqual(live["texts"]["energy"], "9")
        self.assertNotIn("Weber", str(live))

    def watch(self, visit):
        """Open the page. :return: (path of its figures, how they are made from now on)"""
        self.env.flush_all()
        path = f"/charge/my/{visit.key}/figures"
        self.url_open(path)
        made = []
        model = self.registry["iicharge.guest.live"]
        for name in ("_prepare_live", "_move"):
            make = getattr(model, name)
            self.patch(
                model,
                name,
                lambda live, *args, name=name, make=make: made.append(name) or make(live, *args),
            )
        return path, made

    def touch(self, record, at="2020-01-01"):
        """In a test all of it is one moment to PostgreSQL."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE %s SET write_date = %s WHERE id = %s",
                SQL.identifier(record._table),
                at,
                record.id,
            )
        )

    def test_figures_cost_one_query_until_something_changes(self):
        _page, visit = self.start_for_room()
        self.answer_start(visit)
        session = self.plug_in(visit)
        path, made = self.watch(visit)
        first = self.url_open(path).json()
        self.assertEqual(self.url_open(path).json(), first)
        self.assertFalse(made)
        self.sample(9001, 59.5, 1000 + 9090, power=7000)
        self.process()
        self.touch(session)
        live = self.url_open(path).json()
        # a reading moves the cost and little else
        self.assertEqual(made, ["_move"])
        self.env.invalidate_all()
        self.assertEqual(live["texts"]["energy"], "9.1")
        self.assertEqual(live["texts"]["power"], "7")
        self.assertEqual(
            live["texts"]["amount"], session.currency_id.format(session.running_amount)
        )
        self.assertEqual(live["texts"].keys(), first["texts"].keys())
        self.assertEqual((live["curve"], live["state"]), (first["curve"], first["state"]))

    def test_what_is_more_than_a_reading_is_shown_at_once(self):
        _page, visit = self.start_for_room()
        self.answer_start(visit)
        session = self.plug_in(visit)
        path, made = self.watch(visit)
        visit._stop()
        self.env.flush_all()
        self.assertEqual(self.url_open(path).json()["state"], "stopping")
        self.env["iicharge.connection"].search([]).online = False
        self.env.flush_all()
        self.url_open(path)
        self.assertEqual(made, ["_prepare_live"] * 2)
        self.stop(9001, minutes=60, meter_stop=11000)
        self.process()
        self.env.flush_all()
        self.assertEqual(self.url_open(path).json()["state"], "done")
        self.assertEqual(session.state, "stopped")

    def test_page_asks_soon_while_something_is_expected(self):
        _page, visit = self.start_for_room()
        live = self.env["iicharge.guest.live"]
        self.assertEqual(live._prepare_live(visit)["next_s"], 3)
        self.answer_start(visit)
        for record in (visit, visit.command_id, self.connector):
            self.touch(record)
        self.env.invalidate_all()
        self.assertEqual(live._prepare_live(visit)["next_s"], 10)
        self.plug_in(visit)
        self.assertEqual(live._prepare_live(visit)["next_s"], 30)
        visit._stop()
        self.assertEqual(live._prepare_live(visit)["next_s"], 3)

    def test_start_that_was_refused_is_sent_again_once(self):
        _page, visit = self.start_for_room()
        self.answer_start(visit, "Rejected")
        page = self.see(f"/charge/my/{visit.key}")
        self.assertIn("did not start", self.get_text(page))
        values, action = self.get_fields(page, "//form")
        first, token = visit.command_id, visit.token_id
        self.see(action, data=values)
        self.see(action, data=values)
        self.assertEqual(visit.attempt, 2)
        self.assertNotEqual(visit.command_id, first)
        self.assertEqual(visit.token_id, token)
        # refused once more: what was pressed the first time sends nothing now
        self.answer_start(visit, "Rejected")
        self.see(action, data=values)
        self.assertEqual(visit.attempt, 2)
        starts = self.env["iicharge.command"].search([("token_id", "=", token.id)])
        self.assertEqual(len(starts), 2)

    def test_start_again_without_contact_says_so(self):
        _page, visit = self.start_for_room()
        self.answer_start(visit, "Rejected")
        self.charger.connection_ids.online = False
        values, action = self.get_fields(self.see(f"/charge/my/{visit.key}"), "//form")
        self.see(action, data=values)
        self.assertEqual(visit.attempt, 1)
        values["attempt"] = "9" * 5000
        self.see(action, data=values)

    def test_start_is_not_sent_again_to_a_plug_that_another_has(self):
        _page, visit = self.start_for_room()
        self.answer_start(visit, "Rejected")
        values, action = self.get_fields(self.see(f"/charge/my/{visit.key}"), "//form")
        self.start(9002, idTag=self.token.uid)
        self.status("Charging")
        self.process()
        self.see(action, data=values)
        self.assertEqual(visit.attempt, 1)

    def test_charging_that_runs_is_not_cancelled(self):
        _page, visit = self.start_for_room()
        self.answer_start(visit)
        self.plug_in(visit)
        visit._cancel()
        self.assertFalse(visit.cancelled_at)

    def test_words_of_a_dispute_are_kept_up_to_their_limit(self):
        _page, visit = self.start_for_room()
        self.answer_start(visit)
        session = self.plug_in(visit)
        self.stop(9001, minutes=60, meter_stop=11000)
        self.process()
        self.assertFalse(visit._dispute("energy", "  "))
        self.assertFalse(visit._dispute("made up", "Too much"))
        self.assertTrue(visit._dispute("energy", f"  {'x' * 3000}"))
        self.assertEqual(session.dispute_ids.statement, "x" * 2000)
        self.assertTrue(visit._dispute("", ""))
        self.assertEqual(len(session.dispute_ids), 1)

    def test_cancelled_start_lets_no_car_charge(self):
        _page, visit = self.start_for_room()
        self.answer_start(visit)
        page = self.see(f"/charge/my/{visit.key}")
        values, action = self.get_fields(page, "//form[contains(@action, '/cancel')]")
        text = self.get_text(self.see(action, data=values))
        self.assertIn("Nothing was charged", text)
        self.assertLessEqual(visit.token_id.valid_until, fields.Datetime.now())

    def test_stranger_without_the_key_sees_nothing(self):
        _page, visit = self.start_for_room()
        csrf = self.get_csrf(self.see(f"/charge/my/{visit.key}"))
        self.answer_start(visit)
        session = self.plug_in(visit)
        for key in (visit.key[:-1] + "x", str(visit.id), visit.key.swapcase()):
            self.drop_counts()
            for route in ROUTES:
                self.assertEqual(self.url_open(f"/charge/my/{key}{route}").status_code, 404)
            for route in POSTS:
                answer = self.url_open(f"/charge/my/{key}{route}", data={"csrf_token": csrf})
                self.assertEqual(answer.status_code, 404)
        self.assertFalse(session.desired_state_ids)

    def test_guest_disputes_the_sum_once(self):
        _page, visit = self.start_for_room()
        self.answer_start(visit)
        session = self.plug_in(visit)
        self.stop(9001, minutes=60, meter_stop=11000)
        self.process()
        page = self.see(f"/charge/my/{visit.key}")
        values, action = self.get_fields(page, "//form[contains(@action, '/wrong')]")
        self.assertIn("Please choose", self.get_text(self.see(action, data=values)))
        values |= {"reason": "energy", "statement": "My car says 5 kWh."}
        text = self.get_text(self.see(action, data=values))
        self.assertIn("You get an answer until", text)
        self.see(action, data=values)
        self.assertEqual(session.dispute_ids.statement, "My car says 5 kWh.")
        self.assertEqual(session.billing, "disputed")

    def test_key_leads_nowhere_after_the_guest_is_anonymized(self):
        _page, visit = self.start_for_room()
        self.answer_start(visit)
        session = self.plug_in(visit)
        key = visit.key
        self.stop(9001, minutes=60, meter_stop=11000)
        self.process()
        session._anonymize_guest()
        self.assertEqual(self.url_open(f"/charge/my/{key}").status_code, 404)

    def test_staff_do_not_read_keys(self):
        self.start_for_room()
        visit = self.env["iicharge.guest.visit"].search([])
        self.assertNotIn("key", visit.with_user(self.users["front_desk"]).fields_get())
