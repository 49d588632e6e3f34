# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import logging

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL, format_date

_logger = logging.getLogger(__name__)

STYLES = [("lines", "One Line per Session"), ("sum", "One Sum")]


class Contract(models.Model):
    """A company on whose account people charge: it gets one invoice a month.

    What was charged waits as pending charges of the contract until the month is over at the
    site. A session in review or in dispute then waits for the next month.
    """

    _name = "iicharge.contract"
    _description = "Company Account"
    _inherit = ["iicharge.company.wall", "mail.thread"]
    _order = "date_from desc, id desc"
    _rec_names_search = ("partner_id", "reference")

    partner_id = fields.Many2one(
        "res.partner",
        string="Company",
        required=True,
        check_company=True,
        index=True,
        ondelete="restrict",
        tracking=True,
    )
    reference = fields.Char(help="Printed on the invoice, as the customer's order number.")
    company_id = fields.Many2one(
        "res.company",
        string="Hotel",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    active = fields.Boolean(default=True)
    date_from = fields.Date(
        string="First Day", required=True, default=fields.Date.context_today, tracking=True
    )
    date_to = fields.Date(string="Last Day", tracking=True, help="Empty: until further notice.")
    style = fields.Selection(STYLES, string="Invoice Shows", required=True, default="lines")
    attach_records = fields.Boolean(
        string="Attach Charge Records",
        default=True,
        help="A list of the sessions as CSV, and their charge records as OCPI CDR (JSON).",
    )
    post_invoice = fields.Boolean(
        string="Post Automatically",
        help="Off: the monthly invoice waits as a draft to be looked at.",
    )
    tariff_id = fields.Many2one(
        "iicharge.tariff",
        check_company=True,
        tracking=True,
        help="Goes before any other. Empty: the tariff assigned to company accounts, else that "
        "of the place.",
        index="btree_not_null",
    )
    last_invoiced = fields.Date(
        string="Invoiced Until",
        readonly=True,
        copy=False,
        help="The last day up to which an invoice was made, or nothing was to be invoiced.",
    )
    token_ids = fields.One2many("iicharge.token", "contract_id", string="Charging Cards")
    session_ids = fields.One2many("iicharge.session", "contract_id")
    charge_ids = fields.One2many("iicharge.charge", "contract_id")
    invoice_ids = fields.One2many(
        "account.move",
        "iicharge_contract_id",
        groups="account.group_account_invoice,account.group_account_readonly",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    session_count = fields.Integer(compute="_compute_counts")
    charge_count = fields.Integer(compute="_compute_counts")
    invoice_count = fields.Integer(compute="_compute_counts")
    waiting_total = fields.Monetary(
        compute="_compute_counts", string="To Be Invoiced", help="With tax."
    )

    @api.depends("partner_id", "reference")
    def _compute_display_name(self):
        for contract in self:
            parts = (contract.partner_id.name, contract.reference)
            contract.display_name = ", ".join(filter(None, parts))

    def _compute_counts(self):
        charges = self.env["iicharge.charge"]
        waiting = dict(
            charges._read_group(
                [("contract_id", "in", self.ids), *charges._get_waiting_for_month()],
                ["contract_id"],
                ["amount_total:sum"],
            )
        )
        counts = {
            name: dict(self.env[model]._read_group([(key, "in", self.ids)], [key], ["__count"]))
            for name, model, key in (
                ("session_count", "iicharge.session", "contract_id"),
                ("charge_count", "iicharge.charge", "contract_id"),
                ("invoice_count", "account.move", "iicharge_contract_id"),
            )
            if self.env[model].has_access("read")
        }
        for contract in self:
            for name in ("session_count", "charge_count", "invoice_count"):
                contract[name] = counts.get(name, {}).get(contract, 0)
            contract.waiting_total = waiting.get(contract, 0)

    @api.constrains("date_from", "date_to")
    def _check_dates(self):
        for contract in self:
            if contract.date_to and contract.date_from > contract.date_to:
                raise ValidationError(
                    self.env._("Company account: “First Day” must not be later than “Last Day”.")
                )

    # --- who charges on it ---------------------------------------------------------------
    @api.model
    def _find(self, company, token, day):
        """Find the contract on whose account a token charges on a day (at the site).

        The one that the token names, else one of the company that its holder belongs to.

        :return: an empty record where there is none, or where it does not hold on that day
        """
        if token.contract_id:
            return token.contract_id.filtered(lambda contract: contract._applies(day))
        holder = token.partner_id.commercial_partner_id
        if not holder:
            return self.browse()
        contracts = self.search(
            [
                ("company_id", "=", company.id),
                ("partner_id.commercial_partner_id", "=", holder.id),
            ]
        )
        return contracts.filtered(lambda contract: contract._applies(day))[:1]

    def _applies(self, day):
        self.ensure_one()
        return self.active and self.date_from <= day and (not self.date_to or day <= self.date_to)

    # --- the monthly invoice -------------------------------------------------------------
    def _invoice(self, until):
        """Create one invoice for all open charges of sessions that ended by a day (at the site).

        Of two runs at the same time one waits here for the other, and then starts again with
        what that one has left, so nothing is invoiced twice.

        :return: `account.move`; an empty record where nothing waits
        """
        self.ensure_one()
        self.env.cr.execute(
            SQL("SELECT id FROM iicharge_contract WHERE id = %s FOR UPDATE", self.id)
        )
        charges = self._get_due_charges(until)
        # written in any case: who waited for the lock has to start the transaction again
        self.last_invoiced = max(until, self.last_invoiced or until)
        if not charges:
            return self.env["account.move"]
        period = self._get_period_text(until)
        invoice = charges._create_invoice(
            self.partner_id,
            iicharge_contract_id=self.id,
            ref=self.reference,
            invoice_origin=period,
        )
        if self.style == "sum":
            charges._add_sums_to_invoice(invoice, period)
        else:
            charges._add_to_invoice(invoice)
        if self.attach_records:
            charges._attach_records(invoice)
        if self.post_invoice:
            self._post_invoice(invoice, charges.site_id[:1]._get_today())
        return invoice

    @api.model
    def _get_due(self, company, month_end):
        """Contracts whose invoice of a month is to be made; one that has ended or is archived,
        too, as long as something waits for it."""
        contracts = self.with_context(active_test=False).search(
            [
                ("company_id", "=", company.id),
                "|",
                ("last_invoiced", "=", False),
                ("last_invoiced", "<", month_end),
            ]
        )
        return contracts.filtered(
            lambda contract: contract._applies(month_end) or contract._get_due_charges(month_end)
        )

    def _get_due_charges(self, until):
        """Get the open charges, in the order in which they were made."""
        charges = self.env["iicharge.charge"]
        domain = fields.Domain(charges._get_waiting_for_month())
        domain &= fields.Domain("contract_id", "=", self.id)
        domain &= fields.Domain("session_id.billing", "!=", "disputed")
        domain &= self.company_id._iicharge_get_until_domain("session_id.stopped_at", until)
        return charges.search(domain).sorted(
            lambda charge: (charge.session_id.stopped_at, charge.id)
        )

    def _get_period_text(self, until):
        lang = self.partner_id.lang or self.env.lang
        env = self.with_context(lang=lang).env
        return env._("EV charging until %(day)s", day=format_date(env, until))

    def _post_invoice(self, invoice, day):
        """Post the invoice; one that cannot be posted stays a draft with the reason.

        :param day: today at the site; the server's user may be in another zone
        """
        try:
            with self.env.cr.savepoint():
                invoice.invoice_date = day
                invoice.action_post()
        except UserError as error:
            invoice.message_post(
                body=self.env._("This invoice could not be posted automatically: %s", error)
            )

    # --- what people do ------------------------------------------------------------------
    def action_invoice_until(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Invoice Until…"),
            "res_model": "iicharge.contract.invoice",
            "view_mode": "form",
            "target": "new",
            "context": {"default_contract_ids": self.ids},
        }

    def _get_records_action(self, name, model, key):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "view_mode": "list,form",
            "domain": [(key, "=", self.id)],
            "context": {"create": False},
        }

    def action_view_sessions(self):
        return self._get_records_action(self.env._("Sessions"), "iicharge.session", "contract_id")

    def action_view_charges(self):
        return self._get_records_action(self.env._("Charges"), "iicharge.charge", "contract_id")

    def action_view_invoices(self):
        return self._get_records_action(
            self.env._("Invoices"), "account.move", "iicharge_contract_id"
        )
