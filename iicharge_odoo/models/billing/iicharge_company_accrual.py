# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import json
from datetime import timedelta

from odoo import Command, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ...core.money import total


class CompanyAccrual(models.AbstractModel):
    """The month-end accrual: revenue is in the month in which charging was supplied."""

    _name = "iicharge.company.accrual"
    _description = "Month-End Accrual of a Company"

    def _iicharge_get_accrual_account(self):
        self.ensure_one()
        if not self.iicharge_accrual_account_id:
            self.iicharge_accrual_account_id = self._iicharge_get_account(
                self.env._("EV charging income accrued"), "asset_current"
            )
        return self.iicharge_accrual_account_id

    def _iicharge_accrue(self, month_end):
        """Book what was supplied by a month's end and is neither invoiced nor booked by a register,
        and book it back on the next day. Again for the same month only what is missing.

        :return: the accrual `account.move` and its reversal; empty where nothing is missing
        :raise UserError: the month is not over, or locked, or an account is missing
        """
        self.ensure_one()
        # of two at once the second begins again, and finds what the first has booked
        self.env.cr.execute(
            "UPDATE res_company SET write_date = write_date WHERE id = %s", [self.id]
        )
        company = self.with_company(self)
        missing = company._iicharge_get_to_accrue(month_end)
        # a charge and its credit may leave nothing
        items = company._iicharge_prepare_accrual_items(missing, month_end)
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
        kept = self.env["iicharge.accrual.item"]
        kept.create([kept._prepare_values(key, amount, move) for key, amount in missing.items()])
        return move | reversal

    def _iicharge_get_to_accrue(self, month_end):
        """Get what the month's accruals are missing: what is open at its end, less what is accrued.

        :return: {`AccrualKey`: amount in the currency of the bill}; below zero: to be taken off
        """
        kept = self.env["iicharge.accrual.item"].with_company(self)
        missing = kept._get_open(kept._find_open_sessions(self, month_end), month_end)
        for item in kept.search([("company_id", "=", self.id), ("date", "=", month_end)]):
            if item.move_id.state == "posted":
                key = item._get_key()
                left = missing.get(key, 0.0) - item.amount_untaxed
                missing[key] = key.currency.round(left)
        return {key: amount for key, amount in missing.items() if amount}

    def _iicharge_sum_accrued(self, missing, month_end):
        """Sum up what is to be accrued, in the company's currency."""
        by_currency = {}
        for key, amount in missing.items():
            by_currency[key.currency] = by_currency.get(key.currency, 0.0) + amount
        amounts = (
            self.currency_id._iicharge_convert(amount, currency, self, month_end)
            for currency, amount in by_currency.items()
        )
        return float(total(amounts, self.currency_id.name).amount)

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

    def _iicharge_prepare_accrual_items(self, missing, month_end):
        """Prepare the entry's items, by currency: income by account and analytic distribution, and
        what is accrued. None where all of it comes to nothing.

        :param missing: see `_iicharge_get_to_accrue`
        """
        text = self.env._(
            "EV charging not invoiced by %(day)s", day=format_date(self.env, month_end)
        )
        sums = {}
        for key, amount in missing.items():
            group = key.currency, key.account, key.distribution
            sums[group] = key.currency.round(sums.get(group, 0.0) + amount)
        items, owed = [], {}
        for (currency, account, distribution), amount in sums.items():
            if not amount:
                continue
            converted = self.currency_id._iicharge_convert(amount, currency, self, month_end)
            balance = float(converted.amount)
            items.append(
                {
                    "name": text,
                    "account_id": account.id,
                    "analytic_distribution": json.loads(distribution) or False,
                    "currency_id": currency.id,
                    "amount_currency": -amount,
                    "balance": -balance,
                }
            )
            of_currency = owed.setdefault(currency, [0.0, 0.0])
            of_currency[0] += amount
            of_currency[1] += balance
        accrued = [
            {
                "name": text,
                "account_id": self._iicharge_get_accrual_account().id,
                "currency_id": currency.id,
                "amount_currency": currency.round(amount),
                "balance": self.currency_id.round(balance),
            }
            for currency, (amount, balance) in owed.items()
            if currency.round(amount) or self.currency_id.round(balance)
        ]
        return [*accrued, *items]
