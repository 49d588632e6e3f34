# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import base64

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..core import errors, jsontext
from ..core.conversion import to_decimal
from ..core.exact import plain
from ..core.rating.tariff import Tariff
from ..models.tariff.iicharge_tariff_ocpi import VERSIONS, percent_of


class TariffImport(models.TransientModel):
    """Import a tariff of another system."""

    _name = "iicharge.tariff.import"
    _description = "Import Tariff"
    _inherit = "iicharge.company.wall"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    name = fields.Char(help="Empty: its id.")
    file = fields.Binary(string="OCPI Tariff (JSON)")
    text = fields.Text(
        compute="_compute_text", store=True, readonly=False, string="Or Paste It Here"
    )
    problem = fields.Char(compute="_compute_problem")
    tax_line_ids = fields.One2many(
        "iicharge.tariff.import.tax",
        "import_id",
        compute="_compute_tax_line_ids",
        store=True,
        readonly=False,
    )

    @api.depends("file")
    def _compute_text(self):
        for wizard in self:
            if wizard.file:
                content = base64.b64decode(wizard.file)
                wizard.text = content.decode("utf-8-sig", errors="replace")

    @api.depends("text", "company_id")
    def _compute_problem(self):
        for wizard in self:
            wizard.problem = False
            if wizard.text:
                try:
                    wizard._read_tariff()
                except (errors.InvalidInput, UserError) as error:
                    wizard.problem = str(error)

    @api.depends("text", "company_id")
    def _compute_tax_line_ids(self):
        for wizard in self:
            lines = [Command.clear()]
            if wizard.text and not wizard.problem:
                lines += [
                    Command.create(wizard._prepare_tax_line(percent))
                    for percent in wizard._get_percents(wizard._read_tariff())
                ]
            wizard.tax_line_ids = lines

    def _read_tariff(self):
        """Parse the document to a `core.rating` tariff.

        :raise core.errors.InvalidInput: with line and column, or the path of the field
        """
        source = jsontext.loads(self.text)
        # the envelope of an OCPI response
        if isinstance(source, dict) and isinstance(source.get("data"), dict):
            source = source["data"]
        tariff = Tariff.from_ocpi(source)
        if tariff.currency != self.company_id.currency_id.name:
            raise UserError(
                self.env._(
                    "The tariff is in %(theirs)s, but %(company)s keeps its books in %(ours)s.",
                    theirs=tariff.currency,
                    company=self.company_id.name,
                    ours=self.company_id.currency_id.name,
                )
            )
        return tariff

    @api.model
    def _get_percents(self, tariff):
        components = [c for element in tariff.elements for c in element.price_components]
        return list(dict.fromkeys(map(percent_of, components)))

    @api.model
    def _prepare_tax_line(self, percent):
        taxes = self.env["account.tax"].search(
            [
                *self.env["account.tax"]._check_company_domain(self.company_id),
                ("type_tax_use", "=", "sale"),
                ("amount_type", "=", "percent"),
            ]
        )
        found = taxes.filtered(
            lambda tax: percent and to_decimal(tax.amount, 4) == percent and not tax.price_include
        )
        return {
            "percent_text": "" if percent is None else plain(percent),
            "tax_ids": [Command.set(found[:1].ids)],
        }

    def action_import(self):
        self.ensure_one()
        if not self.text:
            raise UserError(self.env._("Choose a file with an OCPI tariff, or paste its text."))
        try:
            tariff = self._read_tariff()
        except errors.InvalidInput as error:
            raise UserError(str(error)) from error
        lines = {line.percent_text or "": line for line in self.tax_line_ids}
        taxes_by_percent = {}
        for percent in self._get_percents(tariff):
            text = "" if percent is None else plain(percent)
            line = lines.get(text, self.env["iicharge.tariff.import.tax"])
            if percent and not (line.tax_ids or line.of_product):
                raise UserError(
                    self.env._("Choose the tax of this company for %(percent)s %%.", percent=text)
                )
            taxes_by_percent[percent] = False if line.of_product else line.tax_ids
        values = self.env["iicharge.tariff"]._prepare_ocpi_values(tariff, taxes_by_percent)
        record = self.env["iicharge.tariff"].create(
            {
                **values,
                "name": self.name or tariff.id or self.env._("Imported tariff"),
                "company_id": self.company_id.id,
            }
        )
        self._note_unknown_names(record, tariff)
        return {
            "type": "ir.actions.act_window",
            "res_model": "iicharge.tariff",
            "res_id": record.id,
            "view_mode": "form",
        }

    @api.model
    def _note_unknown_names(self, record, tariff):
        """Post a note about unknown fields: kept without effect, but maybe misspelt."""
        names = [
            self.env._("%(name)s (did you mean %(near)s?)", name=name, near=near) if near else name
            for name, near in tariff.unknown_names.items()
        ]
        if names:
            record.message_post(
                body=self.env._(
                    "These fields of the file are not known in OCPI. They are kept, and price "
                    "nothing: %(names)s",
                    names=", ".join(names),
                )
            )


class TariffImportTax(models.TransientModel):
    """The company's tax for a percentage of an imported tariff."""

    _name = "iicharge.tariff.import.tax"
    _description = "Tax of an Imported Tariff"
    _inherit = "iicharge.company.wall"

    import_id = fields.Many2one("iicharge.tariff.import", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="import_id.company_id")
    percent_text = fields.Char(string="Tax in the Document (%)", readonly=True)
    of_product = fields.Boolean(string="That of the Charging Product")
    tax_ids = fields.Many2many(
        "account.tax",
        string="Tax Here",
        domain="[('type_tax_use', '=', 'sale'), ('company_id', '=', company_id)]",
    )


class TariffExport(models.TransientModel):
    """Export a tariff to a file for another system."""

    _name = "iicharge.tariff.export"
    _description = "Export Tariff"
    _inherit = "iicharge.company.wall"

    tariff_id = fields.Many2one("iicharge.tariff", required=True)
    version = fields.Selection(
        [(version, f"OCPI {version}") for version in VERSIONS], required=True, default="2.2.1"
    )
    file = fields.Binary(compute="_compute_file", string="File")
    file_name = fields.Char(compute="_compute_file")
    text = fields.Text(compute="_compute_file", string="Document")
    problem = fields.Char(compute="_compute_file")

    @api.depends("tariff_id", "version")
    def _compute_file(self):
        for wizard in self:
            wizard.file = wizard.text = wizard.problem = False
            wizard.file_name = f"tariff-{wizard.tariff_id.id}-ocpi-{wizard.version}.json"
            try:
                document = wizard.tariff_id.export_ocpi(wizard.version)
            except UserError as error:
                wizard.problem = str(error)
                continue
            wizard.text = document
            wizard.file = base64.b64encode(document.encode())
