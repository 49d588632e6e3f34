# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain
from odoo.tools import format_date

from .loyalty_program import PREPAID_TYPES


class PrepaidBreakage(models.Model):
    """What was left on a prepaid card when it had expired, and was booked as income.

    It was owed until then: what is left is taken off the card and off the account where sold
    balances are owed, once. Of a card that was sold with its tax only the income is left to book;
    of another one no tax is due, as nothing was supplied. To undo it, the entry is reversed: the
    card has its balance again.
    """

    _name = "iicharge.prepaid.breakage"
    _description = "Expired Prepaid Card"
    _order = "date desc, id desc"

    card_id = fields.Many2one(
        "loyalty.card", required=True, readonly=True, index=True, ondelete="restrict"
    )
    program_id = fields.Many2one(related="card_id.program_id")
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    date = fields.Date(required=True, readonly=True)
    points = fields.Float(readonly=True)
    amount_total = fields.Monetary(readonly=True, string="Left on the Card")
    amount_booked = fields.Monetary(
        readonly=True, string="Income", help="Without the tax with which the card was sold."
    )
    move_id = fields.Many2one(
        "account.move",
        string="Journal Entry",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        groups="account.group_account_invoice,account.group_account_readonly",
    )
    is_undone = fields.Boolean(
        readonly=True, string="Undone", help="Its entry was reversed: the balance is on the card."
    )

    @api.model
    def _get_today(self, company):
        """Get the day that has begun at all of the company's sites."""
        sites = self.env["iicharge.site"].search([("company_id", "=", company.id)])
        days = [site._get_today() for site in sites]
        return min(days, default=fields.Datetime.now().date())

    @api.model
    def _find_expired(self, company, day):
        """Find cards with a balance that have expired by a day. A card of a program of all
        companies is that of the company that sold it."""
        cards = self.env["loyalty.card"].with_context(active_test=False)
        own = Domain("program_id.company_id", "in", (False, company.id))
        found = cards.search(
            Domain("program_id.program_type", "in", PREPAID_TYPES)
            & own
            & Domain("currency_id", "=", company.currency_id.id)
            & Domain("points", ">", 0)
            & (Domain("expiration_date", "<", day) | Domain("program_id.date_to", "<", day))
        )
        # what charging has used of them is still to be taken off
        return found.filtered(
            lambda card: (
                self._get_seller(card) == company
                and card._iicharge_get_any_reward()
                and not any(
                    session.state != "stopped" or session._awaits_card_payment()
                    for session in card.iicharge_session_ids
                )
            )
        )

    @api.model
    def _get_seller(self, card):
        """Get the company that owes what is left on a card; empty where it cannot be known."""
        if card.program_id.company_id:
            return card.program_id.company_id
        sellers = card.source_pos_order_id.company_id | card.order_id.company_id
        for row in card.history_ids.filtered("order_id"):
            sellers |= self.env[row.order_model].browse(row.order_id).exists().company_id
        sellers = sellers or self.env["res.company"].search([], limit=2)
        return sellers if len(sellers) == 1 else sellers.browse()

    @api.model
    def _book(self, cards, company, day, account):
        """Book what is left on expired cards as income.

        :param account: of the income
        :return: `iicharge.prepaid.breakage`
        :raise UserError: the day is to come, a card is none of those, or its account owes less
        """
        if day > self._get_today(company):
            raise UserError(
                self.env._(
                    "%(day)s is to come: cards that expire until then can still be used.",
                    day=format_date(self.env, day),
                )
            )
        cards._iicharge_lock()
        company_cards = self.with_company(company)._find_expired(company, day) & cards
        if cards - company_cards:
            raise UserError(
                self.env._(
                    "%(cards)s: not expired, in use, or empty.",
                    cards=", ".join((cards - company_cards).mapped("code")),
                )
            )
        prepared = [company_cards.browse(card.id)._iicharge_prepare_breakage() for card in cards]
        self._check_owed(company, prepared)
        move = self._create_move(company, day, account, prepared)
        made = self.create(
            [
                {
                    **{
                        name: values[name]
                        for name in ("card_id", "points", "amount_total", "amount_booked")
                    },
                    "company_id": company.id,
                    "currency_id": company.currency_id.id,
                    "date": day,
                    "move_id": move.id,
                }
                for values in prepared
            ]
        )
        for breakage in made:
            breakage._change_points(-breakage.points)
        return made

    @api.model
    def _check_owed(self, company, prepared):
        """Check that the accounts owe it: a balance that was given away was never sold."""
        by_account = {}
        for values in prepared:
            account = values["account"]
            by_account[account] = by_account.get(account, 0.0) + values["amount_booked"]
        for account, amount in by_account.items():
            [(balance,)] = self.env["account.move.line"]._read_group(
                [
                    ("account_id", "=", account.id),
                    ("company_id", "=", company.id),
                    ("parent_state", "=", "posted"),
                ],
                aggregates=["balance:sum"],
            )
            if company.currency_id.compare_amounts(amount, -(balance or 0.0)) > 0:
                raise UserError(
                    self.env._(
                        "Only %(owed)s is owed on %(account)s, and %(amount)s is left on these "
                        "cards. Take the cards off whose balance was given away and not sold.",
                        owed=company.currency_id.format(-(balance or 0.0)),
                        account=account.display_name,
                        amount=company.currency_id.format(amount),
                    )
                )

    @api.model
    def _create_move(self, company, day, account, prepared):
        journal = company._iicharge_get_accrual_journal()
        text = self.env._("Expired prepaid cards, %(day)s", day=format_date(self.env, day))
        items = [
            {
                "name": self.env._("Expired card %(code)s", code=values["code"]),
                "account_id": values["account"].id,
                "balance": values["amount_booked"],
            }
            for values in prepared
        ]
        total = company.currency_id.round(sum(item["balance"] for item in items))
        items.append({"name": text, "account_id": account.id, "balance": -total})
        move = self.env["account.move"].create(
            {
                "move_type": "entry",
                "journal_id": journal.id,
                "date": day,
                "ref": text,
                # no default tax of an account: nothing is supplied
                "line_ids": [Command.create({"tax_ids": [], **item}) for item in items],
            }
        )
        move._post(soft=False)
        return move

    # --- undoing ---------------------------------------------------------------------------
    def _undo(self):
        """Give the cards back what their entry has taken: it was reversed."""
        self.card_id._iicharge_lock()
        self.is_undone = True
        for breakage in self:
            breakage._change_points(breakage.points)

    def _change_points(self, points):
        card = self.card_id
        card.points += points
        self.env["loyalty.history"].create(
            {
                "card_id": card.id,
                "description": self.env._("Expired: %(entry)s", entry=self.move_id.display_name),
                "issued": max(points, 0),
                "used": max(-points, 0),
            }
        )
