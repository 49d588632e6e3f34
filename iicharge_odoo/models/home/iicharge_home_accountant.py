# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, fields, models
from odoo.tools import formatLang

from .page import ROWS_SHOWN, get_needs_panel, link_list, link_record


class HomeAccountant(models.AbstractModel):
    _name = "iicharge.home.accountant"
    _description = "Home of Accountants"
    _inherit = ["iicharge.home.month"]

    @api.model
    def _read_accountant(self, sites, clock):
        late = self._find_late(sites)
        review = self.env["iicharge.session"].search(
            [("site_id", "in", sites.ids), ("billing", "=", "review")], order="stopped_at, id"
        )
        disputes = self.env["iicharge.dispute"].search(
            [("site_id", "in", sites.ids), ("state", "=", "open")]
        )
        drafts = self._find_drafts()
        return {
            "buttons": [
                {
                    "key": "reconcile",
                    "label": self.env._("Reconcile up to today"),
                    "link": link_list("iicharge_reconciliation_action"),
                }
            ],
            "tallies": [
                self._get_late_tally(late, clock),
                self._get_review_tally(review),
                self._get_dispute_tally(disputes, clock),
                self._get_difference_tally(clock),
                self._get_draft_tally(drafts),
            ],
            "panels": [
                self._get_work_panel(late, disputes, drafts, clock),
                self._get_revenue_panel(sites, clock),
                self._get_month_panel(sites, clock, late, drafts),
                self._get_company_panel(clock),
            ],
        }

    @api.model
    def _find_late(self, sites):
        """Find what the list of late charges shows, the oldest first."""
        late = self.env["iicharge.charge"].search(
            fields.Domain("site_id", "in", sites.ids)
            & (
                fields.Domain("state", "=", "late")
                | (fields.Domain("state", "=", "refused") & fields.Domain("attempts", ">", 2))
            )
        )
        return late.sorted(self._get_end)

    @api.model
    def _get_end(self, charge):
        return charge.session_id.stopped_at or charge.create_date

    @api.model
    def _find_drafts(self):
        """Find draft invoices and credit notes with charging, as far as the user may see any."""
        moves = self.env["account.move"]
        if not moves.has_access("read"):
            return moves
        return moves.search(
            [
                ("company_id", "=", self.env.company.id),
                ("state", "=", "draft"),
                ("invoice_line_ids.iicharge_charge_line_ids", "!=", False),
            ],
            order="create_date",
        )

    # --- counts -----------------------------------------------------------------------------
    @api.model
    def _format_amount(self, amount):
        return self.env.company.currency_id.format(amount)

    @api.model
    def _get_late_tally(self, late, clock):
        label = self.env._("Late charges")
        note = late and self.env._(
            "%(sum)s, oldest of %(day)s",
            sum=self._format_amount(sum(late.mapped("amount_total"))),
            day=clock.format_day(clock.get_local(self._get_end(late[0])).date()),
        )
        return {
            "key": "late",
            "look": "full" if late else "off",
            "count": len(late),
            "label": label,
            "note": note or "",
            "link": link_list("iicharge_charge_action_late", [("id", "in", late.ids)]),
        }

    @api.model
    def _get_review_tally(self, review):
        label = self.env._("In review")
        kwh = formatLang(self.env, sum(review.mapped("energy_kwh")), digits=1)
        return {
            "key": "review",
            "look": "wait" if review else "off",
            "count": len(review),
            "label": label,
            "note": self.env._("%(kwh)s kWh, not billed yet", kwh=kwh) if review else "",
            "link": link_list("iicharge_session_action", [("id", "in", review.ids)], label),
        }

    @api.model
    def _get_dispute_tally(self, disputes, clock):
        label = self.env._("Disputes")
        return {
            "key": "disputes",
            "look": "bad" if disputes else "off",
            "count": len(disputes),
            "label": label,
            "note": self.env._("answer by %(day)s", day=clock.format_day(disputes[0].deadline))
            if disputes
            else "",
            "link": link_list("iicharge_dispute_action", [("id", "in", disputes.ids)], label),
        }

    @api.model
    def _get_difference_tally(self, clock):
        check = self.env["iicharge.reconciliation.check"]._get_last(self.env.company)
        label = self.env._("Differences")
        if not check:
            note, look = self.env._("not reconciled yet"), "off"
        elif check.difference_count:
            note, look = self.env._("books do not agree"), "bad"
        else:
            day = clock.format_day(check.date_to)
            note, look = self.env._("books agree up to %(day)s", day=day), "free"
        return {
            "key": "differences",
            "look": look,
            "count": check.difference_count,
            "label": label,
            "note": note,
            "link": link_list("iicharge_reconciliation_action"),
        }

    @api.model
    def _get_draft_tally(self, drafts):
        label = self.env._("Draft invoices")
        return {
            "key": "drafts",
            "look": "busy" if drafts else "off",
            "count": len(drafts),
            "label": label,
            "note": self._format_amount(sum(drafts.mapped("amount_total_in_currency_signed")))
            if drafts
            else "",
            "link": self._get_draft_link(drafts, label),
        }

    # --- lists ------------------------------------------------------------------------------
    @api.model
    def _get_work_panel(self, late, disputes, drafts, clock):
        rows = [self._get_late_row(charge, clock) for charge in late[:ROWS_SHOWN]]
        rows += [self._get_dispute_row(dispute, clock) for dispute in disputes[:ROWS_SHOWN]]
        if drafts:
            label = self.env._("Draft invoices")
            rows.append(
                {
                    "key": "drafts",
                    "look": "busy",
                    "icon": "fa-file-text-o",
                    "title": self.env._("%(count)s draft invoices", count=len(drafts))
                    if len(drafts) > 1
                    else self.env._("1 draft invoice"),
                    "note": ", ".join(drafts.partner_id[:3].mapped("name")),
                    "link": self._get_draft_link(drafts, label),
                    "button": {
                        "label": self.env._("View"),
                        "link": self._get_draft_link(drafts, label),
                    },
                }
            )
        return get_needs_panel(
            self.env._("Needs you, oldest first"),
            rows,
            self.env._("Nothing waits for you."),
            len(late) + len(disputes) + bool(drafts),
        )

    @api.model
    def _get_late_row(self, charge, clock):
        reason = (charge.refusal_text or "").split(". ")[0].rstrip(".")
        amount = charge.currency_id.format(charge.amount_total)
        parts = [amount, clock.format(self._get_end(charge)), reason]
        return {
            "key": f"late-{charge.id}",
            "look": "full",
            "icon": "fa-history",
            "title": self.env._("%(who)s: late charge", who=self._get_who(charge.session_id)),
            "note": ", ".join(filter(None, parts)),
            "link": link_record(charge),
            "button": {
                "label": self.env._("Resolve"),
                "link": link_record(charge, "action_resolve"),
            },
        }

    @api.model
    def _get_dispute_row(self, dispute, clock):
        return {
            "key": f"dispute-{dispute.id}",
            "look": "bad",
            "icon": "fa-gavel",
            "title": self.env._("%(who)s disputes a charge", who=self._get_who(dispute.session_id)),
            "note": self.env._(
                "%(amount)s, answer by %(day)s; a manager decides",
                amount=dispute.currency_id.format(dispute.amount_total),
                day=clock.format_day(dispute.deadline),
            ),
            "link": link_record(dispute),
            "button": {"label": self.env._("View"), "link": link_record(dispute)},
        }

    @api.model
    def _get_revenue_panel(self, sites, clock):
        """What the sessions of this month cost, by where the money is."""
        first = clock.today.replace(day=1)
        domain = fields.Domain("site_id", "in", sites.ids) & fields.Domain(
            "stopped_at", ">=", clock.get_start(first)
        )
        groups = self.env["iicharge.session"]._read_group(
            domain, ["billing", "destination"], ["amount_total:sum"]
        )
        rows = []
        for key, look, label, belongs in self._get_places():
            found = [group for group in groups if belongs(*group[:2])]
            amount = sum(group[2] for group in found)
            if not amount:
                continue
            where = fields.Domain.OR(
                fields.Domain("billing", "=", billing) & fields.Domain("destination", "=", to)
                for billing, to, _amount in found
            )
            rows.append(
                {
                    "key": key,
                    "look": look,
                    "title": label,
                    "value": amount,
                    "amount": self._format_amount(amount),
                    "link": link_list("iicharge_session_action", list(domain & where), label),
                }
            )
        total = sum(row["value"] for row in rows)
        for row in rows:
            row["share"] = row["value"] / total
        return {
            "key": "revenue",
            "kind": "bars",
            "icon": "fa-money",
            "title": self.env._("This month's charging, by where the money is"),
            "total": self.env._("%(sum)s with tax", sum=self._format_amount(total)),
            "rows": rows,
            "empty": self.env._("Nothing was charged this month."),
        }

    @api.model
    def _get_places(self):
        """Get (key, look, words, whether a billing state and a destination belong there)."""
        names = self.env["iicharge.destination"]._get_names
        monthly, register = names("_posts_monthly"), names("_is_paid_at_register")

        def is_open(billing, to):
            at_register = billing == "posted" and to in register
            return at_register or (billing == "rated" and to not in monthly)

        return [
            ("paid", "free", self.env._("Paid"), lambda billing, to: billing == "paid"),
            (
                "bills",
                "busy",
                self.env._("On bills"),
                lambda billing, to: billing == "posted" and to not in register,
            ),
            (
                "companies",
                "wait",
                self.env._("Companies, next invoice"),
                lambda billing, to: billing == "rated" and to in monthly,
            ),
            ("unpaid", "full", self.env._("To be paid"), is_open),
            ("late", "bad", self.env._("Late"), lambda billing, to: billing == "late"),
            (
                "doubted",
                "off",
                self.env._("In review, disputed"),
                lambda billing, to: billing in ("review", "disputed"),
            ),
        ]

    @api.model
    def _get_company_panel(self, clock):
        """Companies whose charging waits for their monthly invoice."""
        charges = self.env["iicharge.charge"]
        groups = charges._read_group(
            fields.Domain("company_id", "=", self.env.company.id)
            & fields.Domain(charges._get_waiting_for_month()),
            ["contract_id"],
            ["amount_total:sum", "__count"],
            order="amount_total:sum desc",
            limit=ROWS_SHOWN,
        )
        return {
            "key": "companies",
            "column": 1,
            "icon": "fa-building-o",
            "title": self.env._("Companies, not invoiced yet"),
            "rows": [
                {
                    "key": f"contract-{contract.id}",
                    "title": contract.partner_id.name,
                    "note": self.env._("%(count)s sessions", count=count)
                    if count > 1
                    else self.env._("1 session"),
                    "amount": self._format_amount(amount),
                    "link": link_record(contract),
                }
                for contract, amount, count in groups
                if contract
            ],
            "empty": self.env._("No company waits for an invoice."),
        }
