# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import json

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import PortalCase


@tagged("post_install", "-at_install")
class TestPortal(PortalCase):
    def test_guest_sees_the_own_charging_and_nothing_of_others(self):
        text = self.get_text(self.look(self.anna))
        for expected in ("10 kWh", "4.95", "Garage 1", "On the bill", "B2C3"):
            self.assertIn(expected, text)
        self.assertNotIn("7 kWh", text)
        text = self.get_text(self.look(self.ben))
        self.assertIn("7 kWh", text)
        self.assertNotIn("10 kWh", text)
        self.assertIn("You have not charged here yet", self.get_text(self.look(self.stranger)))

    def test_who_has_not_logged_in_is_asked_to(self):
        self.authenticate(None, None)
        for path in ("", "/company", "/data", "/data/json", f"/receipt/{self.key(self.anna)}"):
            answer = self.url_open(f"/my/charging{path}", allow_redirects=False)
            self.assertEqual(answer.status_code, 303, path)
            self.assertIn("/web/login", answer.headers["Location"])

    def test_no_address_has_a_records_id(self):
        page = self.look(self.anna)
        addresses = page.xpath("//div[@id='wrap']//@href | //div[@id='wrap']//@action")
        self.assertTrue(any("/receipt/" in address for address in addresses))
        for address in addresses:
            self.assertNotRegex(address, r"/\d+($|[/?])")

    def test_receipt_is_the_own_one_as_pdf(self):
        path = f"/my/charging/receipt/{self.key(self.anna)}"
        self.log_in(self.anna)
        answer = self.url_open(path)
        self.assertEqual(answer.status_code, 200)
        self.assertIn("attachment", answer.headers["Content-Disposition"])
        made_up = "/my/charging/receipt/k%C3%A9y"
        self.assertEqual(self.url_open(made_up).status_code, 404)
        for user in (self.ben, self.stranger):
            self.log_in(user)
            self.assertEqual(self.url_open(path).status_code, 404, user.login)
        self.assertNotEqual(self.key(self.anna), self.key(self.ben, self.session_of_anna))

    def test_invoice_is_for_who_it_is_made_out_to(self):
        path = f"/my/charging/invoice/{self.key(self.anna)}"
        self.log_in(self.anna)
        self.assertEqual(self.url_open(path).status_code, 404)
        invoice = self.folio._create_invoices()
        self.assertEqual(self.url_open(path).status_code, 404)
        invoice.action_post()
        self.assertEqual(self.url_open(path).status_code, 200)
        self.assertIn("Invoice (PDF)", self.get_text(self.look(self.anna)))
        self.log_in(self.ben)
        self.assertEqual(self.url_open(path).status_code, 404)

    def test_invoice_that_another_pays_is_not_the_drivers_to_read(self):
        self.folio.partner_invoice_id = self.ben.partner_id
        self.folio._create_invoices().action_post()
        self.log_in(self.anna)
        path = f"/my/charging/invoice/{self.key(self.anna)}"
        self.assertEqual(self.url_open(path).status_code, 404)

    def test_lost_card_is_blocked_by_its_holder_alone(self):
        page = self.look(self.anna)
        [form] = page.xpath("//form[contains(@action, '/block/')]")
        values, action = dict(form.form_values()), form.get("action")
        self.look(self.ben)
        forged = {**values, "csrf_token": self.get_token()}
        self.assertEqual(self.url_open(action, data=forged).status_code, 404)
        self.assertFalse(self.token.blocked)
        self.log_in(self.anna)
        with self.assertLogs("odoo.http", "WARNING"):
            self.assertEqual(self.url_open(action, data={"csrf_token": "x"}).status_code, 400)
        values["csrf_token"] = self.get_token()
        text = self.get_text(self.see(action, data=values))
        self.assertTrue(self.token.blocked)
        self.assertIn("Blocked", text)
        self.assertNotIn("I have lost it", text)

    def test_messages_are_switched_for_own_charging_and_a_stay(self):
        page = self.look(self.anna)
        [form] = page.xpath("//form[@action='/my/charging/messages']")
        values = dict(form.form_values())
        [stay] = page.xpath("//input[@name='stay']/@value")
        self.see(form.get("action"), data={**values, "own": "1", "stay": stay})
        self.assertTrue(self.anna.partner_id.iicharge_notify)
        self.assertTrue(self.folio.iicharge_notify)
        self.assertFalse(self.folio_of_ben.iicharge_notify)
        # another guest's key does nothing
        self.log_in(self.ben)
        self.see(form.get("action"), data={"csrf_token": self.get_token(), "stay": stay})
        self.assertFalse(self.folio_of_ben.iicharge_notify)
        self.assertTrue(self.folio.iicharge_notify)

    def test_own_charging_is_written_about_once_it_is_wanted(self):
        notices = self.env["iicharge.guest.notice"]
        self.anna.partner_id.email = "anna@example.com"
        self.assertNotIn(self.session_of_anna.id, notices._find_due())
        self.anna.partner_id.iicharge_notify = True
        self.assertIn(self.session_of_anna.id, notices._find_due())
        self.assertNotIn(self.session_of_ben.id, notices._find_due())
        to = self.session_of_anna._get_notice_address()
        self.assertEqual(to["address"], "anna@example.com")

    def test_records_themselves_are_closed_to_portal_users(self):
        for record in (self.session_of_anna, self.token, self.contract):
            for user in (self.anna, self.stranger):
                with self.assertRaises(AccessError):
                    record.with_user(user).read(["id"])
        with self.assertRaises(AccessError):
            self.folio.with_user(self.stranger).read(["name"])

    def test_entry_of_the_portal_is_for_who_has_something_there(self):
        for user, expected in ((self.anna, 1), (self.stranger, 0)):
            self.log_in(user)
            answer = self.url_open(
                "/my/counters", json={"params": {"counters": ["charging_count"]}}
            ).json()
            self.assertEqual(answer["result"]["charging_count"], expected)
        self.log_in(self.anna)
        self.assertIn("/my/charging", self.url_open("/my/home").text)


