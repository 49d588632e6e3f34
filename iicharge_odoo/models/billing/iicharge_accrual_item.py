# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import json
from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL

from .charge_states import ON_THE_BOOKS, OUTSTANDING


class AccrualKey(NamedTuple):
    """What of a session is accrued, and where: the charge line (empty where no charge is made
    yet), the income account, the analytic distribution as JSON, and the currency of the bill."""

    session: models.Model
    line: models.Model
    account: models.Model
    distribution: str
    currency: models.Model


class AccrualItem(models.Model):
    """What the accrual of a month's end has booked of one session.

    The items of a session and a month's end together are what of it was supplied by then and
    neither invoiced nor booked by a register; a second accrual of the month adds the difference.
    """

    _name = "iicharge.accrual.item"
    _description = "Accrued Charging"
    _order = "date desc, session_id desc, id"

    move_id = fields.Many2one(
        "account.move",
        string="Accrual",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        groups="account.group_account_invoice,account.group_account_readonly",
    )
    date = fields.Date(string="Month's End", required=True, readonly=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    session_id = fields.Many2one(
        "iicharge.session", required=True, readonly=True, index=True, ondelete="restrict"
    )
    charge_line_id = fields.Many2one(
        "iicharge.charge.line",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Empty where no charge was made yet, as for a visitor who has not paid.",
    )
    account_id = fields.Many2one("account.account", required=True, readonly=True, index=True)
    analytic_distribution = fields.Json(readonly=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    amount_untaxed = fields.Monetary(required=True, readonly=True, string="Accrued")

    _company_date_index = models.Index("(company_id, date)")

    def _get_key(self):
        self.ensure_one()
        distribution = get_distribution_text(self.analytic_distribution)
        return AccrualKey(
            self.session_id, self.charge_line_id, self.account_id, distribution, self.currency_id
        )

    @api.model
    def _prepare_values(self, key, amount, move):
        return {
            "move_id": move.id,
            "date": move.date,
            "company_id": move.company_id.id,
            "session_id": key.session.id,
            "charge_line_id": key.line.id,
            "account_id": key.account.id,
            "analytic_distribution": json.loads(key.distribution) or False,
            "currency_id": key.currency.id,
            "amount_untaxed": amount,
        }

    # --- what is open ----------------------------------------------------------------------
    @api.model
    def _find_open_sessions(self, company, month_end):
        """Find the sessions of which something may be open at a month's end.

        Bounded by what is open or was booked later, however many sessions there ever were.

        :return: `iicharge.session`; more than are open, none that is left out
        """
        self.env.flush_all()
        queries = SQL("(%s)", SQL(" UNION ").join(self._get_open_queries(company, month_end)))
        ended = company._iicharge_get_until_domain("stopped_at", month_end)
        endless = fields.Domain("stopped_at", "=", False)
        return self.env["iicharge.session"].search(
            fields.Domain("id", "in", queries)
            # what is passed on to an operator is not the hotel's revenue
            & fields.Domain("operator_id", "=", False)
            & fields.Domain("state", "=", "stopped")
            & (ended | endless & company._iicharge_get_until_domain("started_at", month_end))
        )

    @api.model
    def _get_open_queries(self, company, month_end):
        """Get queries of ids of sessions, which together find all that may be open."""
        return [
            # on no bill: late charges, monthly invoices to come, charges to be tried again
            SQL(
                "SELECT session_id FROM iicharge_charge WHERE company_id = %s AND state IN %s",
                company.id,
                OUTSTANDING,
            ),
            # not charged to anybody yet: visitors who have not paid
            SQL(
                """SELECT id FROM iicharge_session
                    WHERE company_id = %s AND billing IN ('rated', 'disputed')""",
                company.id,
            ),
            # on orders that are not invoiced, or not in whole
            SQL(
                """SELECT charge.session_id FROM sale_order_line sold
                     JOIN iicharge_charge_line line ON line.id = sold.iicharge_charge_line_id
                     JOIN iicharge_charge charge ON charge.id = line.charge_id
                    WHERE sold.iicharge_charge_line_id IS NOT NULL AND sold.company_id = %s
                      AND sold.qty_invoiced IS DISTINCT FROM sold.product_uom_qty""",
                company.id,
            ),
            *self._get_later_queries(company, month_end),
            # accrued, and maybe not open any more, as what was credited since
            SQL(
                """SELECT session_id FROM iicharge_accrual_item
                    WHERE company_id = %s AND date = %s""",
                company.id,
                month_end,
            ),
        ]

    @api.model
    def _get_later_queries(self, company, month_end):
        """Get queries of what is on drafts, or on invoices of after the month's end."""
        items = SQL(
            """SELECT item.id FROM account_move move
                 JOIN account_move_line item ON item.move_id = move.id
                WHERE move.journal_id IN (SELECT id FROM account_journal
                                           WHERE company_id = %s AND type = 'sale')
                  AND (move.state = 'draft' OR move.state = 'posted' AND move.date > %s)
                  AND item.display_type = 'product'""",
            company.id,
            month_end,
        )
        return [
            SQL(
                """SELECT charge.session_id FROM (%s) item
                     JOIN sale_order_line_invoice_rel rel ON rel.invoice_line_id = item.id
                     JOIN sale_order_line sold ON sold.id = rel.order_line_id
                     JOIN iicharge_charge_line line ON line.id = sold.iicharge_charge_line_id
                     JOIN iicharge_charge charge ON charge.id = line.charge_id""",
                items,
            ),
            SQL(
                """SELECT charge.session_id FROM (%s) item
                     JOIN iicharge_charge_line line ON line.invoice_line_id = item.id
                     JOIN iicharge_charge charge ON charge.id = line.charge_id""",
                items,
            ),
        ]

    @api.model
    def _get_open(self, sessions, month_end):
        """Get what of sessions is open at a month's end, without tax.

        :return: {`AccrualKey`: amount in the currency of the bill}
        """
        charges = sessions.charge_ids.filtered(
            lambda charge: charge.state in (*ON_THE_BOOKS, *OUTSTANDING)
        )
        # of all sessions, so that what leads to their invoices is read at once
        lines = charges.line_ids.grouped(lambda line: line.charge_id.session_id)
        found = {}
        for session in sessions:
            if not session.charge_ids:
                parts = self._get_uncharged(session)
            else:
                parts = lines.get(session, charges.line_ids.browse())._get_open_parts(month_end)
            for key, amount in parts:
                found[key] = key.currency.round(found.get(key, 0.0) + amount)
        return {key: amount for key, amount in found.items() if amount}

    @api.model
    def _get_uncharged(self, session):
        """Get what a session costs that is not charged yet, as it would be charged now."""
        if session.billing not in ("rated", "disputed") or not session.rating_id:
            return []
        destination = session._get_destination()
        distribution = session.charger_id._get_analytic_distribution()
        lines = self.env["iicharge.charge.line"]
        return [
            (
                AccrualKey(
                    session,
                    lines,
                    lines._get_product_income_account(
                        key.product.with_company(session.company_id),
                        destination._get_fiscal_position(session, key.bill),
                    ),
                    get_distribution_text(distribution),
                    session.currency_id,
                ),
                amount,
            )
            for key, amount in session._get_rated_amounts().items()
        ]


def get_distribution_text(distribution):
    return json.dumps(distribution or {}, sort_keys=True)
