# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Rooms, people, what the register sells, and who charges on whose account."""

import random

from odoo import Command
from odoo.tools import convert_file

from hotel_iris.company import LANGUAGE
from hotel_iris.days import VISITOR_CARDS
from hotel_iris.people import ROOMS, make_names

# What the register sells. Category: products with their gross price and VAT.
GOODS = {
    "Minibar": [
        ("Mineral water", 3.5, 9),
        ("Orange juice", 4.5, 9),
        ("Beer", 5.5, 21),
        ("White wine, 0.2 l", 9, 21),
        ("Salted nuts", 4, 9),
    ],
    "Breakfast": [("Breakfast", 19.5, 9), ("Coffee to go", 3.8, 9), ("Packed lunch", 12, 9)],
    "Parking": [("Parking, one day", 18, 21), ("Parking, one hour", 3, 21)],
}
CARDS = "Charging cards"
# Of Garage 1, plug 1: bin/run prints its address.
SIGN = "7KQ4XM"
TECHNICIANS = "Technicians of the house"


def main(env):
    for addon, file in (
        ("iicharge_odoo", "demo/hotel_iris.xml"),
        ("iicharge_odoo_loyalty", "demo/charging_card.xml"),
    ):
        convert_file(env, addon, file, {}, mode="init", noupdate=True)
    hotel = Hotel(env)
    hotel.set_up_site()
    hotel.hang_up_signs()
    hotel.make_rooms()
    hotel.set_up_register()
    hotel.set_up_people()
    hotel.make_cards()
    hotel.make_accounts()
    env.cr.commit()


