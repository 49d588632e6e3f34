# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""The two hotels of the soak: chargers, prices on two products, and guests who come and go.

The first rounds taxes line by line and has prices both without tax and with it; the second
keeps other books: another currency, taxes rounded over the invoice, and prices with tax only.
Both have guests whose fiscal position takes no tax, the second has stays in a foreign currency.
"""

from datetime import timedelta

from odoo import Command, fields

VISITOR = "SOAK-VISITOR"
# of the stays
WITHOUT_TAX, IN_FOREIGN_CURRENCY, ROUTED = 0.15, 0.1, 0.2


class HotelSetup:
    """Set-up of a hotel, and check-in of guests.

    :param site: `iicharge.site` without a charger, with its company's books
    :param visitor: uid of a card of visitors
    """

    own_folios = True
    rounding = "round_per_line"

    def __init__(self, env, dice, fleet, site, visitor):
        self.env = env = env(context={"allowed_company_ids": site.company_id.ids})
        self._dice = dice
        self._number = 0
        self.company, self.site = site.company_id, site.with_env(env)
        self.visitor = visitor
        self.category = env["product.category"].create({"name": "Start fees"})
        product = self.company._iicharge_get_product()
        fee = product.copy({"name": "Start fee", "categ_id": self.category.id})
        env["iicharge.site.product"].create(
            {"site_id": site.id, "component": "FLAT", "product_id": fee.id}
        )
        self._tax = product.taxes_id.filtered(lambda tax: tax.company_id == self.company)[:1]
        self.position = self._make_position()
        self.tariff, self.other_tariff = self._make_tariffs()
        self.site.tariff_id = self.tariff
        self.site.analytic_account_id = env["account.analytic.account"].create(
            {"name": "Charging", "plan_id": env["account.analytic.plan"].search([], limit=1).id}
        )
        self.chargers = env["iicharge.charger"].create(
            [
                {
                    "name": f"Soak {number}",
                    "identity": f"{visitor}-{number}",
                    "site_id": site.id,
                    "connector_ids": [
                        Command.create({"number": connector, "rated_power_w": 50_000})
                        for connector in (1, 2)
                    ],
                }
                for number in range(fleet)
            ]
        )
        env["iicharge.token"].create(
            {
                "uid": visitor,
                "group": "visitor",
                "partner_id": self._make_partner("Visitor").id,
                "company_id": self.company.id,
            }
        )
        self.rooms = env["hotel.room"].search([])
        self.register = self._open_register()
        self.company.tax_calculation_rounding_method = self.rounding
        env.cr.commit()

    def _make_position(self):
        free = self._tax.copy({"name": "Soak, no tax", "amount": 0})
        position = self.env["account.fiscal.position"].create({"name": "Soak, no tax"})
        free.write({"fiscal_position_ids": position.ids, "original_tax_ids": self._tax.ids})
        return position

    def _make_tariffs(self):
        return self._make_tariff("Soak", 0.4567, 1), self._make_tariff("Cheaper", 0.3333, 0.5)

    def _make_tariff(self, name, per_kwh, fee):
        # one tax in the price, the other on top
        other = self._tax.copy(
            {"name": f"{name} 7 %", "amount": 7, "price_include_override": "tax_included"}
        )
        return self.env["iicharge.tariff"].create(
            {
                "name": name,
                "company_id": self.company.id,
                "component_ids": [
                    Command.create({"dimension": "ENERGY", "price": per_kwh, "tax_ids": other.ids}),
                    Command.create({"dimension": "FLAT", "price": fee}),
                ],
            }
        )

    def _open_register(self):
        """:return: `pos.config`, open"""
        cashier = self.env.ref("base.user_admin")  # registers are opened by people only
        cashier.company_ids |= self.company
        register = self.env["pos.config"].with_user(cashier).create({"name": "Soak"})
        register.open_ui()
        register.current_session_id.set_opening_control(0, None)
        return register

    def _make_partner(self, name):
        return self.env["res.partner"].create({"name": name})

    def _make_guest(self):
        guest = self._make_partner(f"Guest {self._number}")
        if self._dice.random() < WITHOUT_TAX:
            guest.property_account_position_id = self.position
        return guest

    def take_in(self, count):
        """Check in new stays, each with a card; some are routed, some in the hotel's own folios.

        :return: the cards' uids
        """
        stays = self.env["sale.order"]
        for _ in range(count):
            self._number += 1
            guest = self._make_guest()
            if self._number % 8 or not self.own_folios:
                stays |= self._make_order(guest)
            else:
                stays |= self._make_hotel_folio(guest)
        stays.filtered(lambda stay: stay.state == "draft").action_confirm()
        for stay in stays:
            if self._dice.random() < ROUTED:
                self._route(stay)
        uids = [f"SOAK-{stay.id}" for stay in stays]
        self.env["iicharge.token"].create(
            [{"uid": uid, "folio_id": stay.id} for uid, stay in zip(uids, stays, strict=True)]
        )
        self.env.cr.commit()
        return uids

    def _make_order(self, guest):
        now = fields.Datetime.now()
        return self.env["sale.order"].create(
            {
                "partner_id": guest.id,
                "pricelist_id": self._choose_pricelist().id,
                "iicharge_room": str(1000 + self._number),
                "iicharge_checkin": now - timedelta(days=12),
                "iicharge_checkout": now + timedelta(days=2),
            }
        )

    def _choose_pricelist(self):
        return self.env["product.pricelist"]

    def _make_hotel_folio(self, guest):
        now = fields.Datetime.now()
        room = self._dice.choice(self.rooms)
        folio = self.env["hotel.folio"].create(
            {"partner_id": guest.id, "date_order": now - timedelta(days=12)}
        )
        self.env["hotel.folio.line"].create(
            {
                "folio_id": folio.id,
                "product_id": room.product_id.id,
                "name": "Night",
                "product_uom_qty": 3,
                "checkin_date": now - timedelta(days=12),
                "checkout_date": now + timedelta(days=2),
            }
        )
        folio.action_confirm()
        return folio.order_id

    def _route(self, stay):
        """Route the energy, or the start fee, to the guest's company."""
        payer = self.env["sale.order"].create(
            {"partner_id": self._make_partner(f"Company of {stay.partner_id.name}").id}
        )
        payer.action_confirm()
        by_fee = self._dice.random() < 0.5
        stay.iicharge_routing_ids = [
            Command.create(
                {
                    "paying_folio_id": payer.id,
                    "category_id": self.category.id if by_fee else False,
                }
            )
        ]


