# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""What goes wrong in a month: a charger that fails and is mended, and guests who disagree."""

from datetime import timedelta

FAULT, REPAIR = 12, 11
# Days before today on which a guest disagrees.
DECIDED, OPEN = 9, 2


class Incidents:
    def __init__(self, env, chargers):
        self.env, self._chargers = env, chargers
        self._desk = env.ref("iicharge_odoo.demo_user_frontdesk")
        self._manager = env.ref("iicharge_odoo.demo_user_manager")
        self._connector = env.ref("iicharge_odoo.demo_garage_4_connector_2")
        self._request = env["maintenance.request"]

    def happen(self, before_today, at):
        """:param at: the time, in UTC"""
        if before_today == FAULT:
            self._chargers.report(self._connector, "Faulted", at, "GroundFailure")
            self.env.cr.commit()
            self._request = self._connector.with_user(self._desk)._call_technician(
                "The fuse of the garage has tripped twice."
            )
        elif before_today == REPAIR:
            self._chargers.report(self._connector, "Available", at)
            done = self.env["maintenance.stage"].search([("done", "=", True)], limit=1)
            self._request.with_env(self.env).stage_id = done
        elif before_today in (DECIDED, OPEN):
            self._disagree(at, decide=before_today == DECIDED)

    def _disagree(self, at, decide):
        session = self.env["iicharge.session"].search(
            [
                ("billing", "=", "posted"),
                ("destination", "=", "folio"),
                ("amount_total", ">", 5),
                ("stopped_at", "<", at - timedelta(hours=2)),
            ],
            order="stopped_at desc",
            limit=1,
        )
        if not session:
            return
        if not decide:
            self._open(session, "energy", "My car shows 12 kWh, and the bill has more.")
            return
        statement = "The sign at the entrance said 0.30 € per kWh."
        dispute_id = self._open(session, "price", statement)["res_id"]
        self.env["iicharge.dispute.decide"].with_user(self._manager).create(
            {
                "dispute_id": dispute_id,
                "outcome": "part",
                "credit_total": round(session.amount_total / 3, 2),
                "reason": "The old sign was still up.",
            }
        ).action_decide()

    def _open(self, session, reason, statement):
        wizard = self.env["iicharge.dispute.open"].with_user(self._desk)
        values = {"session_id": session.id, "reason": reason, "statement": statement}
        return wizard.create(values).action_open()
