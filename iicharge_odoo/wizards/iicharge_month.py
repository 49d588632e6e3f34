# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Dialogs of a month's end: contract invoices, settlements and accruals."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import format_date
from odoo.tools.date_utils import end_of, subtract

from ..models.clock_text import get_day_text

MONTHS = 12


def _get_moves_action(env, name, moves):
    """Get the action that opens the created entries, or a notice without the right to them."""
    if not moves.with_user(env.user).has_access("read"):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "title": name,
                "message": ", ".join(moves.mapped("display_name")),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
    action = {"type": "ir.actions.act_window", "name": name, "res_model": "account.move"}
    if len(moves) == 1:
        return {**action, "view_mode": "form", "res_id": moves.id}
    return {**action, "view_mode": "list,form", "domain": [("id", "in", moves.ids)]}


class ContractInvoice(models.TransientModel):
    """Invoice the open charges of contracts up to a day, within a month or after it."""

    _name = "iicharge.contract.invoice"
    _description = "Invoice Company Accounts"
    _inherit = "iicharge.company.wall"

    contract_ids = fields.Many2many("iicharge.contract", string="Company Accounts", required=True)
    until = fields.Date(
        required=True,
        default=lambda self: self.env.company._iicharge_get_month_end(fields.Datetime.now()),
        help="Sessions that ended on this day, by the clock at the site, are included.",
    )

    @api.constrains("until")
    def _check_until(self):
        """Refuse a day in the future: its months would count as invoiced."""
        for wizard in self:
            if wizard.until > fields.Date.context_today(wizard):
                raise ValidationError(self.env._("“Until” must not be later than today."))

    def action_invoice(self):
        self.ensure_one()
        contracts = self.contract_ids
        contracts.check_access("write")
        # sudo: charges are not written by hand, and who invoices contracts need not keep the
        # books; the lines of the invoices are given by the charges
        invoices = self.env["account.move"].sudo()
        for contract in contracts.sudo():
            invoices |= contract.with_company(contract.company_id)._invoice(self.until)
        if not invoices:
            raise UserError(
                self.env._(
                    "Nothing to invoice up to %(day)s.",
                    day=format_date(self.env, self.until),
                )
            )
        return _get_moves_action(self.env, self.env._("Invoices"), invoices)


class MonthWizard(models.AbstractModel):
    """Base of dialogs for one of the last months that are over at all sites of a company."""

    _name = "iicharge.month.wizard"
    _description = "A Month That Is Over"
    _inherit = "iicharge.company.wall"

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, default=lambda self: self.env.company
    )
    month = fields.Selection(
        selection="_get_months", required=True, default=lambda self: self._get_months()[0][0]
    )
    month_end = fields.Date(compute="_compute_month_end")

    @api.model
    def _get_months(self):
        """Get the months, the latest first; keys are their last days."""
        latest = self.env.company._iicharge_get_month_end(fields.Datetime.now())
        ends = [end_of(subtract(latest, months=number), "month") for number in range(MONTHS)]
        return [(str(end), get_day_text(self.env, end, "MMMMy")) for end in ends]

    @api.constrains("company_id")
    def _check_company_id(self):
        """Refuse companies of others: the API may pass any, and the actions use sudo."""
        if self.company_id - self.env.companies:
            raise AccessError(self.env._("Choose one of your own companies."))

    @api.constrains("month")
    def _check_month(self):
        """Refuse other months: the API may pass any."""
        for wizard in self:
            if wizard.month not in dict(self._get_months()):
                raise ValidationError(self.env._("Choose one of the last months that are over."))

    @api.depends("month")
    def _compute_month_end(self):
        for wizard in self:
            wizard.month_end = fields.Date.to_date(wizard.month)


class SettlementMake(models.TransientModel):
    _name = "iicharge.settlement.make"
    _inherit = "iicharge.month.wizard"
    _description = "Make Operator Statements"

    def action_make(self):
        self.ensure_one()
        # sudo: statements are made of charges, and not written by hand
        made = (
            self.env["iicharge.settlement"].sudo()._prepare_month(self.company_id, self.month_end)
        )
        if not made:
            raise UserError(
                self.env._(
                    "Nothing collected for operators until %(day)s is left to settle.",
                    day=format_date(self.env, self.month_end),
                )
            )
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "iicharge_odoo.iicharge_settlement_action"
        )
        return {**action, "domain": [("id", "in", made.ids)]}


class Accrual(models.TransientModel):
    """Accrue what is not invoiced at the month's end (see `_iicharge_accrue`)."""

    _name = "iicharge.accrual"
    _inherit = "iicharge.month.wizard"
    _description = "Month-End Accrual"

    currency_id = fields.Many2one(related="company_id.currency_id")
    amount_untaxed = fields.Monetary(compute="_compute_amount_untaxed", string="To Accrue")
    line_count = fields.Integer(compute="_compute_amount_untaxed", string="Lines")

    @api.depends("month_end", "company_id")
    def _compute_amount_untaxed(self):
        for wizard in self:
            # sudo: sums over orders and invoices that an accountant of charging may not open
            company = (wizard.company_id & self.env.companies).sudo()
            missing = {}
            if company and wizard.month_end:
                missing = company._iicharge_get_to_accrue(wizard.month_end)
            wizard.line_count = len(missing)
            wizard.amount_untaxed = (
                company._iicharge_sum_accrued(missing, wizard.month_end) if missing else 0.0
            )

    def action_accrue(self):
        self.ensure_one()
        # sudo: the entry is given by the charges; see the access to this wizard
        moves = self.company_id.sudo()._iicharge_accrue(self.month_end)
        if not moves:
            raise UserError(
                self.env._(
                    "All charging until %(day)s is invoiced, booked by a register or accrued.",
                    day=format_date(self.env, self.month_end),
                )
            )
        return _get_moves_action(self.env, self.env._("Month-End Accrual"), moves)
