# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Queries of the VAT report; see `vat`."""

TAXES = """
    SELECT tax.id, tax.amount, tax.amount_type,
           (SELECT array_agg(child_tax) FROM account_tax_filiation_rel
             WHERE parent_tax = tax.id) AS children
      FROM account_tax tax
"""
_SIGN = "CASE move.move_type WHEN 'out_refund' THEN -1 ELSE 1 END"
_RATE = "coalesce(nullif(move.invoice_currency_rate, 0), 1)"
# Lines of posted invoices and credit notes that have charging, and the items of their taxes. A line
# made from a bill has the part of the charge that its quantity is of the bill's; so has a credit
# note that an accountant has made.
ITEMS = f"""
    WITH charging AS (
           SELECT line.invoice_line_id AS item_id, sum(line.amount_untaxed) AS untaxed,
                  sum(line.amount_tax) AS tax
             FROM iicharge_charge_line line
             JOIN account_move_line item ON item.id = line.invoice_line_id
            WHERE item.company_id = %(company)s
              AND item.date BETWEEN %(date_from)s AND %(date_to)s
            GROUP BY line.invoice_line_id
            UNION ALL
           SELECT item.id, sum(line.amount_untaxed) * min({_SIGN} * item.quantity)
                             / min(sold.product_uom_qty),
                  sum(line.amount_tax) * min({_SIGN} * item.quantity) / min(sold.product_uom_qty)
             FROM account_move_line item
             JOIN account_move move ON move.id = item.move_id
             JOIN sale_order_line_invoice_rel link ON link.invoice_line_id = item.id
             JOIN sale_order_line sold ON sold.id = link.order_line_id
              AND sold.product_uom_qty != 0
             JOIN iicharge_charge_line line ON line.id = sold.iicharge_charge_line_id
            WHERE item.company_id = %(company)s
              AND item.date BETWEEN %(date_from)s AND %(date_to)s
            GROUP BY item.id
            UNION ALL
           SELECT item.id, -sum(line.amount_untaxed) * min(item.quantity)
                             / nullif(min(source.quantity), 0),
                  -sum(line.amount_tax) * min(item.quantity) / nullif(min(source.quantity), 0)
             FROM account_move_line item
             JOIN account_move_line source ON source.id = item.iicharge_reversed_line_id
             JOIN iicharge_charge_line line ON line.invoice_line_id = source.id
            WHERE item.company_id = %(company)s
              AND item.date BETWEEN %(date_from)s AND %(date_to)s
            GROUP BY item.id)
    SELECT item.move_id, item.tax_line_id, move.date, move.currency_id,
           charging.item_id IS NOT NULL AS is_charging, 1 AS lines,
           charging.untaxed AS charged_untaxed, charging.tax AS charged_tax,
           round((item.price_subtotal * {_SIGN} / {_RATE})::numeric, 6) AS untaxed,
           round(((item.price_total - item.price_subtotal) * {_SIGN} / {_RATE})::numeric, 6) AS tax,
           -item.balance AS balance, taxes.ids AS taxes
      FROM account_move_line item
      JOIN account_move move ON move.id = item.move_id
      LEFT JOIN charging ON charging.item_id = item.id
     CROSS JOIN LATERAL (
           SELECT array_agg(account_tax_id) AS ids FROM account_move_line_account_tax_rel
            WHERE account_move_line_id = item.id) AS taxes
     WHERE move.state = 'posted' AND move.move_type IN ('out_invoice', 'out_refund')
       AND (item.display_type = 'product' OR item.tax_line_id IS NOT NULL)
       AND item.move_id IN (SELECT move_id FROM account_move_line
                             WHERE id IN (SELECT item_id FROM charging))
     ORDER BY item.move_id, item.id
"""
# Charging that registers were paid for. A refund made in the register has amounts above zero.
REGISTER = """
    SELECT pos_order.id AS order_id, pos_order.currency_id, 1 AS lines,
           place.date, place.is_booked, taxes.ids AS taxes,
           charged.amount_untaxed AS charged_untaxed, charged.amount_tax AS charged_tax,
           sign(paid.qty * paid.price_unit) * abs(paid.price_subtotal) AS untaxed,
           sign(paid.qty * paid.price_unit)
             * (abs(paid.price_subtotal_incl) - abs(paid.price_subtotal)) AS tax
      FROM pos_order_line paid
      JOIN (SELECT pos_order.*, coalesce(journal.currency_id, company.currency_id) AS currency_id
              FROM pos_order
              JOIN res_company company ON company.id = pos_order.company_id
              JOIN pos_config config ON config.id = pos_order.config_id
              JOIN account_journal journal ON journal.id = config.journal_id
           ) pos_order ON pos_order.id = paid.order_id
      JOIN iicharge_charge_line charged ON charged.id = paid.iicharge_charge_line_id
      JOIN pos_session opening ON opening.id = pos_order.session_id
      LEFT JOIN account_move entry
             ON entry.id = coalesce(pos_order.account_move, opening.move_id)
            AND entry.state = 'posted'
     CROSS JOIN LATERAL (
           SELECT coalesce(entry.date, pos_order.date_order::date) AS date,
                  entry.id IS NOT NULL
                    AND (pos_order.account_move IS NOT NULL OR opening.state = 'closed')
                    AS is_booked) AS place
     CROSS JOIN LATERAL (
           SELECT array_agg(account_tax_id) AS ids FROM account_tax_pos_order_line_rel
            WHERE pos_order_line_id = paid.id) AS taxes
     WHERE pos_order.company_id = %(company)s AND paid.iicharge_on_bill IS NOT TRUE
       AND pos_order.state NOT IN ('draft', 'cancel')
       AND place.date BETWEEN %(date_from)s AND %(date_to)s
     ORDER BY pos_order.id, paid.id
"""
# What is charged, and on no invoice and at no register yet: the rest of bills, and what waits.
OPEN = """
    SELECT taxes.ids AS taxes, line.amount_untaxed * part.share AS untaxed,
           line.amount_tax * part.share AS tax
      FROM iicharge_charge_line line
      JOIN iicharge_charge charge ON charge.id = line.charge_id
      LEFT JOIN sale_order_line sold ON sold.iicharge_charge_line_id = line.id
      LEFT JOIN sale_order bill ON bill.id = sold.order_id
      LEFT JOIN account_move_line direct ON direct.id = line.invoice_line_id
     CROSS JOIN LATERAL (
           SELECT CASE WHEN charge.state IN ('pending', 'refused', 'late') THEN 1
                       WHEN charge.state = 'written_off' OR bill.state = 'cancel' THEN 0
                       WHEN direct.id IS NOT NULL
                       THEN CASE direct.parent_state WHEN 'draft' THEN 1 ELSE 0 END
                       WHEN coalesce(sold.product_uom_qty, 0) = 0 THEN 0
                       ELSE 1 - invoiced.quantity / sold.product_uom_qty END AS share
             FROM (SELECT coalesce(sum(found.quantity), 0) AS quantity
                     FROM (SELECT item.quantity * CASE move.move_type WHEN 'out_refund' THEN -1
                                                                      ELSE 1 END AS quantity
                             FROM sale_order_line_invoice_rel link
                             JOIN account_move_line item ON item.id = link.invoice_line_id
                             JOIN account_move move ON move.id = item.move_id
                              AND move.state = 'posted'
                            WHERE link.order_line_id = sold.id
                            UNION ALL
                           SELECT sold.product_uom_qty FROM pos_order_line paid
                             JOIN pos_order ON pos_order.id = paid.order_id
                              AND pos_order.state NOT IN ('draft', 'cancel')
                            WHERE paid.iicharge_charge_line_id = line.id
                              AND paid.iicharge_on_bill IS NOT TRUE) found) invoiced
           ) AS part
     CROSS JOIN LATERAL (
           SELECT array_agg(account_tax_id) AS ids FROM account_tax_iicharge_charge_line_rel
            WHERE iicharge_charge_line_id = line.id) AS taxes
     WHERE charge.company_id = %(company)s AND part.share != 0
"""
