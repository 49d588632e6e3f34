# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ...core.conversion import get_local_day, to_naive
from ...core.local_time import day_interval
from ...core.metering import meter
from ..billing.charge_states import ON_THE_BOOKS, OUTSTANDING

_logger = logging.getLogger(__name__)

# After a longer stop of the server only so many days are made up for.
MOST_DAYS_MADE_UP = 7

# The form shows so many rows of each table; the printed report has all.
MOST_ROWS_SHOWN = 40

A_DAY = timedelta(days=1)

# A charge that was posted just before midnight may be committed after it. One that is committed
# even later, as of a machine that was halted, is in the audit of the next day.
COMMITTED_AFTER = timedelta(minutes=10)

# A charger that was away reports a stop late, at the time at which it was. It counts in the next
# audit; after more days in none.
REPORTED_WITHIN = timedelta(days=31)

# Cars that pause all night send readings too; a charger this silent has lost its session.
STUCK_AFTER = timedelta(hours=6)


class NightAudit(models.Model):
    """What charging did on one business day of a site, as it was when that day was closed.

    The figures are frozen. They name records by id and people not at all: a guest whose name
    is deleted is gone from here as well.
    """

    _name = "iicharge.night.audit"
    _description = "Night Audit of EV Charging"
    _order = "day desc, site_id"
    _rec_names_search = ("site_id",)

    site_id = fields.Many2one(
        "iicharge.site", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="site_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    day = fields.Date(required=True, readonly=True, index=True, string="Business Day")
    started_at = fields.Datetime(required=True, readonly=True, string="From")
    ended_at = fields.Datetime(required=True, readonly=True, string="Until")
    made_at = fields.Datetime(required=True, readonly=True, string="As of")
    session_count = fields.Integer(
        readonly=True,
        string="Sessions Ended",
        help="With those of days before that became known after these had been closed.",
    )
    energy_kwh = fields.Float(
        readonly=True,
        digits=(16, 2),
        string="Energy (kWh)",
        help="Of the sessions that ended, without those in review.",
    )
    charge_count = fields.Integer(readonly=True, string="Charges Posted")
    amount_untaxed = fields.Monetary(readonly=True, string="Revenue Without Tax")
    amount_tax = fields.Monetary(readonly=True, string="Tax")
    amount_total = fields.Monetary(readonly=True, string="Revenue With Tax")
    credit_total = fields.Monetary(readonly=True, string="Credits")
    running_count = fields.Integer(
        readonly=True, string="Still Charging", help="When the day ended."
    )
    stuck_count = fields.Integer(readonly=True, string="Without a Reading for Long")
    late_count = fields.Integer(readonly=True, string="Late Charges")
    late_total = fields.Monetary(readonly=True, string="Late Amount")
    waiting_count = fields.Integer(readonly=True, string="Charges Waiting")
    review_count = fields.Integer(readonly=True, string="In Review")
    disputed_count = fields.Integer(readonly=True, string="Disputed")
    figures = fields.Json(readonly=True)
    tables = fields.Html(compute="_compute_tables", sanitize=False)

    _site_day_unique = models.Constraint(
        "unique (site_id, day)", "This day of the site has its night audit already."
    )

    @api.depends("site_id.name", "day")
    def _compute_display_name(self):
        for audit in self:
            day = format_date(self.env, audit.day)
            audit.display_name = f"{audit.site_id.name}, {day}"

    @api.depends("figures")
    def _compute_tables(self):
        report = self.env["report.iicharge_odoo.report_night_audit"]
        for audit in self:
            audit.tables = self.env["ir.qweb"]._render(
                "iicharge_odoo.night_audit_tables",
                {"tables": report._get_tables(audit, MOST_ROWS_SHOWN)},
            )

    # --- making them -----------------------------------------------------------------------
    @api.model
    def _run_due(self):
        """Close the days that ended, each site separately: what can be closed is closed, the rest
        is reported. A site that fails does not stop the others, keeps nothing half done, and is
        tried again at the next run."""
        sites = self.env["iicharge.site"].search([("active", "=", True)])
        for number, site in enumerate(sites, 1):
            try:
                with self.env.cr.savepoint():
                    days = self._get_due_days(site)
                    if days:
                        self.env["iicharge.session"]._close_ended_sessions(site)
                    for day in days:
                        self._create_for(site, day)
            except Exception:
                _logger.exception("Night audit of site %s failed; retrying", site.id)
            self.env["ir.cron"]._commit_progress(1, remaining=len(sites) - number)

    @api.model
    def _get_due_days(self, site):
        """Get the site's days that are over and not audited: the last one, and those missed since
        the latest audit."""
        now = fields.Datetime.now() - COMMITTED_AFTER
        yesterday = get_local_day(now, site.time_zone) - A_DAY
        latest = self.search([("site_id", "=", site.id)], order="day desc", limit=1).day
        first = max(latest + A_DAY, yesterday - (MOST_DAYS_MADE_UP - 1) * A_DAY) if latest else None
        days = (yesterday - first).days + 1 if first else 1
        return [yesterday - number * A_DAY for number in reversed(range(max(days, 0)))]

    @api.model
    def _create_for(self, site, day):
        """Create the audit of a site's day; one that exists stays as it is."""
        known = self.search([("site_id", "=", site.id), ("day", "=", day)])
        if known:
            return known
        zone = meter.get_zone(site.time_zone)
        start, end = (to_naive(at) for at in day_interval(zone, day))
        if end + COMMITTED_AFTER > fields.Datetime.now():
            raise UserError(
                self.env._(
                    "%(day)s is not over at the site yet. It can be closed ten minutes after "
                    "midnight.",
                    day=format_date(self.env, day),
                )
            )
        return self.with_company(site.company_id).create(
            self._prepare_audit_values(site, day, start, end)
        )

    def action_view_report(self):
        self.ensure_one()
        report = self.env.ref("iicharge_odoo.action_report_night_audit")
        return {**report.report_action(self, config=False), "report_type": "qweb-html"}

    # --- figures ------------------------------------------------------------------------
    @api.model
    def _prepare_audit_values(self, site, day, start, end):
        """:param start, end: the day, half open, UTC"""
        ended = self._find_ended(site, start, end)
        posted = self.env["iicharge.charge"].search(
            [
                ("site_id", "=", site.id),
                ("state", "in", ON_THE_BOOKS),
                ("posted_at", ">=", start),
                ("posted_at", "<", end),
            ],
            order="posted_at, id",
        )
        posted = self._find_committed_late(site, start) + posted
        figures = {
            "ended": ended.ids,
            **self._get_posted_figures(posted),
            **self._get_running_figures(site, day, end),
            **self._get_open_figures(site),
        }
        credits_of_day = posted.filtered(lambda charge: charge.kind == "credit")
        return {
            "site_id": site.id,
            "day": day,
            "started_at": start,
            "ended_at": end,
            "made_at": fields.Datetime.now(),
            "session_count": len(ended),
            # what is in review may be any number
            "energy_kwh": sum(ended.filtered(lambda s: s.billing != "review").mapped("energy_kwh")),
            "charge_count": len(posted - credits_of_day),
            **{
                name: sum(posted.mapped(name))
                for name in ("amount_untaxed", "amount_tax", "amount_total")
            },
            "credit_total": sum(credits_of_day.mapped("amount_total")),
            "late_total": sum(row["total"] for row in figures["late"]),
            **{
                f"{name}_count": len(figures[name])
                for name in ("running", "stuck", "late", "waiting", "review", "disputed")
            },
            "figures": figures,
        }

    @api.model
    def _find_ended(self, site, start, end):
        """Find the sessions that ended on a day, and those of days before that no audit counted:
        their stop came, or was committed, after these had been closed."""
        first = start - REPORTED_WITHIN
        audits = self.search([("site_id", "=", site.id), ("started_at", ">=", first)])
        # audits of earlier versions have not kept which sessions they counted
        audits = audits.filtered(lambda audit: "ended" in audit.figures)
        counted = [session for audit in audits for session in audit.figures["ended"]]
        return self.env["iicharge.session"].search(
            [
                ("site_id", "=", site.id),
                ("stopped_at", ">=", min([start, *audits.mapped("started_at")])),
                ("stopped_at", "<", end),
                ("id", "not in", counted),
            ]
        )

    # --- what went on the books ------------------------------------------------------------
    @api.model
    def _find_committed_late(self, site, start):
        """Find charges posted the day before that its audit could not see: they were committed
        after it was made."""
        before = self.search([("site_id", "=", site.id), ("ended_at", "=", start)])
        if not before:
            return self.env["iicharge.charge"]
        counted = [
            row["charge"] for name in ("room", "desk", "credit") for row in before.figures[name]
        ]
        return self.env["iicharge.charge"].search(
            [
                ("site_id", "=", site.id),
                ("state", "in", ON_THE_BOOKS),
                ("posted_at", ">=", before.started_at),
                ("posted_at", "<", start),
                ("id", "not in", counted),
            ],
            order="posted_at, id",
        )

    @api.model
    def _get_posted_figures(self, posted):
        def rows(charges):
            return [self._get_charge_figures(charge) for charge in charges]

        credits_of_day = posted.filtered(lambda charge: charge.kind == "credit")
        at_desk = (posted - credits_of_day).filtered(
            lambda charge: charge.session_id.billing == "paid"
        )
        return {
            "revenue": self._get_revenue(posted.line_ids),
            "room": rows(posted - credits_of_day - at_desk),
            "desk": rows(at_desk),
            "credit": rows(credits_of_day),
        }

    @api.model
    def _get_revenue(self, lines):
        """Net amounts by product (there is one for each type of price, where the hotel wants
        them apart) and taxes."""
        groups = lines.grouped(lambda line: (line.product_id, line.tax_ids))
        return [
            {
                "product": product.id,
                "taxes": taxes.ids,
                "untaxed": sum(group.mapped("amount_untaxed")),
                "tax": sum(group.mapped("amount_tax")),
            }
            for (product, taxes), group in groups.items()
        ]

    @api.model
    def _get_charge_figures(self, charge):
        return {
            "charge": charge.id,
            "untaxed": charge.amount_untaxed,
            "total": charge.amount_total,
            "code": charge.refusal_code or "",
        }

    # --- what goes on ------------------------------------------------------------------------
    @api.model
    def _get_running_figures(self, site, day, end):
        running = self.env["iicharge.session"].search(
            [
                ("site_id", "=", site.id),
                ("started_at", "<", end),
                "|",
                ("stopped_at", "=", False),
                ("stopped_at", ">=", end),
            ],
            order="started_at, id",
        )
        stuck = running.filtered(
            lambda session: (
                session.state != "stopped"
                and (session.last_value_at or session.started_at) < end - STUCK_AFTER
            )
        )
        return {
            "running": [
                {
                    "session": session.id,
                    "energy_wh": session.energy_wh,
                    "checks_out": self._checks_out_after(session, day),
                }
                for session in running
            ],
            "stuck": [{"session": session.id} for session in stuck],
        }

    @api.model
    def _checks_out_after(self, session, day):
        """Does the guest leave on the day that begins when the audited one ends?"""
        if not session.folio_id:
            return False
        site = session.site_id
        checkout = site._get_property()._get_stay_dates(session.folio_id)[1]
        return bool(checkout) and (
            get_local_day(checkout, site.time_zone) == day + timedelta(days=1)
        )

    # --- what waits for a person or for another try ----------------------------------------
    @api.model
    def _get_open_figures(self, site):
        """Get the figures of open work as of now, whatever day they are from."""
        charges = self.env["iicharge.charge"].search(
            [("site_id", "=", site.id), ("state", "in", OUTSTANDING)],
            order="id",
        )
        late = charges.filtered(lambda charge: charge.state == "late")
        # they are due at the end of the month
        monthly = charges.filtered_domain(charges._get_waiting_for_month())
        sessions = self.env["iicharge.session"].search(
            [("site_id", "=", site.id), ("billing", "in", ("review", "disputed"))],
            order="started_at, id",
        )
        by_billing = sessions.grouped("billing")
        return {
            "late": [self._get_charge_figures(charge) for charge in late],
            "waiting": [self._get_charge_figures(charge) for charge in charges - late - monthly],
            **{
                billing: [
                    {
                        "session": session.id,
                        "energy_wh": session.energy_wh,
                        "total": session.amount_total,
                        "reasons": session.review_reason_ids.mapped("code"),
                    }
                    for session in by_billing.get(billing, [])
                ]
                for billing in ("review", "disputed")
            },
        }
