# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import logging
from datetime import timedelta

import psycopg2

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from ...core import errors
from .charge_states import CHARGE_STATES, OUTSTANDING

_logger = logging.getLogger(__name__)

POSTED_AT_ONCE = 40
# How long to wait before the next try of a charge that was refused for the moment.
RETRY_PAUSES = (10, 60, 300, 1800, 7200)


class Charge(models.Model):
    """The money record of a session: what is put on bills, once.

    The unique key (session, revision) and the unique order line for each charge line make
    every retry safe, whoever retries and however often. A charge is never changed or
    deleted: a credit takes it back, and the next revision takes its place.
    """

    _name = "iicharge.charge"
    _description = "Charge"
    _inherit = [
        "iicharge.charge.credit",
        "iicharge.charge.late",
        "iicharge.charge.settlement",
        "iicharge.charge.transfer",
    ]
    _order = "id desc"
    _rec_names_search = ("session_id",)
    _check_company_auto = True

    session_id = fields.Many2one(
        "iicharge.session", required=True, readonly=True, index=True, ondelete="restrict"
    )
    revision = fields.Integer(required=True, readonly=True, default=1)
    kind = fields.Selection(
        [("charge", "Charge"), ("credit", "Credit")],
        required=True,
        readonly=True,
        default="charge",
    )
    credited_charge_id = fields.Many2one(
        "iicharge.charge", string="Credits", readonly=True, index="btree_not_null"
    )
    credit_ids = fields.One2many("iicharge.charge", "credited_charge_id", string="Credited By")
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    site_id = fields.Many2one(related="session_id.site_id", store=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    # each value is a model, see iicharge.destination
    destination = fields.Selection(
        [("invoice", "Invoice")], string="Goes To", required=True, readonly=True
    )
    folio_id = fields.Many2one(
        "sale.order",
        string="Stay",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The stay that was charging. Routing may put the lines on another bill.",
    )
    partner_id = fields.Many2one("res.partner", string="Guest", readonly=True, index=True)
    state = fields.Selection(
        CHARGE_STATES, required=True, readonly=True, default="pending", index=True
    )
    line_ids = fields.One2many("iicharge.charge.line", "charge_id", readonly=True)
    rating_id = fields.Many2one(
        "iicharge.rating",
        string="Price Calculation",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="By which this revision was priced.",
    )
    breakdown_text = fields.Text(related="rating_id.breakdown_text")
    amount_untaxed = fields.Monetary(compute="_compute_amounts", store=True, string="Without Tax")
    amount_tax = fields.Monetary(compute="_compute_amounts", store=True, string="Tax Amount")
    amount_total = fields.Monetary(compute="_compute_amounts", store=True, string="Total")
    reason = fields.Char(readonly=True, help="Why it was credited or written off.")
    refusal_code = fields.Char(readonly=True)
    refusal_text = fields.Char(compute="_compute_refusal_text", string="Why It Is Not on the Bill")
    attempts = fields.Integer(readonly=True)
    retry_at = fields.Datetime(readonly=True)
    posted_at = fields.Datetime(readonly=True)
    posted_by_id = fields.Many2one(
        "res.users", string="Posted By", readonly=True, index="btree_not_null"
    )
    operator_id = fields.Many2one(
        related="session_id.operator_id", store=True, index="btree_not_null"
    )
    energy_kwh = fields.Float(related="session_id.energy_kwh", string="Energy (kWh)")
    age_days = fields.Integer(
        compute="_compute_age_days", string="Age (Days)", help="Since charging ended."
    )
    bill_numbers = fields.Char(
        compute="_compute_bill_numbers", string="On Bill", help="The bills that hold its lines."
    )

    _session_revision_unique = models.Constraint(
        "unique (session_id, revision)", "This revision of the session is charged already."
    )
    _site_posted_index = models.Index("(site_id, posted_at)")
    _due_index = models.Index("(folio_id, id) WHERE state IN ('pending', 'refused')")

    @api.depends("session_id.name", "revision")
    def _compute_display_name(self):
        for charge in self:
            charge.display_name = f"{charge.session_id.name}/{charge.revision}"

    @api.depends("line_ids.amount_untaxed", "line_ids.amount_tax")
    def _compute_amounts(self):
        for charge in self:
            charge.amount_untaxed = sum(charge.line_ids.mapped("amount_untaxed"))
            charge.amount_tax = sum(charge.line_ids.mapped("amount_tax"))
            charge.amount_total = charge.amount_untaxed + charge.amount_tax

    @api.depends("refusal_code")
    def _compute_refusal_text(self):
        texts = self.env["iicharge.refusal"]._get_texts()
        for charge in self:
            code = charge.refusal_code
            charge.refusal_text = texts[code].staff if code in texts else code

    # --- making ----------------------------------------------------------------------------
    @api.model
    def _create_once(self, session, revision, lines, **values):
        """Keep what a session costs, once for each revision.

        :param lines: values of `iicharge.charge.line`
        :param values: what differs from the session: its destination, its state
        :raise core.errors.ChargeConflict: the revision is there with another amount
        :return: the charge; the first one where the key was used before
        """
        known = session.charge_ids.filtered(lambda charge: charge.revision == revision)
        if known:
            amount = sum(line["amount_untaxed"] for line in lines)
            if known.currency_id.compare_amounts(known.amount_untaxed, amount):
                raise errors.ChargeConflict(known.display_name)
            return known
        return self.create(self._prepare_charge(session, revision, lines, **values))

    @api.model
    def _prepare_charge(self, session, revision, lines, **values):
        """Prepare the values of a charge, see `_create_once`."""
        destination = values.get("destination") or session.destination
        bill = self.env["sale.order"]
        partner = self.env["iicharge.destination"]._get(destination)._get_partner(session, bill)
        return {
            "session_id": session.id,
            "revision": revision,
            "company_id": session.company_id.id,
            "currency_id": session.currency_id.id,
            "folio_id": session.folio_id.id,
            "partner_id": partner.id,
            "destination": destination,
            "rating_id": session.rating_id.id,
            "line_ids": [Command.create(line) for line in lines],
            **values,
        }

    # --- posting -------------------------------------------------------------------------
    @api.model
    def _find_due_bills(self, skip=(), limit=20):
        """Find what has charges to post: ids of folios, and below zero those of sessions that are
        on no folio. The oldest first.

        :param skip: those to leave out
        """
        self.flush_model()
        self.env.cr.execute(
            SQL(
                """SELECT coalesce(folio_id, -session_id) AS bill FROM iicharge_charge
                    WHERE %s AND coalesce(folio_id, -session_id) != ALL(%s::int[])
                    GROUP BY bill ORDER BY min(id) LIMIT %s""",
                self._get_due_condition(),
                list(skip),
                limit,
            )
        )
        return [row[0] for row in self.env.cr.fetchall()]

    @api.model
    def _get_due_condition(self):
        return SQL(
            """state IN ('pending', 'refused') AND (destination IN %s OR kind = 'credit')
               AND (retry_at IS NULL OR retry_at <= %s)""",
            self.env["iicharge.destination"]._get_names("_posts_at_once"),
            fields.Datetime.now(),
        )

    @api.model
    def _post_bills(self, bills):
        """Post what is due on these bills (see _find_due_bills). The caller commits.

        :return: the bills that have charges left which could not be taken up, with the seconds
            to wait; None: another poster is at the bill
        """
        held = self._hold_bills(bills)
        charges = self._post_due(held)
        busy = dict.fromkeys(set(bills) - set(held))
        if len(charges) == POSTED_AT_ONCE:
            return busy
        posted = {charge.folio_id.id or -charge.session_id.id for charge in charges}
        return busy | dict.fromkeys(set(held) - posted, 0)

    @api.model
    def _hold_bills(self, bills):
        """Hold bills until the transaction ends: two posters at one would wait for each other.

        :return: those that no other poster holds
        """
        self.env.cr.execute(
            SQL(
                """SELECT bill FROM unnest(%s::int[]) AS wanted (bill)
                    WHERE pg_try_advisory_xact_lock(hashtext(%s), bill)""",
                list(bills),
                self._name,
            )
        )
        return [row[0] for row in self.env.cr.fetchall()]

    @api.model
    def _post_due(self, bills=None, limit=POSTED_AT_ONCE):
        """Post charges whose time has come, those of one bill side by side.

        Rows that another poster holds are left to it. The caller commits.

        :param bills: see _find_due_bills; by default any
        :return: the charges that were taken up
        """
        bills = self._find_due_bills() if bills is None else bills
        self.flush_model()
        self.env.cr.execute(
            SQL(
                """SELECT id FROM iicharge_charge
                    WHERE %s AND coalesce(folio_id, -session_id) = ANY(%s::int[])
                    ORDER BY folio_id, id LIMIT %s FOR UPDATE SKIP LOCKED""",
                self._get_due_condition(),
                list(bills),
                limit,
            )
        )
        charges = self.browse(row[0] for row in self.env.cr.fetchall())
        for group in charges.grouped(
            lambda charge: (charge.company_id, charge.site_id.property_system)
        ).values():
            group._post_or_refuse()
        if charges:
            charges.session_id.charger_id._notify_changed()
        return charges

    def _post_or_refuse(self):
        """Post charges of one company and property system together, or keep why one cannot
        be posted. If one fails, each is posted alone."""
        try:
            with self.env.cr.savepoint():
                self._post()
        except psycopg2.OperationalError:
            raise  # others are at the same folio, or the database is in trouble: done again
        except Exception as error:
            self.invalidate_recordset(flush=False)
            if len(self) > 1:
                for charge in self:
                    charge._post_or_refuse()
                return
            if not isinstance(error, errors.Refusal):
                _logger.exception("Charge %s could not be posted; retrying", self.id)
                error = errors.TemporarilyUnavailable(self.id)
            self._set_refused(error)

    def _post(self):
        """Put these charges where they go, and take back what credits credit.

        :raise core.errors.Refusal: why not; then nothing may be kept of it
        """
        charges = self.filtered(lambda charge: charge.state in OUTSTANDING)
        if not charges:
            return
        charges = charges.with_company(charges.company_id)
        for (kind, name), group in charges.grouped(lambda c: (c.kind, c.destination)).items():
            destination = charges.env["iicharge.destination"]._get(name)
            if kind == "credit":
                destination._credit(group)
            else:
                destination._post(group)
        charges.line_ids._set_invoiced_amounts()
        charges._set_posted()

    def _get_destination(self):
        self.ensure_one()
        return self.env["iicharge.destination"]._get(self.destination)

    def _set_posted(self):
        self.write(
            {
                "state": "posted",
                "posted_at": fields.Datetime.now(),
                "posted_by_id": self.env.uid,
                "refusal_code": False,
                "retry_at": False,
            }
        )
        for charge in self.filtered(lambda charge: charge.kind == "charge"):
            billing = charge._get_destination()._get_posted_billing(charge)
            charge.session_id._set_billed(billing)

    def _set_refused(self, refusal):
        """Keep a refused charge: to be tried again where that may help, else as a late charge."""
        self.ensure_one()
        values = {"refusal_code": refusal.code, "attempts": self.attempts + 1}
        if refusal.retryable:
            pause = RETRY_PAUSES[min(self.attempts, len(RETRY_PAUSES) - 1)]
            values["state"] = "refused"
            values["retry_at"] = fields.Datetime.now() + timedelta(seconds=pause)
        else:
            values |= {"state": "late", "retry_at": False}
            if self.kind == "charge":
                # a decision made in the meantime is kept, and fails no other charge
                unpaid = self.session_id.filtered(lambda s: s.billing in ("rated", "disputed"))
                unpaid._set_billed("late")
        self.write(values)
        _logger.info("Charge %s is not posted: %s", self.display_name, refusal.code)

    def _check_late_charge_rights(self):
        """Check the right to resolve late charges."""
        self.check_access("read")
        if not self.env.su and not self.env.user.has_group("iicharge_odoo.group_accountant"):
            raise AccessError(
                self.env._("Only accountants and managers may resolve a late charge.")
            )

    def action_retry(self):
        """Post again, after staff has opened the folio or removed the obstacle."""
        self._check_late_charge_rights()
        for charge in self.filtered(lambda charge: charge.state in OUTSTANDING):
            # sudo: charges are not written by hand, and who may resolve them need not have
            # rights on every folio; the post is the same as the one that the processor makes
            charge = charge.sudo()
            if charge._get_destination()._posts_at_once or charge.kind == "credit":
                charge.write({"state": "pending", "retry_at": False})
                charge._post_or_refuse()
        return self.filtered(lambda charge: charge.state in OUTSTANDING)._get_refusal_notice()

    def _get_refusal_notice(self):
        """Show why charges are still not on a bill; nothing if all are."""
        if not self:
            return False
        texts = sorted(set(filter(None, self.mapped("refusal_text"))))
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "title": self.env._("Still not on the bill"),
                "message": " ".join(texts),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }
