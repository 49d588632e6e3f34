# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import base64
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import date_utils, format_date

from ..core.conversion import to_decimal
from ..core.csvtext import format_csv
from ..models.clock_text import get_day_text
from ..report.vat import Amounts, get_documents, get_open

AMOUNTS = (
    "charged_untaxed",
    "charged_tax",
    "invoiced_untaxed",
    "invoiced_tax",
    "booked_untaxed",
    "booked_tax",
)
GAPS = ("invoice_difference", "journal_difference", "rounding")


@dataclass
class Sums:
    """Sums of the documents of a month under one rate."""

    charged: Amounts = field(default_factory=Amounts)
    invoiced: Amounts = field(default_factory=Amounts)
    booked: Amounts = field(default_factory=Amounts)
    invoice_difference: Decimal = Decimal(0)
    journal_difference: Decimal = Decimal(0)
    rounding: Decimal = Decimal(0)

    def add(self, document):
        for name in ("charged", "invoiced", "booked"):
            part = getattr(document, name)
            getattr(self, name).add(part.untaxed, part.tax)
        of_invoice, of_journal = document.get_differences()
        self.invoice_difference += of_invoice
        self.journal_difference += of_journal
        self.rounding += document.get_rounding()

    def to_values(self):
        values = {name: float(getattr(self, name)) for name in GAPS}
        for name in ("charged", "invoiced", "booked"):
            part = getattr(self, name)
            values |= {f"{name}_untaxed": float(part.untaxed), f"{name}_tax": float(part.tax)}
        return values


class VatReport(models.TransientModel):
    """Compare the VAT of charging by month and rate: charges, invoices and registers, journal."""

    _name = "iicharge.vat.report"
    _description = "VAT of Charging"
    _inherit = "iicharge.company.wall"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date_from = fields.Date(
        required=True,
        default=lambda self: date_utils.start_of(fields.Date.context_today(self), "month"),
        help="By the accounting date of the invoice, or of the register's closing.",
    )
    date_to = fields.Date(
        required=True,
        default=lambda self: date_utils.end_of(fields.Date.context_today(self), "month"),
        string="Until",
    )
    checked_at = fields.Datetime(readonly=True)
    row_ids = fields.One2many("iicharge.vat.report.row", "report_id", string="By Month and Rate")
    document_ids = fields.One2many(
        "iicharge.vat.report.document", "report_id", string="Documents That Differ"
    )
    open_ids = fields.One2many("iicharge.vat.report.open", "report_id", string="Not Invoiced Yet")
    document_count = fields.Integer(compute="_compute_document_count")
    file = fields.Binary(compute="_compute_file", string="Spreadsheet")
    file_name = fields.Char(compute="_compute_file")

    @api.depends("document_ids")
    def _compute_document_count(self):
        for report in self:
            report.document_count = len(report.document_ids)

    @api.depends("date_from", "date_to")
    def _compute_display_name(self):
        for report in self:
            report.display_name = self.env._("VAT of Charging")

    @api.depends("row_ids", "date_from", "date_to")
    def _compute_file(self):
        for report in self:
            report.file_name = f"ev-charging-vat-{report.date_from}-{report.date_to}.csv"
            report.file = base64.b64encode(report._get_csv().encode())

    def _get_csv(self):
        """Get the rows by month and rate as CSV, in the company's currency."""
        names = (*AMOUNTS, *GAPS)
        digits = self.currency_id.decimal_places
        rows = [
            [
                format_date(self.env, row.month, date_format="yyyy-MM"),
                row.rate,
                *(to_decimal(row[name], digits) for name in names),
                self.currency_id.name,
            ]
            for row in self.row_ids
        ]
        return format_csv(["month", "rate", *names, "currency"], rows)

    def action_check(self):
        """Work the report out and store it in the form."""
        self.ensure_one()
        if self.company_id not in self.env.companies:
            raise AccessError(self.env._("Choose one of your own companies."))
        if self.date_from > self.date_to:
            raise UserError(self.env._("“From” must not be later than “Until”."))
        documents = get_documents(self.company_id, self.date_from, self.date_to)
        self.write(
            {
                "checked_at": fields.Datetime.now(),
                "row_ids": self._replace(self._prepare_rows(documents)),
                "document_ids": self._replace(self._prepare_documents(documents)),
                "open_ids": self._replace(
                    {
                        "rate": rate.name,
                        "amount_untaxed": float(amounts.untaxed),
                        "amount_tax": float(amounts.tax),
                    }
                    for rate, amounts in get_open(self.company_id).items()
                ),
            }
        )

    def _replace(self, values_list):
        return [Command.clear(), *map(Command.create, values_list)]

    def _prepare_rows(self, documents):
        rows = defaultdict(Sums)
        for document in documents:
            rows[document.month, document.rate].add(document)
        return [
            {"month": month, "rate": rate.name, **sums.to_values()}
            for (month, rate), sums in rows.items()
        ]

    def _prepare_documents(self, documents):
        found = []
        for document in documents:
            sums = Sums()
            sums.add(document)
            if sums.invoice_difference or sums.journal_difference or not document.is_booked:
                # sudo: only shows the names of documents, also without the right to open them
                record = self.env[document.model].sudo().browse(document.res_id)
                found.append(
                    {
                        "month": document.month,
                        "rate": document.rate.name,
                        "res_model": document.model,
                        "res_id": document.res_id,
                        "name": record.display_name,
                        "explanation": " ".join(self._explain(document, sums)),
                        **sums.to_values(),
                    }
                )
        return found

    def _explain(self, document, sums):
        if sums.invoice_difference:
            yield self.env._(
                "The document says another sum than was charged: a price, a discount or a tax was "
                "changed by staff, or a credit note was made by hand. Nothing to do if that was "
                "meant; else credit the session."
            )
        if not document.is_booked:
            yield self.env._("The register is not closed yet: its entry is made when it is.")
        elif sums.journal_difference:
            yield self.env._(
                "The journal has booked another sum than the document says: an item was changed "
                "by hand. Set the invoice to draft and post it again; correct the tax return where "
                "it was filed."
            )


