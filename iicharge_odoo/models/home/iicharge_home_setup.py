# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from datetime import timedelta

from odoo import api, fields, models

from .page import link_list, link_record

# A stay that begins within so long counts as the first one.
STAYS_WITHIN = timedelta(days=365)


class HomeSetup(models.AbstractModel):
    """What a hotel sets up before its first guest. Each step is done or open by what is there, so
    that any may be left and taken up again."""

    _name = "iicharge.home.setup"
    _description = "Set-up on the Home Page"

    @api.model
    def _get_empty(self, role, sites):
        """Get what to say while the company has no charger; None once it has one."""
        chargers = self.env["iicharge.charger"]
        if chargers.search_count([("site_id", "in", sites.ids)], limit=1):
            return None
        may_add = role in ("manager", "technician") and sites
        return {
            "title": self.env._("No charger yet"),
            "text": self.env._(
                "Add the first one, and this page shows what is free, what charges and what it "
                "brings in."
            )
            if role in ("manager", "technician")
            else self.env._(
                "A manager or a technician adds the first one; then this page shows what is free, "
                "what charges and what needs you."
            ),
            "buttons": [
                {
                    "key": "add",
                    "label": self.env._("Add a charger"),
                    "link": self._get_new_link("iicharge.charger", self.env._("Add a charger")),
                }
            ]
            if may_add
            else [],
        }

    @api.model
    def _get_new_link(self, model, name):
        return {
            "open": {
                "type": "ir.actions.act_window",
                "name": name,
                "res_model": model,
                "views": [[False, "form"]],
            }
        }

    @api.model
    def _get_setup_panel(self, sites, clock):
        """Get the steps; None once all are done."""
        steps = [
            self._get_company_step(),
            self._get_tariff_step(),
            self._get_site_step(sites),
            self._get_charger_step(sites),
            self._get_payment_step(),
            self._get_stay_step(sites, clock),
            self._get_test_step(sites),
        ]
        done = sum(step["done"] for step in steps)
        if done == len(steps):
            return None
        next_step = next(step for step in steps if not step["done"])
        next_step["isNext"] = True
        return {
            "key": "setup",
            "column": 1,
            "kind": "steps",
            "folds": True,
            "icon": "fa-check-square-o",
            "title": self.env._("Before the first guest"),
            "total": self.env._("%(done)s of %(all)s done", done=done, all=len(steps)),
            "share": done / len(steps),
            "rows": steps,
        }

    @api.model
    def _get_setup_step(self, key, done, title, note, link, label=None):
        return {
            "key": f"setup-{key}",
            "done": bool(done),
            "title": title,
            "note": note,
            "link": link,
            "button": False if done else {"label": label or self.env._("View"), "link": link},
        }

    @api.model
    def _get_company_step(self):
        company = self.env.company
        # sudo: the address of the hotel is printed on each bill
        partner = company.sudo().partner_id
        known = [partner.street, partner.city, partner.country_id]
        return self._get_setup_step(
            "company",
            all(known),
            self.env._("Hotel: name, address, currency"),
            ", ".join(filter(None, [company.name, partner.city, company.currency_id.name]))
            if all(known)
            else self.env._("printed on bills; the country decides the taxes"),
            link_record(company),
        )

    @api.model
    def _get_tariff_step(self):
        tariff = self.env["iicharge.tariff"].search(
            [("company_id", "=", self.env.company.id)], limit=1
        )
        link = link_list("iicharge_tariff_action")
        return self._get_setup_step(
            "tariff",
            tariff,
            self.env._("A price"),
            tariff.summary or self.env._("per kWh, as the guest sees it"),
            link if tariff else self._get_new_link("iicharge.tariff", self.env._("New tariff")),
            self.env._("Add a price"),
        )

    @api.model
    def _get_site_step(self, sites):
        with_price = sites.filtered("tariff_id")
        if with_price:
            link, note = link_list("iicharge_site_action"), ", ".join(sites.mapped("name"))
        elif sites:
            link, note = link_record(sites[0]), self.env._("has no price yet")
        else:
            link = self._get_new_link("iicharge.site", self.env._("New site"))
            note = self.env._("where the chargers are, with its time zone and price")
        return self._get_setup_step("site", with_price, self.env._("A site"), note, link)

    @api.model
    def _get_charger_step(self, sites):
        domain = fields.Domain("site_id", "in", sites.ids)
        seen = self.env["iicharge.charger"].search(
            domain & fields.Domain("connection_ids.last_seen_at", "!=", False), limit=3
        )
        chargers = seen or self.env["iicharge.charger"].search(domain, limit=1)
        link = self._get_new_link("iicharge.charger", self.env._("Add a charger"))
        note, label = self.env._("you need its manual"), self.env._("Add a charger")
        if seen:
            link, note = link_list("iicharge_charger_action"), ", ".join(seen.mapped("name"))
        elif chargers:
            link, label = link_record(chargers[0]), None
            note = self.env._("%(charger)s has not connected yet", charger=chargers[0].name)
        return self._get_setup_step("charger", seen, self.env._("A charger"), note, link, label)

    @api.model
    def _get_payment_step(self):
        """Room and money: at a register of the company."""
        configs = self.env["pos.config"]
        link = link_list("pos_config_action_registers")
        if not configs.has_access("read"):
            methods = self.env["pos.payment.method"].browse()
        else:
            methods = configs.search([("company_id", "=", self.env.company.id)]).payment_method_ids
        room = methods.filtered("iicharge_room")
        return self._get_setup_step(
            "payment",
            room and methods - room,
            self.env._("Ways to pay"),
            ", ".join(methods.mapped("name"))
            if room and methods - room
            else self.env._("at a register: room, card, cash"),
            link,
        )

    @api.model
    def _get_stay_step(self, sites, clock):
        found = any(self._has_stay(site, clock.now) for site in sites)
        found = found or self._has_charged(sites, fields.Domain("folio_id", "!=", False))
        return self._get_setup_step(
            "stay",
            found,
            self.env._("A first stay"),
            "" if found else self.env._("an order with room, check-in and check-out, confirmed"),
            link_list("sale.action_orders"),
        )

    @api.model
    def _has_stay(self, site, now):
        rules = site._get_property()
        begins = rules._get_in_house_domain(now) | rules._get_arrival_domain(
            now, now + STAYS_WITHIN
        )
        stays = rules._get_site_domain(site) & begins
        return bool(self.env["sale.order"].search_count(stays, limit=1))

    @api.model
    def _get_test_step(self, sites):
        done = self._has_charged(sites, fields.Domain("energy_wh", ">", 0))
        return self._get_setup_step(
            "test",
            done,
            self.env._("A test charging"),
            "" if done else self.env._("start and stop a car once, as front desk does"),
            link_list("iicharge_connector_action_live"),
        )

    @api.model
    def _has_charged(self, sites, domain):
        domain &= fields.Domain("site_id", "in", sites.ids) & fields.Domain("state", "=", "stopped")
        return bool(self.env["iicharge.session"].search_count(domain, limit=1))
