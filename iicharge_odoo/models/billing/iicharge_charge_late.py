# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..session.decision import DECISION
from .charge_states import ON_THE_BOOKS, OUTSTANDING


class ChargeLate(models.AbstractModel):
    """Late charges: what could not be put on a bill, and the ways to resolve it
    (docs/room-charges.md rule 10)."""

    _name = "iicharge.charge.late"
    _description = "Late Charges"

    @api.depends("session_id.stopped_at")
    def _compute_age_days(self):
        now = fields.Datetime.now()
        for charge in self:
            stopped_at = charge.session_id.stopped_at or now
            charge.age_days = (now - stopped_at).days

    @api.depends("line_ids.folio_id", "line_ids.invoice_line_id", "state")
    def _compute_bill_numbers(self):
        for charge in self:
            # sudo: the numbers of the bills, for those who may not open them
            lines = charge.sudo().line_ids if charge.state in ON_THE_BOOKS else []
            places = [line.invoice_line_id.move_id.name or line.folio_id.name for line in lines]
            charge.bill_numbers = ", ".join(dict.fromkeys(filter(None, places))) or False

    def action_resolve(self):
        """Opens the ways out for the charges that wait."""
        self._check_late_charge_rights()
        waiting = self.filtered(lambda charge: charge.state in OUTSTANDING)
        if not waiting:
            raise UserError(self.env._("These charges are no longer open."))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Resolve"),
            "res_model": "iicharge.resolve.charge",
            "view_mode": "form",
            "target": "new",
            "context": {"default_charge_ids": waiting.ids},
        }

    def _create_late_invoice(self, partner):
        """Create a draft invoice for all of these charges; for a negative sum a credit note.

        :return: `account.move`
        """
        self._check_outstanding()
        # what a month's end invoices waits for it again if this invoice is cancelled
        at_once = self.filtered(lambda charge: not charge._get_destination()._posts_monthly)
        at_once.destination = "invoice"
        origin = ", ".join(self.mapped("display_name"))
        invoice = self._create_invoice(partner, invoice_origin=origin)
        self._add_to_invoice(invoice)
        return invoice

    def _create_invoice(self, partner, **values):
        """Create an empty draft for all of these charges; a credit note where credits outweigh."""
        company = self.company_id.ensure_one()
        is_credit = sum(self.mapped("amount_untaxed")) < 0
        return (
            self.env["account.move"]
            .with_company(company)
            .create(
                {
                    "move_type": "out_refund" if is_credit else "out_invoice",
                    "company_id": company.id,
                    "currency_id": company.currency_id.id,
                    "partner_id": partner.id,
                    **values,
                }
            )
        )

    def _add_to_invoice(self, invoice):
        """Post these charges straight to an invoice in draft, one line each."""
        self._put_on_invoice(invoice)
        self.line_ids._set_invoiced_amounts()
        self._set_posted()

    def _put_on_invoice(self, invoice):
        """Create a line on an invoice in draft for each line of these charges."""
        lines = self.line_ids
        lines._follow_position(invoice.fiscal_position_id)
        values_list = []
        for line in lines:
            # a credit on an invoice, or a charge on a credit note, takes something off it
            fits = (line.charge_id.kind == "credit") == (invoice.move_type == "out_refund")
            values = line._prepare_invoice_line_values()
            values_list.append({**values, "quantity": values["quantity"] * (1 if fits else -1)})
        before = invoice.invoice_line_ids
        invoice.write({"invoice_line_ids": [Command.create(values) for values in values_list]})
        made = (invoice.invoice_line_ids - before).sorted("id")
        for line, invoice_line in zip(lines, made, strict=True):
            line.write({"invoice_line_id": invoice_line.id, "folio_id": False})

    def _write_off(self, reason):
        """Give the money up, for good. What was used stays on record.

        :param str reason: kept with the charge, and on the session with the author's name
        """
        self._check_outstanding()
        credits_ = self.filtered(lambda charge: charge.kind == "credit")
        if credits_:
            raise UserError(
                self.env._(
                    "%(credits)s: a credit is the guest's money and cannot be written off. Put it "
                    "on an invoice, or open the bill and try again.",
                    credits=", ".join(credits_.mapped("display_name")),
                )
            )
        for charge in self:
            charge._set_written_off(reason)
            session = charge.session_id
            session._update_amounts()
            charges = session.charge_ids.filtered(lambda other: other.kind == "charge")
            if not any(other.state in ("posted", *OUTSTANDING) for other in charges):
                session._set_billed("void")
            session.message_post(
                body=self.env._(
                    "%(who)s writes off %(charge)s: %(reason)s",
                    who=self.env.user._iicharge_get_actor().name,
                    charge=charge.display_name,
                    reason=reason,
                ),
                subtype_xmlid=DECISION,
            )

    def _set_written_off(self, reason):
        self.write({"state": "written_off", "reason": reason, "retry_at": False})

    def _check_outstanding(self):
        done = self.filtered(lambda charge: charge.state not in OUTSTANDING)
        if done:
            raise UserError(
                self.env._(
                    "%(charges)s: no longer open.", charges=", ".join(done.mapped("display_name"))
                )
            )

    def _release_from_invoice(self):
        """Their invoice is gone or cancelled: they wait again, as before it. What was credited
        in full on that very invoice is owed no more."""
        written_off = self._write_off_credited()
        posted = (self - written_off).filtered(lambda charge: charge.state == "posted")
        posted.line_ids._clear_invoiced_amounts()
        for name, charges in posted.grouped("destination").items():
            self.env["iicharge.destination"]._get(name)._release(charges)

    def _write_off_credited(self):
        """Of charges whose invoice is gone, those that were credited in full, with their
        credits: neither goes on another bill.

        :raise UserError: a credit is on another bill, and would be given for nothing
        :return: both, written off
        """
        credited = self.filtered(lambda charge: charge.state == "credited")
        elsewhere = credited.credit_ids.filtered(lambda c: c.state in ON_THE_BOOKS) - self
        if elsewhere:
            raise UserError(
                self.env._(
                    "%(charges)s: this charging was credited on %(bills)s. Cancel the credit "
                    "first, or leave the invoice as it is.",
                    charges=", ".join(elsewhere.credited_charge_id.mapped("display_name")),
                    bills=", ".join(filter(None, elsewhere.mapped("bill_numbers"))),
                )
            )
        written_off = credited | credited.credit_ids
        written_off.line_ids._clear_invoiced_amounts()
        written_off._set_written_off(self.env._("Credited before it was invoiced"))
        return written_off
