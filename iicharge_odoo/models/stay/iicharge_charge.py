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