@tagged("post_install", "-at_install")
class TestPortalCompany(PortalCase):
    def test_contact_sees_who_charges_on_the_contract(self):
        self.log_in(self.contact)
        text = self.get_text(self.see("/my/charging/company"))
        for expected in ("Dora Driver", "8 kWh", "The company pays", "PO 4711"):
            self.assertIn(expected, text)
        self.assertNotIn("Weber", text)
        table = self.url_open("/my/charging/company/list").text
        self.assertIn("Dora Driver", table)
        self.assertNotIn("Weber", table)

    def test_others_of_the_company_and_strangers_do_not(self):
        for user in (self.driver, self.anna, self.stranger):
            self.log_in(user)
            for path in ("", "/list"):
                self.see(f"/my/charging/company{path}", 404)
            self.assertNotIn("Charging of my company", self.get_text(self.look(user)))
        text = self.get_text(self.look(self.driver))
        self.assertIn("8 kWh", text)

    def test_contact_who_has_left_the_company_does_not(self):
        self.contact.partner_id.parent_id = False
        self.log_in(self.contact)
        self.see("/my/charging/company", 404)

    def test_driver_gets_no_invoice_of_the_company(self):
        self.contract._invoice(fields.Date.today())
        invoice = self.contract.invoice_ids
        invoice.action_post()
        self.log_in(self.driver)
        key = self.key(self.driver, self.session_of_driver)
        self.see(f"/my/charging/invoice/{key}", 404)


