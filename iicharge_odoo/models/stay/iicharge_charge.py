# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import fields, models
from odoo.tools import formatLang


class RoutedCharge(models.Model):
    _inherit = "iicharge.charge"

    destination = fields.Selection(
        selection_add=[("folio", "Room Bill"), ("invoice",)], ondelete={"folio": "set invoice"}
    )

    def _get_routed_note(self):
        """Format the note on the guest's own bill for a charge that another bill takes whole."""
        self.ensure_one()
        charge = self.with_context(lang=self.folio_id.partner_id.lang or self.env.lang)
        env = charge.env
        head = charge.line_ids[:1].name.split("\n")[0]
        rows = [
            env._(
                "%(amount)s is on bill %(bill)s",
                amount=formatLang(
                    env,
                    sum(line.amount_untaxed + line.amount_tax for line in lines),
                    currency_obj=self.currency_id,
                ),
                bill=folio.name,
            )
            for folio, lines in charge.line_ids.grouped("folio_id").items()
        ]
        return "\n".join([head, *rows])

    # --- a bill that is cancelled -------------------------------------------------------
    def _is_only_on(self, orders):
        """Return whether it waits to be paid on these orders, and nowhere else."""
        return (
            self.kind == "charge"
            and self.state == "posted"
            and self.session_id._get_billed() == "posted"
            and self.line_ids.folio_id <= orders
            and not self.line_ids._is_invoiced()
        )

    def _release_from_order(self):
        """Charge what is left of it again: on another bill of the stay, or it becomes late."""
        session = self.session_id
        session._set_billed("rated")
        charge = self._transfer(
            self.env._(
                "%(bill)s is cancelled", bill=", ".join(self.line_ids.folio_id.mapped("name"))
            )
        )
        if charge:
            charge._post_or_refuse()
        session._update_amounts()