class Hotel:
    """Set-up of the hotel."""

    def __init__(self, env):
        self.env = env
        self.company = env.ref("base.main_company")

    def _get_tax(self, rate):
        return self.env["account.tax"].search(
            [
                *self.env["account.tax"]._check_company_domain(self.company),
                ("type_tax_use", "=", "sale"),
                ("amount", "=", rate),
                ("tax_scope", "in", (False, "consu" if rate == 9 else "service")),
            ],
            limit=1,
        )

    def set_up_site(self):
        env = self.env
        site = env.ref("iicharge_odoo.demo_site")
        site.write(
            {
                "property_system": "iicharge.property.hotel",
                "partner_id": self.company.partner_id.id,
                "stop_at_credit_limit": True,
                "card_online": True,
                "opening_hours": "Always open",
                "house_rules": "Please move your car when it is full.",
                "accept_unknown_chargers": False,
                "energy_cost_ids": [Command.create({"cost_kwh": 0.21, "valid_from": "2020-01-01"})],
            }
        )
        # Odoo's own, which takes no money; its form lets a card be declined
        provider = env.ref("payment.payment_provider_demo")
        provider.write({"state": "test", "is_published": True, "capture_manually": True})
        env["maintenance.team"].search([], limit=1).name = TECHNICIANS

    def hang_up_signs(self):
        """Give each connector its sign: that of the first one is printed by bin/run."""
        connectors = self.env["iicharge.connector"].search([])
        first = self.env.ref("iicharge_odoo.demo_garage_1_connector_1")
        self.env["iicharge.sign"].create({"code": SIGN, "connector_id": first.id})
        connectors._make_signs()

    def make_rooms(self):
        env = self.env
        floors = {
            floor: env["hotel.floor"].create({"name": name, "sequence": int(floor)})
            for floor, name in (("1", "First floor"), ("2", "Second floor"))
        }
        kind = env["hotel.room.type"].create({"name": "Rooms"})
        for number, price in ROOMS.items():
            room = env["hotel.room"].create(
                {
                    "name": number,
                    "isroom": True,
                    "room_categ_id": kind.id,
                    "floor_id": floors[number[0]].id,
                    "list_price": price,
                    "capacity": 2,
                }
            )
            room.product_id.write(
                {"taxes_id": [Command.set(self._get_tax(21).ids)], "invoice_policy": "order"}
            )

    def set_up_register(self):
        env = self.env
        categories = env["pos.category"]
        for sequence, (name, goods) in enumerate(GOODS.items()):
            category = env["pos.category"].create({"name": name, "sequence": sequence})
            categories |= category
            for product, price, rate in goods:
                env["product.product"].create(
                    {
                        "name": product,
                        "type": "consu" if name == "Minibar" else "service",
                        "list_price": price,
                        "taxes_id": [Command.set(self._get_tax(rate).ids)],
                        "available_in_pos": True,
                        "pos_categ_ids": category.ids,
                    }
                )
        cards = env["pos.category"].create({"name": CARDS, "sequence": 9})
        top_up = env.ref("iicharge_odoo_loyalty.demo_top_up")
        top_up.write({"pos_categ_ids": cards.ids})
        others = env["product.template"].search(
            [("available_in_pos", "=", True), ("pos_categ_ids", "=", False)]
        )
        others.available_in_pos = False
        register = env.ref("iicharge_odoo.demo_pos_config")
        register.write(
            {
                "limit_categories": True,
                "iface_available_categ_ids": [Command.set((categories | cards).ids)],
                "payment_method_ids": [Command.set(self._make_payment_methods().ids)],
            }
        )

    def _make_payment_methods(self):
        methods = self.env["pos.payment.method"]
        journals = self.env["account.journal"]
        cash = journals.create({"name": "Cash at the desk", "type": "cash", "code": "DESK"})
        bank = journals.search(
            [("type", "=", "bank"), ("company_id", "=", self.company.id)], limit=1
        )
        return methods.create(
            [
                {"name": "Card", "journal_id": bank.id},
                {"name": "Cash", "journal_id": cash.id},
                {"name": "Room", "iicharge_room": True},
            ]
        )

    def set_up_people(self):
        env = self.env
        hotel_users = env.ref("hotel.group_hotel_user")
        for name in ("frontdesk", "accountant", "manager"):
            env.ref(f"iicharge_odoo.demo_user_{name}").group_ids |= hotel_users
        env["res.users"].search([("share", "=", False)]).lang = LANGUAGE
        first = env["ir.ui.menu"].search(
            [
                ("parent_id", "=", env.ref("iicharge_odoo.menu_root").id),
                ("action", "!=", False),
            ],
            order="sequence, id",
            limit=1,
        )
        for name in ("frontdesk", "technician", "accountant", "manager"):
            env.ref(f"iicharge_odoo.demo_user_{name}").write(
                {"action_id": first.action.id, "odoobot_state": "disabled"}
            )
        manager = env.ref("iicharge_odoo.demo_user_manager")
        env.ref("base.user_admin").write({"name": "Administrator", "action_id": first.action.id})
        env["maintenance.team"].search([], limit=1).member_ids = (
            env.ref("iicharge_odoo.demo_user_technician") | manager
        )

    def make_cards(self):
        """Cards of visitors, who pay at the register; the first is in hotel_iris.xml."""
        names = make_names(random.Random(1))
        for number in range(2, VISITOR_CARDS + 1):
            holder = self.env["res.partner"].create({"name": next(names)})
            self.env["iicharge.token"].create(
                {"uid": f"VISITOR{number}", "group": "visitor", "partner_id": holder.id}
            )

    def make_accounts(self):
        """A company on whose account people charge, and one that operates a charger."""
        nordwind = self._make_company(
            "Nordwind Logistics B.V.", "Havenstraat 8", "1019 CD", "Amsterdam"
        )
        lakeside = self._make_company(
            "Lakeside Charging B.V.", "Kade 3", "1411 EF", "Naarden", vat="NL123456782B90"
        )
        contract = self.env["iicharge.contract"].create(
            {"partner_id": nordwind.id, "reference": "PO 4711", "date_from": "2020-01-01"}
        )
        for number, name in enumerate(("Bas de Wit", "Eva Kramer", "Joost Mulder"), start=1):
            driver = self.env["res.partner"].create({"name": name, "parent_id": nordwind.id})
            self.env["iicharge.token"].create(
                {
                    "uid": f"NORDWIND{number}",
                    "partner_id": driver.id,
                    "contract_id": contract.id,
                    "group": "visitor",
                }
            )
        self.env.ref("iicharge_odoo.demo_court_2").operator_id = lakeside
        self.env.ref("iicharge_odoo.demo_site").settlement_fee_percent = 15

    def _make_company(self, name, street, zip_code, city, **values):
        return self.env["res.partner"].create(
            {
                "name": name,
                "is_company": True,
                "street": street,
                "zip": zip_code,
                "city": city,
                "country_id": self.env.ref("base.nl").id,
                "email": f"desk@{name.split()[0].lower()}.example.com",
                **values,
            }
        )
