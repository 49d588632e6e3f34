# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import io
from datetime import datetime
from html import unescape

from lxml import html

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools.pdf import PdfFileReader

from ..common import ChargingCase

REPORT = "iicharge_odoo.report_evidence"
DATA = "iicharge_odoo.report_evidence_data"


class EvidenceCase(ChargingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # 19:00 in Amsterdam
        cls.t0 = datetime(2026, 3, 10, 18, 0)

    def render(self, session, group="front_desk", report=REPORT, **data):
        reports = self.env["ir.actions.report"].with_user(self.users[group])
        return reports._render_qweb_html(report, session.ids, data=data)[0].decode()

    def words(self, session, **options):
        """Get the page's text with single blanks."""
        page = html.fromstring(self.render(session, **options))
        for style in page.xpath("//style | //script"):
            style.drop_tree()
        return " ".join(page.text_content().split())

    def charge(self, transaction_id=7001):
        """Charge for an hour, with readings and a pause, up to the bill."""
        self.start(transaction_id)
        for minute in (10, 20, 30):
            self.sample(transaction_id, minute, 1000 + minute * 200, power=12000)
        self.status("SuspendedEV", minutes=40)
        self.stop(transaction_id, meter_stop=9000)
        self.process()
        self.env["iicharge.charge"]._post_due()
        return self.find(transaction_id)

    @classmethod
    def find(cls, transaction_id):
        """Find a session, as `session` of other tests: HttpCase uses that name."""
        return cls.env["iicharge.session"]._find_transaction(cls.charger, str(transaction_id))


@tagged("post_install", "-at_install")
class TestEvidence(EvidenceCase):
    def test_page_answers_what_a_guest_may_question(self):
        session = self.charge()
        text = self.words(session)
        for part in (
            session.name, "Anna Weber", "101", self.folio.name, "Garage 1 · 1", "04A1B2C3",
            "Europe/Amsterdam (UTC+01:00)", "03/10/2026 07:00:00 PM", "03/10/2026 08:00:00 PM",
            "At the start 1.000 kWh", "At the stop 9.000 kWh", "Reading 3.000 kWh 12 kW",
            "0.495 per kWh", "Car pauses (idle)", "8 kWh", "3.60", "3.96", "Booked, rounded once",
            f"{session.name}/1 Posted {self.folio.name} Anna Weber",
            "no signed meter data", "StartTransaction", '"meterStart": 1000', "StopTransaction",
        ):  # fmt: skip
            self.assertIn(part, text)
        self.assertNotIn("is not what was booked", text)

    def test_curve_is_drawn_with_its_text(self):
        page = html.fromstring(self.render(self.charge()))
        (curve,) = page.xpath("//*[local-name() = 'svg']")
        self.assertIn("8.000 kWh, at most 12 kW, paused for 20 min", curve.get("aria-label"))

    def test_text_of_a_charger_is_escaped(self):
        session = self.charge()
        self.sample(7001, 15, "<script>alert(1)</script>", extra="<script>alert(2)</script>")
        self.status("<script>alert(3)</script>", minutes=16)
        self.env["iicharge.ocpp.message"].search([("state", "=", "new")]).session_id = session
        self.process()
        session.stop_reason = "<script>alert(4)</script>"
        session.meter_value_ids[:1].signed_data = "<script>alert(5)</script>"
        page = self.render(session)
        self.assertNotIn("<script>alert", page)
        for number in range(1, 6):
            self.assertIn(f"<script>alert({number})</script>", unescape(page))

    def test_messages_of_others_are_not_shown(self):
        other = self.make_stay(self.env["res.partner"].create({"name": "B"}), "102")
        self.env["iicharge.token"].create({"uid": "0THER", "folio_id": other.id})
        self.start(7002, connectorId=2, idTag="0THER")
        text = self.words(self.charge())
        self.assertNotIn("0THER", text)
        self.assertIn("6 OCPP messages belong", text)

    def test_signed_data_is_shown_whole(self):
        signed = "OCMF|" + "0123456789abcdef" * 300
        self.start(7001)
        at = self.wire_time(self.t0.replace(minute=30))
        values = [{"value": "2000"}, {"value": signed, "format": "SignedData"}]
        self.sample(7001, 30, 0, meterValue=[{"timestamp": at, "sampledValue": values}])
        self.stop(7001, meter_stop=3000)
        self.process()
        for kind, report in (("html", REPORT), ("pdf", DATA)):
            page = html.fromstring(self.render(self.find(7001), report=report, report_type=kind))
            self.assertEqual(page.xpath(f"count(//pre[text() = '{signed}'])"), 1)
            self.assertIn("transparency software", page.text_content())

    def test_signature_that_comes_after_its_value_is_kept(self):
        self.start(7001)
        self.sample(7001, 30, 2000)
        at = self.wire_time(self.t0.replace(minute=30))
        signed = [
            {"timestamp": at, "sampledValue": [{"value": text, "format": "SignedData"}]}
            for text in ("OCMF|begin", "OCMF|end")
        ]
        self.stop(7001, meter_stop=3000, transactionData=signed)
        self.process()
        (value,) = self.find(7001).meter_value_ids
        self.assertEqual(value.register_wh, 2000)
        self.assertIn("OCMF|begin OCMF|end", self.words(self.find(7001)))

    def test_signature_with_a_value_in_one_message_keeps_both(self):
        self.start(7001)
        at = self.wire_time(self.t0.replace(minute=30))
        values = [
            {"timestamp": at, "sampledValue": [{"value": "2000"}]},
            {"timestamp": at, "sampledValue": [{"value": "OCMF|x", "format": "SignedData"}]},
        ]
        self.sample(7001, 30, 0, meterValue=values)
        self.process()
        (value,) = self.find(7001).meter_value_ids
        self.assertEqual((value.register_wh, value.signed_data), (2000, "OCMF|x"))

    def test_odd_readings_show_what_was_odd(self):
        self.start(7001)
        self.sample(7001, 10, 3000)
        self.sample(7001, 20, 200)
        self.sample(7001, 30, 90000)
        self.sample(7001, 40, "abc")
        self.stop(7001, meter_stop=91000)
        self.process()
        text = self.words(self.find(7001))
        for part in (
            "0.200 kWh The meter shows less than before",
            "90.000 kWh More energy than the connector gives in that time",
            "A value was no number and was left out",
            "Why a person had to look at it",
            "There is no sum yet",
        ):
            self.assertIn(part, text)

    def test_tariff_is_that_of_the_start(self):
        self.start(7001)
        self.process()
        self.tariff.component_ids.price = 9
        self.stop(7001)
        self.process()
        text = self.words(self.find(7001))
        self.assertIn("0.495 per kWh", text)
        self.assertNotIn("9.90 per kWh", text)

    def test_sum_that_differs_from_the_bill_is_shown(self):
        session = self.charge()
        rating = session.rating_id
        self.assertNotIn("is not what was booked", self.words(session))
        self.env.cr.execute(
            "UPDATE iicharge_rating SET usage = replace(usage, '8000', '9000') WHERE id = %s",
            [rating.id],
        )
        rating.invalidate_recordset()
        self.assertIn("is not what was booked", self.words(session))

    def test_free_energy_of_the_night_is_shown_as_it_was_given(self):
        self.tariff.write({"free_kwh": 6, "free_kwh_per": "night"})
        first = self.charge()
        self.start(7002, minutes=90)
        self.stop(7002, minutes=150)
        self.process()
        for session, untaxed in ((first, "0.90"), (self.find(7002), "4.50")):
            text = self.words(session)
            self.assertRegex(text, rf"Total, not rounded \$ {untaxed} ")
            self.assertNotIn("is not what was booked", text)

    def test_decision_is_shown_and_staff_notes_are_not(self):
        self.start(7001)
        self.stop(7001, meter_stop=-1)
        self.process()
        session = self.find(7001)
        note = "The guest shouted at me"
        session.message_post(body=note)
        session._decide_to_bill(5000, "Read at the meter")
        text = self.words(session)
        self.assertIn("Read at the meter", text)
        self.assertNotIn("shouted", text)

    def test_session_that_runs_has_a_page(self):
        self.start(7001)
        self.sample(7001, 10, 3000)
        self.process()
        text = self.words(self.find(7001))
        self.assertIn("Not booked", text)
        self.assertIn("There is no charge", text)

    def test_stop_without_a_start_has_a_page(self):
        message = self.stop(9999, idTag="04A1B2C3")
        self.process()
        text = self.words(message.session_id)
        self.assertIn("had no length", text)
        self.assertIn("No tariff applied", text)

    def test_change_of_the_clock_is_shown(self):
        self.patch(type(self), "t0", datetime(2026, 10, 25, 0, 30))
        text = self.words(self.charge())
        self.assertIn("Europe/Amsterdam (UTC+02:00, UTC+01:00)", text)

    def test_long_log_is_cut_on_paper_only(self):
        session = self.charge()
        for number in range(70):
            self.journal_message("MeterValues", {"n": number}, session_id=session.id, state="done")
        long = self.journal_message(
            "StatusNotification", {"info": "y" * 5000}, session_id=session.id
        )
        long.state = "done"
        on_screen = self.words(session, report_type="html")
        on_paper = self.words(session, report=DATA, report_type="pdf")
        self.assertEqual(on_screen.count("From Charger"), 77)
        self.assertNotIn("left out", on_screen)
        self.assertEqual(on_paper.count("From Charger"), 60)
        self.assertIn("Left out here on paper: 17", on_paper)
        self.assertIn("y" * 5000, on_screen)
        self.assertNotIn("y" * 5000, on_paper)
        self.assertIn("characters left out: ", on_paper)

    def test_page_formats_numbers_for_the_reader(self):
        self.env["res.lang"]._activate_lang("de_DE")
        session = self.charge()
        self.users["front_desk"].lang = "de_DE"
        reports = self.env["ir.actions.report"].with_user(self.users["front_desk"])
        page = reports.with_context(lang="de_DE")._render_qweb_html(REPORT, session.ids)[0].decode()
        self.assertIn('lang="de-DE"', page)
        self.assertIn("8,000 kWh", page)

    def test_button_opens_the_page(self):
        action = self.charge().with_user(self.users["accountant"]).action_view_evidence()
        self.assertEqual((action["report_name"], action["report_type"]), (REPORT, "qweb-html"))


@tagged("post_install", "-at_install")
class TestEvidenceRights(EvidenceCase):
    def test_those_who_answer_guests_see_it(self):
        session = self.charge()
        for group in ("front_desk", "accountant", "manager"):
            self.assertIn('"meterStart": 1000', self.words(session, group=group), group)

    def test_technician_does_not(self):
        session = self.charge()
        with self.assertRaises(AccessError):
            self.render(session, group="technician")

    def test_other_company_does_not(self):
        session = self.charge()
        company = self.env["res.company"].create({"name": "Other hotel"})
        self.users["rival"] = new_test_user(
            self.env,
            login="test_rival",
            groups="base.group_user,iicharge_odoo.group_manager",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )
        with self.assertRaises(AccessError):
            self.render(session, group="rival")


@tagged("post_install", "-at_install")
class TestPrinted(HttpCase, EvidenceCase):
    """PDFs made by wkhtmltopdf."""

    def setUp(self):
        super().setUp()
        if self.env["ir.actions.report"].get_wkhtmltopdf_state() != "ok":
            self.skipTest("wkhtmltopdf is not installed")
        self.env["ir.config_parameter"].set_param("report.url", self.base_url())

    def print(self, report, record):
        reports = self.env["ir.actions.report"].with_user(self.users["front_desk"])
        content, kind = reports.with_context(force_report_rendering=True)._render_qweb_pdf(
            report, record.ids
        )
        self.assertEqual(kind, "pdf")
        pages = PdfFileReader(io.BytesIO(content)).pages
        return [" ".join(page.extract_text().split()) for page in pages]

    def test_evidence_is_printed_with_its_curve_and_sum(self):
        session = self.charge()
        pages = self.print(REPORT, session)
        text = " ".join(pages)
        for part in (session.name, "Anna Weber", "Energy (kWh)", "07:30 PM", "3.96"):
            self.assertIn(part, text)
        self.assertEqual(len(pages), 1)
        self.assertNotIn("meterStart", text)

    def test_readings_and_messages_are_a_print_of_their_own(self):
        session = self.charge()
        text = " ".join(self.print(DATA, session))
        for part in (session.name, "All readings", "3.000 kWh", "OCPI", "meterStart"):
            self.assertIn(part, text)
        self.assertNotIn("Booked, rounded once", text)

    def test_several_sessions_print_together(self):
        self.start(7002, minutes=90)
        self.stop(7002, minutes=120)
        sessions = self.charge() + self.find(7002)
        text = " ".join(self.print(REPORT, sessions))
        for session in sessions:
            self.assertIn(f"Evidence of charging session {session.name}", text)

    def test_night_audit_is_one_page(self):
        self.charge()
        audits = self.env["iicharge.night.audit"]
        audit = audits._create_for(self.site, self.t0.date())
        (page,) = self.print("iicharge_odoo.report_night_audit", audit)
        self.assertIn("night audit of Tue, March 10, 2026", page)
