# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..clock_text import get_day_text
from .charge_states import ON_THE_BOOKS


class Settlement(models.Model):
    """What a hotel owes an operator whose charging it collected: a statement for a month.

    It lists the charges and credits that stood on bills by the month's end and are on no other
    statement, and takes back what earlier statements have paid and was written off since. To
    confirm it makes a vendor bill that empties the account of what is owed to
    operators. A fee is the hotel's own sale to the operator and goes on an invoice of its own,
    with the hotel's tax: a negative line on the vendor bill would put it, and its tax, among
    the purchases.
    """

    _name = "iicharge.settlement"
    _description = "Operator Statement"
    _inherit = ["mail.thread"]
    _order = "month desc, id desc"
    _rec_names_search = ("operator_id",)
    _check_company_auto = True

    operator_id = fields.Many2one(
        "res.partner", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    month = fields.Date(string="First Day", required=True, readonly=True)
    month_text = fields.Char(compute="_compute_month_text", string="Month")
    state = fields.Selection(
        [("draft", "Draft"), ("confirmed", "Confirmed")],
        required=True,
        readonly=True,
        default="draft",
        tracking=True,
    )
    charge_ids = fields.One2many("iicharge.charge", "settlement_id")
    taken_back_ids = fields.One2many(
        "iicharge.charge",
        "taken_back_settlement_id",
        help="Settled earlier and written off since: the operator gives it back.",
    )
    charge_count = fields.Integer(compute="_compute_amounts", store=True)
    collected = fields.Monetary(
        compute="_compute_amounts", store=True, help="With the operator's own tax."
    )
    fee_untaxed = fields.Monetary(compute="_compute_amounts", store=True, string="Fee")
    bill_id = fields.Many2one(
        "account.move", readonly=True, copy=False, ondelete="set null", index="btree_not_null"
    )
    fee_invoice_id = fields.Many2one(
        "account.move", readonly=True, copy=False, ondelete="set null", index="btree_not_null"
    )

    _month_unique = models.Constraint(
        "unique (operator_id, company_id, month)",
        "This operator has a statement for this month already.",
    )

    @api.depends("month")
    @api.depends_context("lang")
    def _compute_month_text(self):
        for settlement in self:
            month = settlement.month
            settlement.month_text = month and get_day_text(self.env, month, "MMMMy")

    @api.depends("operator_id", "month_text")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for settlement in self:
            parts = (settlement.operator_id.name, settlement.month_text)
            settlement.display_name = ", ".join(filter(None, parts))

    @api.depends(
        "charge_ids.amount_total",
        "charge_ids.site_id.settlement_fee_percent",
        "charge_ids.credited_charge_id.settlement_id.state",
        "charge_ids.credited_charge_id.settlement_fee_percent",
        "taken_back_ids.amount_total",
        "taken_back_ids.settlement_id.state",
        "taken_back_ids.settlement_fee_percent",
        "state",
    )
    def _compute_amounts(self):
        for settlement in self:
            if settlement.state == "confirmed":
                continue  # what was sent to the operator stays as it was
            charges, back = settlement.charge_ids, settlement.taken_back_ids
            collected = sum(charges.mapped("amount_total")) - sum(back.mapped("amount_total"))
            fee = sum(charge._get_settlement_fee() for charge in charges)
            fee -= sum(charge._get_settlement_fee() for charge in back)
            settlement.charge_count = len(charges)
            settlement.collected = settlement.currency_id.round(collected)
            settlement.fee_untaxed = settlement.currency_id.round(fee)

    # --- making --------------------------------------------------------------------------
    @api.model
    def _prepare_month(self, company, month_end):
        """Make the statements of a month, or take into the drafts what came since.

        :return: `iicharge.settlement`; those that list something
        """
        own = fields.Domain("company_id", "=", company.id)
        own &= fields.Domain("operator_id", "!=", False)
        charges = self.env["iicharge.charge"].search(
            own
            & fields.Domain("settlement_id", "=", False)
            & fields.Domain("state", "in", ON_THE_BOOKS)
            & company._iicharge_get_until_domain("posted_at", month_end)
        )
        # paid out, and written off since
        back = self.env["iicharge.charge"].search(
            own
            & fields.Domain("settlement_id.state", "=", "confirmed")
            & fields.Domain("taken_back_settlement_id", "=", False)
            & fields.Domain("state", "=", "written_off")
        )
        settlements, none = self.browse(), charges.browse()
        paid, taken = charges.grouped("operator_id"), back.grouped("operator_id")
        for operator in (charges | back).operator_id:
            settlement = self._get_draft(company, operator, month_end.replace(day=1))
            if settlement:
                paid.get(operator, none).settlement_id = settlement
                taken.get(operator, none).taken_back_settlement_id = settlement
                settlements |= settlement
        return settlements

    @api.model
    def _get_draft(self, company, operator, month):
        """Get the month's statement, if it is not confirmed; later charges wait for the next."""
        values = {"company_id": company.id, "operator_id": operator.id, "month": month}
        known = self.search([(name, "=", value) for name, value in values.items()])
        if not known:
            return self.create(values)
        return known.filtered(lambda settlement: settlement.state == "draft")

    # --- what people do ------------------------------------------------------------------
    def action_confirm(self):
        """Make the bill of what is owed and the invoice of the fee, both as drafts."""
        self._check_accountant()
        # sudo: statements and their moves are not written by hand; the right was checked above
        for settlement in self.sudo().filtered(lambda settlement: settlement.state == "draft"):
            settlement._remove_unbilled_charges()
            for charge in settlement.charge_ids - settlement._get_given_back():
                charge.settlement_fee_percent = charge.site_id.settlement_fee_percent
            settlement.bill_id = settlement._create_bill()
            settlement.fee_invoice_id = settlement._create_fee_invoice()
            settlement.state = "confirmed"

    def action_reset(self):
        """Back to draft, as long as nothing of it is booked."""
        self._check_accountant()
        # sudo: as for the confirmation
        for settlement in self.sudo():
            moves = settlement.bill_id | settlement.fee_invoice_id
            if any(move.state == "posted" for move in moves):
                raise UserError(
                    self.env._(
                        "%(statement)s is booked. Cancel %(moves)s first.",
                        statement=settlement.display_name,
                        moves=", ".join(moves.mapped("display_name")),
                    )
                )
            moves.filtered(lambda move: move.state == "draft").unlink()
            settlement.write({"state": "draft", "bill_id": False, "fee_invoice_id": False})
            settlement._remove_from_later_drafts()

    def _remove_from_later_drafts(self):
        """What is not paid out is not taken back; a later confirmed statement that has done so
        leaves it here, where it is paid out again."""
        back = self.charge_ids.filtered(
            lambda charge: charge.taken_back_settlement_id.state == "draft"
        )
        back.taken_back_settlement_id = False

    def _get_given_back(self):
        """Get charges that a later confirmed statement has taken back, with the fee of then."""
        return self.charge_ids.filtered(
            lambda charge: charge.taken_back_settlement_id.state == "confirmed"
        )

    def _check_accountant(self):
        """sudo follows: who confirms need not have rights on vendor bills, and what is on
        them is given by the charges."""
        self.check_access("read")
        if not self.env.su and not self.env.user.has_group("iicharge_odoo.group_accountant"):
            raise UserError(self.env._("Only accountants and managers may settle with operators."))

    def _remove_unbilled_charges(self):
        """An invoice may have been cancelled since; its charge is in the statement when it is on a
        bill again. What another statement has taken back is paid out by this one."""
        gone = (self.charge_ids - self._get_given_back()).filtered(
            lambda charge: charge.state not in ON_THE_BOOKS
        )
        gone.write({"settlement_id": False, "taken_back_settlement_id": False})
        owed = self.taken_back_ids.filtered(lambda charge: charge.state != "written_off")
        owed.taken_back_settlement_id = False

    def _create_bill(self):
        """Create the bill of what is owed, off the account that it was collected at, with a line
        for each credit and for each charge that is taken back; a refund where these are more."""
        self.ensure_one()
        if self.currency_id.is_zero(self.collected):
            return self.env["account.move"]
        product = self.company_id._iicharge_get_pass_through_product()
        account = product.product_tmpl_id.with_company(self.company_id).get_product_accounts()
        sign = -1 if self.collected < 0 else 1
        return self._create_move(
            "in_refund" if self.collected < 0 else "in_invoice",
            [
                {
                    "product_id": product.id,
                    "name": name,
                    "price_unit": sign * amount,
                    "account_id": account["income"].id,
                    "tax_ids": [Command.clear()],
                }
                for name, amount in self._get_bill_lines()
            ],
        )

    def _get_bill_lines(self):
        """:return: [(text, amount)]; amounts below zero are given back"""
        lines = []
        charges = self.charge_ids.filtered(lambda charge: charge.kind == "charge")
        if charges:
            name = self.env._("Charging collected, %s", self.month_text)
            lines.append((name, self.currency_id.round(sum(charges.mapped("amount_total")))))
        for credit in (self.charge_ids - charges).sorted("id"):
            lines.append((credit._get_credit_on_statement_text(), credit.amount_total))
        for charge in self.taken_back_ids.sorted("id"):
            lines.append((charge._get_taken_back_text(), -charge.amount_total))
        return lines

    def _create_fee_invoice(self):
        self.ensure_one()
        if self.currency_id.is_zero(self.fee_untaxed):
            return self.env["account.move"]
        return self._create_move(
            "out_refund" if self.fee_untaxed < 0 else "out_invoice",
            [
                {
                    "product_id": self.company_id._iicharge_get_product().id,
                    "name": self.env._("Fee for collecting, %s", self.month_text),
                    "price_unit": abs(self.fee_untaxed),
                }
            ],
        )

    def _create_move(self, move_type, lines):
        return (
            self.env["account.move"]
            .with_company(self.company_id)
            .create(
                {
                    "move_type": move_type,
                    "company_id": self.company_id.id,
                    "currency_id": self.currency_id.id,
                    "partner_id": self.operator_id.id,
                    "invoice_origin": self.display_name,
                    "invoice_line_ids": [Command.create({"quantity": 1, **line}) for line in lines],
                }
            )
        )
