# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..service.conversion import get_day_end, get_local_day

_logger = logging.getLogger(__name__)


class MonthCompany(models.Model):
    """The end of a month at a company's sites: what belongs to it, and what is done then."""

    _inherit = "res.company"

    iicharge_month_done = fields.Date(
        string="Charging Closed Until",
        readonly=True,
        help="The last month's end at which contracts were invoiced, operators' statements made "
        "and revenue accrued.",
    )

    def _iicharge_get_sites(self):
        self.ensure_one()
        sites = self.env["iicharge.site"].with_context(active_test=False)
        return sites.search([("company_id", "=", self.id)])

    def _iicharge_get_month_end(self, now):
        """The last day of the latest month that is over on the clocks of all sites."""
        zones = self._iicharge_get_sites().mapped("time_zone") or ["UTC"]
        today = min(get_local_day(now, zone) for zone in zones)
        return today.replace(day=1) - timedelta(days=1)

    def _iicharge_get_until_domain(self, field, until):
        """Domain of records with a `site_id`, whose stored time in `field` was not after a day
        at their site."""
        return fields.Domain.OR(
            fields.Domain("site_id", "=", site.id)
            & fields.Domain(field, "<", get_day_end(until, site.time_zone))
            for site in self._iicharge_get_sites()
        )

    @api.model
    def _cron_close_months(self):
        """Every day, so that a server that was down on the first of the month catches up; what
        has been done for a month is not done again."""
        sites = self.env["iicharge.site"].with_context(active_test=False)
        for (company,) in sites._read_group([], ["company_id"]):
            month_end = company._iicharge_get_month_end(fields.Datetime.now())
            for step in company._iicharge_get_month_steps(month_end):
                try:
                    with self.env.cr.savepoint():
                        step(month_end)
                except UserError as error:
                    # one company's missing account holds nothing else up; it is told in the
                    # log every day until it is cured
                    _logger.warning("%s, month's end %s: %s", company.name, month_end, error)
                self.env["ir.cron"]._commit_progress(1)

    def _iicharge_get_month_steps(self, month_end):
        """What is still to be done at a month's end, in order: methods that take the day.

        Contracts go first: what is on their invoices, dated later, is accrued. Each step may
        be done again, and the last one keeps that all are done.
        """
        self.ensure_one()
        company = self.with_company(self)
        contracts = company.env["iicharge.contract"]._get_due(company, month_end)
        steps = [contract._invoice for contract in contracts]
        if not self.iicharge_month_done or self.iicharge_month_done < month_end:
            steps += [company._iicharge_make_settlements, company._iicharge_finish_month]
        return steps

    def _iicharge_make_settlements(self, month_end):
        return self.env["iicharge.settlement"]._prepare_month(self, month_end)

    def _iicharge_finish_month(self, month_end):
        self.ensure_one()
        if self.iicharge_accrue_monthly:
            self._iicharge_accrue(month_end)
        self.iicharge_month_done = month_end
