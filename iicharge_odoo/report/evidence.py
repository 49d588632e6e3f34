# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import format_datetime, formatLang

from ..core.conversion import to_aware, to_decimal
from ..core.jsontext import indent
from ..models.tariff.tariff_text import get_duration_text

# A session of a night may have thousands of messages. The page in Odoo shows all of them; the
# printed one this many, half from the start and half from the end.
MOST_MESSAGES_ON_PAPER = 60
MOST_CHARACTERS_ON_PAPER = 3000


class Evidence(models.AbstractModel):
    """Report of the evidence for a session, for a guest who questions it.

    On screen all of it; on paper what a guest reads, on one page where there are few lines. The
    rest is `EvidenceData`.
    """

    _name = "report.iicharge_odoo.report_evidence"
    _description = "Evidence of a Session"

    @api.model
    def _get_report_values(self, docids, data=None):
        sessions = self.env["iicharge.session"].browse(docids).exists()
        self._check_reader(sessions)
        on_paper = (data or {}).get("report_type") == "pdf"
        # sudo: who may read these sessions may see their evidence, also records without a right
        # of their own (front desk has none on messages, accountants none on stays). Only what
        # belongs to these sessions is read.
        sessions = sessions.sudo()
        return {
            "doc_ids": sessions.ids,
            "doc_model": sessions._name,
            "docs": sessions,
            "on_paper": on_paper,
            **self._get_parts(on_paper),
            "pages": {session.id: self._get_page(session, on_paper) for session in sessions},
        }

    @api.model
    def _get_parts(self, on_paper):
        return {"shows_guest_part": True, "shows_data_part": not on_paper}

    @api.model
    def _check_reader(self, sessions):
        sessions.check_access("read")
        groups = ("iicharge_odoo.group_front_desk", "iicharge_odoo.group_accountant")
        if not self.env.su and not any(map(self.env.user.has_group, groups)):
            raise AccessError(
                self.env._("Only front desk, accountants and managers may see the evidence.")
            )

    @api.model
    def _get_page(self, session, on_paper):
        until = session.stopped_at or max(
            fields.Datetime.now(), session.last_value_at or session.started_at
        )
        return {
            "zone": self._get_zone_text(session, until),
            "made_at": self._show(session, fields.Datetime.now()),
            "facts": self._get_facts(session),
            **self._get_meter_part(session, until),
            **self._get_money_part(session, until),
            "decisions": self._get_decisions(session),
            **self._get_message_part(session, on_paper),
        }

    # --- facts -----------------------------------------------------------
    @api.model
    def _show(self, session, at):
        """Format a time in the site's time zone, to the second."""
        return format_datetime(self.env, at, tz=session.site_id.time_zone) if at else ""

    @api.model
    def _get_zone_text(self, session, until):
        """Format the site's time zone with its UTC offsets, two if the clock changed meanwhile."""
        zone = ZoneInfo(session.site_id.time_zone)
        offsets = [
            to_aware(at).astimezone(zone).strftime("%z") for at in (session.started_at, until)
        ]
        shown = [f"UTC{offset[:3]}:{offset[3:]}" for offset in dict.fromkeys(offsets)]
        return f"{session.site_id.time_zone} ({', '.join(shown)})"

    @api.model
    def _get_facts(self, session):
        """Get pairs of a label and its text, without unknown ones."""
        charger = session.charger_id
        make = " ".join(filter(None, (charger.vendor, charger.model)))
        billing = dict(session._fields["billing_shown"]._description_selection(self.env))
        facts = [
            (self.env._("Guest"), session.partner_id.name),
            (self.env._("Room"), session.room),
            (self.env._("Stay"), session.folio_id.name),
            (self.env._("Site"), session.site_id.name),
            (self.env._("Connector"), session.connector_id.display_name or charger.name),
            (self.env._("Charger"), ", ".join(filter(None, (charger.identity, make)))),
            (self.env._("Serial number"), charger.serial_number),
            (self.env._("Card read"), session.id_tag),
            (self.env._("Answer to the charger"), session.authorization),
            (self.env._("Transaction"), str(session.transaction_id or "")),
            (self.env._("Started"), self._show(session, session.started_at)),
            (self.env._("Stopped"), self._show(session, session.stopped_at)),
            (self.env._("Duration"), get_duration_text(self.env, session.duration_h * 3600)),
            (self.env._("Stop reason"), session.stop_reason),
            (self.env._("Energy"), self._get_kwh_text(to_decimal(session.energy_wh))),
            (self.env._("Billing"), billing[session.billing_shown]),
        ]
        return [(label, value) for label, value in facts if value]

    @api.model
    def _get_kwh_text(self, energy_wh):
        return f"{formatLang(self.env, float(energy_wh) / 1000, digits=3)} kWh"

    # --- decisions -----------------------------------------------------------
    @api.model
    def _get_decisions(self, session):
        """Get the decisions; other notes of staff are internal."""
        subtype = self.env.ref("iicharge_odoo.mt_session_decision")
        messages = session.message_ids.filtered(lambda message: message.subtype_id == subtype)
        return [
            {"at": self._show(session, message.date), "text": message.body}
            for message in messages.sorted("id")
        ]

    # --- OCPP messages -----------------------------------------------------------
    @api.model
    def _get_message_part(self, session, on_paper):
        messages = session.ocpp_message_ids.sorted("id")
        left_out = max(len(messages) - MOST_MESSAGES_ON_PAPER, 0) if on_paper else 0
        half = MOST_MESSAGES_ON_PAPER // 2
        shown = messages[:half] + messages[-half:] if left_out else messages
        return {
            "ocpp_messages": [self._get_message_row(session, one, on_paper) for one in shown],
            "ocpp_message_count": len(messages),
            "messages_left_out": left_out,
            "messages_before_gap": half if left_out else -1,
        }

    @api.model
    def _get_message_row(self, session, frame, on_paper):
        directions = dict(frame._fields["direction"]._description_selection(self.env))
        return {
            "at": self._show(session, frame.received_at),
            "direction": directions[frame.direction],
            "action": frame.action,
            "message_id": frame.message_id,
            "payload": self._cut(indent(frame.payload or ""), on_paper),
            "answer": self._cut(indent(frame.answer or ""), on_paper),
            "error": " ".join(filter(None, (frame.error_code, frame.reason))),
        }

    @api.model
    def _cut(self, text, on_paper):
        rest = len(text) - MOST_CHARACTERS_ON_PAPER
        if not on_paper or rest <= 0:
            return text
        note = self.env._(
            "… characters left out: %(count)s. The page in Odoo shows all of them.", count=rest
        )
        return f"{text[:MOST_CHARACTERS_ON_PAPER]}\n{note}"


class EvidenceData(models.AbstractModel):
    """The second part of the evidence: all readings, signed data and messages, as they came."""

    _name = "report.iicharge_odoo.report_evidence_data"
    _description = "Readings and Messages of a Session"
    _inherit = "report.iicharge_odoo.report_evidence"

    @api.model
    def _get_parts(self, on_paper):
        return {"shows_guest_part": False, "shows_data_part": True}
