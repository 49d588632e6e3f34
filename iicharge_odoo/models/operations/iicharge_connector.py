# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Call a technician: one open maintenance request for each charger, with the evidence."""

import re

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...core.guide import ERROR_CODES, choose_guide, find_fault
from ...gateway.hiding import hide_secrets
from ..clock_text import get_moment_text
from ..session.iicharge_session_anonymize import TOKEN_IN_JSON
from ..stay.iicharge_reservation import LIVE

ATTEMPTS_SHOWN_HOURS = 12

MESSAGES_IN_REPORT = 20

# Messages without information about a fault.
NOT_SENT = ("MeterValues", "Heartbeat")

# Messages whose content OCPP defines. Others, as settings and vendors' data, may contain
# passwords.
SHOWN_IN_FULL = (
    "Authorize",
    "BootNotification",
    "ChangeAvailability",
    "DiagnosticsStatusNotification",
    "FirmwareStatusNotification",
    "RemoteStartTransaction",
    "RemoteStopTransaction",
    "Reset",
    "StartTransaction",
    "StatusNotification",
    "StopTransaction",
    "TriggerMessage",
    "UnlockConnector",
)


class Connector(models.Model):
    _name = "iicharge.connector"
    _inherit = ["iicharge.connector", "mail.activity.mixin"]

    attempt_ids = fields.One2many(
        "iicharge.attempt",
        "connector_id",
        groups="iicharge_odoo.group_front_desk,iicharge_odoo.group_technician",
    )

    def _get_guide(self, refusal_code=None):
        """Get the guide for the connector's state, or for a refusal there."""
        self.ensure_one()
        since = self.status_at or fields.Datetime.now()
        code = choose_guide(
            self.status,
            self.error_code or None,
            (fields.Datetime.now() - since).total_seconds(),
            self.online,
            refusal_code,
        )
        return self.env["iicharge.guide"].search([("code", "=", code)])

    def _get_fault_code(self):
        """Get the code of the guide to the reported fault; None without a fault."""
        self.ensure_one()
        return find_fault(self.status, self.error_code or None)

    @api.model
    def _get_fault_names(self):
        """Get the names of faults in the reader's language, by code."""
        # sudo: a fault's name is on the connector, which the reader sees; the guide is not read
        guides = self.env["iicharge.guide"].sudo().search([("code", "in", ERROR_CODES)])
        return {guide.code: guide.name for guide in guides}

    def _get_recent_attempts(self):
        since = fields.Datetime.subtract(fields.Datetime.now(), hours=ATTEMPTS_SHOWN_HOURS)
        return self.attempt_ids.filtered(lambda attempt: attempt.create_date >= since)

    def _record_attempt(self, step, outcome, guide=None, command=None):
        """Record an attempt and its user."""
        self.ensure_one()
        # sudo: attempts are not written by hand; callers check what the user may do
        attempt = (
            self.env["iicharge.attempt"]
            .sudo()
            .create(
                {
                    "connector_id": self.id,
                    "guide_id": (guide or self._get_guide()).id,
                    "step_id": step.id,
                    "command_id": command.id if command else False,
                    "outcome": outcome,
                    "cashier": self.env.user._iicharge_get_cashier(),
                }
            )
        )
        return attempt.sudo(False)

    def _find_others(self):
        """Find free, unreserved connectors that fit the same car; those of the site first."""
        self.ensure_one()
        found = self.search(
            [
                ("id", "!=", self.id),
                ("company_id", "=", self.company_id.id),
                ("standard", "=", self.standard),
                ("status", "=", "available"),
                ("charger_id.admission", "=", "accepted"),
                ("offered", "=", True),
                ("charger_id.online", "=", True),
                ("current_session_id", "=", False),
                ("reservation_ids", "not any", [("state", "in", LIVE)]),
            ]
        )
        return found.sorted(lambda other: other.site_id != self.site_id)

    def action_help(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Help: %(connector)s", connector=self.display_name),
            "res_model": "iicharge.guide",
            "res_id": self._get_guide().id,
            "views": [(self.env.ref("iicharge_odoo.iicharge_guide_view_dialog").id, "form")],
            "target": "new",
        }

    # --- maintenance requests -----------------------------------------------------------
    def action_call_technician(self):
        """Call a technician, without words of front desk's own."""
        request = self._call_technician()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("A technician is called: %(request)s", request=request.name),
            },
        }

    def _call_technician(self, text=""):
        """Create a maintenance request, or add to the open one of this charger.

        :param text: front desk's own words
        :return: `maintenance.request`
        """
        self.ensure_one()
        self.check_access("read")
        # sudo: front desk may create this request, not edit equipment; the request names
        # the user
        connector = self.sudo()
        charger = connector.charger_id
        # two tablets that call for the same charger make one request
        self.env.cr.execute(
            # the journal goes on: a stronger lock would hold up messages of all chargers
            "SELECT id FROM iicharge_charger WHERE id = %s FOR NO KEY UPDATE",
            [charger.id],
        )
        charger.invalidate_recordset(["equipment_id"])
        report = connector._format_fault_report(text)
        actor = self.env.user._iicharge_get_actor()
        request = charger._get_open_request()
        if request:
            request.message_post(body=report, author_id=actor.partner.id)
        else:
            request = connector._open_request(report)
        connector.message_post(
            body=self.env._(
                "%(who)s called a technician: %(request)s",
                who=actor.name,
                request=request.name,
            ),
            author_id=actor.partner.id,
        )
        # sudo: alerts are not written by hand; technicians are asked at once, not at the next look
        self.env["iicharge.alert"].sudo()._reconcile_name("technician_called", charger.company_id)
        charger._notify_changed()
        return request

    def _open_request(self, report):
        requests = self.env["maintenance.request"].with_company(self.company_id)
        if not requests._get_default_team_id():
            raise UserError(
                self.env._(
                    "There is no technician to call: create a maintenance team in Maintenance "
                    "first."
                )
            )
        return requests.create(
            {
                "name": f"{self.display_name}: {self._get_guide().name}",
                "company_id": self.company_id.id,
                "equipment_id": self.charger_id._get_equipment().id,
                "owner_user_id": self.env.user.id,
                "maintenance_type": "corrective",
                "description": report,
            }
        )

    def _format_fault_report(self, text):
        """Format the fault, the attempts and the charger's last messages as HTML."""
        messages = self.env["iicharge.ocpp.message"].search(
            [("charger_id", "=", self.charger_id.id), ("action", "not in", NOT_SENT)],
            limit=MESSAGES_IN_REPORT,
        )
        parts = [
            Markup("<p>%s</p>") % text if text else "",
            Markup("<p><b>%s</b> %s %s</p>")
            % (self.display_name, self._get_state_text(), self._get_raw_fault()),
            self._format_attempts(),
            Markup("<p>%s</p>")
            % self.env._("Called by %(who)s", who=self.env.user._iicharge_get_actor().name),
            Markup("<p><b>%s</b></p>") % self.env._("The charger's last messages"),
            Markup("<pre>%s</pre>") % "\n".join(map(format_ocpp_message, reversed(messages))),
        ]
        return Markup("").join(parts)

    def _get_state_text(self):
        """Get the word for its state, as on the board."""
        return dict(self._fields["live_state"]._description_selection(self.env))[self.live_state]

    def _get_raw_fault(self):
        """Get the charger's own fault codes, for a technician."""
        codes = [self.error_code, self.vendor_error_code, self.status_info]
        return " ".join(filter(None, codes))

    @api.model
    def _format_attempt(self, attempt):
        return {
            "step_id": attempt.step_id.id,
            "text": attempt.step_id.text,
            "who": attempt.cashier or attempt.create_uid.name,
            "at": attempt.create_date,
            "outcome": attempt._get_outcome_text(),
        }

    def _format_attempts(self):
        rows = [self._format_attempt(attempt) for attempt in self._get_recent_attempts()]
        if not rows:
            return Markup("<p>%s</p>") % self.env._("Front desk has tried nothing yet.")
        zone = self.site_id.time_zone
        items = [
            Markup("<li>%s, %s: %s <i>%s</i></li>")
            % (
                get_moment_text(self.env, row["at"], zone),
                row["who"],
                row["text"],
                row["outcome"],
            )
            for row in reversed(rows)
        ]
        title = Markup("<p><b>%s</b></p>") % self.env._("What was tried")
        return title + Markup("<ul>%s</ul>") % Markup("").join(items)


def format_ocpp_message(message):
    """Format a message as one line, without secrets and id tokens."""
    arrow = "<" if message.direction == "in" else ">"
    parts = [f"{message.received_at:%Y-%m-%d %H:%M:%S}Z {arrow} {message.action}"]
    for text in (message.payload, message.answer):
        if message.action in SHOWN_IN_FULL:
            shown = re.sub(TOKEN_IN_JSON, r'"\1"\2"…"', text or "")
            parts.append(hide_secrets(shown))
        else:
            parts.append("…")
    return " ".join(filter(None, [*parts, message.error_code]))
