# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Guests, a company with a driver and a contact, and a stranger, who log in to the portal."""

from odoo import http
from odoo.tests import new_test_user

from ..guest.common import GuestCase


class PortalCase(GuestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.iicharge_keep_books_years = 10
        cls.anna = cls.make_user("anna", cls.guest)
        cls.ben = cls.make_user("ben", cls.env["res.partner"].create({"name": "Ben Ode"}))
        cls.stranger = cls.make_user("stranger", cls.env["res.partner"].create({"name": "Sam"}))
        cls.folio_of_ben = cls.make_stay(cls.ben.partner_id, "102")
        cls.env["iicharge.token"].create(
            {
                "uid": "BEN1",
                "folio_id": cls.folio_of_ben.id,
                "partner_id": cls.ben.partner_id.id,
            }
        )
        cls.make_company()
        cls.session_of_anna = cls.charge(8001, 10)
        cls.session_of_ben = cls.charge(8002, 7, idTag="BEN1")
        cls.session_of_driver = cls.charge(8003, 8, idTag="FLEET1")
        cls.post()
        cls.session = None  # from here on HttpCase keeps the browser's web session there

    @classmethod
    def make_company(cls):
        company = cls.env["res.partner"].create({"name": "Couriers", "is_company": True})
        people = cls.env["res.partner"].create(
            [
                {"name": name, "parent_id": company.id, "email": f"{name[:4]}@couriers.example"}
                for name in ("Dora Driver", "Carl Contact")
            ]
        )
        cls.driver, cls.contact = map(cls.make_user, ("driver", "contact"), people)
        cls.contract = cls.env["iicharge.contract"].create(
            {
                "partner_id": company.id,
                "date_from": "2020-01-01",
                "reference": "PO 4711",
                "portal_contact_ids": cls.contact.partner_id.ids,
            }
        )
        cls.env["iicharge.token"].create({"uid": "FLEET1", "partner_id": people[0].id})

    @classmethod
    def make_user(cls, login, partner):
        email = partner.email or f"{login}@example.com"
        return new_test_user(
            cls.env,
            name=partner.name,
            login=login,
            password=login,
            groups="base.group_portal",
            partner_id=partner.id,
            email=email,
        )

    @classmethod
    def charge(cls, number, kwh, **payload):
        """Charge for half an hour. :return: the session"""
        minutes = (number - 8001) * 40
        cls.start(number, minutes=minutes, **payload)
        cls.stop(number, minutes=minutes + 30, meter_stop=1000 + kwh * 1000)
        cls.process()
        return cls.env["iicharge.session"].search([("transaction_id", "=", str(number))])

    # --- a browser ------------------------------------------------------------------------------
    def log_in(self, user):
        self.authenticate(user.login, user.login)

    def look(self, user):
        self.log_in(user)
        return self.see("/my/charging")

    def get_token(self):
        return http.Request.csrf_token(self)

    def key(self, user, session=None):
        """Get the key of a charging in a person's addresses."""
        session = session or self.session_of_anna
        return self.env["iicharge.portal"]._get_key(user.partner_id, session)
