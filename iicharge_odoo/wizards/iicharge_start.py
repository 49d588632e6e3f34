# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, fields, models
from odoo.exceptions import UserError

from ..core import errors
from ..models.refusal_text import get_staff_text


class StartCharging(models.TransientModel):
    """Front desk starts a connector for a guest of the house."""

    _name = "iicharge.start"
    _description = "Start Charging for a Room"

    connector_id = fields.Many2one("iicharge.connector", required=True)
    company_id = fields.Many2one(related="connector_id.company_id")
    tariff_id = fields.Many2one(related="connector_id.applied_tariff_id")
    tariff_reason = fields.Char(compute="_compute_quote", string="Why")
    target_kwh = fields.Float(string="Energy (kWh)", default=20, digits=(16, 1))
    quote_text = fields.Text(compute="_compute_quote", string="Estimate")
    room = fields.Char(help="Room number, to find the stay.")
    guest_name = fields.Char(string="Last Name")
    stay_ids = fields.Many2many("sale.order", compute="_compute_stay_ids", string="Stays Found")
    folio_id = fields.Many2one(
        "sale.order",
        string="Stay",
        compute="_compute_folio_id",
        store=True,
        readonly=False,
        domain="[('id', 'in', stay_ids)]",
    )
    folio_partner_id = fields.Many2one(related="folio_id.partner_id")
    checkout = fields.Datetime(compute="_compute_checkout")
    message = fields.Char(compute="_compute_stay_ids")

    @api.depends("room", "guest_name", "connector_id")
    def _compute_stay_ids(self):
        for wizard in self:
            wizard.stay_ids = False
            wizard.message = False
            if not (wizard.room or wizard.guest_name):
                wizard.message = self.env._("Type the room number or the guest's last name.")
                continue
            site = wizard.connector_id.site_id
            wizard.stay_ids = site._get_property()._find_stays(
                site, room=wizard.room, last_name=wizard.guest_name
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
    def _compute_checkout(self):
        for wizard in self:
            prop = wizard.connector_id.site_id._get_property()
            folio = wizard.folio_id._origin  # a dialog's stay is a record in the making
            wizard.checkout = prop._get_stay_dates(folio)[1] if folio else False

    def action_start(self):
        self.ensure_one()
        if not self.folio_id:
            raise UserError(self.env._("Choose the stay that pays for this charging first."))
        try:
            command = self.connector_id._start_for_stay(self.folio_id)
        except errors.Refusal as refusal:
            raise UserError(get_staff_text(self.env, refusal.code)) from refusal
        return command._get_form_action()
