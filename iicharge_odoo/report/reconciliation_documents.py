# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Check invoices and accruals in themselves: what they sell, to whom, and for which bill; see
`reconciliation_checks`."""

from .reconciliation_difference import find

# Invoice lines that sell charging and lead to no bill and no charge. What a register has invoiced
# is checked as its orders; the fee of an operator's statement is for no session.
# Few are found, and only for these is it worth to look for a bill by its name.
_UNKNOWN = """
    WITH unknown AS MATERIALIZED (
         SELECT item.move_id, item.product_id, item.currency_id, move.company_id,
                string_to_array(move.invoice_origin, ', ') AS bills,
                item.price_subtotal * CASE move.move_type WHEN 'out_refund' THEN -1 ELSE 1 END
                    AS amount
           FROM account_move_line item
           JOIN account_move move ON move.id = item.move_id
          WHERE item.company_id = %(company)s AND item.display_type = 'product'
            AND item.product_id = ANY(%(products)s) AND item.price_subtotal != 0
            AND move.move_type IN ('out_invoice', 'out_refund') AND move.state != 'cancel'
            AND item.create_date >= %(since)s AND item.create_date < %(until)s
            AND item.iicharge_reversed_line_id IS NULL AND move.reversed_pos_order_id IS NULL
            AND NOT EXISTS (SELECT FROM sale_order_line_invoice_rel
                             WHERE invoice_line_id = item.id)
            AND NOT EXISTS (SELECT FROM iicharge_charge_line WHERE invoice_line_id = item.id)
            AND NOT EXISTS (SELECT FROM pos_order WHERE account_move = move.id)
            AND NOT EXISTS (SELECT FROM pos_order WHERE account_move = move.reversed_entry_id)
            AND NOT EXISTS (SELECT FROM iicharge_settlement WHERE fee_invoice_id = move.id)
            AND NOT EXISTS (SELECT FROM iicharge_settlement
                             WHERE fee_invoice_id = move.reversed_entry_id))
    SELECT move_id, NULL, 0, amount, currency_id
      FROM unknown
     CROSS JOIN LATERAL (
           SELECT EXISTS (
                  SELECT FROM sale_order sale
                    JOIN sale_order_line sold ON sold.order_id = sale.id
                   WHERE sale.company_id = unknown.company_id AND sale.name = ANY(unknown.bills)
                     AND sold.product_id = unknown.product_id
                     AND sold.iicharge_charge_line_id IS NOT NULL
                     AND NOT EXISTS (SELECT FROM sale_order_line_invoice_rel
                                      WHERE order_line_id = sold.id)) AS is_known) AS bill
"""


def invoice_unlinked(env, scope):
    return find(
        env,
        invoice_unlinked,
        env._("Invoice has lost its bill"),
        "account.move",
        env._(
            "%(found)s on this invoice comes from a bill that no longer knows of it, so that it "
            "would be invoiced again. Credit this invoice, and invoice the bill anew."
        ),
        f"{_UNKNOWN} WHERE bill.is_known",
        **_get_values(scope),
    )


def invoice_line_unknown(env, scope):
    return find(
        env,
        invoice_line_unknown,
        env._("Invoiced charging that no session knows"),
        "account.move",
        env._(
            "%(found)s is invoiced as charging by hand or by copying an invoice. Take the line "
            "off, or credit it; sell what is no charging as another product."
        ),
        f"{_UNKNOWN} WHERE NOT bill.is_known",
        **_get_values(scope),
    )


def _get_values(scope):
    since, until = scope.get_moments()
    return {
        "company": scope.company.id,
        "products": scope.get_product_ids(),
        "since": since,
        "until": until,
    }


def invoice_quantity(env, scope):
    return find(
        env,
        invoice_quantity,
        env._("Quantity and sum of an invoice line differ"),
        "account.move",
        env._(
            "Quantity and price of a line make %(expected)s, but the line says %(found)s: it was "
            "changed outside of the system's own ways. Set the invoice to draft, correct the "
            "quantity and post it again."
        ),
        # the price has all, some or none of the taxes in it, and may round up by a cent
        """SELECT move_id, session_id, value, price_subtotal, currency_id
             FROM (SELECT item.move_id, found.session_id, item.currency_id, item.price_subtotal,
                          item.price_total, currency.rounding + %(tiny)s AS step,
                          item.quantity * item.price_unit
                          * (1 - coalesce(item.discount, 0) / 100) AS value
                     FROM iicharge_reconciled_item found
                     JOIN account_move_line item ON item.id = found.id
                     JOIN res_currency currency ON currency.id = item.currency_id) item
            WHERE value < least(price_subtotal, price_total) - step
               OR value > greatest(price_subtotal, price_total) + step""",
    )


# The customer of a bill, and who may be invoiced for it.
CUSTOMERS = """
    CREATE TEMPORARY TABLE iicharge_reconciled_customer ON COMMIT DROP AS
    SELECT DISTINCT ON (move.id) move.id, found.session_id, move.amount_total, move.currency_id,
           move.state, move.partner_id, move.commercial_partner_id,
           partner.commercial_partner_id AS of_partner,
           ARRAY[sale.partner_id, sale.partner_invoice_id, customer.commercial_partner_id,
                 payer.commercial_partner_id] AS of_bill
      FROM iicharge_reconciled_item found
      JOIN account_move move ON move.id = found.move_id
      JOIN res_partner partner ON partner.id = move.partner_id
      LEFT JOIN sale_order sale ON sale.id = found.order_id
      LEFT JOIN res_partner customer ON customer.id = sale.partner_id
      LEFT JOIN res_partner payer ON payer.id = sale.partner_invoice_id
     ORDER BY move.id
