# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..models.billing.charge_states import OUTSTANDING
from ..models.stay.iicharge_session import CHECKOUT_CHOICES


class Checkout(models.TransientModel):
    """Choose what to do with sessions that still charge when their bill is closed."""

    _name = "iicharge.checkout"
    _description = "Check-out While Charging"
    _inherit = "iicharge.company.wall"

    order_ids = fields.Many2many("sale.order", required=True, readonly=True)
    method = fields.Selection(
        [("lock", "Lock"), ("invoice", "Invoice")],
        required=True,
        readonly=True,
        help="What goes on after the choice.",
    )
    invoice_wizard_id = fields.Many2one("sale.advance.payment.inv", readonly=True)
    choice = fields.Selection(CHECKOUT_CHOICES, required=True, default="stop")
    session_ids = fields.Many2many("iicharge.session", readonly=True, string="Cars Charging")
    command_ids = fields.Many2many("iicharge.command", readonly=True)
    charger_id = fields.Many2one(related="session_ids.charger_id")
    is_asked = fields.Boolean(readonly=True, help="The chargers have been asked to stop.")
    is_waiting = fields.Boolean(compute="_compute_is_waiting")
    progress_text = fields.Text(compute="_compute_is_waiting", string="Progress")

    @api.model_create_multi
    def create(self, vals_list):
        wizards = super().create(vals_list)
        # sudo: who closes a bill need not have rights on sessions; these bills were just checked
        for wizard in wizards.sudo():
            wizard.session_ids = wizard.order_ids._iicharge_get_running()
        return wizards

    @api.depends("session_ids.state", "session_ids.billing", "command_ids.state", "is_asked")
    def _compute_is_waiting(self):
        # sudo: who closes the bills of stays may see the progress of their sessions
        for wizard in self.sudo():
            sessions = wizard.session_ids
            unfinished = sessions.filtered(
                lambda session: (
                    session.state != "stopped"
                    or any(charge.state in OUTSTANDING[:2] for charge in session.charge_ids)
                )
            )
            wizard.is_waiting = wizard.is_asked and bool(unfinished)
            rows = [wizard._get_progress_row(session) for session in sessions]
            wizard.progress_text = "\n".join(rows) if wizard.is_asked else False

    def _get_progress_row(self, session):
        if session.state != "stopped":
            command = self.command_ids.filtered(
                lambda command: command.charger_id == session.charger_id
            )
            result = command[:1].result_text or self.env._("has been asked to stop")
            return f"{session.charger_id.name}: {result}"
        charge = session.charge_ids[:1]
        if charge.state == "posted":
            return self.env._("%(session)s is on the bill.", session=session.name)
        if session.billing == "review":
            return self.env._("%(session)s waits for a review.", session=session.name)
        return charge.refusal_text or self.env._("%(session)s has stopped.", session=session.name)

    def _get_action(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("A car of this guest is still charging"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
            # the next step may depend on the caller's context
            "context": dict(self.env.context),
        }

    def action_choose(self):
        self.ensure_one()
        self._check_may_close()
        # sudo: sessions and commands are not written by hand; the sessions are those of bills
        # that this user may close, and the choice is logged with its author
        wizard = self.sudo()
        running = wizard.session_ids.filtered(lambda session: session.state != "stopped")
        running._set_checkout_choice(self.choice)
        if self.choice != "stop" or not running:
            return self.action_continue()
        self.is_asked = True
        for session in running:
            wizard.command_ids |= session._send_stop()
        return self._get_action()

    def action_check(self):
        """Refresh the dialog, as it also does when the charger reports."""
        return self._get_action()

    def action_back(self):
        """Return to the choice, if the charger does not stop."""
        self.is_asked = False
        return self._get_action()

    def action_continue(self):
        """Close or invoice the bill, as the user wanted."""
        self.ensure_one()
        if self.is_waiting:
            raise UserError(self.env._("The car has not stopped yet. Wait, or choose another way."))
        self = self.with_context(iicharge_checkout_decided=True)
        if self.method == "invoice":
            return self.invoice_wizard_id.create_invoices()
        self.order_ids.action_lock()
        return {"type": "ir.actions.act_window_close"}

    def _check_may_close(self):
        """Check that the user may write the bills, or create invoices of them."""
        self.order_ids.check_access("read")
        if not self.env["account.move"].has_access("create"):
            self.order_ids.check_access("write")
        # sudo: accountants of invoices may not see each stay; the bills are only compared
        if self.sudo().session_ids.folio_id - self.order_ids:
            raise AccessError(self.env._("These cars charge for another stay."))
