# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import logging

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...core.conversion import to_decimal
from ...core.rating.rate import round_money
from ..billing.charge_states import OUTSTANDING
from ..session.decision import DECISION

_logger = logging.getLogger(__name__)

DISPUTE_REASONS = [
    ("not_me", "Somebody else charged"),
    ("energy", "Less energy was charged"),
    ("price", "Another price was promised"),
    ("idle", "Idle fee"),
    ("fault", "The charger failed"),
    ("twice", "Charged twice"),
    ("other", "Something else"),
]

DISPUTE_STATES = [
    ("open", "Open"),
    ("kept", "Kept"),
    ("credited", "Credited"),
    ("part_credited", "Credited in Part"),
    ("rerated", "Priced Again"),
]


class Dispute(models.Model):
    """A guest's dispute of a session's cost (docs/room-charges.md rule 13).

    Front desk opens it, a manager decides. Nothing is deleted: the decision is kept with its
    author, and amounts change by a credit and the session's next revision.
    """

    _name = "iicharge.dispute"
    _description = "Billing Dispute"
    _inherit = ["mail.thread"]
    _order = "deadline, id"
    _rec_names_search = ("session_id",)
    _check_company_auto = True
    _mail_post_access = "read"

    session_id = fields.Many2one(
        "iicharge.session", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="session_id.company_id", store=True, index=True)
    site_id = fields.Many2one(related="session_id.site_id", store=True, index="btree_not_null")
    partner_id = fields.Many2one(related="session_id.partner_id")
    currency_id = fields.Many2one(related="session_id.currency_id")
    amount_total = fields.Monetary(
        readonly=True, string="Disputed", help="What the session cost when it was questioned."
    )
    reason = fields.Selection(DISPUTE_REASONS, required=True, readonly=True)
    statement = fields.Text(readonly=True, string="What the Guest Says")
    deadline = fields.Date(required=True, readonly=True)
    is_overdue = fields.Boolean(compute="_compute_is_overdue", search="_search_is_overdue")
    opened_by_id = fields.Many2one("res.users", readonly=True, index="btree_not_null")
    opened_at = fields.Datetime(readonly=True)
    billing_before = fields.Char(required=True, readonly=True)
    state = fields.Selection(
        DISPUTE_STATES, required=True, readonly=True, default="open", index=True, tracking=True
    )
    decided_by_id = fields.Many2one("res.users", readonly=True, index="btree_not_null")
    decided_at = fields.Datetime(readonly=True)
    decision_reason = fields.Text(readonly=True, string="Decision Reason")
    credited_total = fields.Monetary(readonly=True, string="Credited")

    _open_unique = models.UniqueIndex(
        "(session_id) WHERE state = 'open'", "This session is disputed already."
    )

    @api.depends("session_id.name")
    def _compute_display_name(self):
        for dispute in self:
            dispute.display_name = self.env._(
                "Dispute of %(session)s", session=dispute.session_id.name
            )

    @api.depends("deadline", "state")
    def _compute_is_overdue(self):
        for dispute in self:
            is_late = dispute.deadline < dispute.site_id._get_today()
            dispute.is_overdue = dispute.state == "open" and is_late

    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        is_open = fields.Domain("state", "=", "open")
        sites = self.search(is_open).site_id
        overdue = is_open & fields.Domain.OR(
            fields.Domain("site_id", "in", at.ids)
            & fields.Domain("deadline", "<", at[0]._get_today())
            for at in sites.grouped("time_zone").values()
        )
        return overdue if True in value else ~overdue

    def action_decide(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Decide on %(session)s", session=self.session_id.name),
            "res_model": "iicharge.dispute.decide",
            "view_mode": "form",
            "target": "new",
            "context": {"default_dispute_id": self.id},
        }

    # --- decisions -------------------------------------------------------------
    def action_view_evidence(self):
        return self.session_id.action_view_evidence()

    def _uphold(self, reason):
        """Close the dispute without a change of the bill."""
        self._check_open()
        self.session_id._set_billing(self.billing_before)
        self._set_decided("kept", reason)

    def _credit_in_full(self, reason):
        self._check_open()
        self.session_id._credit_charges(reason)
        self.session_id._set_billing("void")
        self._set_decided("credited", reason)

    def _credit_in_part(self, amount_total, reason):
        """Credit a part of the charge.

        :param float amount_total: with tax; the credit may differ by a cent, since taxes are
            computed on the amount without tax
        """
        self._check_open()
        charge = self._get_counting_charge()
        left = self._get_left_total(charge)
        if not 0 < amount_total <= left or amount_total >= charge.amount_total:
            raise UserError(
                self.env._(
                    "The amount to credit must be above zero and below the %(total)s that is "
                    "left on the bill. Credit it in full instead.",
                    total=charge.currency_id.format(left),
                )
            )
        part = self._get_part_of_price(charge, amount_total)
        session = self.session_id
        if charge.state in OUTSTANDING:
            rest = self._charge_remainder(charge, part, reason)
            session._set_billing("late" if rest.state == "late" else "rated")
        else:
            charge._create_credit(reason, part)
            # after an earlier credit in part, this may be all of the rest
            is_all = charge.state == "credited"
            session._set_billing("void" if is_all else self.billing_before)
        session._update_amounts()
        self._set_decided("part_credited", reason)

    def _rerate(self, tariff, reason):
        """Credit the charge, and charge by another tariff under the next revision."""
        self._check_open()
        self.session_id._credit_charges(reason)
        session = self.session_id
        session.write(session._prepare_tariff_values(tariff, session.site_id))
        session._rate_and_charge("dispute")
        self._set_decided("rerated", reason)

    @api.model
    def _get_left_total(self, charge):
        """Get what of a charge may be credited, with tax, as bills and invoices say."""
        values = [
            line._prepare_rest_values(left) for line, left in charge._get_creditable().items()
        ]
        return charge.currency_id.round(self.session_id._get_sums(values)[1])

    @api.model
    def _get_part_of_price(self, charge, amount_total):
        """Get the part of the lines' prices that makes a sum with tax. :return: Decimal"""
        digits = charge.currency_id.decimal_places
        total = to_decimal(charge.amount_total, digits)
        price = to_decimal(sum(charge.line_ids.mapped("price_unit")), digits)
        part = round_money(to_decimal(amount_total, digits) * price / total, digits)
        return min(part, sum(charge._get_creditable().values()))

    def _get_part_total(self, charge, amount_total):
        """Get what a credit of a part comes to with tax, as it will be booked."""
        shares = charge._split(
            self._get_part_of_price(charge, amount_total), charge._get_creditable()
        )
        values = [line._prepare_rest_values(share) for line, share in shares.items() if share]
        return self.session_id._get_sums(values)[1]

    def _charge_remainder(self, charge, part, reason):
        """Replace a charge that is not posted yet by one of the rest, in the same state."""
        left = charge._get_creditable()
        is_late = charge.state == "late"
        charge._set_written_off(reason)
        rest = charge._split(sum(left.values()) - part, left)
        return self.env["iicharge.charge"]._create_once(
            self.session_id,
            self.session_id._get_next_revision(),
            [line._prepare_rest_values(share) for line, share in rest.items() if share],
            destination=charge.destination,
            partner_id=charge.partner_id.id,
            state="late" if is_late else "pending",
            refusal_code=is_late and charge.refusal_code,
        )

    def _get_counting_charge(self):
        """Get the session's charge that is neither credited nor written off."""
        charges = self.session_id._get_counting_charges()
        if len(charges) != 1:
            raise UserError(
                self.env._("Nothing of this session is on a bill. Credit it in full instead.")
            )
        return charges

    def _check_open(self):
        self.ensure_one()
        if self.state != "open":
            raise UserError(self.env._("This dispute has been decided on already."))

    def _set_decided(self, state, reason):
        self.write(
            {
                "state": state,
                "decision_reason": reason,
                "decided_by_id": self.env.uid,
                "decided_at": fields.Datetime.now(),
                "credited_total": self.amount_total - self.session_id.amount_total
                if state != "kept"
                else 0,
            }
        )
        text = self.env._(
            "%(who)s decides on the dispute: %(outcome)s. %(reason)s",
            who=self.env.user._iicharge_get_actor().name,
            outcome=dict(self._fields["state"]._description_selection(self.env))[state],
            reason=reason,
        )
        self.session_id.message_post(body=text, subtype_xmlid=DECISION)
        self._tell_of_decision(text)

    def _tell_of_decision(self, text):
        """Notify who opened the dispute, and write to the guest whose address is known."""
        if self.opened_by_id and self.opened_by_id != self.env.user:
            self.message_notify(
                partner_ids=self.opened_by_id.partner_id.ids,
                subject=self.env._("%(dispute)s: decided", dispute=self.display_name),
                body=text,
            )
        template = self.env.ref("iicharge_odoo.mail_template_dispute", False)
        if not self.partner_id.email or not template:
            return
        try:
            with self.env.cr.savepoint():
                template.send_mail(self.id, email_layout_xmlid="mail.mail_notification_light")
        except psycopg2.OperationalError:
            raise
        except Exception as error:
            # a hotel may have changed the template: what was decided holds, and a person
            # has to write to the guest
            _logger.warning("%s: the guest's e-mail failed", self, exc_info=True)
            self.message_post(
                body=self.env._(
                    "The e-mail to the guest could not be made from its template: %(error)s "
                    "Please tell the guest what was decided.",
                    error=error,
                )
            )
