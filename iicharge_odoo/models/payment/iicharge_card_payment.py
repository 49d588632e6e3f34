# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...core import errors
from ...core.guest.visit_state import VisitState

# The time to pay; a payment that comes later starts nothing.
PAY_WITHIN = timedelta(minutes=15)
# A guest may try a refused start again for so long before the money is let go.
START_AGAIN_WITHIN = timedelta(minutes=2)
# Against programs that try stolen cards.
MOST_TRIES = 5
# So long before its end a hold is not to be used any more.
HOLD_RESERVE = timedelta(days=1)
# For what a car takes until the charger has stopped.
RESERVE_S = 60
STATES = [
    ("open", "To Be Paid"),
    ("started", "Charging"),
    ("ended", "Ended"),
    ("settled", "Settled"),
    ("expired", "Not Paid"),
]


class CardPayment(models.Model):
    """A payment online for one charging: a hold, or a sum paid before.

    Nothing starts before a provider has authorized or taken the sum. When charging has its price,
    the provider captures what is due and lets the rest go, or refunds it; see
    `core.guest.card_settlement`.
    """

    _name = "iicharge.card.payment"
    _description = "Card Payment for Charging"
    _inherit = [
        "iicharge.guest.key",
        "iicharge.card.settlement",
        "iicharge.limits",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "id desc"

    name = fields.Char(required=True, readonly=True, copy=False)
    connector_id = fields.Many2one(
        "iicharge.connector", required=True, readonly=True, index=True, ondelete="restrict"
    )
    site_id = fields.Many2one(related="connector_id.site_id", store=True, index=True)
    company_id = fields.Many2one(related="connector_id.company_id", store=True, index=True)
    amount = fields.Monetary(required=True, readonly=True, string="Held or Paid")
    state = fields.Selection(STATES, required=True, readonly=True, default="open", index=True)
    is_hold = fields.Boolean(readonly=True, help="Held first; else paid at once.")
    pay_until = fields.Datetime(required=True, readonly=True)
    hold_until = fields.Datetime(readonly=True, string="Hold Ends", help="For a hold only.")
    ended_at = fields.Datetime(readonly=True, help="Since when the sum that is due is known.")
    next_at = fields.Datetime(readonly=True, help="When the processor looks at it next.")
    partner_id = fields.Many2one(
        "res.partner", string="Customer", readonly=True, index="btree_not_null"
    )
    guest_name = fields.Char(readonly=True, string="Name on the Receipt")
    guest_email = fields.Char(readonly=True, string="Email")
    notify = fields.Boolean(
        readonly=True,
        string="Receipt by E-Mail",
        help="The guest wants the receipt, and messages about the charging, at this address.",
    )
    lang = fields.Char(readonly=True)
    amount_to_use = fields.Monetary(
        readonly=True,
        string="Charging Stops At",
        help="Less than what is held or paid, for what is under way until the charger has stopped.",
    )
    tariff_id = fields.Many2one(
        "iicharge.tariff", required=True, readonly=True, index=True, ondelete="restrict"
    )
    tariff_version_id = fields.Many2one(
        "iicharge.tariff.version", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    tariff_snapshot = fields.Text(readonly=True, help="The tariff (OCPI) that was shown.")
    keeps_rest = fields.Boolean(
        readonly=True,
        string="Rest on a Prepaid Card",
        help="The guest wants what would be refunded on a prepaid card.",
    )
    rest_move_id = fields.Many2one(
        "account.move",
        string="Invoice of the Prepaid Card",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="By which the rest was put on a prepaid card.",
    )
    visit_id = fields.Many2one(
        "iicharge.guest.visit", readonly=True, index="btree_not_null", ondelete="set null"
    )
    session_id = fields.Many2one(
        "iicharge.session", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    transaction_ids = fields.One2many(
        "payment.transaction",
        "iicharge_card_payment_id",
        string="Transactions",
        groups="account.group_account_invoice,iicharge_odoo.group_accountant",
    )
    request_ids = fields.One2many("iicharge.card.request", "payment_id", string="Requests")

    _request_unique = models.Constraint(
        "unique (connector_id, request_key)", "This was asked for already."
    )
    _due_index = models.Index("(next_at) WHERE next_at IS NOT NULL")

    # --- opening --------------------------------------------------------------------------
    @api.model
    def _open(self, connector, tariff, amount, request_key, **values):
        """Prepare a payment; nothing is held or paid yet.

        :param Decimal amount: one of the sums of the site
        :param request_key: asked again with the same one, it is the same payment
        :param values: guest_name, guest_email, notify, keeps_rest, limits as of `iicharge.limits`
        """
        known = self._find_requested(request_key, connector_id=connector.id)
        if known:
            return known
        prices = self.env["iicharge.session"]._prepare_tariff_values(tariff, connector.site_id)
        now = fields.Datetime.now()
        return self.create(
            {
                "name": f"EV-{secrets.token_hex(5).upper()}",
                "request_key": request_key,
                "connector_id": connector.id,
                "currency_id": connector.currency_id.id,
                "amount": float(amount),
                "pay_until": now + PAY_WITHIN,
                "next_at": now + PAY_WITHIN,
                "lang": self.env.lang,
                **prices,
                **values,
            }
        )

    def _can_be_paid(self):
        """Whether another try to pay may be made."""
        self.ensure_one()
        is_open = self.state == "open" and fields.Datetime.now() < self.pay_until
        tries = self.transaction_ids
        is_waiting = any(one.state in ("pending", "authorized", "done") for one in tries)
        return is_open and not is_waiting and len(tries) < MOST_TRIES

    def _get_page_state(self):
        """Get what the guest's page of the payment shows: pay, waiting, declined, released (the
        money is let go, as nothing could be started) or expired."""
        self.ensure_one()
        if self.state != "open":
            return "expired" if self.state == "expired" else "released"
        last = self.transaction_ids.sorted("id")[-1:]
        if last.state in ("cancel", "error"):
            return "declined"
        return "waiting" if last.state in ("pending", "authorized", "done") else "pay"

    def _get_payer(self):
        """Get who is on the invoice: the guest who gave a name, else the walk-in."""
        if not self.partner_id and (self.guest_name or self.guest_email):
            self.partner_id = self.env["res.partner"].create(
                {
                    "name": self.guest_name or self.guest_email,
                    "email": self.guest_email,
                    "lang": self.lang,
                    "company_id": self.company_id.id,
                }
            )
        return self.partner_id or self.env.ref("iicharge_odoo.partner_walk_in")

    def _anonymize(self):
        """Remove what identifies the guest; what was booked keeps its customer."""
        for payment in self:
            payment.write({"guest_name": False, "guest_email": False, "key": self._make_key()})

    # --- going on -------------------------------------------------------------------------
    @api.model
    def _find_due(self, skip=()):
        """Find the payments to look at now, without those to skip."""
        domain = [("next_at", "<=", fields.Datetime.now()), ("id", "not in", list(skip))]
        return self.search(domain, order="next_at, id", limit=20).ids

    @api.model
    def _advance_due(self, ids):
        """Let payments go on, each by a step. The caller commits: what a step has asked for is
        kept before the next one asks a provider."""
        for payment in self.browse(ids)._lock():
            payment = payment.with_company(payment.company_id)
            payment.with_context(lang=payment.lang)._advance()

    def _lock(self, wait=False):
        """Lock payments; those that are held elsewhere are left out, unless `wait`."""
        self.flush_recordset()
        skip = SQL() if wait else SQL("SKIP LOCKED")
        self.env.cr.execute(
            SQL(
                "SELECT id FROM iicharge_card_payment WHERE id = ANY(%s::int[]) FOR UPDATE %s",
                self.ids,
                skip,
            )
        )
        found = self.browse(row[0] for row in self.env.cr.fetchall())
        found.invalidate_recordset()
        return found

    def _wake(self):
        """Let the processor look at payments as soon as it can."""
        # sudo: payments are not written by hand; only the time of the next look is set
        self.sudo().write({"next_at": fields.Datetime.now()})

    def _advance(self):
        """Do the next step, and note when the one after is due."""
        self.ensure_one()
        now = fields.Datetime.now()
        if self.state == "open":
            self._advance_open(now)
        elif self.state == "started":
            self._advance_started(now)
        self.next_at = self._settle(now)

    def _advance_open_now(self):
        """Start at once where the payment has come; the processor does the rest."""
        if not self._get_secured():
            return
        self._lock(wait=True)
        if self.state == "open":
            self._advance_open(fields.Datetime.now())
            self._wake()

    def _advance_open(self, now):
        secured = self._get_secured()[:1]
        if now >= self.pay_until:
            self._end("ended" if secured else "expired")
        elif secured:
            self._start(secured)

    def _advance_started(self, now):
        """Let the money go where no charging came of the start; note its end."""
        session = self.session_id
        if session:
            if self._get_due() is not None:
                self._end("ended")
            return
        visit = self.visit_id
        state = visit._get_state() if visit else VisitState.CANCELLED
        answered_at = visit.command_id.answered_at or visit.command_id.write_date or now
        is_over = state in (VisitState.CANCELLED, VisitState.TOO_LATE) or (
            state == VisitState.NOT_STARTED and now - answered_at > START_AGAIN_WITHIN
        )
        if is_over:
            # a charger that starts after all is not let in
            visit.token_id.blocked = True
            self._end("ended")

    def _end(self, state):
        self.write({"state": state, "ended_at": fields.Datetime.now()})

    # --- the start ------------------------------------------------------------------------
    def _start(self, transaction):
        """Send the start, once the money is secured; where it cannot be, let the money go."""
        days = self.site_id.card_hold_days
        is_hold = transaction.state == "authorized"
        self.write(
            {
                "is_hold": is_hold,
                "hold_until": is_hold
                and fields.Datetime.add(transaction.last_state_change, days=days),
            }
        )
        self._get_payer()
        try:
            # a refused start leaves nothing behind
            with self.env.cr.savepoint():
                visit = self.env["iicharge.guest.visit"]._open(
                    self.connector_id,
                    self.env["iicharge.guest.payer.card"],
                    self.tariff_id,
                    self.request_key,
                    self,
                    limits=self._get_limits(),
                )
        except (errors.Refusal, UserError):
            visit = self.env["iicharge.guest.visit"]
        if not visit:
            self._end("ended")
            return
        # the price that was shown before the payment
        visit.write(self._prepare_price_values())
        self.write({"state": "started", "visit_id": visit.id})
        if self.notify:
            visit.with_context(lang=self.lang)._set_notify({"address": self.guest_email}, "")

    def _prepare_price_values(self):
        return {
            "tariff_id": self.tariff_id.id,
            "tariff_version_id": self.tariff_version_id.id,
            "tariff_snapshot": self.tariff_snapshot,
        }

    def _get_limit_amount(self):
        """Get at which cost to stop, so that what is under way stays within the sum."""
        if not self.amount_to_use:
            power_w = self.connector_id._get_power_w() or 0
            reserve = self._get_price_of_energy(power_w * RESERVE_S / 3600)
            self.amount_to_use = max(self.amount - reserve, self.amount / 2)
        return self.amount_to_use

    def _get_price_of_energy(self, energy_wh):
        """Get about what an energy costs, with tax."""
        found = self.connector_id._quote_by(self.tariff_id)
        prices = [
            float(part["price"]["incl_vat"])
            for part in found["components"]
            if part["type"] == "ENERGY"
        ]
        return max(prices, default=0) * energy_wh / 1000

    def _take_session(self, session):
        """Note the session that began. Who lets the money go waits here, or has done so."""
        self.ensure_one()
        self._lock(wait=True)
        if not self.session_id:
            self.session_id = session
        if self.state != "started":
            session._want_end(self.env._("The payment for this charging was released before."))
        self._wake()

    def _is_hold_about_to_expire(self):
        return bool(self.hold_until) and fields.Datetime.now() >= self.hold_until - HOLD_RESERVE
