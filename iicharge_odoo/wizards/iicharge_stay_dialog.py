# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, fields, models
from odoo.exceptions import UserError

from ..core import errors


class StayDialog(models.AbstractModel):
    """Base of the dialogs in which a guest's stay is chosen for a connector."""

    _name = "iicharge.stay.dialog"
    _description = "Connector for a Room"
    _inherit = "iicharge.company.wall"

    connector_id = fields.Many2one("iicharge.connector", required=True)
    company_id = fields.Many2one(related="connector_id.company_id")
    tariff_id = fields.Many2one(related="connector_id.applied_tariff_id")
    tariff_reason = fields.Char(compute="_compute_quote", string="Why")
    target_kwh = fields.Float(string="Energy (kWh)", default=20, digits=(16, 1))
    quote_text = fields.Text(compute="_compute_quote", string="Estimate")
    folio_id = fields.Many2one("sale.order", string="Stay")
    folio_guest_ids = fields.Many2many(
        "res.partner", compute="_compute_folio_guest_ids", string="Guests of the Stay"
    )
    guest_id = fields.Many2one(
        "res.partner",
        string="Who Charges",
        compute="_compute_guest_id",
        store=True,
        readonly=False,
        domain="[('id', 'in', folio_guest_ids)]",
    )
    room = fields.Char(compute="_compute_stay", help="The room of the stay that pays.")
    checkout = fields.Datetime(compute="_compute_stay", string="Check-out")
    refusal_text = fields.Char(compute="_compute_refusal")
    can_start = fields.Boolean(compute="_compute_refusal")
    can_override = fields.Boolean(compute="_compute_refusal")

    @api.depends("connector_id", "target_kwh")
    def _compute_quote(self):
        for wizard in self:
            wizard.quote_text = wizard.tariff_reason = False
            if not wizard.tariff_id:
                continue
            try:
                found = wizard._get_quote()
            except UserError as error:
                wizard.quote_text = str(error)
            else:
                wizard.tariff_reason = found.get("reason")
                wizard.quote_text = found["text"]

    def _get_quote(self):
        return self.connector_id.quote(energy_kwh=self.target_kwh)

    @api.depends("folio_id")
    def _compute_folio_guest_ids(self):
        for wizard in self:
            # in an onchange the stay is a new record
            folio = wizard.folio_id._origin
            wizard.folio_guest_ids = wizard._get_property()._get_guests(folio)

    @api.depends("folio_id")
    def _compute_guest_id(self):
        """Set who booked; another guest of the stay can be chosen."""
        for wizard in self:
            wizard.guest_id = wizard.folio_guest_ids._origin[:1]

    @api.depends("folio_id")
    def _compute_stay(self):
        for wizard in self:
            folio, prop = wizard.folio_id._origin, wizard._get_property()
            wizard.checkout = prop._get_stay_dates(folio)[1] if folio else False
            wizard.room = prop._get_room(folio) if folio else False

    @api.depends("folio_id", "connector_id", "target_kwh")
    def _compute_refusal(self):
        for wizard in self:
            has_payer = wizard._has_payer()
            refusal = wizard._get_refusal() if has_payer else None
            wizard.can_start = has_payer and refusal is None
            wizard.can_override = bool(refusal and refusal.waivable)
            texts = self.env["iicharge.refusal"]
            wizard.refusal_text = refusal and texts._get_staff_text(refusal.code)

    def _has_payer(self):
        return bool(self.folio_id)

    def _get_refusal(self):
        try:
            self._check_payer()
        except errors.Refusal as refusal:
            return refusal
        return None

    def _check_payer(self):
        """Check who pays. :raise core.errors.Refusal: the reason why nothing may start"""
        self._get_property()._check_start(
            self.folio_id._origin, self.connector_id, self._get_estimate()
        )

    def _get_property(self):
        return self.connector_id.site_id._get_property()

    def _get_estimate(self):
        return self.connector_id._get_estimate(energy_kwh=self.target_kwh)

    def _get_chosen_stay(self):
        self.ensure_one()
        if not self.folio_id:
            raise UserError(self.env._("Choose the stay that pays for this charging first."))
        return self.folio_id
