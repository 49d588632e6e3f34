# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import csv
from datetime import date, timedelta
from pathlib import Path

from odoo import Command, fields
from odoo.tests import new_test_user
from odoo.tools import file_path

from .common import ChargingCase

# who works with charging nowhere
STRANGERS = {"plain", "portal", "public"}


def read_table(place, name):
    """Read who may do what, from a table next to a test: {first columns: set of callers}."""
    path = Path(place).with_name(name)
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))[1:]
    return {tuple(row[:-1]): set(row[-1].split()) for row in rows}


def list_addons_without(env, name):
    """List our installed addons that have no such table next to their tests."""
    addons = env["ir.module.module"].search(
        [("name", "=like", r"iicharge\_%"), ("state", "=", "installed")]
    )
    places = {addon: Path(file_path(addon)) / "tests" / name for addon in addons.mapped("name")}
    return [addon for addon, place in places.items() if not place.exists()]


class RightsCase(ChargingCase):
    """A record of each model, users of each role, and users who must see none of it.

    :cvar own: {model: the record to try}; by default the first one
    :cvar callers: {name: user}: the roles; "rival", the manager of another company; and
        `STRANGERS`: an employee without a role, a customer, and who has not logged in
    """

    own = {}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.session_record = cls.charge_kwh()
        cls.env["iicharge.charge"]._post_due()
        cls.charger.send_command("Reset", {"type": "Soft"})
        cls.sample(7001, 30, 5000)
        cls.process()
        cls.env["iicharge.connection"].create(
            {"charger_id": cls.charger.id, "online": True, "fence": 1}
        )
        cls.env["iicharge.refused.connection"].create(
            {
                "identity_key": cls.charger.identity_key,
                "charger_id": cls.charger.id,
                "reason": "no_password",
            }
        )
        cls.connector._reserve_for_stay(cls.folio, fields.Datetime.now() + timedelta(minutes=30))
        cls.reservation = cls.connector.reservation_id
        cls.dispute = cls.session_record._open_dispute("price", "It said less.")
        cls.env["iicharge.routing"].create(
            {"folio_id": cls.folio.id, "paying_folio_id": cls.make_stay(cls.guest, False).id}
        )
        cls.site.product_ids = [
            Command.create(
                {"component": "ENERGY", "product_id": cls.company.iicharge_product_id.id}
            )
        ]
        cls.audit = cls.env["iicharge.night.audit"]._create_for(
            cls.site, fields.Date.today() - timedelta(days=1)
        )
        cls.env["iicharge.contract"].create({"partner_id": cls.guest.id})
        cls.env["iicharge.settlement"]._get_draft(cls.company, cls.guest, date(2025, 3, 1))
        cls.site.energy_cost_ids = [Command.create({"cost_kwh": 0.2})]
        cls.env["iicharge.desired.state"]._want(
            "out_of_service", cls.charger, "test", connector_id=cls.connector
        )
        cls.accrual_item = cls.make_accrual_item(cls.session_record)
        cls.env["iicharge.alert"]._reconcile()
        cls.make_guest_records()
        cls.make_server_records()
        cls.callers = {**cls.users, **cls.make_strangers()}
        cls.attempt = cls.connector._record_attempt(
            cls.env.ref("iicharge_odoo.guide_step_plug"), "failed"
        )

    @classmethod
    def make_guest_records(cls):
        cls.connector._make_signs()
        cls.env["iicharge.blocked.bay"]._report(cls.connector, "A van without a plug")
        cls.env["iicharge.guest.notice"].create(
            {"session_id": cls.session_record.id, "notice": "started"}
        )
        cls.env["iicharge.guest.try"]._count_wrong(cls.connector, "10.0.0.1", "101")
        cls.env["iicharge.guest.visit"].create(
            {
                "key": "k",
                "request_key": "r",
                "connector_id": cls.connector.id,
                "payer": "room",
                "tariff_id": cls.tariff.id,
            }
        )
        cls.env["iicharge.waiting"]._join(cls.site, "r", name="Seeded")
        cls.make_card_payment()
        cls.env["iicharge.card.payment"]._open(cls.connector, cls.tariff, 40, "r")

    @classmethod
    def make_server_records(cls):
        cls.env["iicharge.reconciliation.check"]._run_for(cls.company)
        account = cls.env["iicharge.free.energy"].create(
            {"folio_id": cls.folio.id, "period": "stay", "used_wh": 0}
        )
        rating = cls.env["iicharge.rating"].search([], limit=1)
        account.entry_ids = [Command.create({"rating_id": rating.id, "energy_wh": 1000})]
        gateways = cls.env["iicharge.gateway"]
        chosen = {name: gateways._fields[name].get_values(cls.env)[0] for name in ("home", "state")}
        now = fields.Datetime.now()
        gateways.create(
            {"process": "rights", "machine": "server", "since": now, "seen_at": now, **chosen}
        )

    @classmethod
    def make_strangers(cls):
        company = cls.env["res.company"].create({"name": "Hotel of the rival"})
        return {
            "plain": new_test_user(cls.env, login="caller_plain", groups="base.group_user"),
            "portal": new_test_user(cls.env, login="caller_portal", groups="base.group_portal"),
            "public": cls.env.ref("base.public_user"),
            "rival": new_test_user(
                cls.env,
                login="caller_rival",
                groups="base.group_user,iicharge_odoo.group_manager",
                company_id=company.id,
                company_ids=[Command.set(company.ids)],
            ),
        }

    def count_writes(self):
        """Count the rows that this transaction has written."""
        self.env.cr.execute(
            "SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_xact_user_tables"
        )
        return self.env.cr.fetchone()[0]
