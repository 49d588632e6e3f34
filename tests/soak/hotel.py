# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""The hotel of the soak: chargers, prices on two products, and guests who come and go."""

from datetime import timedelta

from odoo import Command, fields

VISITOR = "SOAK-VISITOR"


class HotelSetup:
    """Set-up of the hotel, and check-in of guests."""

    def __init__(self, env, dice, fleet):
        self.env = env
        self._dice = dice
        self._number = 0
        site = env.ref("iicharge_odoo.demo_site")
        self.site = site
        self.category = env["product.category"].create({"name": "Start fees"})
        product = site.company_id._iicharge_get_product()
        fee = product.copy({"name": "Start fee", "categ_id": self.category.id})
        env["iicharge.site.product"].create(
            {"site_id": site.id, "component": "FLAT", "product_id": fee.id}
        )
        self.tariff = self._make_tariff("Soak", 0.4567, 1)
        self.other_tariff = self._make_tariff("Soak, cheaper", 0.3333, 0.5)
        site.tariff_id = self.tariff
        site.analytic_account_id = env["account.analytic.account"].create(
            {"name": "Charging", "plan_id": env["account.analytic.plan"].search([], limit=1).id}
        )
        self.chargers = env["iicharge.charger"].create(
            [
                {
                    "name": f"Soak {number}",
                    "identity": f"SOAK-{number}",
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
            {"uid": VISITOR, "group": "visitor", "partner_id": self._make_partner("Visitor").id}
        )
        self.rooms = env["hotel.room"].search([])
        env.cr.commit()

    def _make_tariff(self, name, per_kwh, fee):
        tax = self.site.company_id.iicharge_product_id.taxes_id[:1]
        # one tax in the price, the other on top
        other = tax.copy(
            {"name": f"{name} 7 %", "amount": 7, "price_include_override": "tax_included"}
        )
        return self.env["iicharge.tariff"].create(
            {
                "name": name,
                "component_ids": [
                    Command.create({"dimension": "ENERGY", "price": per_kwh, "tax_ids": other.ids}),
                    Command.create({"dimension": "FLAT", "price": fee}),
                ],
            }
        )

    def _make_partner(self, name):
        return self.env["res.partner"].create({"name": name})

    def take_in(self, count):
        """Check in new stays, each with a card; some are routed, some in the hotel's own folios.

        :return: the cards' uids
        """
        stays = self.env["sale.order"]
        for _ in range(count):
            self._number += 1
            guest = self._make_partner(f"Guest {self._number}")
            if self._number % 8:
                stays |= self._make_order(guest)
            else:
                stays |= self._make_hotel_folio(guest)
        stays.filtered(lambda stay: stay.state == "draft").action_confirm()
        for stay in stays:
            if self._dice.random() < 0.2:
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
                "iicharge_room": str(1000 + self._number),
                "iicharge_checkin": now - timedelta(days=12),
                "iicharge_checkout": now + timedelta(days=2),
            }
        )

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
