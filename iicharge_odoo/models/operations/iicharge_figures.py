# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL


class Figure(NamedTuple):
    """A figure of operation, as Prometheus takes it.

    :param name: by Prometheus's naming rules, without the prefix `iicharge_`
    :param text: what it is
    :param labels: names of the labels
    :param values: {values of the labels: number}
    """

    name: str
    text: str
    labels: tuple[str, ...]
    values: dict[tuple[str, ...], float]


class Figures(models.AbstractModel):
    """Figures of gateway, processor and books of this database, for who watches it.

    All come from the database, whichever process did the work; each is one query that an index
    bounds, whatever the number of messages and sessions.
    """

    _name = "iicharge.figures"
    _description = "Figures of Operation"

    @api.model
    def _read_figures(self):
        """Read all figures. Extend: `[*super()._read_figures(), Figure(...)]`."""
        return [
            *self._read_processes(),
            *self._read_chargers(),
            *self._read_messages(),
            *self._read_work(),
            *self._read_charges(),
            *self._read_books(),
        ]

    @api.model
    def _query(self, query):
        self.env.cr.execute(query)
        return self.env.cr.fetchall()

    @api.model
    def _read_processes(self):
        alive = self.env["iicharge.gateway"]._find_alive()
        gateways, processors = alive.filtered("runs_gateway"), alive.filtered("runs_processor")
        since = {
            (process.machine, str(process.pid), process.home): process.since.timestamp()
            for process in alive
        }
        running = gateways.filtered(lambda gateway: gateway.state == "running")
        held = {
            (gateway.machine, gateway.place): gateway._count_connections() for gateway in running
        }
        return [
            Figure("gateways", "Gateways that listen.", (), {(): len(running)}),
            Figure("processors", "Processes that apply messages.", (), {(): len(processors)}),
            Figure(
                "process_state_since_seconds",
                "Since when a process is in its state (Unix time).",
                ("machine", "pid", "home"),
                since,
            ),
            Figure("connections", "Chargers that a gateway holds.", ("machine", "place"), held),
        ]

    @api.model
    def _read_chargers(self):
        rows = self._query(
            SQL(
                """
                SELECT COALESCE(online, false), count(*)
                  FROM iicharge_charger charger
                  LEFT JOIN (SELECT charger_id, bool_or(online) AS online
                               FROM iicharge_connection GROUP BY charger_id) connection
                    ON connection.charger_id = charger.id
                 WHERE charger.active AND charger.admission = 'accepted'
                 GROUP BY 1
                """
            )
        )
        found = {False: 0, True: 0} | dict(rows)
        return [
            Figure(
                "chargers",
                "Accepted chargers.",
                ("contact",),
                {("yes",): found[True], ("no",): found[False]},
            )
        ]

    @api.model
    def _read_messages(self):
        [(stored,)] = self._query(
            SQL(
                "SELECT CASE WHEN is_called THEN last_value ELSE 0 END"
                " FROM iicharge_ocpp_message_id_seq"
            )
        )
        waiting, wait_s = self.env["iicharge.ocpp.message"]._read_waiting()
        [(parked,)] = self._query(
            SQL("SELECT count(*) FROM iicharge_ocpp_message WHERE state = 'parked'")
        )
        return [
            Figure(
                "messages_total",
                "OCPP messages that were numbered since the database was made.",
                (),
                {(): stored},
            ),
            Figure("messages_waiting", "Messages that are not applied yet.", (), {(): waiting}),
            Figure(
                "messages_wait_seconds",
                "How long the oldest of them has waited since its receipt.",
                (),
                {(): wait_s},
            ),
            Figure("messages_parked", "Messages that a person must look at.", (), {(): parked}),
        ]

    @api.model
    def _read_work(self):
        commands = self._query(
            SQL(
                """
                SELECT state, count(*) FROM iicharge_command
                 WHERE state IN ('queued', 'sent') GROUP BY state
                """
            )
        )
        sessions = self._query(
            SQL(
                """
                SELECT 'running', count(*) FROM iicharge_session WHERE state <> 'stopped'
                 UNION ALL
                SELECT 'review', count(*) FROM iicharge_session WHERE billing = 'review'
                """
            )
        )
        alerts = self._query(
            SQL("SELECT kind, count(*) FROM iicharge_alert WHERE ended_at IS NULL GROUP BY kind")
        )
        states = {("queued",): 0, ("sent",): 0} | {(state,): n for state, n in commands}
        return [
            Figure("commands", "Commands under way to chargers.", ("state",), states),
            Figure("sessions", "Sessions by state.", ("state",), {(s,): n for s, n in sessions}),
            Figure(
                "alerts",
                "What needs a person, by kind.",
                ("kind",),
                {(kind,): count for kind, count in alerts},
            ),
        ]

    @api.model
    def _read_charges(self):
        [(open_charges, open_s)] = self._query(
            SQL(
                """
                SELECT count(*), COALESCE(EXTRACT(EPOCH FROM %s - min(create_date)), 0)
                  FROM iicharge_charge WHERE state IN ('pending', 'refused')
                """,
                fields.Datetime.now(),
            )
        )
        [(late,)] = self._query(SQL("SELECT count(*) FROM iicharge_charge WHERE state = 'late'"))
        return [
            Figure("charges_open", "Charges that are not posted yet.", (), {(): open_charges}),
            Figure(
                "charges_wait_seconds",
                "How long the oldest of them has waited since it was made.",
                (),
                {(): max(float(open_s), 0)},
            ),
            Figure("charges_late", "Charges whose bill was closed.", (), {(): late}),
        ]

    @api.model
    def _read_books(self):
        rows = self._query(
            SQL(
                """
                SELECT company.id::text, difference_count, EXTRACT(EPOCH FROM checked_at)
                  FROM iicharge_reconciliation_check
                  JOIN res_company company ON company.id = company_id
                """
            )
        )
        return [
            Figure(
                "reconciliation_differences",
                "Differences that the last reconciliation of a company has found.",
                ("company",),
                {(company,): count for company, count, _at in rows},
            ),
            Figure(
                "reconciliation_checked_seconds",
                "When the books of a company were last reconciled (Unix time).",
                ("company",),
                {(company,): float(at) for company, _count, at in rows},
            ),
        ]
