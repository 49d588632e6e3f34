# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import logging
from datetime import timedelta

import psycopg2

from odoo import api, fields, models
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

ROLES = [
    ("front_desk", "Front Desk"),
    ("technician", "Technician"),
    ("accountant", "Accountant"),
    ("manager", "Manager"),
]
KINDS = [
    ("technician_called", "Technician Called"),
    ("charger_offline", "No Contact"),
    ("connector_faulted", "Out of Order"),
    ("review", "In Review"),
    ("dispute", "Dispute"),
    ("late_charge", "Late Charge"),
    ("failed_refund", "Failed Refund"),
    ("book_difference", "Difference in the Books"),
]
# Alerts that have ended are kept for so long: uptime is worked out from them.
KEPT = timedelta(days=400)
PRUNED_AT_ONCE = 1000
KINDS_PER_COMPANY = 100
# Of a kind in one look, in one transaction: when the network of a large site fails, all of its
# chargers need a person at once, and each makes an activity and an e-mail.
OPENED_AT_ONCE = 50


class Alert(models.Model):
    """Something that needs a person: an activity for one, notices for the others of the role.

    What there is to do is looked up now and then, by kind (`iicharge.alert.kind`). An alert opens
    once, when its record is found for the first time, and ends when the record is found no more:
    its activity goes with it. Who marks the activity as done before is not asked again.
    """

    _name = "iicharge.alert"
    _description = "Alert"
    _order = "id desc"
    _rec_name = "summary"

    kind = fields.Selection(KINDS, required=True, readonly=True)
    role = fields.Selection(ROLES, required=True, readonly=True)
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    site_id = fields.Many2one(
        "iicharge.site", readonly=True, index="btree_not_null", ondelete="cascade"
    )
    res_model = fields.Char(required=True, readonly=True)
    res_id = fields.Many2oneReference(required=True, readonly=True, model_field="res_model")
    summary = fields.Char(required=True, readonly=True)
    since = fields.Datetime(required=True, readonly=True, help="When it began, as far as known.")
    ended_at = fields.Datetime(readonly=True)
    activity_id = fields.Many2one(
        "mail.activity", readonly=True, index="btree_not_null", ondelete="set null"
    )

    _open_unique = models.UniqueIndex(
        "(kind, res_id) WHERE ended_at IS NULL", "This is being asked for already."
    )
    _record_index = models.Index("(kind, site_id, since)")

    # --- now and then ---------------------------------------------------------------------
    @api.model
    def _find_due(self, skip=()):
        """Find what to look up: a number for each kind of each company with chargers."""
        sites = self.env["iicharge.site"].with_context(active_test=False)
        companies = [company.id for (company,) in sites._read_group([], ["company_id"])]
        kinds = range(len(self.env["iicharge.alert.kind"]._get_kinds()))
        keys = [company * KINDS_PER_COMPANY + kind for company in companies for kind in kinds]
        return [key for key in keys if key not in skip]

    @api.model
    def _reconcile(self, keys=None):
        """Open and end alerts, so that they are those of the records found now. The caller
        commits.

        :param keys: see _find_due
        """
        kinds = self.env["iicharge.alert.kind"]._get_kinds()
        for key in self._find_due() if keys is None else keys:
            company_id, number = divmod(key, KINDS_PER_COMPANY)
            company = self.env["res.company"].browse(company_id)
            self._reconcile_kind(kinds[number], company)

    @api.model
    def _reconcile_name(self, name, company):
        """Open and end alerts of one kind at once."""
        kinds = self.env["iicharge.alert.kind"]._get_kinds()
        self._reconcile_kind(next(kind for kind in kinds if kind.name == name), company)

    @api.model
    def _reconcile_kind(self, kind, company):
        # another process at the same kind does the same work
        self.env.cr.execute(
            SQL("SELECT pg_try_advisory_xact_lock(hashtext(%s), %s)", kind.name, company.id)
        )
        if not self.env.cr.fetchone()[0]:
            return
        alerts = self.with_company(company)
        found = getattr(alerts.env["iicharge.alert.kind"], f"_find_{kind.name}")(company)
        known = alerts.search(
            [("kind", "=", kind.name), ("company_id", "=", company.id), ("ended_at", "=", False)]
        )
        known.filtered(lambda alert: alert.res_id not in found._ids)._end()
        opened = 0
        for record in found - found.browse(known.mapped("res_id")):
            if opened == OPENED_AT_ONCE:
                break  # the next look goes on
            opened += alerts._try_open(kind, record, company)

    @api.model
    def _try_open(self, kind, record, company):
        """Open an alert; a record that cannot have one keeps no other from its own.

        :return: whether it was opened
        """
        try:
            with self.env.cr.savepoint():
                self._open(kind, record, company)
        except psycopg2.OperationalError:
            # the database's trouble, which the task meets again with a pause
            raise
        except psycopg2.errors.UniqueViolation:
            return False  # another process has opened it since this transaction began
        except Exception:
            _logger.exception("%s: nobody could be asked (%s)", record, kind.name)
            return False
        return True

    @api.model
    def _open(self, kind, record, company):
        kinds = self.env["iicharge.alert.kind"]
        summary = getattr(kinds, f"_get_{kind.name}_summary")(record)
        site = kinds._get_site(record)
        people = kinds._find_people(kind.role, company, site)
        person = kinds._find_responsible(kind.role, site) or people[:1]
        activity = record.activity_schedule(
            "mail.mail_activity_data_todo",
            date_deadline=kinds._get_deadline(record),
            summary=summary,
            user_id=person.id,
        )
        self.create(
            {
                "kind": kind.name,
                "role": kind.role,
                "company_id": company.id,
                "site_id": site.id,
                "res_model": record._name,
                "res_id": record.id,
                "summary": summary,
                "since": kinds._get_since(record),
                "activity_id": activity.id,
            }
        )
        others = people - person
        if others:
            # the one who has the activity is notified by Odoo
            record.message_notify(partner_ids=others.partner_id.ids, subject=summary, body=summary)

    def _end(self):
        """End alerts whose record needs no person any more, with the activities still open."""
        self.activity_id.filtered("active").unlink()
        self.write({"ended_at": fields.Datetime.now()})

    def _take(self, user):
        """Give the activities of open alerts to who has taken the work."""
        self.filtered(lambda alert: not alert.ended_at).activity_id.filtered(
            "active"
        ).user_id = user

    @api.model
    def _find_open(self, records):
        return self.search(
            [
                ("res_model", "=", records._name),
                ("res_id", "in", records.ids),
                ("ended_at", "=", False),
            ]
        )

    @api.autovacuum
    def _gc_ended(self):
        """Delete what ended long ago. :return: how many, and 1 if more may be left, else 0"""
        before = fields.Datetime.now() - KEPT
        old = self.search([("ended_at", "<", before)], limit=PRUNED_AT_ONCE)
        old.unlink()
        return len(old), int(len(old) == PRUNED_AT_ONCE)
