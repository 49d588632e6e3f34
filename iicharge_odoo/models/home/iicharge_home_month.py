# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools.date_utils import relativedelta

from ...core.conversion import get_local_day
from .page import link_list

# Until this day of a month its predecessor is what is being closed.
CLOSED_BY = 10
A_DAY = timedelta(days=1)


class HomeMonth(models.AbstractModel):
    """The steps of a month's end, each done or open by what is in the books."""

    _name = "iicharge.home.month"
    _description = "Month's End on the Home Page"

    @api.model
    def _get_month_panel(self, sites, clock, late, drafts):
        month_end = self._get_closing_month(clock)
        last = min(month_end, clock.today - A_DAY)
        before = fields.Domain("stopped_at", "<", clock.get_start(month_end + A_DAY))
        sessions = fields.Domain("site_id", "in", sites.ids) & before
        steps = [
            self._get_audit_step(sites, month_end.replace(day=1), last),
            self._get_review_step(sessions),
            self._get_dispute_step(sites),
            self._get_late_step(late, clock.get_start(month_end + A_DAY)),
            self._get_draft_step(drafts),
            self._get_contract_step(month_end, clock),
            self._get_settlement_step(month_end, clock),
            self._get_accrual_step(month_end, clock),
            self._get_reconciled_step(last, clock),
        ]
        steps = [step for step in steps if step]
        done = sum(step["done"] for step in steps)
        return {
            "key": "month",
            "column": 1,
            "kind": "steps",
            "icon": "fa-check-square-o",
            "title": self.env._("Close %(month)s", month=clock.format_day(month_end, "MMMMy")),
            "total": self.env._("%(done)s of %(all)s done", done=done, all=len(steps)),
            "share": done / len(steps),
            "rows": steps,
        }

    @api.model
    def _get_closing_month(self, clock):
        """Get the last day of the month that is being closed: the last one for its first days
        and as long as it is not done, then the current one."""
        last = clock.today.replace(day=1) - A_DAY
        done = self.env.company.iicharge_month_done
        # a hotel that has begun this month has no earlier one to close
        is_open = done and done < last
        if is_open or clock.today.day <= CLOSED_BY:
            return last
        return clock.today + relativedelta(day=31)

    @api.model
    def _get_step(self, key, done, title, note, link):
        return {
            "key": key,
            "done": bool(done),
            "title": title,
            "note": note,
            "link": link,
            "button": False if done else {"label": self.env._("View"), "link": link},
        }

    @api.model
    def _get_audit_step(self, sites, first, last):
        wanted = sum(
            max((last - max(first, get_local_day(site.create_date, site.time_zone))).days + 1, 0)
            for site in sites
        )
        made = self.env["iicharge.night.audit"].search_count(
            [("site_id", "in", sites.ids), ("day", ">=", first), ("day", "<=", last)]
        )
        return self._get_step(
            "audits",
            made >= wanted,
            self.env._("Night audits of all days made"),
            self.env._("%(made)s of %(wanted)s", made=made, wanted=max(wanted, made)),
            link_list("iicharge_night_audit_action"),
        )

    @api.model
    def _get_review_step(self, domain):
        domain &= fields.Domain("billing", "=", "review")
        count = self.env["iicharge.session"].search_count(domain)
        return self._get_step(
            "review",
            not count,
            self.env._("Sessions in review decided"),
            self.env._("%(count)s open, a manager decides", count=count) if count else "",
            link_list("iicharge_session_action", list(domain), self.env._("In review")),
        )

    @api.model
    def _get_dispute_step(self, sites):
        domain = [("site_id", "in", sites.ids), ("state", "=", "open")]
        count = self.env["iicharge.dispute"].search_count(domain)
        return self._get_step(
            "disputes",
            not count,
            self.env._("Disputes decided"),
            self.env._("%(count)s open, a manager decides", count=count) if count else "",
            link_list("iicharge_dispute_action", domain, self.env._("Disputes")),
        )

    @api.model
    def _get_late_step(self, late, end):
        found = late.filtered(lambda charge: (charge.session_id.stopped_at or end) < end)
        total = self.env.company.currency_id.format(sum(found.mapped("amount_total")))
        return self._get_step(
            "late",
            not found,
            self.env._("Late charges resolved"),
            self.env._("%(count)s open, %(sum)s", count=len(found), sum=total) if found else "",
            link_list("iicharge_charge_action_late", [("id", "in", found.ids)]),
        )

    @api.model
    def _get_draft_step(self, drafts):
        return self._get_step(
            "drafts",
            not drafts,
            self.env._("Draft invoices posted"),
            self.env._("%(count)s open", count=len(drafts)) if drafts else "",
            self._get_draft_link(drafts, self.env._("Draft invoices")),
        )

    @api.model
    def _get_draft_link(self, drafts, label):
        return link_list(
            "account.action_move_out_invoice_type",
            [("id", "in", drafts.ids)],
            label,
            {"default_move_type": "out_invoice"},
        )

    @api.model
    def _get_contract_step(self, month_end, clock):
        """Invoices of companies: made in the night after the month."""
        company = self.env.company
        if not self.env["iicharge.contract"].search_count(
            [("company_id", "=", company.id)], limit=1
        ):
            return None
        charges = self.env["iicharge.charge"]
        domain = (
            fields.Domain("company_id", "=", company.id)
            & fields.Domain(charges._get_waiting_for_month())
            & company._iicharge_get_until_domain("session_id.stopped_at", month_end)
        )
        count = len(charges._read_group(domain, ["contract_id"]))
        is_over = month_end < clock.today
        if is_over:
            note = self.env._("waiting: %(count)s", count=count) if count else ""
        else:
            note = self._get_made_note(month_end, clock)
        return self._get_step(
            "contracts",
            is_over and not count,
            self.env._("Companies invoiced"),
            note,
            link_list("iicharge_contract_action"),
        )

    @api.model
    def _get_made_note(self, month_end, clock):
        return self.env._(
            "made automatically on %(day)s", day=clock.format_day(month_end + A_DAY, "MMMMd")
        )

    @api.model
    def _get_settlement_step(self, month_end, clock):
        """Statements of operators: made in the night after the month, confirmed by a person."""
        domain = [("company_id", "=", self.env.company.id)]
        settlements = self.env["iicharge.settlement"]
        if not settlements.search_count(domain, limit=1):
            return None
        domain += [("state", "=", "draft"), ("month", "<=", month_end)]
        drafts = settlements.search_count(domain)
        is_over = month_end < clock.today
        note = self._get_made_note(month_end, clock) if not is_over else ""
        if drafts:
            note = self.env._("%(count)s to confirm", count=drafts)
        return self._get_step(
            "settlements",
            is_over and not drafts,
            self.env._("Operators' statements confirmed"),
            note,
            link_list("iicharge_settlement_action"),
        )

    @api.model
    def _get_accrual_step(self, month_end, clock):
        company = self.env.company
        if not company.iicharge_accrue_monthly:
            return None
        done = company.iicharge_month_done and company.iicharge_month_done >= month_end
        return self._get_step(
            "accrual",
            done,
            self.env._("Accrual booked"),
            "" if done else self._get_made_note(month_end, clock),
            link_list("iicharge_accrual_item_action"),
        )

    @api.model
    def _get_reconciled_step(self, last, clock):
        check = self.env["iicharge.reconciliation.check"]._get_last(self.env.company)
        done = check and not check.difference_count and check.date_to >= last
        if not check:
            note = self.env._("not reconciled yet")
        elif check.difference_count:
            note = self.env._("differences: %(count)s", count=check.difference_count)
        else:
            note = self.env._(
                "no difference up to %(day)s", day=clock.format_day(check.date_to, "MMMMd")
            )
        return self._get_step(
            "reconciled",
            done,
            self.env._("Reconciled without a difference"),
            note,
            link_list("iicharge_reconciliation_action"),
        )
