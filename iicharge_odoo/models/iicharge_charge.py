# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

from ..core import errors
from .refusal_text import get_staff_text

_logger = logging.getLogger(__name__)

CHARGE_STATES = [
    ("pending", "Pending"),
    ("posted", "Posted"),
    ("late", "Late"),
]
# How long to wait before the next try of a charge that was refused for the moment.
RETRY_PAUSES = (10, 60, 300, 1800, 7200)


class Charge(models.Model):
    """The money record of a session: what is put on one bill, once.

    The unique key (session, revision) and the unique order line for each charge line make
    every retry safe, whoever retries and however often.
    """

    _name = "iicharge.charge"
    _description = "Charge"
    _order = "id desc"
    _check_company_auto = True

    session_id = fields.Many2one(
        "iicharge.session", required=True, readonly=True, index=True, ondelete="restrict"
    )
    revision = fields.Integer(required=True, readonly=True, default=1)
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    site_id = fields.Many2one(related="session_id.site_id", store=True, index=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    folio_id = fields.Many2one(
        "sale.order", string="Stay", required=True, readonly=True, index=True
    )
    partner_id = fields.Many2one(related="folio_id.partner_id")
    state = fields.Selection(
        CHARGE_STATES, required=True, readonly=True, default="pending", index=True
    )
    line_ids = fields.One2many("iicharge.charge.line", "charge_id", readonly=True)
    amount_untaxed = fields.Monetary(compute="_compute_amounts", store=True)
    amount_tax = fields.Monetary(compute="_compute_amounts", store=True)
    amount_total = fields.Monetary(compute="_compute_amounts", store=True)
    refusal_code = fields.Char(readonly=True)
    refusal_text = fields.Char(compute="_compute_refusal_text", string="Why It Is Not on the Bill")
    attempts = fields.Integer(readonly=True)
    retry_at = fields.Datetime(readonly=True)
    posted_at = fields.Datetime(readonly=True)

    _session_revision_unique = models.Constraint(
        "unique (session_id, revision)", "This revision of the session is charged already."
    )
    _pending_index = models.Index("(folio_id, id) WHERE state = 'pending'")

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
        for charge in self:
            code = charge.refusal_code
            charge.refusal_text = get_staff_text(self.env, code) if code else False

    # --- posting -------------------------------------------------------------------------
    @api.model
    def _post_due(self, limit=20):
        """Post pending charges whose time has come, those of one folio side by side.

        Rows that another poster holds are left to it. The caller commits.

        :return: how many were taken up
        """
        self.flush_model()
        self.env.cr.execute(
            SQL(
                """SELECT id FROM iicharge_charge
                    WHERE state = 'pending' AND (retry_at IS NULL OR retry_at <= %s)
                    ORDER BY folio_id, id LIMIT %s FOR UPDATE SKIP LOCKED""",
                fields.Datetime.now(),
                limit,
            )
        )
        charges = self.browse(row[0] for row in self.env.cr.fetchall())
        for group in charges.grouped(
            lambda charge: (charge.company_id, charge.site_id.property_system)
        ).values():
            group._post_or_refuse()
        return len(charges)

    def _post_or_refuse(self):
        """Post charges of one company and property system together, or keep why one cannot
        be posted. Where one spoils it for the others, each is posted by itself."""
        try:
            with self.env.cr.savepoint():
                self._post()
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise  # others are at the same folio: the whole transaction is done again
        except Exception as error:
            self.invalidate_recordset(flush=False)
            if len(self) > 1:
                for charge in self:
                    charge._post_or_refuse()
                return
            if not isinstance(error, errors.Refusal):
                _logger.exception("Charge %s could not be posted; it is tried again", self.id)
                error = errors.TemporarilyUnavailable(self.id)
            self._set_refused(error)

    def _post(self):
        charges = self.filtered(lambda charge: charge.state != "posted")
        if not charges:
            return
        charges = charges.with_company(charges.company_id)
        prop = charges.env[charges.site_id.mapped("property_system")[0]]
        for charge in charges:
            prop._check_open(charge.folio_id, currency=charge.currency_id)
        prop._post(charges)
        charges._set_posted()

    def _set_posted(self):
        self.write(
            {
                "state": "posted",
                "posted_at": fields.Datetime.now(),
                "refusal_code": False,
                "retry_at": False,
            }
        )
        self.session_id._set_billing("posted")

    def _set_refused(self, refusal):
        """Never lost: a refusal that may pass is tried again, any other goes to the late desk."""
        self.ensure_one()
        values = {"refusal_code": refusal.code, "attempts": self.attempts + 1}
        if refusal.retryable:
            pause = RETRY_PAUSES[min(self.attempts, len(RETRY_PAUSES) - 1)]
            values["retry_at"] = fields.Datetime.now() + timedelta(seconds=pause)
        else:
            values["state"] = "late"
            # what a person has decided meanwhile stays, and fails no other charge
            self.session_id.filtered(lambda s: s.billing == "rated")._set_billing("late")
        self.write(values)
        _logger.info("Charge %s is not posted: %s", self.display_name, refusal.code)

    def action_retry(self):
        """Staff has opened the folio again, or settled what stood in the way."""
        self.check_access("read")
        if not self.env.su and not self.env.user.has_group("iicharge_odoo.group_accountant"):
            raise AccessError(self.env._("Only accountants and managers may post a charge again."))
        for charge in self.filtered(lambda charge: charge.state in ("late", "pending")):
            # sudo: nobody may write charges by hand, and who may settle them need not have
            # rights on every folio; the post is the same as the one that the processor makes
            charge = charge.sudo()
            charge.write({"state": "pending", "retry_at": False})
            charge._post_or_refuse()
        return self.filtered(lambda charge: charge.state != "posted")._get_refusal_notice()

    def _get_refusal_notice(self):
        """Tells at once why charges are still not on a bill; nothing where all are."""
        if not self:
            return False
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "title": self.env._("Still not on the bill"),
                "message": " ".join(sorted(set(self.mapped("refusal_text")))),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }


class ChargeLine(models.Model):
    """What a charge puts on the bill under one set of taxes."""

    _name = "iicharge.charge.line"
    _description = "Charge Line"
    _order = "charge_id, id"

    charge_id = fields.Many2one(
        "iicharge.charge", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="charge_id.company_id")
    currency_id = fields.Many2one(related="charge_id.currency_id")
    name = fields.Text(required=True, readonly=True)
    product_id = fields.Many2one("product.product", required=True, readonly=True)
    tax_ids = fields.Many2many("account.tax", readonly=True)
    price_unit = fields.Monetary(
        readonly=True, help="With the taxes that are included in prices, without the others."
    )
    amount_untaxed = fields.Monetary(readonly=True)
    amount_tax = fields.Monetary(readonly=True)
    sale_line_ids = fields.One2many("sale.order.line", "iicharge_charge_line_id")

    def _prepare_order_line_values(self):
        """Values of the order line: one piece at the rounded price, never priced again."""
        self.ensure_one()
        return {
            "product_id": self.product_id.id,
            "name": self.name,
            "product_uom_qty": 1,
            "price_unit": self.price_unit,
            # differs from price_unit: Odoo then takes the price as set by hand and keeps it
            "technical_price_unit": 0.0,
            "discount": 0.0,
            "tax_ids": [(6, 0, self.tax_ids.ids)],
            "iicharge_charge_line_id": self.id,
        }
