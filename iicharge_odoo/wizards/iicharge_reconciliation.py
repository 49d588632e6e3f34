# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from datetime import timedelta

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError

from ..report.reconciliation_chain import get_stages, get_waiting
from ..report.reconciliation_checks import INFORMATION, find_differences
from ..report.reconciliation_scope import Scope

# Reasons that count as open points: in any case, or after a day.
ALWAYS_OPEN = ("late", "cancelled")
OPEN_AFTER_A_DAY = ("pending", "refused", "review")


class Reconciliation(models.TransientModel):
    """Reconcile sessions, charges, bills, invoices and journal items to the cent."""

    _name = "iicharge.reconciliation"
    _description = "Reconciliation"
    _inherit = "iicharge.company.wall"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date_from = fields.Date(
        required=True,
        default=lambda self: fields.Date.context_today(self).replace(day=1),
        help="Sessions that ended on this day or later, by the clock of their site.",
    )
    date_to = fields.Date(required=True, default=fields.Date.context_today, string="Until")
    checked_at = fields.Datetime(readonly=True)
    stage_ids = fields.One2many("iicharge.reconciliation.stage", "reconciliation_id")
    waiting_ids = fields.One2many(
        "iicharge.reconciliation.waiting", "reconciliation_id", string="Under Way"
    )
    difference_ids = fields.One2many(
        "iicharge.reconciliation.difference", "reconciliation_id", string="Differences"
    )
    difference_count = fields.Integer(
        compute="_compute_differences", string="Number of Differences"
    )
    open_count = fields.Integer(compute="_compute_differences", string="Open Points")
    difference = fields.Monetary(
        compute="_compute_differences",
        help="The sum, whatever their sign, of what is missing or too much between the stages.",
    )

    @api.depends("stage_ids.difference", "difference_ids.is_information", "waiting_ids.is_open")
    def _compute_differences(self):
        for report in self:
            found = report.difference_ids.filtered(lambda row: not row.is_information)
            report.difference_count = len(found)
            report.open_count = len(report.waiting_ids.filtered("is_open"))
            report.difference = sum(abs(stage.difference) for stage in report.stage_ids)

    @api.depends("date_from", "date_to")
    def _compute_display_name(self):
        for report in self:
            report.display_name = self.env._("Reconciliation")

    def action_check(self):
        """Run the reconciliation and store its results in the form."""
        self.ensure_one()
        if self.company_id not in self.env.companies:
            raise AccessError(self.env._("Choose one of your own companies."))
        if self.date_from > self.date_to:
            raise UserError(self.env._("“From” must not be later than “Until”."))
        scope = Scope(self.company_id, self.date_from, self.date_to)
        scope.prepare()
        waiting = get_waiting(scope)
        self.write(
            {
                "checked_at": fields.Datetime.now(),
                "stage_ids": self._replace(self._prepare_stages(get_stages(scope), waiting)),
                "waiting_ids": self._replace(map(self._prepare_waiting, waiting)),
                "difference_ids": self._replace(
                    map(self._prepare_difference, find_differences(scope))
                ),
            }
        )
        self.env["iicharge.reconciliation.check"]._keep(self)

    def _replace(self, values_list):
        return [Command.clear(), *map(Command.create, values_list)]

    def _prepare_stages(self, stages, waiting):
        """Prepare the stages. Expected is the amount of the stage before, less what still waits."""
        names = self._get_stage_names()
        values_list, before = [], None
        for stage in stages:
            still = sum(row.amount for row in waiting if row.stage == stage.name)
            gap = 0 if before is None else before - still - stage.amount
            values_list.append(
                {
                    "name": names[stage.name],
                    "count": stage.count,
                    "amount_untaxed": stage.amount,
                    "amount_waiting": still,
                    "difference": self.currency_id.round(gap),
                }
            )
            before = stage.amount
        return values_list

    def _prepare_waiting(self, waiting):
        age_days = (fields.Datetime.now() - waiting.since) // timedelta(days=1)
        return {
            "name": self._get_waiting_names()[waiting.reason],
            "reason": waiting.reason,
            "res_model": waiting.model,
            "res_ids": waiting.ids,
            "count": len(waiting.ids),
            "amount_untaxed": waiting.amount,
            "age_days": age_days,
            "is_open": waiting.reason in ALWAYS_OPEN
            or (waiting.reason in OPEN_AFTER_A_DAY and age_days >= 1),
        }

    @api.model
    def _prepare_difference(self, difference):
        # sudo: only shows the names of bills, also without the right to open them
        record = difference.record.sudo()
        return {
            "kind": difference.kind,
            "name": difference.title,
            "is_information": difference.kind in {check.__name__ for check in INFORMATION},
            "res_model": record._name,
            "res_id": record.id,
            "record_name": record.display_name,
            "session_id": difference.session_id,
            "currency_id": difference.currency_id,
            "amount": difference.amount,
            "explanation": difference.text,
        }

    def _get_stage_names(self):
        return {
            "sessions": self.env._("Sessions that have stopped"),
            "charges": self.env._("Charges and credits"),
            "bills": self.env._("Lines on bills"),
            "invoices": self.env._("Invoiced, or paid at the register"),
            "journal": self.env._("Journal items"),
        }

    def _get_waiting_names(self):
        return {
            "review": self.env._("In review: a manager decides what is billed"),
            "disputed": self.env._("Disputed: a manager decides"),
            "unpaid": self.env._("Visitors who have not paid yet"),
            "pending": self.env._("To be posted by the system in a moment"),
            "refused": self.env._("Refused for the moment: tried again by the system"),
            "contract": self.env._("Company accounts: invoiced at the end of the month"),
            "discount": self.env._("Discounts on bills: nothing to do if that was meant"),
            "late": self.env._("Under Late Charges: resolve them there"),
            "register": self.env._("Orders not paid at the register yet"),
            "bill": self.env._("On open bills that are not invoiced yet"),
            "cancelled": self.env._("On bills whose invoice was cancelled: invoice them again"),
            "by_hand": self.env._("Credited by hand on invoices: nothing to do if that was meant"),
            "draft": self.env._("On invoices that are not posted yet"),
            "cents": self.env._("Cents between net and tax, as Odoo rounds each invoice"),
            "rounding": self.env._("Cents that went to the tax, rounded once for each invoice"),
            "register_open": self.env._("Paid at registers that are not closed yet"),
        }


