# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""A payer and a destination of charges, added by an addon of less than 100 lines of Python."""

from pathlib import Path

ADDONS = Path(__file__).with_name("addons")
MOST_ROWS = 100

_CHARGE = """
from datetime import timedelta
from decimal import Decimal
from odoo import fields

env["ir.module.module"].update_list()
env["ir.module.module"].search([("name", "=", "iicharge_example_plan")]).button_immediate_install()
env = env(su=True)
connector = env.ref("iicharge_odoo.demo_garage_1_connector_1")
plan = env["example.plan"].create({"partner_id": env["res.partner"].create({"name": "Ida"}).id})
token = env["iicharge.token"].create(
    {"uid": "PLAN", "plan_id": plan.id, "company_id": connector.company_id.id})
now = fields.Datetime.now()
decide = lambda: token._decide(connector.charger_id, "PLAN", now, connector.number)[0]
assert decide() == "Accepted", decide()
start = {"transaction_id": "880001", "token": token, "id_tag": "PLAN",
         "authorization": "Accepted",
         "started_at": now - timedelta(hours=2), "meter_start_wh": Decimal(1000)}
session = env["iicharge.session"]._start(connector, reasons=[], **start)
assert (session.destination, session.partner_id.name) == ("plan", "Ida"), session.destination
session._stop(now - timedelta(hours=1), Decimal(11000), "Local")
env.cr.flush()
while env["iicharge.charge"]._post_due():
    pass
charge = session.charge_ids
assert (charge.state, charge.destination, session.billing) == ("posted", "plan", "paid")
assert plan.entry_ids.mapped("amount") == [charge.amount_total], plan.entry_ids
session._open_dispute("energy", "Too much")._credit_in_full("Right")
assert sum(plan.entry_ids.mapped("amount")) == 0 and len(plan.entry_ids) == 2, plan.entry_ids
plan.is_paid = False
assert decide() == "Expired", decide()
env.cr.commit()
"""


def test_example_is_short():
    rows = (ADDONS / "iicharge_example_plan/models.py").read_text(encoding="utf-8").splitlines()
    assert 50 < len(rows) < MOST_ROWS


def test_subscription_pays_for_its_token_and_gets_a_credit_back(example_server):
    example_server.shell(_CHARGE)
    rows = example_server.rows("SELECT count(*), sum(amount) FROM example_plan_entry")
    assert [tuple(row) for row in rows] == [(2, 0.0)]
