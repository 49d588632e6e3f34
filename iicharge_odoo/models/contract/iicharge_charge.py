# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Charges that wait for a contract's monthly invoice, and the invoice that takes them."""

from markupsafe import Markup

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ...core import jsontext


class ContractCharge(models.Model):
    _inherit = "iicharge.charge"

    destination = fields.Selection(
        selection_add=[("contract", "Monthly Invoice")], ondelete={"contract": "set invoice"}
    )
    contract_id = fields.Many2one(
        related="session_id.contract_id", store=True, index="btree_not_null"
    )

    @api.model
    def _get_waiting_for_month(self):
        """Domain of what the next monthly invoice takes; credits are among it."""
        return [("destination", "=", "contract"), ("state", "=", "pending")]

    # --- one sum -------------------------------------------------------------------------
    def _add_sums_to_invoice(self, invoice, period):
        """Post these charges to an invoice in draft: one line for each product, set of taxes
        and analytic distribution. Untaxed it comes to the same cent as line by line."""
        sign = -1 if invoice.move_type == "out_refund" else 1
        self.line_ids._follow_position(invoice.fiscal_position_id)
        groups = list(self.line_ids.grouped(lambda line: line._get_sum_key()).values())
        invoice.write(
            {
                "invoice_line_ids": [
                    Command.create(lines._prepare_sum_values(invoice, sign, period))
                    for lines in groups
                ]
            }
        )
        made = invoice.invoice_line_ids.sorted("id")
        for lines, invoice_line in zip(groups, made, strict=True):
            lines.write(
                {
                    "invoice_line_id": invoice_line.id,
                    "folio_id": False,
                    "billed_currency_id": invoice.currency_id.id,
                }
            )
            for line in lines:
                line.billed_untaxed = line.amount_untaxed
        self._set_posted()

    # --- what is attached ----------------------------------------------------------------
    def _attach_records(self, invoice):
        """Attach the sessions as a list (CSV) and as OCPI charge records.

        What OCPI requires and a site is missing keeps no invoice back; the invoice names it.
        """
        records, problems = [], []
        for charge in self:
            try:
                records.append(charge.session_id._get_cdr(charge, charge.credited_charge_id))
            except UserError as error:
                problems.append(str(error))
        name = f"ev-charging-{self.contract_id.last_invoiced}"
        csv = self.session_id._get_cdr_csv().encode()
        files = [(f"{name}.csv", "text/csv", csv)]
        if records:
            text = jsontext.dumps(records)
            files.append((f"{name}.json", "application/json", text.encode()))
        self.env["ir.attachment"].create(
            [
                {
                    "name": name,
                    "mimetype": mimetype,
                    "raw": raw,
                    "res_model": invoice._name,
                    "res_id": invoice.id,
                }
                for name, mimetype, raw in files
            ]
        )
        if problems:
            lines = Markup("<br/>").join(dict.fromkeys(problems))
            text = self.env._("Not all sessions could be attached as OCPI records:")
            invoice.message_post(body=Markup("%s<br/>%s") % (text, lines))