"""


def invoice_customer(env, scope):
    return find(
        env,
        invoice_customer,
        env._("Invoice of one customer owed by another"),
        "account.move",
        env._(
            "%(found)s is invoiced to one customer, while its journal items are another's: the "
            "customer was changed outside of the system's own ways. Set the invoice to draft, "
            "choose the customer again and post it."
        ),
        # a contact may have got another company since
        """SELECT id, session_id, amount_total, amount_total, currency_id
              FROM iicharge_reconciled_customer move
             WHERE state = 'posted'
               AND (commercial_partner_id NOT IN (partner_id, of_partner)
                    AND partner_id != ALL(coalesce(of_bill, '{}'))
                    OR EXISTS (SELECT FROM account_move_line
                                WHERE move_id = move.id AND display_type = 'payment_term'
                                  AND partner_id != move.commercial_partner_id))""",
    )


def bill_customer(env, scope):
    """Find bills and invoices of another customer than was charged: information, it may be on
    purpose."""
    return [
        *find(
            env,
            bill_customer,
            env._("Another customer on the bill"),
            "sale.order",
            env._(
                "%(found)s was charged to the guest of this bill, which has another customer now. "
                "Nothing to do if that was meant."
            ),
            """SELECT line.order_id, min(line.session_id), sum(line.actual), sum(line.actual),
                      min(line.currency_id)
                 FROM iicharge_reconciled_line line
                 JOIN iicharge_charge charge ON charge.id = line.charge_id
                 JOIN sale_order sale ON sale.id = line.order_id
                WHERE charge.folio_id = sale.id AND charge.partner_id != sale.partner_id
                GROUP BY line.order_id""",
        ),
        *find(
            env,
            bill_customer,
            env._("Invoiced to another customer"),
            "account.move",
            env._(
                "%(found)s is invoiced to another customer than the bill's. Nothing to do if that "
                "was meant."
            ),
            """SELECT id, session_id, amount_total, amount_total, currency_id
                  FROM iicharge_reconciled_customer move
                 WHERE of_bill[1] IS NOT NULL AND partner_id != ALL(of_bill)
                   AND commercial_partner_id != ALL(of_bill) AND of_partner != ALL(of_bill)""",
        ),
    ]


def accrual_reversal(env, scope):
    return find(
        env,
        accrual_reversal,
        env._("Accrual is not taken back"),
        "account.move",
        env._(
            "Of this accrual of a month's end %(found)s is not taken back, or taken back without "
            "it: one of its two entries was cancelled, set to draft or changed. Post both, or "
            "cancel both."
        ),
        """SELECT accrual.id, NULL, 0, max(abs(open.amount)), min(company.currency_id)
             FROM (SELECT DISTINCT item.move_id AS id
                     FROM iicharge_reconciled_session scope
                     JOIN iicharge_accrual_item item ON item.session_id = scope.id) accrual
             JOIN account_move move ON move.id = accrual.id
             JOIN res_company company ON company.id = move.company_id
            CROSS JOIN LATERAL (
                  SELECT item.account_id, sum(item.balance) AS amount
                    FROM account_move entry
                    JOIN account_move_line item ON item.move_id = entry.id
                   WHERE (entry.id = accrual.id OR entry.reversed_entry_id = accrual.id)
                     AND entry.state = 'posted'
                   GROUP BY item.account_id) AS open
            WHERE abs(open.amount) > %(tiny)s
            GROUP BY accrual.id""",
    )
