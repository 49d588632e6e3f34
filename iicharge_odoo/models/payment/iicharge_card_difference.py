# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import fields, models
from odoo.tools import SQL

# What was held, captured, let go and refunded of each payment, and what was charged or put on a
# prepaid card; a payment has an hour to be settled once the sum that is due is known. An invoice of
# a prepaid card that is not posted counts for nothing, so that an accountant sees it here.
_DIFFERENCES = """
    SELECT payment.id, payment.id AS payment_id, payment.session_id, payment.company_id,
           payment.currency_id, payment.ended_at AS since,
           due.amount AS amount_due, coalesce(money.captured, 0) AS amount_captured,
           coalesce(money.refunded, 0) AS amount_refunded,
           coalesce(money.open, 0) AS amount_open,
           CASE WHEN money.open > tiny.amount THEN 'hold_open'
                WHEN coalesce(money.captured, 0) = 0 THEN 'not_captured'
                WHEN money.refunded > tiny.amount
                     AND money.captured - money.refunded < due.amount - tiny.amount
                THEN 'refunded_too_much'
                ELSE 'captured_other' END AS kind
      FROM iicharge_card_payment payment
      JOIN res_currency currency ON currency.id = payment.currency_id
     CROSS JOIN LATERAL (SELECT currency.rounding / 2 AS amount) AS tiny
     CROSS JOIN LATERAL (
           SELECT coalesce(sum(charge.amount_total), 0)
                  + coalesce((SELECT move.amount_total FROM account_move move
                               WHERE move.id = payment.rest_move_id
                                 AND move.state = 'posted'), 0) AS amount
             FROM iicharge_charge charge
            WHERE charge.session_id = payment.session_id
              AND charge.destination = 'card'
              AND charge.state IN ('posted', 'credited')) AS due
      LEFT JOIN LATERAL (
           SELECT sum(CASE WHEN source.was_held THEN source.captured
                           ELSE source.amount END) AS captured,
                  sum(source.refunded) AS refunded,
                  sum(CASE WHEN source.state = 'authorized'
                           THEN source.amount - source.captured - source.voided
                           ELSE 0 END) AS open
             FROM (SELECT held.amount, held.state,
                          held.state IN ('authorized', 'cancel')
                          OR bool_or(child.operation IS DISTINCT FROM 'refund'
                                     AND child.id IS NOT NULL) AS was_held,
                          coalesce(sum(child.amount) FILTER (
                              WHERE child.state = 'done'
                                AND child.operation != 'refund'), 0) AS captured,
                          coalesce(sum(child.amount) FILTER (
                              WHERE child.state = 'cancel'
                                AND child.operation != 'refund'), 0) AS voided,
                          coalesce(-sum(child.amount) FILTER (
                              WHERE child.state = 'done'
                                AND child.operation = 'refund'), 0) AS refunded
                     FROM payment_transaction held
                     LEFT JOIN payment_transaction child
                       ON child.source_transaction_id = held.id
                    WHERE held.iicharge_card_payment_id = payment.id
                      AND held.source_transaction_id IS NULL
                    GROUP BY held.id
                   HAVING held.state IN ('authorized', 'done') OR count(child.id) > 0
                  ) AS source) AS money ON true
     WHERE (payment.state = 'settled'
            OR payment.ended_at < now() AT TIME ZONE 'UTC' - interval '1 hour'
            OR payment.hold_until < now() AT TIME ZONE 'UTC' + interval '1 day'
               AND payment.state != 'settled')
       AND (money.open > tiny.amount
            OR abs(coalesce(money.captured - money.refunded, 0) - due.amount)
               > tiny.amount)
"""


class CardDifference(models.Model):
    """The reconciliation with the payment providers: empty when all is right.

    It compares transactions with charges, whoever made them, and not with what the addon meant to
    do.
    """

    _name = "iicharge.card.difference"
    _description = "Reconciliation with Payment Providers"
    _auto = False
    _order = "since desc, id desc"
    _rec_name = "payment_id"

    payment_id = fields.Many2one("iicharge.card.payment", readonly=True)
    session_id = fields.Many2one("iicharge.session", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    since = fields.Datetime(readonly=True)
    kind = fields.Selection(
        [
            ("hold_open", "Hold open too long"),
            ("not_captured", "Charged without capture"),
            ("captured_other", "Captured other than charged"),
            ("refunded_too_much", "Refunded too much"),
        ],
        string="Difference",
        readonly=True,
    )
    amount_due = fields.Monetary(readonly=True, string="Charged")
    amount_captured = fields.Monetary(readonly=True, string="Captured")
    amount_refunded = fields.Monetary(readonly=True, string="Refunded")
    amount_open = fields.Monetary(readonly=True, string="Still Held")

    @property
    def _table_query(self):
        return SQL(_DIFFERENCES)
