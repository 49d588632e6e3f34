# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Check bills, invoices, POS orders and journal items against each other; see
`reconciliation_checks`."""

from .reconciliation_difference import find


def invoice_amount(env, scope):
    return find(
        env,
        invoice_amount,
        env._("Invoice and bill differ"),
        "iicharge.charge",
        env._(
            "The bill says %(expected)s, its invoices %(found)s: an invoice line was changed by "
            "hand. Correct the invoice, or credit the session."
        ),
        """SELECT charge_id, session_id, invoiced_due, invoiced_amount - goodwill - covered,
                  currency_id
             FROM iicharge_reconciled_odd
            WHERE order_line_id IS NOT NULL
              AND abs(invoiced_amount - goodwill - covered - invoiced_due) > %(tiny)s""",
    )


def credited_by_hand(env, scope):
    """Find credit notes of accountants that no credit of the session counts: information."""
    return find(
        env,
        credited_by_hand,
        env._("Credited by hand"),
        "iicharge.charge",
        env._(
            "A credit note by hand leaves %(found)s of %(expected)s on the bill, while the session "
            "costs as before. Nothing to do if that was meant; a dispute credits only what is left."
        ),
        """SELECT charge_id, session_id, actual, actual + goodwill, currency_id
             FROM iicharge_reconciled_odd WHERE is_booked AND abs(goodwill) > %(tiny)s""",
    )


def invoice_cancelled(env, scope):
    return find(
        env,
        invoice_cancelled,
        env._("Invoice is cancelled"),
        "iicharge.charge",
        env._(
            "%(expected)s is only on a cancelled invoice. Set the invoice to draft and cancel "
            "it again: the charge is then listed under Late Charges."
        ),
        """SELECT charge_id, session_id, actual, 0, currency_id FROM iicharge_reconciled_odd
            WHERE is_booked AND direct_state = 'cancel'""",
    )


def register_amount(env, scope):
    return find(
        env,
        register_amount,
        env._("Register and bill differ"),
        "iicharge.charge",
        env._(
            "The register took %(found)s for charging that costs %(expected)s: the price was "
            "changed there. Take the rest, or credit the session in part."
        ),
        """SELECT charge_id, session_id, CASE WHEN register_quantity != 0 THEN actual ELSE 0 END,
                  register_amount, currency_id
             FROM iicharge_reconciled_odd
            WHERE abs(register_amount
                      - CASE WHEN register_quantity != 0 THEN actual ELSE 0 END) > %(tiny)s""",
    )


# Orders with charging or for a room: what their lines cost, what they say, and what was paid. The
# sums of taxes may be rounded once for each order, so that its lines differ by a cent.
_REGISTER_ORDERS = """
    SELECT id, NULL, costs,
           CASE WHEN abs(paid - costs) > allowed THEN paid ELSE amount_total END,
           currency_id
      FROM (SELECT pos_order.id, pos_order.amount_total, item.costs, item.currency_id,
                   coalesce(money.paid, 0) AS paid,
                   %(tiny)s + CASE WHEN config.cash_rounding
                                   THEN coalesce(steps.rounding, 0) ELSE 0 END
                            + CASE company.tax_calculation_rounding_method
                              WHEN 'round_globally' THEN item.count * item.rounding
                              ELSE 0 END AS allowed
              FROM pos_order
              JOIN pos_config config ON config.id = pos_order.config_id
              JOIN res_company company ON company.id = pos_order.company_id
              JOIN account_journal journal ON journal.id = config.journal_id
              LEFT JOIN account_cash_rounding steps ON steps.id = config.rounding_method
             CROSS JOIN LATERAL (
                   SELECT count(*), currency.id AS currency_id, currency.rounding,
                          sum(sign(line.qty * line.price_unit)
                              * abs(CASE WHEN {links}
                                    THEN coalesce(sold.price_total,
                                                  line.price_subtotal_incl)
                                    ELSE line.price_subtotal_incl END)) AS costs
                     FROM pos_order_line line
                     JOIN res_currency currency
                       ON currency.id = coalesce(journal.currency_id, company.currency_id)
                     LEFT JOIN sale_order_line sold ON sold.id = line.sale_order_line_id
                    WHERE line.order_id = pos_order.id
                    GROUP BY currency.id
                   HAVING pos_order.iicharge_folio_id IS NOT NULL OR bool_or({links})
                   ) AS item
              LEFT JOIN LATERAL (
                   SELECT sum(amount) AS paid FROM pos_payment
                    WHERE pos_payment.pos_order_id = pos_order.id) AS money ON true
             WHERE pos_order.company_id = %(company)s
               AND pos_order.state IN ('paid', 'done')
               AND pos_order.date_order >= %(since)s AND pos_order.date_order < %(until)s
           ) AS orders
     WHERE greatest(abs(paid - costs), abs(amount_total - costs)) > allowed
