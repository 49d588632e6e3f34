# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import plaintext2html

from ...core.conversion import to_wire
from ..billing.charge_states import OUTSTANDING
from .pos_config import PAYABLE_BILLING

# A payment that is not finished after this time is released.
ABANDONED_AFTER = timedelta(minutes=30)
GIVEN_BACK_AT_ONCE = 100


class Session(models.Model):
    _inherit = "iicharge.session"

    register_config_id = fields.Many2one(
        "pos.config", string="At Register", readonly=True, index="btree_not_null"
    )
    register_since = fields.Datetime(string="At Register Since", readonly=True)
    register_device = fields.Char(
        string="On Device", readonly=True, help="Which of the register's devices has it."
    )

    @api.model
    def _get_shown_rules(self):
        """What waits at a register is on no bill that a guest could ask for."""
        names = self.env["iicharge.destination"]._get_names("_is_paid_at_register")
        at_register = fields.Domain("billing", "=", "posted") & fields.Domain(
            "charge_ids",
            "any!",
            [("kind", "=", "charge"), ("state", "=", "posted"), ("destination", "in", names)],
        )
        return [*super()._get_shown_rules(), (at_register, "rated")]

    @api.model
    def _get_shown_dependencies(self):
        charge = ("charge_ids.kind", "charge_ids.state", "charge_ids.destination")
        return [*super()._get_shown_dependencies(), *charge]

    def _lock_for_payment(self):
        """Whoever comes second waits here, and then sees what the first one did."""
        self.env.cr.execute(
            # readings can be added meanwhile
            "SELECT id FROM iicharge_session WHERE id = %s FOR NO KEY UPDATE",
            [self.id],
        )
        self.invalidate_recordset()

    def _get_register_charge(self):
        """Get the charge that is on an order for the register and not paid; maybe empty."""
        if self._get_billed() != "posted":
            return self.env["iicharge.charge"]
        return self.charge_ids.filtered(
            lambda charge: (
                charge.kind == "charge"
                and charge.state == "posted"
                and charge._get_destination()._is_paid_at_register
            )
        )[:1]

    def _is_paid_whole(self):
        """Whether registers have taken payment for all of it: parts may be on several bills."""
        posted = self.charge_ids.filtered(
            lambda charge: charge.kind == "charge" and charge.state == "posted"
        )
        paid = self.env["pos.order.line"]._iicharge_find_paid(posted.line_ids)
        return paid.iicharge_charge_line_id == posted.line_ids

    def _check_no_company_pays(self):
        """:raise UserError: a company's monthly invoice takes it"""
        if self._get_destination()._posts_monthly:
            raise UserError(
                self.env._(
                    "%(session)s goes on the monthly invoice of %(company)s. Nothing is to be "
                    "paid here.",
                    session=self.name,
                    company=self.contract_id.partner_id.name,
                )
            )

    def _check_register_currency(self, config):
        """:raise UserError: the register takes another currency than the session costs"""
        if config.currency_id != self.currency_id:
            raise UserError(
                self.env._(
                    "%(session)s costs %(amount)s, and %(register)s takes %(currency)s. Take "
                    "payment at a register that takes %(own)s, or charge it to the room.",
                    session=self.name,
                    amount=self.currency_id.format(self.amount_total),
                    register=config.name,
                    currency=config.currency_id.name,
                    own=self.currency_id.name,
                )
            )

    def _create_register_charge(self, partner_id):
        self._check_no_company_pays()
        if self.billing not in PAYABLE_BILLING:
            raise UserError(self.env._("%(session)s does not wait to be paid.", session=self.name))
        charge = self.charge_ids.filtered(
            lambda charge: charge.kind == "charge" and charge.state in OUTSTANDING
        )[:1] or self._create_charge(
            self._prepare_rated_lines(),
            destination=self._get_destination()._get_register_value(),
            state="late",
        )
        payer = self.env["res.partner"].browse(partner_id) or charge.partner_id
        charge._send_to_pos(payer or self.env.ref("iicharge_odoo.partner_walk_in"))
        if charge.state != "posted":
            raise UserError(charge.refusal_text)
        return charge

    def _move_to_stay(self, folio):
        """Charge a session that waits to be paid to a stay. :return: the charge"""
        self.ensure_one()
        self._lock_for_payment()
        counting = self._get_counting_charges()
        if self.billing == "posted":
            self._set_billing("rated")
        stay = self.env["iicharge.destination.folio"]._prepare_stay_values(folio, self.site_id)
        self.write({**stay, "partner_id": (self.partner_id or folio.partner_id).id})
        self._set_register(False)
        if counting:
            charge = counting._transfer(self.env._("Charged to %(stay)s", stay=folio.name))
        else:
            charge = self._create_charge(self._prepare_rated_lines())
        charge._post_or_refuse()
        self._update_amounts()
        self._log_front_desk(self.env._("charges it to %(stay)s", stay=folio.name))
        return charge

    def _set_checkout_choice(self, choice):
        result = super()._set_checkout_choice(choice)
        if choice == "pos":
            self.filtered(lambda session: session.state != "stopped").destination = "pos"
        return result

    def _log_front_desk(self, what):
        actor = self.env.user._iicharge_get_actor()
        self.message_post(
            body=self.env._("%(who)s %(what)s.", who=actor.name, what=what),
            author_id=actor.partner.id,
        )

    # --- a message to the guest ---------------------------------------------------------
    def _get_guest_message(self):
        """Get what front desk may write to the guest, in the guest's language.

        :return: {"to", "text"}; False where no address is known
        """
        self.ensure_one()
        # sudo: the address is the guest's own, to whom front desk writes
        guest = self.sudo().partner_id
        if not guest.email:
            return False
        lines = self.with_context(lang=guest.lang)._get_guest_lines()
        return {"to": guest.email, "text": "\n\n".join(lines)}

    def _get_guest_lines(self):
        # sudo: the name is the guest's own, to whom front desk writes
        name = self.sudo().partner_id.name
        lines = [self.env._("Dear %(name)s,", name=name)]
        if self.connector_id.live_state not in ("full", "finishing"):
            return lines
        place = self.connector_id.display_name
        lines.append(
            self.env._(
                "Your car at %(connector)s has finished charging. Please move it, so that "
                "another guest can charge.",
                connector=place,
            )
        )
        time = self._get_idle_fee_text()
        if time:
            lines.append(self.env._("From %(time)s on standing there costs a fee.", time=time))
        return lines

    def _write_to_guest(self, text):
        """Send a text to the guest by e-mail, as who acts."""
        self.ensure_one()
        guest = self.partner_id
        if not guest.email:
            raise UserError(self.env._("No e-mail address of this guest is known."))
        self.message_post(
            author_id=self.env.user._iicharge_get_actor().partner.id,
            body=plaintext2html(text),
            subject=self.with_context(lang=guest.lang).env._("Your car is charging with us"),
            partner_ids=guest.ids,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )

    # --- payment at a register ----------------------------------------------------------
    def _open_payment(self, config, partner_id=False, device=False):
        """Put a session that waits on an order of its own, which one register takes payment for.

        :return: `sale.order`
        """
        self.ensure_one()
        self._lock_for_payment()
        self._check_register(config, device)
        self._check_register_currency(config)
        charge = self._get_register_charge()
        if not charge:
            charge = self._create_register_charge(partner_id)
        if not self.register_config_id:
            self._set_register(config, device)
            self._log_front_desk(
                self.env._("takes payment for it at %(register)s", register=config.name)
            )
        return charge.line_ids.sale_line_ids.order_id

    def _transfer_payment(self, config, since, device=False):
        self.ensure_one()
        self._lock_for_payment()
        if (
            not self.register_config_id
            or self._is_at_register(config, device)
            or not self._get_register_charge()
        ):
            return
        if to_wire(self.register_since) != since:
            self._check_register(config, device)
        before = self.register_config_id
        self._set_register(config, device)
        self._log_front_desk(
            self.env._(
                "takes it from %(before)s to %(register)s", before=before.name, register=config.name
            )
        )

    def _release_payment(self, config, device=False):
        """Release the session: another register may take payment."""
        for session in self.filtered(lambda session: session._is_at_register(config, device)):
            session._set_register(False)
            session._log_front_desk(self.env._("gives it back unpaid"))

    @api.model
    def _find_abandoned_payments(self, skip=()):
        """Find the sessions whose payment was neither finished nor cancelled."""
        domain = self._get_abandoned_domain() & fields.Domain("id", "not in", list(skip))
        return self.search(domain, limit=GIVEN_BACK_AT_ONCE).ids

    @api.model
    def _get_abandoned_domain(self):
        before = fields.Datetime.now() - ABANDONED_AFTER
        # without a time it is one from before the time was stored
        return fields.Domain("register_config_id", "!=", False) & (
            fields.Domain("register_since", "<", before)
            | fields.Domain("register_since", "=", False)
        )

    @api.model
    def _release_abandoned_payments(self, ids=None):
        """Release payments that were neither finished nor cancelled. :return: their sessions

        :param ids: see _find_abandoned_payments
        """
        ids = self._find_abandoned_payments() if ids is None else ids
        sessions = self.search(self._get_abandoned_domain() & fields.Domain("id", "in", ids))
        for session in sessions:
            session.message_post(
                body=self.env._(
                    "Waits again: left open at %(register)s.",
                    register=session.register_config_id.name,
                )
            )
        if sessions:
            sessions._set_register(False)
        return sessions

    def _is_at_register(self, config, device=False):
        """Check whether this register has it, on this device as far as devices are known."""
        is_device = not device or not self.register_device or device == self.register_device
        return self.register_config_id == config and is_device

    def _check_register(self, config, device=False):
        """Check that no other register has it. :raise UserError: another has"""
        if not self.register_config_id or self._is_at_register(config, device):
            return
        if self.register_config_id == config:
            raise UserError(
                self.env._("%(session)s is being paid on another device here.", session=self.name)
            )
        raise UserError(
            self.env._(
                "%(session)s is being paid at %(register)s.",
                session=self.name,
                register=self.register_config_id.name,
            )
        )

    def _set_register(self, config, device=False):
        self.write(
            {
                "register_config_id": config and config.id,
                "register_since": config and fields.Datetime.now(),
                "register_device": config and device,
            }
        )
        # other devices show at once that it changed hands
        self.charger_id._notify_changed()
