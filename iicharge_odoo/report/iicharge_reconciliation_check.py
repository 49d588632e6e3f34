# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools.date_utils import relativedelta

from ..core.conversion import get_local_day

_logger = logging.getLogger(__name__)


class ReconciliationCheck(models.Model):
    """The result of a company's last reconciliation: each night, and when a person makes one."""

    _name = "iicharge.reconciliation.check"
    _description = "Result of the Last Reconciliation"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _rec_name = "company_id"

    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="cascade")
    date_from = fields.Date(required=True, readonly=True, string="From")
    date_to = fields.Date(required=True, readonly=True, string="Until")
    checked_at = fields.Datetime(required=True, readonly=True)
    difference_count = fields.Integer(readonly=True, string="Differences")
    open_count = fields.Integer(readonly=True, string="Open Points")

    _company_unique = models.Constraint(
        "unique (company_id)", "This company has its result already."
    )

    @api.model
    def _get_last(self, company):
        return self.search([("company_id", "=", company.id)])

    @api.model
    def _keep(self, report):
        """Keep the result of a reconciliation that covers at least what the last one did.

        :param report: `iicharge.reconciliation`, checked
        """
        last = self._get_last(report.company_id)
        if last and (report.date_from > last.date_from or report.date_to < last.date_to):
            return last
        values = {
            "company_id": report.company_id.id,
            "date_from": report.date_from,
            "date_to": report.date_to,
            "checked_at": report.checked_at,
            "difference_count": report.difference_count,
            "open_count": report.open_count,
        }
        # sudo: results are not written by hand; who reconciles has just made this one
        if last:
            last.sudo().write(values)
            return last
        return self.sudo().create(values).sudo(False)

    @api.model
    def _run_due(self):
        """Reconcile each company from the first of the last month until yesterday. One that
        fails does not stop the others, and is tried again at the next run."""
        sites = self.env["iicharge.site"].with_context(active_test=False)
        companies = [company for (company,) in sites._read_group([], ["company_id"])]
        for number, company in enumerate(companies, 1):
            try:
                with self.env.cr.savepoint():
                    self._run_for(company)
            except Exception:
                _logger.exception("Company %s could not be reconciled; retrying", company.id)
            self.env["ir.cron"]._commit_progress(1, remaining=len(companies) - number)

    @api.model
    def _run_for(self, company):
        now = fields.Datetime.now()
        zones = company._iicharge_get_sites().mapped("time_zone")
        yesterday = min(get_local_day(now, zone) for zone in zones) - timedelta(days=1)
        first = yesterday + relativedelta(months=-1, day=1)
        last = self._get_last(company)
        if last.date_to and last.date_to >= yesterday and last.date_from <= first:
            return
        # the night's result replaces one of other days that a person chose
        last.write({"date_from": first, "date_to": yesterday})
        reports = self.env["iicharge.reconciliation"].with_company(company)
        report = reports.create(
            {"company_id": company.id, "date_from": first, "date_to": yesterday}
        )
        report.action_check()
        report.unlink()
