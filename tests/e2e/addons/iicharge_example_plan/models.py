# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""A subscription that pays for charging: a destination of charges of its own."""

from odoo import api, fields, models

from odoo.addons.iicharge_odoo.core import errors


class Plan(models.Model):
    _name = "example.plan"
    _description = "Subscription"

    partner_id = fields.Many2one("res.partner", required=True)
    is_paid = fields.Boolean(default=True)
    entry_ids = fields.One2many("example.plan.entry", "plan_id")


class Entry(models.Model):
    """A payment of the subscription, or its credit; each charge once."""

    _name = "example.plan.entry"
    _description = "Entry of a Subscription"

    plan_id = fields.Many2one("example.plan", required=True)
    charge_id = fields.Many2one("iicharge.charge", required=True)
    amount = fields.Float(required=True)

    _charge_unique = models.Constraint("unique (charge_id)", "This charge is posted already.")


class Token(models.Model):
    _inherit = "iicharge.token"

    plan_id = fields.Many2one("example.plan")


class Session(models.Model):
    _inherit = "iicharge.session"

    plan_id = fields.Many2one("example.plan", readonly=True)


class Charge(models.Model):
    _inherit = "iicharge.charge"

    destination = fields.Selection(
        selection_add=[("plan", "Subscription")], ondelete={"plan": "set invoice"}
    )


class DestinationPlan(models.AbstractModel):
    _name = "iicharge.destination.plan"
    _description = "Destination of Charges: Subscription"
    _inherit = "iicharge.destination"

    _rank = 25
    _posts_at_once = True

    @api.model
    def _prepare_payer_values(self, token, site, at):
        plan = token.plan_id
        return {"plan_id": plan.id, "partner_id": plan.partner_id.id} if plan else None

    @api.model
    def _check_token(self, token, charger, connector_number, now):
        if token.plan_id and not token.plan_id.is_paid:
            raise errors.CardNotValid(token.uid)

    @api.model
    def _post(self, charges):
        """Post a charge; a credit is one with a negative amount."""
        self.env["example.plan.entry"].create(
            [
                {
                    "plan_id": charge.session_id.plan_id.id,
                    "charge_id": charge.id,
                    "amount": charge.amount_total,
                }
                for charge in charges
            ]
        )

    @api.model
    def _credit(self, credits):
        self._post(credits)

    @api.model
    def _get_posted_billing(self, charge):
        return "paid"
