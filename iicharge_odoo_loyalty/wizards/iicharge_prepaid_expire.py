# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class PrepaidExpire(models.TransientModel):
    """Book what is left on expired cards as income (see `iicharge.prepaid.breakage`)."""

    _name = "iicharge.prepaid.expire"
    _description = "Book Expired Prepaid Cards"
    _inherit = "iicharge.company.wall"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(
        required=True,
        default=fields.Date.context_today,
        help="Of the entry; cards that had expired by then are listed.",
    )
    card_ids = fields.Many2many(
        "loyalty.card",
        compute="_compute_card_ids",
        store=True,
        readonly=False,
        string="Expired Cards",
        help="Take off those whose balance was given away and not sold.",
    )
    amount_total = fields.Monetary(compute="_compute_amounts", string="Left on the Cards")
    amount_booked = fields.Monetary(compute="_compute_amounts", string="Income")

    @api.constrains("company_id")
    def _check_company_id(self):
        """Refuse companies of others: the API may pass any, and the action uses sudo."""
        if self.company_id - self.env.companies:
            raise AccessError(self.env._("Choose one of your own companies."))

    @api.depends("company_id", "date")
    def _compute_card_ids(self):
        for wizard in self:
            wizard.card_ids = wizard._find_expired()

    def _find_expired(self):
        company = self.company_id & self.env.companies
        # sudo: whether a card is in use is known by its sessions and orders
        breakages = self.env["iicharge.prepaid.breakage"].sudo()
        found = self.date and company and breakages._find_expired(company, self.date)
        return self.env["loyalty.card"].browse(found.ids if found else ())

    @api.depends("card_ids", "company_id", "date")
    def _compute_amounts(self):
        for wizard in self:
            # sudo: as above; only of cards that may be booked, as the API may pass any
            cards = (wizard.card_ids._origin & wizard._find_expired()).sudo()
            cards = cards.with_company(wizard.company_id)
            prepared = [card._iicharge_prepare_breakage() for card in cards]
            wizard.amount_total = sum(values["amount_total"] for values in prepared)
            wizard.amount_booked = sum(values["amount_booked"] for values in prepared)

    def action_book(self):
        self.ensure_one()
        if not self.card_ids:
            raise UserError(self.env._("No card with a balance has expired by then."))
        # sudo: the entry is given by the cards; see the access to this wizard
        company = self.company_id.sudo()
        account = company._iicharge_get_account(
            self.env._("Income of expired prepaid cards"), "income_other"
        )
        breakages = self.env["iicharge.prepaid.breakage"].sudo().with_company(company)
        made = breakages._book(self.card_ids.sudo(), company, self.date, account)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "iicharge_odoo_loyalty.iicharge_prepaid_breakage_action"
        )
        return {**action, "domain": [("id", "in", made.ids)]}
