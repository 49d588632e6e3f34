# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Companies of several countries: our accounts stand where an accountant looks for them."""

import subprocess
from contextlib import closing

import psycopg2

from devkit.odoo_server import OdooServer
from devkit.testing import Site

# The chart; the first digits of the accounts for charging, for what is owed to operators, and for
# what is accrued: those of the chart's own defaults.
CHARTS = {
    "de_skr03": ("84", "16", "14"),
    "de_skr04": ("44", "33", "12"),
    "at": ("40", "33", "20"),
    "ch": ("32", "20", "11"),
    "nl": ("80", "13", "11"),
}
SCRIPT = """
for chart in {charts}:
    company = env["res.company"].create({{"name": chart}})
    env["account.chart.template"].try_loading(chart, company=company, install_demo=False)
    company.invalidate_recordset()
    company._iicharge_get_account(env._("EV charging income accrued"), "asset_current")
env.cr.commit()
"""
ACCOUNTS = """
    SELECT company.name, account.account_type,
           account.code_store ->> company.id::text AS code
      FROM account_account account
      JOIN account_account_res_company_rel rel ON rel.account_account_id = account.id
      JOIN res_company company ON company.id = rel.res_company_id
     WHERE account.name ->> 'en_US' LIKE 'EV charging %%'
"""
TYPES = ("income", "liability_current", "asset_current")
# The companies of the countries' demo data, with a year of invoices each, take longest and are
# not looked at. A module gets its demo data where those that it depends on have theirs.
NO_DEMO = "UPDATE ir_module_module SET demo = false"


def test_accounts_stand_next_to_the_defaults_of_the_chart(tmp_path):
    site = Site.from_environment()
    server = OdooServer(site, "e2e_countries", tmp_path / "odoo.log")
    try:
        with closing(psycopg2.connect(server.dsn)) as db, db, db.cursor() as cursor:
            cursor.execute(NO_DEMO)
        modules = "l10n_de,l10n_at,l10n_ch,l10n_nl"
        command = [*server.command, "-i", modules, "--stop-after-init", "--no-http"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=600)
        assert done.returncode == 0, done.stderr[-3000:]
        server.shell(SCRIPT.format(charts=list(CHARTS)))
        found = {}
        for chart, account_type, code in server.rows(ACCOUNTS):
            found.setdefault(chart, {})[account_type] = code
        for chart, begins in CHARTS.items():
            codes = [found[chart][account_type] for account_type in TYPES]
            assert [code[:2] for code in codes] == list(begins), (chart, codes)
    finally:
        site.drop_database("e2e_countries")
