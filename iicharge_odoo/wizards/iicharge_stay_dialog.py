# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, fields, models
from odoo.exceptions import UserError

from ..core import errors


class StayDialog(models.AbstractModel):
    """Base of the dialogs that find a guest's stay for a connector."""

    _name = "iicharge.stay.dialog"
    _description = "Connector for a Room"
    _inherit = "iicharge.company.wall"

    connector_id = fields.Many2one("iicharge.connector", required=True)
    company_id = fields.Many2one(related="connector_id.company_id")
    tariff_id = fields.Many2one(related="connector_id.applied_tariff_id")
    tariff_reason = fields.Char(compute="_compute_quote", string="Why")
    target_kwh = fields.Float(string="Energy (kWh)", default=20, digits=(16, 1))
    quote_text = fields.Text(compute="_compute_quote", string="Estimate")
    room = fields.Char(help="Room number, to find the stay.")
    guest_name = fields.Char(
        string="Last Name", help="Of the guest who booked, or of one who shares the room."
    )
    reference = fields.Char(
        string="Booking", help="Number of the booking: the hotel's own or the guest's."
    )
    stay_ids = fields.Many2many("sale.order", compute="_compute_stay_ids", string="Stays Found")
    folio_id = fields.Many2one(
        "sale.order",
        string="Stay",
        compute="_compute_folio_id",
        store=True,
        readonly=False,
        domain="[('id', 'in', stay_ids)]",
    )
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
    checkout = fields.Datetime(compute="_compute_checkout")
    message = fields.Char(compute="_compute_stay_ids")
    refusal_text = fields.Char(compute="_compute_refusal")
    can_start = fields.Boolean(compute="_compute_refusal")
    can_override = fields.Boolean(compute="_compute_refusal")

    @api.depends("room", "guest_name", "reference", "connector_id")
    def _compute_stay_ids(self):
        for wizard in self:
            wizard.stay_ids = False
            wizard.message = False
            if not (wizard.room or wizard.guest_name or wizard.reference):
                wizard.message = self.env._(
                    "Type the room number, the guest's last name or the booking."
                )
                continue
            site = wizard.connector_id.site_id
            wizard.stay_ids = site._get_property()._find_stays(
                site,
                room=wizard.room,
                last_name=wizard.guest_name,
                reference=wizard.reference,
            )
            if not wizard.stay_ids:
                wizard.message = self.env._(
                    "No guest in house is found for this. Check the room number and the name."
                )
            elif len(wizard.stay_ids) > 1:
                wizard.message = self.env._("Several stays are found. Choose the right one.")

    @api.depends("connector_id", "target_kwh")
    def _compute_quote(self):
        for wizard in self:
            wizard.quote_text = wizard.tariff_reason = False
            if not wizard.tariff_id:
                continue
            try:
                found = wizard.connector_id.quote(energy_kwh=wizard.target_kwh)
            except UserError as error:
                wizard.quote_text = str(error)
            else:
                wizard.tariff_reason = found["reason"]
                wizard.quote_text = found["text"]

    @api.depends("stay_ids")
    def _compute_folio_id(self):
        for wizard in self:
            wizard.folio_id = wizard.stay_ids if len(wizard.stay_ids) == 1 else False

    @api.depends("folio_id")
    def _compute_folio_guest_ids(self):
        for wizard in self:
            # in an onchange the stay is a new record
            folio = wizard.folio_id._origin
            wizard.folio_guest_ids = wizard._get_property()._get_guests(folio)

    @api.depends("folio_id", "guest_name")
    def _compute_guest_id(self):
        """Set the guest with the entered name, else who booked."""
        for wizard in self:
            guests = wizard.folio_guest_ids._origin
            named = wizard._get_property()._filter_by_last_name(guests, wizard.guest_name)
            wizard.guest_id = named if len(named) == 1 else guests[:1]

    @api.depends("folio_id")
    def _compute_checkout(self):
        for wizard in self:
            folio = wizard.folio_id._origin
            wizard.checkout = wizard._get_property()._get_stay_dates(folio)[1] if folio else False

    @api.depends("folio_id", "connector_id", "target_kwh")
    def _compute_refusal(self):
        for wizard in self:
            refusal = wizard._get_refusal() if wizard.folio_id else None
            wizard.can_start = bool(wizard.folio_id) and refusal is None
            wizard.can_override = bool(refusal and refusal.waivable)
            texts = self.env["iicharge.refusal"]
            wizard.refusal_text = refusal and texts._get_staff_text(refusal.code)

    def _get_refusal(self):
        try:
            self._get_property()._check_start(
                self.folio_id._origin, self.connector_id, self._get_estimate()
            )
        except errors.Refusal as refusal:
            return refusal
        return None

    def _get_property(self):
        return self.connector_id.site_id._get_property()

    def _get_estimate(self):
        return self.connector_id._get_estimate(energy_kwh=self.target_kwh)

    def _get_chosen_stay(self):
        self.ensure_one()
        if not self.folio_id:
            raise UserError(self.env._("Choose the stay that pays for this charging first."))
        return self.folio_id