class OtherHotel(HotelSetup):
    """The second hotel; see the top of this file."""

    own_folios = False  # the hotel module has one property
    rounding = "round_globally"

    @classmethod
    def make_site(cls, env):
        """:return: `iicharge.site` of a company of its own"""
        company = env["res.company"].create({"name": "Soak, other books"})
        charts = env["account.chart.template"]
        charts.try_loading("generic_coa", company=company, install_demo=False)
        currency = env.ref("base.CHF")
        currency.active = True
        company.currency_id = currency
        return env["iicharge.site"].create(
            {"name": "Soak, other books", "company_id": company.id, "time_zone": "Europe/Zurich"}
        )

    def _make_tariffs(self):
        foreign = self.env.ref("base.GBP")
        foreign.active = True
        rate = {"currency_id": foreign.id, "company_id": self.company.id}
        self.env["res.currency.rate"].create({**rate, "name": "2020-01-01", "rate": 0.8873})
        self._foreign = self.env["product.pricelist"].create({"name": "Foreign guests", **rate})
        rate_of_tax = 8.1
        self._tax.amount = rate_of_tax
        return super()._make_tariffs()

    def _make_tariff(self, name, per_kwh, fee):
        return self.env["iicharge.tariff"].create(
            {
                "name": name,
                "company_id": self.company.id,
                "tax_included": "YES",
                "component_ids": [
                    Command.create({"dimension": "ENERGY", "price": per_kwh}),
                    Command.create({"dimension": "FLAT", "price": fee}),
                ],
            }
        )

    def _choose_pricelist(self):
        if self._dice.random() < IN_FOREIGN_CURRENCY:
            return self._foreign
        return super()._choose_pricelist()
