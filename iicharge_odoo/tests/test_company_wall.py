# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import json

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.models import LOG_ACCESS_COLUMNS
from odoo.tests import new_test_user, tagged

from odoo.addons.bus.models.bus import channel_with_db, json_dump
from odoo.addons.http_routing.tests.common import MockRequest

from .common import ChargingCase


@tagged("post_install", "-at_install")
class TestCompanyWall(ChargingCase):
    """A second company, whose people name the records of the first in all that they may write."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.foreign_session = cls.charge_kwh()
        cls.env["iicharge.charge"]._post_due()
        cls.foreign_session._open_dispute("price", "It said less.")
        cls.env["iicharge.contract"].create({"partner_id": cls.guest.id})
        cls.rival = cls.env["res.company"].create({"name": "Other hotel"})
        cls.rivals = {
            group: new_test_user(
                cls.env,
                login=f"rival_{group}",
                groups=f"base.group_user,iicharge_odoo.group_{group}",
                company_id=cls.rival.id,
                company_ids=[Command.set(cls.rival.ids)],
            )
            for group in cls.users
        }
        cls.make_rival()

    @classmethod
    def make_rival(cls):
        """Make a record of each model that somebody may write."""
        env = cls.env(context={"allowed_company_ids": cls.rival.ids})
        cls.rival_tariff = env["iicharge.tariff"].create({"name": "Prices"})
        cls.rival_tariff.component_ids = [Command.create({"price": 0.3})]
        site = env["iicharge.site"].create({"name": "Yard", "tariff_id": cls.rival_tariff.id})
        site.energy_cost_ids = [Command.create({"cost_kwh": 0.2})]
        cls.rival._iicharge_set_up()
        product = cls.rival.iicharge_product_id
        site.product_ids = [Command.create({"component": "ENERGY", "product_id": product.id})]
        cls.rival_charger = env["iicharge.charger"].create(
            {"name": "Yard 1", "identity": "RIVAL-1", "site_id": site.id}
        )
        cls.rival_connector = cls.rival_charger._get_connector(1)
        env["iicharge.tariff.rule"].create({"tariff_id": cls.rival_tariff.id})
        cls.rival_token = env["iicharge.token"].create({"uid": "04:FF:EE:DD"})
        guest = env["res.partner"].create({"name": "Ben Rossi"})
        orders = env["sale.order"].create([{"partner_id": guest.id}] * 2)
        orders[0].order_line = [Command.create({"product_id": product.id})]
        journal = {"name": "Entries", "type": "general", "code": "RIVAL"}
        journal = env["account.journal"].create(journal)
        account = cls.rival._iicharge_get_accrual_account()
        lines = [{"account_id": account.id, "debit": 1}, {"account_id": account.id, "credit": 1}]
        lines = [Command.create(values) for values in lines]
        env["account.move"].create({"journal_id": journal.id, "line_ids": lines})
        env["iicharge.routing"].create({"folio_id": orders[0].id, "paying_folio_id": orders[1].id})
        env["iicharge.contract"].create({"partner_id": guest.id})

    def get_walls(self, model):
        """Yield the fields of a model that name a record of the first company, and that record."""
        for field in self.env[model]._fields.values():
            if field.type not in ("many2one", "many2many") or field.name in LOG_ACCESS_COLUMNS:
                continue
            if not field.store and not field.inverse:
                continue
            record = self.find_foreign(field.comodel_name)
            if record:
                value = record.id if field.type == "many2one" else [Command.link(record.id)]
                yield field.name, value

    def find_foreign(self, model):
        records = self.env[model]
        if model == "res.company":
            return self.company
        if model == "res.users":
            return self.users["manager"]
        name = next((n for n in ("company_id", "company_ids") if n in records._fields), None)
        return name and records.search([(name, "in", self.company.ids)], limit=1)

    def test_no_record_names_one_of_another_company(self):
        tried = set()
        for model in sorted(self.env.registry):
            if not model.startswith("iicharge.") or self.env[model]._abstract:
                continue
            for group, user in self.rivals.items():
                records = self.env[model].with_user(user)
                if not records.has_access("write"):
                    continue
                for name, value in self.get_walls(model):
                    tried.add(f"{model}.{name}")
                    with self.subTest(f"{group} {model}.{name}"):
                        self.assert_refused(records, {name: value})
        for name in ("charger.site_id", "token.company_id", "token.folio_id", "start.folio_id"):
            self.assertIn(f"iicharge.{name}", tried)

    def test_no_record_of_odoo_names_one_of_another_company(self):
        tried = set()
        for model in sorted(self.env.registry):
            records = self.env[model]
            if model.startswith("iicharge.") or records._abstract or records._transient:
                continue
            for name, value in self.get_walls(model):
                if not name.startswith("iicharge_"):
                    continue
                for group, user in self.rivals.items():
                    mine = records.with_user(user)
                    if not mine.has_access("write") or not mine.has_access("read"):
                        continue
                    mine = mine.search([], limit=1)
                    if not mine:
                        continue
                    tried.add(f"{model}.{name}")
                    with self.subTest(f"{group} {model}.{name}"), self.assertRaises(UserError):
                        mine.write({name: value})
                        mine.flush_recordset()
        self.assertLessEqual(
            {
                "account.move.iicharge_contract_id",
                "account.move.line.iicharge_reversed_line_id",
                "sale.order.iicharge_main_folio_id",
                "sale.order.line.iicharge_charge_line_id",
            },
            tried,
        )

    def assert_refused(self, records, values):
        if not records._transient:
            record = records.search([], limit=1)
            self.assertTrue(record, "the second company has one")
            with self.assertRaises(UserError):
                record.write(values)
                record.flush_recordset()
        if not records.has_access("create"):
            return
        # as a crafted call creates it: with the value, or with a default that its context brings
        for context, given in (({}, values), ({f"default_{k}": v for k, v in values.items()}, {})):
            name = next(iter(values))
            derived = records._fields[name].related and records._fields[name].readonly
            if not derived:
                with self.assertRaises(UserError):
                    records.with_context(**context).create(given)

    def test_derived_company_is_not_written(self):
        technician = self.rivals["technician"]
        both = self.company | self.rival
        technician.company_ids = both
        connector = self.rival_connector.with_user(technician).with_context(
            allowed_company_ids=both.ids
        )
        with self.assertRaises(AccessError):
            connector.company_id = self.company
        with self.assertRaises(AccessError):
            connector.site_id = self.site
        made = connector.create(
            {"charger_id": self.rival_charger.id, "number": 7, "company_id": self.company.id}
        )
        self.assertEqual(made.company_id, self.rival)

    def test_own_company_and_none_are_named(self):
        token = self.rival_token.with_user(self.rivals["front_desk"])
        shared = self.env["res.partner"].create({"name": "Shared", "company_id": False})
        token.partner_id = shared
        self.assertEqual(token.partner_id, shared)
        charger = self.rival_charger.with_user(self.rivals["technician"])
        charger.site_id = charger.site_id
        charger.name = "Yard 2"

    def test_each_company_has_its_own_channel_of_changes(self):
        self.env.cr.precommit.run()
        self.env["bus.bus"].search([]).unlink()
        (self.charger | self.rival_charger)._notify_changed()
        self.env.cr.precommit.run()
        messages = self.env["bus.bus"].search([("message", "like", "iicharge/changed")])
        seen = {}
        for name, user in (
            ("own", self.users["technician"]),
            ("rival", self.rivals["front_desk"]),
            ("accountant", self.rivals["accountant"]),
        ):
            subscribed = {
                json_dump(channel_with_db(self.env.cr.dbname, channel))
                for channel in self.get_channels(user)
            }
            heard = messages.filtered(lambda one, names=subscribed: one.channel in names)
            seen[name] = [json.loads(text)["payload"] for text in heard.mapped("message")]
        for name, charger in (("own", self.charger), ("rival", self.rival_charger)):
            values = {
                "charger_ids": charger.ids,
                "site_ids": charger.site_id.ids,
                "company_id": charger.company_id.id,
            }
            self.assertEqual(seen[name], [values])
        self.assertEqual(seen["accountant"], [])

    def get_channels(self, user):
        """Get the channels that a socket of this user has, which asks for the company's by name."""
        with MockRequest(self.env(user=user)) as request:
            request.session.uid = user.id
            asked = [f"res.company({self.company.id},)", f"res.company_{self.company.id}_iicharge"]
            data = request.env["ir.websocket"]._prepare_subscribe_data(asked, 0)
        return data["channels"]