class ReconciliationStage(models.TransientModel):
    """A stage of the chain from sessions to journal items."""

    _name = "iicharge.reconciliation.stage"
    _description = "Reconciliation Stage"
    _inherit = "iicharge.company.wall"

    reconciliation_id = fields.Many2one("iicharge.reconciliation", ondelete="cascade")
    currency_id = fields.Many2one(related="reconciliation_id.currency_id")
    name = fields.Char(readonly=True, string="Stage")
    count = fields.Integer(readonly=True)
    amount_untaxed = fields.Monetary(readonly=True, string="Without Tax")
    amount_waiting = fields.Monetary(
        readonly=True, string="Under Way", help="At the stage before, and not here yet."
    )
    difference = fields.Monetary(
        readonly=True, help="What is at the stage before, less what is under way and what is here."
    )


class ReconciliationWaiting(models.TransientModel):
    """Records that wait for a stage, by reason."""

    _name = "iicharge.reconciliation.waiting"
    _description = "Reconciliation: Under Way"
    _inherit = "iicharge.company.wall"
    _order = "is_open desc, id"

    reconciliation_id = fields.Many2one("iicharge.reconciliation", ondelete="cascade")
    currency_id = fields.Many2one(related="reconciliation_id.currency_id")
    reason = fields.Char(readonly=True)
    name = fields.Char(readonly=True, string="What It Waits For")
    res_model = fields.Char(readonly=True)
    res_ids = fields.Json(readonly=True)
    count = fields.Integer(readonly=True)
    amount_untaxed = fields.Monetary(readonly=True, string="Without Tax")
    age_days = fields.Integer(
        readonly=True, string="Oldest (Days)", help="Since charging ended for the oldest of them."
    )
    is_open = fields.Boolean(readonly=True, string="Open Point", help="Somebody has to act.")

    def action_open(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": self.res_model,
            "view_mode": "list,form",
            "domain": [("id", "in", self.res_ids)],
        }


class ReconciliationDifference(models.TransientModel):
    """A difference, and what to do about it."""

    _name = "iicharge.reconciliation.difference"
    _description = "Reconciliation Difference"
    _inherit = "iicharge.company.wall"
    _order = "is_information, id"

    reconciliation_id = fields.Many2one("iicharge.reconciliation", ondelete="cascade")
    kind = fields.Char(readonly=True)
    name = fields.Char(readonly=True, string="What Is Wrong")
    is_information = fields.Boolean(readonly=True)
    res_model = fields.Char(readonly=True)
    res_id = fields.Integer(readonly=True)
    record_name = fields.Char(readonly=True, string="Where")
    session_id = fields.Many2one("iicharge.session", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    amount = fields.Monetary(
        readonly=True, string="Difference", help="What was found, less what was expected."
    )
    explanation = fields.Text(readonly=True, string="What Was Found, and What to Do")

    def action_open(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "view_mode": "form",
        }
