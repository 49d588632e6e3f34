# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import logging
from datetime import timedelta

import psycopg2

from odoo import api, fields, models
from odoo.tools import SQL

from ...core.conversion import to_aware
from ...core.guest.notices import Notice, NoticeFacts, find_notices

_logger = logging.getLogger(__name__)

NOTICES = [
    ("started", "Charging Has Started"),
    ("full", "Car Is Full"),
    ("fee", "Idle Fee"),
    ("cut_off", "Cut Off"),
    ("receipt", "Receipt"),
]
# So long after the end a receipt is waited for, as a review may take some days. Then, and where no
# charging came of the start, the address is cleared.
WRITTEN_FOR = timedelta(days=14)


class GuestNotice(models.Model):
    """A message to a guest about a charging, made once, by who asked for it: on the page of the
    charging, or for a stay.

    The notice and its e-mail are made in one transaction; Odoo's own queue sends it. The address
    is not kept here. Another way of writing extends `_send`, and the fields of visits and of places
    in the waiting list that have its addresses.
    """

    _name = "iicharge.guest.notice"
    _description = "E-Mail to a Guest"
    _order = "id desc"
    _rec_name = "session_id"

    session_id = fields.Many2one(
        "iicharge.session", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="session_id.company_id", store=True, index=True)
    notice = fields.Selection(NOTICES, required=True, readonly=True)
    has_failed = fields.Boolean(
        readonly=True, help="The e-mail could not be made from its template."
    )

    _notice_unique = models.UniqueIndex("(session_id, notice)", "This was written already.")

    @api.model
    def _find_due(self, skip=()):
        """Find the sessions about which somebody wants to be written to, the latest first."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                SELECT session.id FROM iicharge_session session
                 WHERE session.id IN (
                       SELECT session_id FROM iicharge_guest_visit WHERE %(is_asked)s
                        UNION
                       SELECT stay.id FROM iicharge_session stay
                         JOIN sale_order folio ON folio.id = stay.folio_id
                        WHERE folio.iicharge_notify
                        UNION
                       SELECT own.id FROM iicharge_session own
                         JOIN res_partner person ON person.id = own.partner_id
                        WHERE person.iicharge_notify)
                   AND NOT session.id = ANY(%(skip)s)
                   AND (session.stopped_at IS NULL OR session.stopped_at > %(since)s)
                   AND NOT EXISTS (SELECT 1 FROM iicharge_guest_notice notice
                                    WHERE notice.session_id = session.id
                                      AND notice.notice = 'receipt')
                 ORDER BY session.id DESC
                """,
                is_asked=self.env["iicharge.guest.visit"]._get_asked_sql(),
                skip=list(skip),
                since=fields.Datetime.now() - WRITTEN_FOR,
            )
        )
        return [row[0] for row in self.env.cr.fetchall()]

    @api.model
    def _write_due(self, ids=None):
        """Write what is due about sessions. :param ids: see _find_due"""
        sessions = self.env["iicharge.session"].browse(self._find_due() if ids is None else ids)
        # what another process has at hand is left to it
        self.env.cr.execute(
            SQL(
                "SELECT id FROM iicharge_session WHERE id = ANY(%s::int[])"
                " FOR NO KEY UPDATE SKIP LOCKED",
                sessions.ids,
            )
        )
        for session in sessions.browse(row[0] for row in self.env.cr.fetchall()):
            self.with_company(session.company_id)._write_about(session)

    @api.model
    def _write_about(self, session):
        now = fields.Datetime.now()
        if session.site_id._is_quiet_now():
            return
        due = find_notices(self._get_facts(session), to_aware(now))
        written = self.search([("session_id", "=", session.id)]).mapped("notice")
        for notice in due:
            if notice not in written:
                self._write_once(session, notice)

    @api.model
    def _get_facts(self, session):
        def aware(at):
            return to_aware(at) if at else None

        return NoticeFacts(
            started_at=aware(session.started_at),
            stopped_at=aware(session.stopped_at),
            is_charging=session.state == "charging",
            is_full=session.connector_id.live_state == "full" and session.state != "stopped",
            fee_from=aware(session._get_idle_fee_start()),
            stop_reason=session.stop_reason or "",
            is_limited=session._is_stopped_at_credit_limit(),
            is_priced=session.billing not in ("open", "review", "void"),
        )

    @api.model
    def _write_once(self, session, notice):
        """Keep that it is written, and make the e-mail, in one transaction."""
        to = session._get_notice_address()
        made = self.create({"session_id": session.id, "notice": notice})
        if to:
            made.has_failed = not self._send(notice, session, to)
        if notice == Notice.RECEIPT:
            visits = self.env["iicharge.guest.visit"]
            visits.search([("session_id", "=", session.id)])._clear_addresses()

    @api.model
    def _send(self, notice, record, to):
        """Make an e-mail about a session or a place in the waiting list, for Odoo's queue.

        :param notice: a `core.guest.notices.Notice`
        :param record: what the template of the notice is for
        :param to: {"address", "lang", "url": of the guest's page}; without an address no e-mail is
            made
        :return: whether nothing went wrong; a hotel may have changed or deleted the template
        """
        if not to["address"]:
            return True
        try:
            with self.env.cr.savepoint():
                template = self.env.ref(f"iicharge_odoo.mail_template_guest_{notice}")
                template.with_context(guest_lang=to["lang"], page_url=to["url"]).send_mail(
                    record.id,
                    email_values={
                        "email_to": to["address"],
                        "email_cc": False,
                        "recipient_ids": [],
                        # not on the record, where staff would read the link
                        "model": False,
                        "res_id": False,
                    },
                    email_layout_xmlid="mail.mail_notification_light",
                )
        except psycopg2.OperationalError:
            raise
        except Exception:
            _logger.exception("%s: no e-mail could be made (%s)", record, notice)
            return False
        return True

    @api.autovacuum
    def _gc_addresses(self):
        """Clear the addresses of charging that never began, or never got its price."""
        before = fields.Datetime.now() - WRITTEN_FOR
        visits = self.env["iicharge.guest.visit"]
        visits.search(
            visits._get_asked_domain()
            & fields.Domain("create_date", "<", before)
            & (
                fields.Domain("session_id", "=", False)
                | fields.Domain("session_id.stopped_at", "<", before)
            )
        )._clear_addresses()