class VatReportAmounts(models.AbstractModel):
    """What a row of the report says."""

    _name = "iicharge.vat.report.amounts"
    _description = "Amounts of the VAT Report"
    _inherit = "iicharge.company.wall"

    report_id = fields.Many2one("iicharge.vat.report", ondelete="cascade")
    currency_id = fields.Many2one(related="report_id.currency_id")
    month = fields.Date(string="First Day", readonly=True)
    month_text = fields.Char(compute="_compute_month_text", string="Month")
    rate = fields.Char(readonly=True)
    charged_untaxed = fields.Monetary(readonly=True, string="Charged")
    charged_tax = fields.Monetary(readonly=True, string="Tax Charged")
    invoiced_untaxed = fields.Monetary(
        readonly=True, string="Invoiced", help="On invoices, and paid at registers."
    )
    invoiced_tax = fields.Monetary(readonly=True, string="Tax Invoiced")
    booked_untaxed = fields.Monetary(readonly=True, string="Booked")
    booked_tax = fields.Monetary(readonly=True, string="Tax Booked")
    invoice_difference = fields.Monetary(
        readonly=True,
        string="Invoices Differ By",
        help="What was invoiced less what was charged, with tax.",
    )
    journal_difference = fields.Monetary(
        readonly=True,
        string="Journal Differs By",
        help="What was booked less what was invoiced, with tax.",
    )
    rounding = fields.Monetary(
        readonly=True, help="Cents of taxes that are rounded in all, or of another currency."
    )

    @api.depends("month")
    def _compute_month_text(self):
        for row in self:
            row.month_text = row.month and get_day_text(self.env, row.month, "MMMy")


class VatReportRow(models.TransientModel):
    """A month and a rate."""

    _name = "iicharge.vat.report.row"
    _description = "Row of the VAT Report"
    _inherit = "iicharge.vat.report.amounts"


class VatReportDocument(models.TransientModel):
    """A document whose charging differs from the charges or from the journal."""

    _name = "iicharge.vat.report.document"
    _description = "Document That Differs"
    _inherit = "iicharge.vat.report.amounts"

    res_model = fields.Char(readonly=True)
    res_id = fields.Integer(readonly=True)
    name = fields.Char(readonly=True, string="Document")
    explanation = fields.Text(readonly=True, string="What to Do")

    def action_open(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "view_mode": "form",
        }


class VatReportOpen(models.TransientModel):
    """What is charged today and on no document yet, by rate."""

    _name = "iicharge.vat.report.open"
    _description = "Charged and Not Invoiced"
    _inherit = "iicharge.company.wall"

    report_id = fields.Many2one("iicharge.vat.report", ondelete="cascade")
    currency_id = fields.Many2one(related="report_id.currency_id")
    rate = fields.Char(readonly=True)
    amount_untaxed = fields.Monetary(readonly=True, string="Without Tax")
    amount_tax = fields.Monetary(readonly=True, string="Tax")
