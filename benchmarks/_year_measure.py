# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Time the daily screens and the jobs on a filled database. Runs inside Odoo's shell.

A screen is read as the web client reads it: by its view's fields, its first page, as its user.
Each is read again some times, with a transaction and a cache of its own; nothing is kept.
"""

import time
from datetime import timedelta

from lxml import etree

from odoo import api, fields
from odoo.modules.registry import Registry

from tests.soak import print_result

ROUNDS = 5
# What takes longer is timed once.
LONG_MS = 10_000
PAGE = 80
COUNTED = 10001
FRONT_DESK, ACCOUNTANT, TECHNICIAN, MANAGER = LOGINS = (
    "frontdesk", "accountant", "technician", "manager",
)  # fmt: skip


def main(env, days):
    env.cr.commit()
    clock = Clock(env)
    print_result(
        {
            "rows": _count(env),
            "screens": {name: clock.time(*work) for name, work in get_screens(env, days).items()},
            "jobs": {name: clock.time(*work) for name, work in get_jobs(env).items()},
        }
    )


def _count(env):
    tables = (
        "iicharge_session", "iicharge_meter_value", "iicharge_ocpp_message", "iicharge_charge",
        "iicharge_command", "sale_order", "account_move", "pos_order",
    )  # fmt: skip
    counts = {}
    for table in tables:
        env.cr.execute(f"SELECT count(*) FROM {table}")
        counts[table] = env.cr.fetchone()[0]
    env.cr.rollback()
    return counts


class Clock:
    """Timer of work in transactions that are rolled back."""

    def __init__(self, env):
        self._registry = Registry(env.cr.dbname)
        users = env["res.users"].search([("login", "in", LOGINS)])
        self._users = {user.login: user.id for user in users} | {"system": api.SUPERUSER_ID}
        self._company_ids = env.company.ids

    def time(self, login, work):
        """Return the best of some rounds in milliseconds, as other programs delay some."""
        first = self._time_once(login, work)  # fills caches
        if first > LONG_MS:
            return round(first, 1)
        return round(min(self._time_once(login, work) for _ in range(ROUNDS)), 1)

    def _time_once(self, login, work):
        with self._registry.cursor() as cr:
            context = {"allowed_company_ids": self._company_ids, "lang": "en_US"}
            env = api.Environment(cr, self._users[login], context)
            began = time.perf_counter()
            work(env)
            env.flush_all()
            took = time.perf_counter() - began
            cr.rollback()
        return took * 1000


# --- screens -------------------------------------------------------------------------------
def _list(model, domain=(), view="list", xmlid=None):
    def read(env):
        view_id = env.ref(f"iicharge_odoo.{xmlid}").id if xmlid else False
        found = env[model].get_views([(view_id, view)])
        fields_of_view = found["models"][model]["fields"]
        order = etree.fromstring(found["views"][view]["arch"]).get("default_order")
        specification = {
            name: {"fields": {"display_name": {}}} if field["type"] == "many2one" else {}
            for name, field in fields_of_view.items()
        }
        env[model].web_search_read(
            list(domain), specification, limit=PAGE, count_limit=COUNTED, order=order
        )

    return read


def get_screens(env, days):
    today = fields.Date.today()
    charger = env["iicharge.charger"].search([("name", "like", "Soak")], limit=1)
    quiet = env["iicharge.charger"].search([("name", "not like", "Soak")], limit=1)
    since = fields.Datetime.now() - timedelta(days=1)
    text = "|", ("payload", "ilike", "ConcurrentTx"), ("answer", "ilike", "ConcurrentTx")
    messages, running = "iicharge.ocpp.message", [("state", "!=", "stopped")]
    connector = env["iicharge.session"].search(running, limit=1).connector_id
    month, year = today - timedelta(days=min(30, days)), today - timedelta(days=min(364, days))
    eleven = today - timedelta(days=min(335, days))
    return {
        "home, front desk": (FRONT_DESK, _read_home),
        "home, technician": (TECHNICIAN, _read_home),
        "home, accountant": (ACCOUNTANT, _read_home),
        "home, manager": (MANAGER, _read_home),
        "register's board": (FRONT_DESK, _read_board),
        "tile quote": (FRONT_DESK, lambda env: connector.with_env(env).quote()),
        "live": (FRONT_DESK, _list("iicharge.connector", [("offered", "=", True)], "kanban",
                                   "iicharge_connector_view_live")),
        "sessions": (FRONT_DESK, _list("iicharge.session")),
        "sessions to review": (FRONT_DESK, _list("iicharge.session", [("billing", "=", "review")])),
        "charges": (ACCOUNTANT, _list("iicharge.charge")),
        "late charges": (FRONT_DESK, _list("iicharge.charge", [
            "|", ("state", "=", "late"), "&", ("state", "=", "refused"), ("attempts", ">", 2)],
            xmlid="iicharge_charge_view_list_late")),
        "disputes": (FRONT_DESK, _list("iicharge.dispute", [("state", "=", "open")])),
        "commands": (TECHNICIAN, _list("iicharge.command")),
        "messages": (TECHNICIAN, _list(messages)),
        "messages, parked": (TECHNICIAN, _list(messages, [("state", "=", "parked")])),
        "messages, with error": (TECHNICIAN, _list(messages, [("error_code", "!=", False)])),
        "messages, of a charger": (TECHNICIAN, _list(messages, [("charger_id", "=", charger.id)])),
        "messages, of a quiet charger": (
            TECHNICIAN, _list(messages, [("charger_id", "=", quiet.id)])),
        "messages, to chargers": (TECHNICIAN, _list(messages, [("direction", "=", "out")])),
        "messages, by text of all time": (TECHNICIAN, _list(messages, list(text))),
        "messages, by text since yesterday": (TECHNICIAN, _list(
            messages, ["&", ("received_at", ">=", since), *text])),
        "night audit": (ACCOUNTANT, _read_audit),
        "analysis, month": (ACCOUNTANT, _analyse(month)),
        "analysis, year": (ACCOUNTANT, _analyse(year)),
        "reconciliation, month": (ACCOUNTANT, _reconcile(month)),
        "reconciliation, 11 months": (ACCOUNTANT, _reconcile(eleven)),
    }  # fmt: skip


def _read_home(env):
    env["iicharge.home"].read_home()


def _read_board(env):
    config = env["pos.config"].sudo().search([("name", "=", "Soak")], limit=1)
    config.sudo(False).iicharge_read_board()


def _read_audit(env):
    audit = env["iicharge.night.audit"].search([], limit=1)
    view = env["iicharge.night.audit"].get_views([(False, "form")])
    names = view["models"]["iicharge.night.audit"]["fields"]
    audit.web_read({name: {} for name in names})


def _analyse(since):
    """Read as the pivot does when it opens."""

    def read(env):
        env["iicharge.analysis"].formatted_read_grouping_sets(
            [("local_date", ">=", since)],
            [[], ["local_date:month"], ["charger_id"], ["charger_id", "local_date:month"]],
            ["energy_kwh:sum", "revenue:sum", "margin:sum", "utilisation:avg", "__count"],
        )

    return read


def _reconcile(since):
    def check(env):
        report = env["iicharge.reconciliation"].create({"date_from": since})
        report.action_check()
        env.flush_all()

    return check


# --- jobs ------------------------------------------------------------------------------------
def get_jobs(env):
    """Name one bounded step of each job."""
    jobs = {
        "accrual of the last month": ("system", _accrue),
        "pruning of messages": (
            "system",
            lambda env: env["iicharge.pruning"]._gc_ocpp_messages(),
        ),
        "pruning of commands": ("system", lambda env: env["iicharge.pruning"]._gc_commands()),
        "pruning of readings": ("system", _prune_readings),
        "anonymizing": ("system", _anonymize),
        "night audit of yesterday": ("system", _make_audit),
        "closing of ended sessions": ("system", _close_ended),
        "month's steps": ("system", _get_month_steps),
    }
    for task in env["iicharge.processor.task"]._get_tasks():
        jobs[f"task {task.model}.{task.method}"] = ("system", _run_task(task))
    return jobs


def _run_task(task):
    def run(env):
        model = env[task.model]
        if not task.find:
            return getattr(model, task.method)()
        return getattr(model, task.method)(getattr(model, task.find)([])[: task.at_once])

    return run


def _accrue(env):
    company = env.company
    company._iicharge_accrue(company._iicharge_get_month_end(fields.Datetime.now()))


def _anonymize(env):
    env.company.iicharge_anonymize_days = 30
    env["iicharge.session"]._gc_guests()


def _prune_readings(env):
    env.company.iicharge_keep_readings_days = 30
    env["iicharge.pruning"]._gc_readings()


def _make_audit(env):
    site = env.ref("iicharge_odoo.demo_site")
    day = fields.Date.today() - timedelta(days=1)
    env["iicharge.night.audit"]._prepare_audit_values(
        site, day, *(fields.Datetime.to_datetime(day + timedelta(days=more)) for more in (0, 1))
    )


def _close_ended(env):
    env["iicharge.session"]._close_ended_sessions(env.ref("iicharge_odoo.demo_site"))


def _get_month_steps(env):
    env.company._iicharge_get_month_steps(
        env.company._iicharge_get_month_end(fields.Datetime.now())
    )