@tagged("post_install", "-at_install")
class TestPortalData(PortalCase):
    def test_export_has_all_of_the_own_and_nothing_of_others(self):
        self.log_in(self.anna)
        answer = self.url_open("/my/charging/data/json")
        self.assertIn("attachment", answer.headers["Content-Disposition"])
        found = json.loads(answer.text)
        [session] = found["charging"]
        self.assertEqual((session["energy_kwh"], session["total"]), (10, 4.95))
        self.assertEqual(session["room"], "101")
        [card] = found["charging_cards"]
        self.assertEqual(card["number"], "04:A1:B2:C3")
        self.assertNotIn("Ode", answer.text)
        table = self.url_open("/my/charging/data/csv").text
        self.assertEqual(len(table.strip().splitlines()), 2)
        self.see("/my/charging/data/other", 404)

    def ask(self, user, **typed):
        self.log_in(user)
        return self.see("/my/charging/data", data={"csrf_token": self.get_token(), **typed})

    def leave(self):
        """The guest has checked out."""
        self.folio.iicharge_checkout = fields.Datetime.subtract(fields.Datetime.now(), hours=1)

    def test_nothing_is_deleted_without_being_sure(self):
        self.leave()
        self.assertIn("Nothing was deleted", self.get_text(self.ask(self.anna)))
        self.assertEqual(self.session_of_anna.partner_id, self.guest)

    def test_what_can_go_goes_at_once_and_sums_stay(self):
        self.leave()
        self.guest.iicharge_notify = True
        self.folio._create_invoices().action_post()
        session, total = self.session_of_anna, self.session_of_anna.amount_total
        session._take_feedback(4, "Easy")
        text = self.get_text(self.ask(self.anna, sure="1"))
        self.assertIn("What could go is deleted", text)
        self.assertIn(f"31/{fields.Date.today().year + 10}".partition("/")[2], text)
        self.assertTrue(session.guest_anonymized)
        self.assertFalse(session.partner_id or session.room or session.id_tag)
        self.assertFalse(self.guest.iicharge_notify or session.rating_ids.feedback)
        self.assertEqual((session.amount_total, session.rating_ids.rating), (total, 4))
        self.assertEqual(self.session_of_ben.partner_id, self.ben.partner_id)
        self.assertFalse(self.guest.iicharge_erase_asked_at)

    def test_what_is_open_is_kept_and_follows_in_the_night_after(self):
        session = self.session_of_anna
        text = self.get_text(self.ask(self.anna, sure="1"))
        self.assertIn("is not closed yet (1)", text)
        self.assertEqual(session.partner_id, self.guest)
        self.env["iicharge.session"]._gc_asked()
        self.assertFalse(session.guest_anonymized)
        self.leave()
        self.env["iicharge.session"]._gc_asked()
        self.assertTrue(session.guest_anonymized)
        self.assertFalse(self.guest.iicharge_erase_asked_at)

    def delete_log_in(self, user):
        """As Odoo's own page does it; the contact cannot be deleted, as stays lead to it."""
        user._deactivate_portal_user()
        self.env["res.partner"]._gc_iicharge_contacts()

    def test_contact_that_nothing_needs_is_anonymized_once_the_log_in_is_gone(self):
        person = self.stranger.partner_id
        person.write({"street": "Main Street 1", "phone": "+31612345678"})
        person._message_log(body="Sam called.")
        text = self.get_text(self.ask(self.stranger, sure="1"))
        self.assertIn("as long as you have a log-in here", text)
        self.env["res.partner"]._gc_iicharge_contacts()
        self.assertEqual(person.name, "Sam")
        self.delete_log_in(self.stranger)
        self.assertEqual(person.name, "Deleted guest")
        self.assertFalse(person.email or person.street or person.phone)
        self.assertNotIn("Sam", "".join(person.message_ids.mapped("body")))
        self.assertFalse(person.active or person.iicharge_erase_contact)

    def test_own_address_below_the_contact_is_the_persons_and_goes_with_it(self):
        person = self.stranger.partner_id
        address = {"type": "invoice", "name": "Sam at work", "street": "Side Street 2"}
        below = self.env["res.partner"].create({**address, "parent_id": person.id})
        text = self.get_text(self.ask(self.stranger, sure="1"))
        self.assertIn("as long as you have a log-in here", text)
        order = self.env["sale.order"].create({"partner_id": below.id, "state": "sale"})
        self.delete_log_in(self.stranger)
        self.assertEqual((person.name, below.street), ("Sam", "Side Street 2"), "of the books")
        order.state = "cancel"
        self.env["res.partner"]._gc_iicharge_contacts()
        self.assertEqual((person.name, below.name), ("Deleted guest", "Deleted guest"))
        self.assertFalse(below.street or below.active)

    def test_person_with_another_below_is_not_alone(self):
        person = self.stranger.partner_id
        self.env["res.partner"].create({"name": "Kim", "parent_id": person.id})
        self.assertIn("belong to a company", self.get_text(self.ask(self.stranger, sure="1")))

    def test_contact_of_the_books_is_kept_until_the_day_that_the_page_says(self):
        self.leave()
        self.folio._create_invoices().action_post()
        text = self.get_text(self.ask(self.anna, sure="1"))
        self.assertIn("the books need them until", text)
        name = self.guest.name
        self.delete_log_in(self.anna)
        self.assertEqual(self.guest.name, name)
        with freeze_time(f"{fields.Date.today().year + 11}-01-01"):
            self.env["res.partner"]._gc_iicharge_contacts()
        self.assertEqual(self.guest.name, "Deleted guest")

    def test_contact_that_cannot_be_anonymized_holds_up_no_other(self):
        first, other = self.env["res.partner"].create(
            [{"name": name, "iicharge_erase_contact": True} for name in ("First", "Other")]
        )
        contacts = self.env.registry["iicharge.portal.contact"]
        anonymize = contacts._anonymize

        def fail(self, person):
            if person == first:
                # what a constraint of another addon does
                person.env.cr.execute("SELECT 1 / 0")
            return anonymize(self, person)

        self.patch(contacts, "_anonymize", fail)
        with mute_logger(
            "odoo.sql_db", "odoo.addons.iicharge_odoo.models.portal.iicharge_portal_contact"
        ):
            self.env["res.partner"]._gc_iicharge_contacts()
        self.assertEqual((first.name, other.name), ("First", "Deleted guest"))
        self.assertTrue(first.iicharge_erase_contact)

    def test_contact_of_a_company_is_the_companys(self):
        text = self.get_text(self.ask(self.driver, sure="1"))
        self.assertIn("belong to a company", text)
        self.delete_log_in(self.driver)
        self.assertEqual(self.driver.partner_id.name, "Dora Driver")

    def test_contact_of_who_has_not_asked_stays(self):
        person = self.stranger.partner_id
        self.delete_log_in(self.stranger)
        self.assertEqual(person.name, "Sam")

    def test_charging_after_the_request_is_not_part_of_it(self):
        self.ask(self.anna, sure="1")
        self.guest.iicharge_erase_asked_at = fields.Datetime.subtract(
            self.session_of_anna.started_at, hours=1
        )
        self.leave()
        self.env["iicharge.session"]._gc_asked()
        self.assertFalse(self.session_of_anna.guest_anonymized)

    def test_own_card_goes_and_those_of_company_and_stay_stay(self):
        own, fleet = self.env["iicharge.token"].create(
            [
                {"uid": "OWN1", "partner_id": self.guest.id},
                {"uid": "OWN2", "partner_id": self.guest.id, "contract_id": self.contract.id},
            ]
        )
        self.ask(self.anna, sure="1")
        self.assertFalse(own.active or own.partner_id)
        self.assertTrue(fleet.active and fleet.partner_id and self.token.active)