"""


def register_order(env, scope):
    since, until = scope.get_moments()
    links = " OR ".join(
        f"line.{name} IS NOT NULL" for name in env["pos.order.line"]._iicharge_get_link_names()
    )
    return find(
        env,
        register_order,
        env._("Register took another amount"),
        "pos.order",
        env._(
            "The lines of this order cost %(expected)s, but it says or took %(found)s: its amounts "
            "were not worked out by the register. Take the rest or give it back, and find out who "
            "was at the register."
        ),
        _REGISTER_ORDERS.format(links=links),
        company=scope.company.id,
        since=since,
        until=until,
    )


def register_and_invoice(env, scope):
    return find(
        env,
        register_and_invoice,
        env._("Paid at the register and invoiced"),
        "iicharge.charge",
        env._(
            "%(expected)s was paid at the register and is on an invoice as well. Credit the "
            "invoice line."
        ),
        """SELECT charge_id, session_id, actual, invoiced_amount + register_amount, currency_id
             FROM iicharge_reconciled_odd
            WHERE invoiced_quantity != 0 AND register_quantity != 0""",
    )


def journal_amount(env, scope):
    return find(
        env,
        journal_amount,
        env._("Journal and invoice differ"),
        "iicharge.charge",
        env._(
            "The invoices say %(expected)s, their journal items %(found)s: an entry was changed by "
            "hand. Set the invoice to draft, correct it and post it again."
        ),
        """SELECT min(charge_id), min(session_id), sum(invoiced_posted), sum(invoiced_booked),
                  min(currency_id)
             FROM iicharge_reconciled_line
            GROUP BY coalesce(direct_line_id, -id)
           HAVING abs(sum(invoiced_posted - invoiced_booked - invoiced_rounded))
                  * max(shares) / count(*) > %(tiny)s""",
    )


def register_unbooked(env, scope):
    return find(
        env,
        register_unbooked,
        env._("Register closed without a journal entry"),
        "iicharge.charge",
        env._(
            "The register that took %(expected)s is closed, but its entry is missing or was set "
            "to draft. Post the entry again."
        ),
        """SELECT line.charge_id, line.session_id, line.register_booked, 0, line.currency_id
             FROM iicharge_reconciled_odd line
             JOIN pos_order_line paid ON paid.sale_order_line_id = line.order_line_id
             JOIN pos_order ON pos_order.id = paid.order_id AND pos_order.state != 'cancel'
             JOIN pos_session opening ON opening.id = pos_order.session_id
             LEFT JOIN account_move entry ON entry.id = opening.move_id
            WHERE line.register_booked != 0 AND entry.state IS DISTINCT FROM 'posted'
              AND pos_order.account_move IS NULL""",
    )


_ITEMS = """
    SELECT found.charge_id, found.session_id, item.*, move.invoice_currency_rate,
           move.fiscal_position_id
      FROM iicharge_reconciled_item found
      JOIN account_move_line item ON item.id = found.id
      JOIN account_move move ON move.id = item.move_id AND move.state = 'posted'
"""


def journal_balance(env, scope):
    return find(
        env,
        journal_balance,
        env._("Journal item out of balance"),
        "iicharge.charge",
        env._(
            "At the invoice's own rate its journal item would be %(expected)s, but it is "
            "%(found)s: the entry was changed by hand. Set the invoice to draft and post it again."
        ),
        f"""SELECT charge_id, session_id, -amount_currency / rate, -balance, company_currency_id
              FROM (SELECT *, coalesce(nullif(invoice_currency_rate, 0), 1)::numeric AS rate
                      FROM ({_ITEMS}) items) item
             WHERE abs(amount_currency / rate - balance) > CASE rate WHEN 1 THEN %(tiny)s
                   -- Odoo rounds all items and taxes, and lets an item take the rest
                   ELSE (SELECT currency.rounding * count(*)
                           FROM account_move_line other
                           JOIN res_currency currency ON currency.id = other.company_currency_id
                          WHERE other.move_id = item.move_id AND other.display_type = 'product'
                          GROUP BY currency.rounding) + %(tiny)s END
                OR abs(debit - credit - balance) > %(tiny)s""",
    )


def journal_account(env, scope):
    """Find revenue on other accounts than usual: information, it may be on purpose."""
    env.cr.execute(
        f"""SELECT product_id, fiscal_position_id, account_id, array_agg(id)
              FROM ({_ITEMS}) item WHERE product_id IS NOT NULL
             GROUP BY product_id, fiscal_position_id, account_id"""
    )
    moved = []
    for product_id, position_id, account_id, item_ids in env.cr.fetchall():
        product = env["product.product"].browse(product_id).with_company(scope.company)
        position = env["account.fiscal.position"].browse(position_id or ())
        usual = product.product_tmpl_id.get_product_accounts(position)["income"]
        if usual.id != account_id:
            moved += item_ids
    return find(
        env,
        journal_account,
        env._("Booked to another account"),
        "iicharge.charge",
        env._(
            "%(found)s is booked to another income account than the product's own. Nothing to do "
            "if that was meant."
        ),
        f"""SELECT charge_id, session_id, -balance, -balance, company_currency_id
              FROM ({_ITEMS}) item WHERE id = ANY(%(moved)s)""",
        moved=moved,
    )
