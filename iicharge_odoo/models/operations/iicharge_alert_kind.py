# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from datetime import timedelta
from typing import NamedTuple

from odoo import api, fields, models

# A charge that is late for longer waits for a person; until then a bill may be opened again.
LATE_AFTER = timedelta(days=1)
# So often a refund was tried before a person is asked.
REFUND_TRIES = 3


class Kind(NamedTuple):
    """A kind of work, and the role whose work it is.

    For a kind `name` there are `_find_name(company)`, which returns the records that need a person
    now, and `_get_name_summary(record)`, which returns the words for it.
    """

    name: str
    role: str


class AlertKind(models.AbstractModel):
    """The kinds of alerts. A room that adds one extends `_get_kinds`, and `kind` of the alert.

    The records have activities (`mail.activity.mixin`) and a company or a site.
    """

    _name = "iicharge.alert.kind"
    _description = "Kinds of Alerts"

    @api.model
    def _get_kinds(self):
        """Get the kinds. Extend at the end: their numbers are keys of work."""
        return [
            Kind("technician_called", "technician"),
            Kind("charger_offline", "technician"),
            Kind("connector_faulted", "technician"),
            Kind("review", "manager"),
            Kind("dispute", "manager"),
            Kind("late_charge", "accountant"),
            Kind("failed_refund", "accountant"),
            Kind("book_difference", "accountant"),
        ]

    # --- who ------------------------------------------------------------------------------
    @api.model
    def _find_people(self, role, company, site):
        """Find the people of a role in a company; managers, who have all roles, only where there is
        no other."""
        users = self.env.ref(f"iicharge_odoo.group_{role}").all_user_ids.filtered(
            lambda user: (
                user.active
                and not user.share
                and user.id != self.env.ref("base.user_root").id
                and company in user.company_ids
            )
        )
        managers = self.env.ref("iicharge_odoo.group_manager").all_user_ids
        people = users - managers or users
        return people | self._find_responsible(role, site)

    @api.model
    def _find_responsible(self, role, site):
        """Find who has the activities of a role at a site."""
        name = f"responsible_{role}_id"
        return site[name] if name in site._fields else self.env["res.users"]

    # --- about a record -------------------------------------------------------------------
    @api.model
    def _get_site(self, record):
        if record._name == "maintenance.request":
            return record.equipment_id.iicharge_charger_ids.site_id[:1]
        return record.site_id if "site_id" in record._fields else self.env["iicharge.site"]

    @api.model
    def _get_deadline(self, record):
        """Get the day until which it is to be done; default: today."""
        return "deadline" in record._fields and record.deadline

    @api.model
    def _get_since(self, record):
        if record._name == "iicharge.charger":
            return record.last_seen_at or fields.Datetime.now()
        if record._name == "iicharge.connector":
            return record.status_at or fields.Datetime.now()
        return fields.Datetime.now()

    @api.model
    def _get_patience(self, company):
        """Get since when trouble must last to be one."""
        minutes = company.iicharge_alert_minutes
        return fields.Datetime.subtract(fields.Datetime.now(), minutes=minutes)

    # --- what there is to do ----------------------------------------------------------------
    @api.model
    def _find_technician_called(self, company):
        return self.env["maintenance.request"].search(
            [
                ("company_id", "=", company.id),
                ("equipment_id.iicharge_charger_ids", "!=", False),
                ("stage_id.done", "=", False),
                ("archive", "=", False),
            ]
        )

    @api.model
    def _get_technician_called_summary(self, request):
        return self.env._("Technician called: %(what)s", what=request.name)

    @api.model
    def _find_charger_offline(self, company):
        """Find chargers that were connected once and are not for some minutes."""
        connections = self.env["iicharge.connection"].search(
            [
                ("online", "=", False),
                ("last_seen_at", "<", self._get_patience(company)),
                ("charger_id.company_id", "=", company.id),
                ("charger_id.active", "=", True),
                ("charger_id.admission", "=", "accepted"),
            ]
        )
        return connections.charger_id

    @api.model
    def _get_charger_offline_summary(self, charger):
        return self.env._("%(charger)s has no contact", charger=charger.name)

    @api.model
    def _find_connector_faulted(self, company):
        return (
            self.env["iicharge.connector"]
            .search(
                [
                    ("company_id", "=", company.id),
                    ("status", "=", "faulted"),
                    ("status_at", "<", self._get_patience(company)),
                    ("charger_id.active", "=", True),
                    ("charger_id.admission", "=", "accepted"),
                    ("offered", "=", True),
                ]
            )
            .filtered("online")
        )

    @api.model
    def _get_connector_faulted_summary(self, connector):
        return self.env._("%(connector)s is out of order", connector=connector.display_name)

    @api.model
    def _find_review(self, company):
        return self.env["iicharge.session"].search(
            [("company_id", "=", company.id), ("billing", "=", "review")]
        )

    @api.model
    def _get_review_summary(self, session):
        return self.env._("Decide what %(session)s costs", session=session.name)

    @api.model
    def _find_dispute(self, company):
        return self.env["iicharge.dispute"].search(
            [("company_id", "=", company.id), ("state", "=", "open")]
        )

    @api.model
    def _get_dispute_summary(self, dispute):
        return self.env._("Decide: %(dispute)s", dispute=dispute.display_name)

    @api.model
    def _find_late_charge(self, company):
        """Find the sessions with a charge that is late for longer than a day."""
        before = fields.Datetime.now() - LATE_AFTER
        charges = self.env["iicharge.charge"].search(
            [
                ("company_id", "=", company.id),
                ("state", "=", "late"),
                ("kind", "=", "charge"),
                ("session_id.stopped_at", "<", before),
            ]
        )
        return charges.session_id

    @api.model
    def _get_late_charge_summary(self, session):
        return self.env._("Resolve the late charge of %(session)s", session=session.name)

    @api.model
    def _find_failed_refund(self, company):
        """Find the sessions with a credit that no bill takes, or that has failed some times."""
        credits_ = self.env["iicharge.charge"].search(
            fields.Domain("company_id", "=", company.id)
            & fields.Domain("kind", "=", "credit")
            & (
                fields.Domain("state", "=", "late")
                | (
                    fields.Domain("state", "=", "refused")
                    & fields.Domain("attempts", ">=", REFUND_TRIES)
                )
            )
        )
        return credits_.session_id

    @api.model
    def _get_failed_refund_summary(self, session):
        return self.env._("The refund of %(session)s failed", session=session.name)

    @api.model
    def _find_book_difference(self, company):
        return self.env["iicharge.reconciliation.check"].search(
            [("company_id", "=", company.id), ("difference_count", ">", 0)]
        )

    @api.model
    def _get_book_difference_summary(self, check):
        return self.env._(
            "The books of charging do not agree (differences: %(count)s)",
            count=check.difference_count,
        )
