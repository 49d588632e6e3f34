# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command, Domain
from odoo.tools import float_round

PREPAID_TYPES = ("ewallet", "gift_card")


VOUCHERS = [
    ("multi", "Multi-purpose: taxed when it is used"),
    ("single", "Single-purpose: taxed when it is sold"),
]
# What may not change once cards of a program have a balance.
VOUCHER_FIELDS = ("iicharge_voucher", "iicharge_voucher_tax_id")


class LoyaltyProgram(models.Model):
    """Programs whose cards charging is paid with.

    In the EU a card with which only one rate of tax can be paid is a single-purpose voucher
    (Directive 2006/112/EC, articles 30a and 30b): its sale is taxed, and what it pays for later is
    not taxed again. The products that sell the balance and take it off orders then have that tax in
    their price: at use the tax of the charging and that of the card's part cancel out. What was
    sold is deferred income without tax until it is used.
    """

    _inherit = "loyalty.program"

    iicharge_voucher = fields.Selection(
        VOUCHERS, string="Kind of Voucher", default="multi", required=True
    )
    iicharge_voucher_tax_id = fields.Many2one(
        "account.tax",
        string="Tax of the Voucher",
        domain=[("type_tax_use", "=", "sale"), ("amount_type", "=", "percent")],
        check_company=True,
        help="The tax of charging: the only one that these cards pay for.",
    )

    # --- vouchers ---------------------------------------------------------------------------
    @api.constrains("iicharge_voucher", "iicharge_voucher_tax_id", "program_type", "company_id")
    def _check_iicharge_voucher(self):
        for program in self.filtered(lambda program: program.iicharge_voucher == "single"):
            tax = program.iicharge_voucher_tax_id
            if program.program_type not in PREPAID_TYPES or not program.company_id:
                raise ValidationError(
                    self.env._(
                        "%(program)s: a single-purpose voucher is a gift card or an eWallet of one "
                        "company.",
                        program=program.name,
                    )
                )
            if not tax or tax.amount_type != "percent" or tax.type_tax_use != "sale":
                raise ValidationError(
                    self.env._(
                        "%(program)s: choose the sales tax in percent with which the cards are "
                        "sold.",
                        program=program.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        programs = super().create(vals_list)
        programs.filtered(
            lambda program: program.iicharge_voucher == "single"
        )._iicharge_set_up_account()
        return programs

    def write(self, vals):
        before = {
            program: [program[name] for name in VOUCHER_FIELDS]
            for program in (self if set(VOUCHER_FIELDS) & vals.keys() else self.browse())
        }
        result = super().write(vals)
        for program, values in before.items():
            if [program[name] for name in VOUCHER_FIELDS] != values:
                program._iicharge_check_unused()
                program._iicharge_set_up_account()
        return result

    def _iicharge_check_unused(self):
        """:raise ValidationError: cards were sold by the rules that change"""
        cards = self.env["loyalty.card"].with_context(active_test=False)
        if cards.search_count([("program_id", "=", self.id), ("points", ">", 0)], limit=1):
            raise ValidationError(
                self.env._(
                    "%(program)s: cards of it have a balance, which was sold with or without tax. "
                    "Make another program for new cards.",
                    program=self.name,
                )
            )

    def _iicharge_get_voucher_tax(self):
        """Get the tax with which its cards are sold, as part of the price; empty: none."""
        tax = self.iicharge_voucher_tax_id if self.iicharge_voucher == "single" else None
        return tax._iicharge_get_included() if tax else self.env["account.tax"]

    def _iicharge_refuse_other_tax(self):
        raise UserError(
            self.env._(
                "Cards of %(program)s were sold with the tax “%(tax)s” and pay only for what has "
                "it. Take another payment for the rest.",
                program=self.name,
                tax=self.iicharge_voucher_tax_id.name,
            )
        )

    def _iicharge_can_pay(self, taxes):
        """Check whether its cards may pay for what has these taxes."""
        if self.iicharge_voucher != "single":
            return True
        sold_with = self.iicharge_voucher_tax_id
        return taxes._iicharge_get_excluded() == sold_with._iicharge_get_excluded()

    def _iicharge_get_reward(self):
        """Get the reward that takes a sum off an order: how points become money."""
        self.ensure_one()
        return self.reward_ids.filtered(
            lambda reward: reward.discount_mode == "per_point" and reward.reward_type == "discount"
        )[:1]

    def _iicharge_is_open(self, company, day):
        """Check whether its cards that have not expired pay at a company's chargers now."""
        self.ensure_one()
        return bool(
            self.active
            and self.sale_ok
            and self.program_type in PREPAID_TYPES
            and (not self.date_from or self.date_from <= day)
            and self.company_id in (self.env["res.company"], company)
            and self.currency_id == company.currency_id
            and self._iicharge_get_reward()
        )

    @api.model
    def _iicharge_find(self, company, day):
        """Find the program whose cards a company sells for prepayment; maybe none. Gift cards come
        first, as they need no holder."""
        found = self.search(
            Domain("program_type", "in", PREPAID_TYPES)
            & Domain("company_id", "in", (False, company.id))
            & (Domain("date_to", "=", False) | Domain("date_to", ">=", day))
        ).filtered(lambda program: program._iicharge_is_open(company, day))
        return found.sorted(lambda program: program.program_type != "gift_card")[:1]

    def _iicharge_get_least(self):
        """Get the least that a card can pay; with less on it, it starts nothing."""
        reward = self._iicharge_get_reward()
        least = reward.required_points * reward.discount
        return float_round(
            least, precision_rounding=self.currency_id.rounding, rounding_method="UP"
        )

    def _iicharge_create_card(self, company):
        """Create an empty card whose code starts chargers once there is money on it."""
        self.ensure_one()
        cards = self.env["loyalty.card"].with_context(loyalty_no_mail=True)
        card = cards.create({"program_id": self.id, "points": 0})
        self.env["iicharge.token"].create(
            {
                "uid": card.code,
                "kind": "code",
                "group": "visitor",
                "company_id": company.id,
                "loyalty_card_id": card.id,
            }
        )
        return card

    # --- offers -------------------------------------------------------------------------
    def _iicharge_holds_at(self, registers):
        """Check whether it counts at one of these registers, and has not been used up."""
        self.ensure_one()
        if self.limit_usage and self.total_order_count >= self.max_usage:
            return False
        return bool(self.pos_config_ids & registers if self.pos_config_ids else registers)

    def _iicharge_is_for(self, products):
        """Check whether charging, sold as one of these products, earns its points or gets its
        reward."""
        self.ensure_one()
        return any(
            products.filtered_domain(rule._get_valid_product_domain()) for rule in self.rule_ids
        ) or any(reward._iicharge_is_for(products) for reward in self.reward_ids)

    def _iicharge_get_offer_text(self):
        """Get its name, and what it gives, as Odoo describes that to customers."""
        self.ensure_one()
        given = ", ".join(filter(None, self.reward_ids.mapped("description")))
        return f"{self.name}: {given}" if given and given != self.name else self.name

    # --- accounts -----------------------------------------------------------------------
    def _iicharge_set_up_account(self):
        """What is sold on a card is owed until it is used: the products that sell a balance and
        that take it off an order have one account, which is a liability, and the tax of the
        voucher, if it is sold with one."""
        for program in self:
            company = program.company_id or self.env.company
            products = program.trigger_product_ids | program.reward_ids.discount_line_product_id
            tax = program._iicharge_get_voucher_tax()
            products.taxes_id = [Command.set(tax.ids)]
            if company.chart_template:
                name = self.env._("Prepaid charging owed")
                if tax:
                    name = self.env._("Prepaid charging, deferred income")
                products.with_company(
                    company
                ).property_account_income_id = company._iicharge_get_account(
                    name, "liability_current"
                )
