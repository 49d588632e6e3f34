# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import re
from datetime import timedelta

from lxml import html

from odoo import Command, fields
from odoo.tests import HttpCase

from ...controllers import guest, guest_card, guest_page, guest_waiting
from ...models.guest import iicharge_status_question
from ..common import ChargingCase


class GuestCase(ChargingCase, HttpCase):
    """A free connector with a sign, and a phone that opens pages."""

    session = None  # HttpCase keeps the browser's web session here

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["iicharge.connection"].create(
            {"charger_id": cls.charger.id, "online": True, "fence": 1}
        )
        (cls.connector | cls.other_connector).write({"status": "available"})
        cls.sign = cls.connector._make_signs()
        cls.free_tariff = cls.env["iicharge.tariff"].create(
            {
                "name": "A gift",
                "component_ids": [
                    Command.create({"dimension": "ENERGY", "price": 0, "tax_ids": cls.tax.ids})
                ],
            }
        )

    def setUp(self):
        super().setUp()
        self.drop_counts()
        self.patch(guest_page, "ANSWER_S", 0)
        # no charger is there that answers
        self.patch(iicharge_status_question, "WAIT_S", 0)

    def drop_counts(self):
        """Count no more what was asked before."""
        for module in (guest, guest_card, guest_waiting):
            for limit in vars(module).values():
                if isinstance(limit, guest.RateLimit):
                    limit._counts.clear()

    # --- a phone --------------------------------------------------------------------------------
    def see(self, path, status=200, **options):
        """Open a page. :return: its tree"""
        answer = self.url_open(path, **options)
        self.assertEqual(answer.status_code, status, answer.text[:500])
        self.answer = answer
        return html.fromstring(answer.text)

    def get_text(self, page):
        return re.sub(r"\s+", " ", page.find("body").text_content())

    def get_fields(self, page, form="//form[@id]"):
        """Get what a form would send as it stands."""
        [found] = page.xpath(form)[:1]
        return dict(found.form_values()), found.get("action")

    def ask_room(self, **query):
        params = "&".join(f"{name}={value}" for name, value in {"pay": "room", **query}.items())
        return self.see(f"/charge/{self.sign.code}/pay?{params}")

    def name_stay(self, page=None, **typed):
        """Send the form of the room. :return: the page that follows"""
        values, action = self.get_fields(page if page is not None else self.ask_room())
        return self.see(action, data={**values, **typed})

    def start_for_room(self):
        """Start for room 101. :return: (page, visit)"""
        page = self.name_stay(room="101", name="weber")
        return page, self.env["iicharge.guest.visit"].search([], limit=1)

    # --- the charger ----------------------------------------------------------------------------
    def answer_start(self, visit, status="Accepted"):
        visit.command_id._set_outcome(
            f'{{"status": "{status}"}}', None, None, fields.Datetime.now()
        )

    def plug_in(self, visit, minutes_ago=60):
        """The car comes: the charger starts with the token that it was sent."""
        self.t0 = fields.Datetime.now() - timedelta(minutes=minutes_ago)
        type(self).t0 = self.t0
        self.status("Charging")
        self.start(9001, idTag=visit.token_id.uid)
        self.sample(9001, 1, 1000 + 100, power=11000)
        self.sample(9001, minutes_ago - 1, 1000 + 9000, power=11000)
        self.process()
        return visit.session_id
