# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .rights import RightsCase

MODELS = (
    "iicharge.site",
    "iicharge.charger",
    "iicharge.connector",
    "iicharge.evse",
    "iicharge.connection",
    "iicharge.refused.connection",
    "iicharge.token",
    "iicharge.tariff",
    "iicharge.tariff.component",
    "iicharge.session",
    "iicharge.meter.value",
    "iicharge.charge",
    "iicharge.charge.line",
    "iicharge.dispute",
    "iicharge.routing",
    "iicharge.reservation",
    "iicharge.site.product",
    "iicharge.command",
    "iicharge.desired.state",
    "iicharge.ocpp.message",
    "iicharge.night.audit",
    "iicharge.contract",
    "iicharge.settlement",
    "iicharge.energy.cost",
    "iicharge.analysis",
    "iicharge.attempt",
    "iicharge.accrual.item",
    "iicharge.alert",
    "iicharge.reconciliation.check",
    "iicharge.sign",
    "iicharge.guest.visit",
    "iicharge.guest.try",
    "iicharge.card.payment",
    "iicharge.card.request",
    "iicharge.card.difference",
)


@tagged("post_install", "-at_install")
class TestRights(RightsCase):
    def test_stranger_sees_nothing(self):
        for login, groups in (
            ("test_plain", "base.group_user"),
            ("test_portal", "base.group_portal"),
        ):
            user = new_test_user(self.env, login=login, groups=groups)
            for model in MODELS:
                with self.assertRaises(AccessError, msg=f"{login} {model}"):
                    self.env[model].with_user(user).search([])

    def test_stranger_and_other_company_see_no_prices(self):
        company = self.env["res.company"].create({"name": "Third hotel"})
        strangers = [
            new_test_user(self.env, login="test_curious", groups="base.group_portal"),
            new_test_user(
                self.env,
                login="test_rival",
                groups="base.group_user,iicharge_odoo.group_manager",
                company_id=company.id,
                company_ids=[(6, 0, company.ids)],
            ),
        ]
        for user in strangers:
            with self.assertRaises(AccessError):
                self.connector.with_user(user).quote()
            with self.assertRaises(AccessError):
                self.tariff.with_user(user).export_ocpi()
        self.assertTrue(self.connector.with_user(self.users["front_desk"]).quote())

    def test_user_of_another_company_sees_nothing(self):
        company = self.env["res.company"].create({"name": "Other hotel"})
        user = new_test_user(
            self.env,
            login="elsewhere",
            groups="base.group_user,iicharge_odoo.group_manager",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )
        for model in MODELS:
            records = self.env[model].search([])
            self.assertTrue(records, f"{model} has records to hide")
            self.assertFalse(self.env[model].with_user(user).search([]), model)

    def test_money_and_evidence_cannot_be_changed(self):
        for group, user in self.users.items():
            for record, values in (
                (self.session_record.charge_ids.line_ids, {"amount_untaxed": 0}),
                (self.session_record.meter_value_ids, {"energy_wh": 0}),
                (self.session_record, {"amount_total": 0, "billing": "free"}),
                (self.session_record.charge_ids, {"state": "posted", "amount_total": 0}),
                (self.session_record.ocpp_message_ids, {"payload": "{}"}),
                (self.dispute, {"state": "credited", "statement": "x"}),
                (self.audit, {"amount_total": 0}),
                (self.reservation, {"state": "cancelled"}),
                (self.attempt, {"outcome": "helped"}),
                (self.accrual_item, {"amount_untaxed": 0}),
            ):
                with self.assertRaises(AccessError, msg=group):
                    record.with_user(user).write(values)
                with self.assertRaises(AccessError, msg=group):
                    record.with_user(user).unlink()
            for record in (self.session_record, self.session_record.charge_ids):
                with self.assertRaises(AccessError, msg=group):
                    record.with_user(user).unlink()

    def test_retry_needs_rights_on_charges_or_messages(self):
        charge, message = self.session_record.charge_ids, self.session_record.ocpp_message_ids[:1]
        allowed = {
            charge: {"accountant", "manager"},
            message: {"technician", "manager"},
        }
        for record, groups in allowed.items():
            for group, user in self.users.items():
                if group in groups:
                    record.with_user(user).action_retry()
                else:
                    with self.assertRaises(AccessError, msg=f"{group} {record}"):
                        record.with_user(user).action_retry()

    def test_session_takes_notes_of_all_who_see_it(self):
        for user in self.users.values():
            self.session_record.with_user(user).message_post(body="Guest called about it.")

    def test_margin_is_for_those_who_keep_the_books(self):
        for group in ("front_desk", "technician"):
            user = self.users[group]
            for model in ("iicharge.analysis", "iicharge.energy.cost"):
                with self.assertRaises(AccessError, msg=f"{group} {model}"):
                    self.env[model].with_user(user).search([])
            with self.assertRaises(AccessError, msg=group):
                self.site.with_user(user).read(["energy_cost_ids"])
        with self.assertRaises(AccessError):
            self.site.energy_cost_ids.with_user(self.users["accountant"]).write({"cost_kwh": 0})

    def test_front_desk_changes_no_prices_and_no_chargers(self):
        user = self.users["front_desk"]
        for record, values in (
            (self.tariff, {"name": "x"}),
            (self.tariff.component_ids, {"price": 0}),
            (self.charger, {"name": "x"}),
            (self.site, {"name": "x"}),
        ):
            with self.assertRaises(AccessError):
                record.with_user(user).write(values)

    def test_each_group_reads_what_it_works_with(self):
        seen = {
            "front_desk": (
                "iicharge.connector",
                "iicharge.session",
                "iicharge.charge",
                "iicharge.reservation",
                "iicharge.night.audit",
            ),
            "technician": ("iicharge.charger", "iicharge.ocpp.message", "iicharge.command"),
            "accountant": (
                "iicharge.session",
                "iicharge.charge",
                "iicharge.ocpp.message",
                "iicharge.night.audit",
                "iicharge.analysis",
                "iicharge.energy.cost",
            ),
            "manager": MODELS,
        }
        for group, models in seen.items():
            for model in models:
                self.assertTrue(
                    self.env[model].with_user(self.users[group]).search([]), f"{group} {model}"
                )

    def test_each_group_reads_all_fields_that_it_is_offered(self):
        """As `search_read` without fields does, through the external API; of each model there is a
        record, whose fields are computed."""
        empty = set()
        for model in sorted(self.env.registry):
            if not model.startswith("iicharge.") or self.env[model]._abstract:
                continue
            for group, user in self.users.items():
                records = self.env[model].with_user(user)
                if not records.has_access("read") or records._transient:
                    continue
                is_ours = records._original_module == self.test_module
                if is_ours and not self.env[model].search([], limit=1):
                    empty.add(model)
                with self.subTest(f"{group} {model}"):
                    records.env.invalidate_all()
                    records.search_read([], limit=3)
                    records.search([], limit=3).read(list(records.fields_get()))
        self.assertFalse(empty)
