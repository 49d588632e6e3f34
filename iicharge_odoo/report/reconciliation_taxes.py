# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Check the taxes of invoices and of their journal items; see `reconciliation_checks`."""

from .reconciliation_difference import find


def invoice_taxes(env, scope):
    return find(
        env,
        invoice_taxes,
        env._("Other taxes on the invoice"),
        "account.move",
        env._(
            "A line of charging on this invoice (%(found)s with tax) does not bear the taxes of "
            "the bill. Set the invoice to draft, choose the taxes again and post it; credit it "
            "where the guest has it already."
        ),
        """SELECT item.move_id, found.session_id, 0, item.price_total, item.currency_id
             FROM iicharge_reconciled_item found
             JOIN account_move_line item ON item.id = found.id
             JOIN account_move move ON move.id = item.move_id
             LEFT JOIN sale_order sale ON sale.id = found.order_id
            CROSS JOIN LATERAL (
                  SELECT array_agg(account_tax_id ORDER BY account_tax_id) AS ids
                    FROM account_move_line_account_tax_rel
                   WHERE account_move_line_id = item.id) AS invoiced
            CROSS JOIN LATERAL (
                  SELECT CASE WHEN found.order_line_id IS NULL
                         THEN (SELECT array_agg(account_tax_id ORDER BY account_tax_id)
                                 FROM account_tax_iicharge_charge_line_rel
                                WHERE iicharge_charge_line_id = found.line_id)
                         ELSE (SELECT array_agg(account_tax_id ORDER BY account_tax_id)
                                 FROM account_tax_sale_order_line_rel
                                WHERE sale_order_line_id = found.order_line_id)
                         END AS ids) AS billed
            WHERE invoiced.ids IS DISTINCT FROM billed.ids
              -- an accountant may invoice under another fiscal position than the bill's
              AND (sale.id IS NULL
                   OR sale.fiscal_position_id IS NOT DISTINCT FROM move.fiscal_position_id)""",
    )


# Posted invoices and credit notes with charging: the tax that they state, that of their journal
# items, and that of their lines, which may be rounded in all.
_TAXED_MOVES = """
    SELECT move.id, move.session_id, move.stated, taxes.amount, move.currency_id
      FROM (SELECT move.id, min(found.session_id) AS session_id, move.currency_id,
                   move.amount_tax AS stated, move.amount_tax_signed AS stated_balance,
                   CASE move.move_type WHEN 'out_refund' THEN 1 ELSE -1 END AS sign
              FROM iicharge_reconciled_item found
              JOIN account_move move ON move.id = found.move_id AND move.state = 'posted'
             GROUP BY move.id) move
      JOIN res_currency currency ON currency.id = move.currency_id
     CROSS JOIN LATERAL (
           SELECT coalesce(sum(amount_currency * move.sign) FILTER (WHERE is_tax), 0) AS amount,
                  coalesce(sum(-balance) FILTER (WHERE is_tax), 0) AS balance,
                  coalesce(sum(price_total - price_subtotal)
                           FILTER (WHERE display_type = 'product'), 0) AS of_lines,
                  count(*) FILTER (WHERE display_type = 'product') AS count,
                  coalesce(bool_or(display_type = 'epd'), false) AS has_discount
             FROM (SELECT *, display_type = 'tax' OR display_type = 'rounding'
                             AND tax_repartition_line_id IS NOT NULL AS is_tax
                     FROM account_move_line WHERE move_id = move.id) item
           ) AS taxes
     WHERE abs(taxes.amount - move.stated) > %(tiny)s
        OR abs(taxes.balance - move.stated_balance) > %(tiny)s
           -- a discount for paying early may lower the tax at once
        OR NOT taxes.has_discount
           AND abs(taxes.amount - taxes.of_lines) > currency.rounding * taxes.count + %(tiny)s
"""


def journal_tax(env, scope):
    return find(
        env,
        journal_tax,
        env._("Tax and journal differ"),
        "account.move",
        env._(
            "The invoice states %(expected)s of tax, its journal items come to %(found)s, or its "
            "lines do not come to them: an item was changed by hand. Set the invoice to draft "
            "and post it again; correct the tax return where it was filed."
        ),
        _TAXED_MOVES,
    )


# Tax grids that a charging line should have by its taxes, and a tax item by its tax.
_GRIDS = """
    SELECT item.id, found.session_id, grid.account_account_tag_id AS tag_id, rule.write_date
      FROM iicharge_reconciled_item found
      JOIN account_move_line item ON item.id = found.id
      JOIN account_move move ON move.id = item.move_id
      JOIN account_move_line_account_tax_rel taxed ON taxed.account_move_line_id = item.id
      JOIN account_tax tax ON tax.id = taxed.account_tax_id
       AND tax.tax_exigibility = 'on_invoice' AND tax.amount_type != 'group'
      JOIN account_tax_repartition_line rule ON rule.tax_id = tax.id
       AND rule.repartition_type = 'base'
       AND rule.document_type = CASE move.move_type WHEN 'out_refund' THEN 'refund'
                                                    ELSE 'invoice' END
      JOIN account_account_tag_account_tax_repartition_line_rel grid
        ON grid.account_tax_repartition_line_id = rule.id
     UNION
    SELECT item.id, found.session_id, grid.account_account_tag_id, rule.write_date
      FROM (SELECT move_id, min(session_id) AS session_id
              FROM iicharge_reconciled_item GROUP BY move_id) found
      JOIN account_move_line item ON item.move_id = found.move_id
      JOIN account_tax_repartition_line rule ON rule.id = item.tax_repartition_line_id
      JOIN account_tax tax ON tax.id = rule.tax_id AND tax.tax_exigibility = 'on_invoice'
      JOIN account_account_tag_account_tax_repartition_line_rel grid
        ON grid.account_tax_repartition_line_id = rule.id
"""


def journal_tax_grid(env, scope):
    return find(
        env,
        journal_tax_grid,
        env._("Missing in the tax report"),
        "account.move",
        env._(
            "A journal item of this invoice (%(found)s) has lost a tax grid of its tax, so that "
            "the tax report leaves it out. Set the invoice to draft and post it again."
        ),
        f"""SELECT item.move_id, min(wanted.session_id), max(-item.balance), max(-item.balance),
                   min(item.company_currency_id)
              FROM ({_GRIDS}) wanted
              JOIN account_move_line item ON item.id = wanted.id AND item.parent_state = 'posted'
             -- of a tax that was changed since it is not known what it was
             WHERE wanted.write_date <= item.create_date AND NOT EXISTS (
                   SELECT FROM account_account_tag_account_move_line_rel grid
                    WHERE grid.account_move_line_id = item.id
                      AND grid.account_account_tag_id = wanted.tag_id)
             GROUP BY item.move_id, item.id""",
    )
