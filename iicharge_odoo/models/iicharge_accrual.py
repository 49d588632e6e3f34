# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import json
from datetime import timedelta

from odoo import Command, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..service.conversion import get_local_day
from .iicharge_charge import ON_THE_BOOKS


class AccrualCompany(models.Model):
    """Revenue in the month in which it was earned: what was charged by a month's end and is
    invoiced later is booked at the month's end and taken back on the next day.

    Odoo's own wizard (`account.accrued.orders.wizard`) is not used. It goes by orders: it would
    accrue rooms and everything else on them, know nothing of charges that never had an order
    (monthly invoices, the late desk), take charging of other operators for revenue, count by
    the day of delivery that a service does not keep instead of the day on which charging
    ended at the site, and book the same once more when it is run again.
    """

    _inherit = "res.company"

    iicharge_accrue_monthly = fields.Boolean(
        string="Accrue Charging Every Month",
        help="On the first of a month, for the month before.",
    )
    iicharge_accrual_account_id = fields.Many2one(
        "account.account",
        string="Accrued Charging Income",
        domain="[('account_type', '=', 'asset_current')]",
        check_company=True,
    )

    def _iicharge_get_accrual_account(self):
        self.ensure_one()
        if not self.iicharge_accrual_account_id:
            self.iicharge_accrual_account_id = self._iicharge_get_account(
                self.env._("EV charging income accrued"), "asset_current"
            )
        return self.iicharge_accrual_account_id

    def _iicharge_accrue(self, month_end):
        """Book what was earned by a month's end and is on no invoice of it, and book it back on
        the next day. Again for the same month only what is missing.

        :return: the accrual `account.move` and its reversal; empty where nothing is missing
        :raise UserError: the month is not over, or locked, or an account is missing
        """
        self.ensure_one()
        company = self.with_company(self)
        lines = company._iicharge_get_lines_to_accrue(month_end)
        # a charge and its credit may leave nothing
        items = company._iicharge_prepare_accrual_items(lines, month_end)
        if not items:
            return self.env["account.move"]
        journal = company._iicharge_get_accrual_journal()
        company._iicharge_check_accrual_days(month_end, journal)
        move = company.env["account.move"].create(
            {
                "move_type": "entry",
                "journal_id": journal.id,
                "date": month_end,
                "ref": items[0]["name"],
                "line_ids": [Command.create(item) for item in items],
            }
        )
        move._post()
        day = month_end + timedelta(days=1)
        ref = company.env._("Reversal of: %s", move.ref)
        reversal = move._reverse_moves([{"ref": ref, "name": "/", "date": day}])
        reversal._post()
        lines.accrual_move_ids = [Command.link(move.id)]
        return move | reversal

    def _iicharge_get_lines_to_accrue(self, month_end):
        charges = self.env["iicharge.charge"].search(
            fields.Domain("company_id", "=", self.id)
            # what is passed on to an operator is not the hotel's revenue
            & fields.Domain("operator_id", "=", False)
            & fields.Domain("state", "in", ON_THE_BOOKS)
            & self._iicharge_get_until_domain("session_id.stopped_at", month_end)
        )
        return charges.line_ids.filtered(
            lambda line: not line._is_accrued(month_end) and not line._is_earned_by(month_end)
        )

    def _iicharge_get_accrual_journal(self):
        journal = self.env["account.journal"].search(
            [*self.env["account.journal"]._check_company_domain(self), ("type", "=", "general")],
            limit=1,
        )
        if not journal:
            raise UserError(self.env._("%s has no journal for miscellaneous entries.", self.name))
        return journal

    def _iicharge_check_accrual_days(self, month_end, journal):
        if month_end > self._iicharge_get_month_end(fields.Datetime.now()):
            raise UserError(
                self.env._(
                    "%(day)s is not a month's end that is over at all sites.",
                    day=format_date(self.env, month_end),
                )
            )
        for day in (month_end, month_end + timedelta(days=1)):
            locks = self._get_violated_lock_dates(day, False, journal)
            if locks:
                raise UserError(
                    self.env._(
                        "%(day)s is locked: %(locks)s. Open it, or accrue by hand in a later "
                        "month.",
                        day=format_date(self.env, day),
                        locks=self._format_lock_dates(locks),
                    )
                )

    def _iicharge_prepare_accrual_items(self, lines, month_end):
        """Values of the entry's items: income by account and analytic distribution, and what
        is accrued. None where all of it comes to nothing."""
        text = self.env._(
            "EV charging not invoiced by %(day)s", day=format_date(self.env, month_end)
        )
        found = [
            {
                "name": text,
                "account_id": group[0]._get_income_account().id,
                "analytic_distribution": group[0].analytic_distribution or False,
                "balance": -self.currency_id.round(sum(group.mapped("amount_untaxed"))),
            }
            for group in lines.grouped(lambda line: line._get_accrual_key()).values()
        ]
        income = [item for item in found if item["balance"]]
        total = self.currency_id.round(sum(item["balance"] for item in income))
        if not total:
            return income
        account = self._iicharge_get_accrual_account()
        return [{"name": text, "account_id": account.id, "balance": -total}, *income]


class AccruedChargeLine(models.Model):
    _inherit = "iicharge.charge.line"

    accrual_move_ids = fields.Many2many(
        "account.move", string="Accruals", readonly=True, help="Entries at the ends of months."
    )

    def _is_accrued(self, month_end):
        return any(
            move.date == month_end and move.state == "posted" for move in self.accrual_move_ids
        )

    def _is_earned_by(self, month_end):
        """Whether an invoice or a till has booked it by a day; a line whose invoice was
        reversed, and which is to be invoiced again, is not."""
        if self.invoice_line_id:
            return self._is_booked_by(self.invoice_line_id.move_id, month_end)
        if self._is_paid_at_till_by(month_end):
            return True
        pieces = sum(
            line.quantity * (-1 if line.move_id.move_type == "out_refund" else 1)
            for line in self.sale_line_ids.invoice_lines
            if self._is_booked_by(line.move_id, month_end)
        )
        return bool(pieces)

    def _is_booked_by(self, move, month_end):
        return move.state == "posted" and move.date <= month_end

    def _is_paid_at_till_by(self, month_end):
        zone = self.charge_id.site_id.time_zone
        return any(
            order.state in ("paid", "done") and get_local_day(order.date_order, zone) <= month_end
            for order in self.sale_line_ids.pos_order_line_ids.order_id
        )

    def _get_income_account(self):
        """That of its invoice, where there is one already; else the product's."""
        invoiced = (self.invoice_line_id | self.sale_line_ids.invoice_lines).filtered(
            lambda item: item.move_id.state != "cancel"
        )
        if invoiced:
            return invoiced[-1].account_id
        position = (self.folio_id or self.charge_id.folio_id).fiscal_position_id
        product = self.product_id.with_company(self.company_id)
        account = product.product_tmpl_id.get_product_accounts(fiscal_pos=position)["income"]
        if not account:
            raise UserError(
                self.env._("%(product)s has no income account.", product=product.display_name)
            )
        return account

    def _get_accrual_key(self):
        distribution = json.dumps(self.analytic_distribution or {}, sort_keys=True)
        return self._get_income_account(), distribution
