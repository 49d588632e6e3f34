# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Check charges against bills; see `reconciliation_checks`."""

from .reconciliation_difference import find


def line_missing(env, scope):
    return find(
        env,
        line_missing,
        env._("On no bill"),
        "iicharge.charge",
        env._(
            "The charge should be on a bill, but %(expected)s of it is on none: the line was "
            "deleted. Put it on the bill again by hand, or credit the session."
        ),
        """SELECT charge_id, session_id, amount_untaxed, 0, charge_currency_id
             FROM iicharge_reconciled_odd
            WHERE is_booked AND order_line_id IS NULL AND direct_line_id IS NULL
              AND NOT is_covered""",
    )


def line_twice(env, scope):
    return find(
        env,
        line_twice,
        env._("On two bills"),
        "iicharge.charge",
        env._("%(expected)s is on bills more than once. Remove one of the lines."),
        """SELECT charge_id, session_id, min(amount_untaxed),
                  min(amount_untaxed) * (count(order_line_id) + (count(direct_line_id) > 0)::int),
                  min(charge_currency_id)
             FROM iicharge_reconciled_line
            GROUP BY id, charge_id, session_id
           HAVING count(order_line_id) + (count(direct_line_id) > 0)::int > 1""",
    )


def line_moved(env, scope):
    return find(
        env,
        line_moved,
        env._("On another bill"),
        "iicharge.charge",
        env._(
            "%(expected)s was put on one bill and is on another now: its line was moved. Move it "
            "back, or credit the session and charge it to the right guest."
        ),
        """SELECT line.charge_id, line.session_id, line.actual, 0, line.currency_id
             FROM iicharge_reconciled_line line
             JOIN iicharge_charge_line charged ON charged.id = line.id
            WHERE line.is_booked AND line.order_id != charged.folio_id""",
    )


def line_not_due(env, scope):
    return find(
        env,
        line_not_due,
        env._("On a bill, but not counted"),
        "iicharge.charge",
        env._(
            "%(found)s is on a bill, while the charge still waits or was written off. Remove "
            "the line from the bill."
        ),
        """SELECT charge_id, session_id, 0, actual, currency_id FROM iicharge_reconciled_odd
            WHERE NOT is_booked AND (order_line_id IS NOT NULL OR direct_line_id IS NOT NULL)""",
    )


def billed_amount(env, scope):
    return find(
        env,
        billed_amount,
        env._("Bill and charge differ"),
        "iicharge.charge",
        env._(
            "The bill says %(found)s in place of %(expected)s: its line was changed by hand. Put "
            "the price back, or credit the session in part."
        ),
        # with its credits: what was changed on the bill and credited in full is settled. A late
        # credit of a foreign bill is in the company's currency, in which the two are then compared
        """SELECT charge_id, session_id, wanted, actual, currency_id
             FROM (SELECT min(charge_id) AS charge_id, min(session_id) AS session_id,
                          min(currency_id) AS currency_id, sum(on_bill) AS actual,
                          CASE WHEN abs(sum(amount_untaxed)) <= %(tiny)s AND count(*) > 1 THEN 0
                               ELSE sum(wanted + discount) END AS wanted,
                          -- a credit note that takes back a price may book a cent of it as tax
                          CASE WHEN abs(sum(amount_untaxed)) <= %(tiny)s
                               THEN count(direct_line_id) * max(rounding) ELSE 0 END AS cents,
                          CASE max(shares) WHEN 1 THEN 1 ELSE max(shares) / count(*)::numeric
                               END AS weight
                     FROM (SELECT line.id, charge_id, session_id, root_id, shares, is_booked,
                                  is_covered, actual, direct_line_id, amount_untaxed, rounding,
                                  (coalesce(actual, 0) + covered) * rate AS on_bill,
                                  discount * rate AS discount,
                                  CASE WHEN is_mixed THEN charge_currency_id
                                       ELSE currency_id END AS currency_id,
                                  CASE WHEN is_mixed OR currency_id = charge_currency_id
                                       THEN amount_untaxed ELSE expected END AS wanted
                             FROM (SELECT *, CASE WHEN is_mixed THEN factor ELSE 1 END AS rate
                                     FROM (SELECT *, min(currency_id) OVER same
                                                     != max(currency_id) OVER same AS is_mixed
                                             FROM iicharge_reconciled_line WHERE is_booked
                                           WINDOW same AS (PARTITION BY root_id)) line) line
                             JOIN res_currency currency ON currency.id = line.currency_id) line
                    WHERE is_booked AND (actual IS NOT NULL OR is_covered)
                    GROUP BY CASE shares WHEN 1 THEN -root_id ELSE direct_line_id END) bill
            WHERE abs(actual - wanted) * weight > cents + %(tiny)s""",
    )


def discounted(env, scope):
    """Find discounts that people gave on the bill: information."""
    return find(
        env,
        discounted,
        env._("Discount on the bill"),
        "iicharge.charge",
        env._(
            "A discount leaves %(found)s of %(expected)s on the bill, while the session costs as "
            "before. Nothing to do if that was meant; a dispute credits only what is left."
        ),
        """SELECT min(charge_id), min(session_id), sum(actual - discount), sum(actual),
                  min(currency_id)
             FROM iicharge_reconciled_line WHERE is_booked AND actual IS NOT NULL
            GROUP BY root_id
           HAVING abs(sum(discount)) > %(tiny)s AND abs(sum(amount_untaxed)) > %(tiny)s""",
    )


def order_product(env, scope):
    return find(
        env,
        order_product,
        env._("Another product on the bill"),
        "sale.order",
        env._(
            "The bill sells another product than was charged, so that the income goes to another "
            "account. Choose the charge's product again."
        ),
        """SELECT line.order_id, line.session_id, line.actual, line.actual, line.currency_id
             FROM iicharge_reconciled_line line
             JOIN sale_order_line order_line ON order_line.id = line.order_line_id
            WHERE order_line.product_id IS DISTINCT FROM line.product_id""",
    )


def order_taxes(env, scope):
    return find(
        env,
        order_taxes,
        env._("Other taxes on the bill"),
        "sale.order",
        env._(
            "The bill takes %(found)s of tax, the charge %(expected)s, or by other taxes: they "
            "were changed after it was posted. Set the charge's taxes again."
        ),
        """SELECT line.order_id, line.session_id, line.amount_tax, order_line.price_tax,
                  line.charge_currency_id
             FROM iicharge_reconciled_line line
             JOIN sale_order_line order_line ON order_line.id = line.order_line_id
             JOIN res_currency currency ON currency.id = line.currency_id
            CROSS JOIN LATERAL (
                  SELECT array_agg(account_tax_id ORDER BY account_tax_id) AS ids
                    FROM account_tax_iicharge_charge_line_rel
                   WHERE iicharge_charge_line_id = line.id) AS charged
            CROSS JOIN LATERAL (
                  SELECT array_agg(account_tax_id ORDER BY account_tax_id) AS ids
                    FROM account_tax_sale_order_line_rel
                   WHERE sale_order_line_id = order_line.id) AS sold
            WHERE line.is_booked
              AND (charged.ids IS DISTINCT FROM sold.ids
                   OR line.currency_id = line.charge_currency_id
                      AND abs(line.actual - line.amount_untaxed) <= %(tiny)s
                      -- the last of several credits takes the tax that is left
                      AND abs(line.amount_tax - order_line.price_tax) > %(tiny)s
                          + CASE line.kind WHEN 'credit' THEN currency.rounding ELSE 0 END
                      -- a price with its tax in it is kept, where half cents of both round up
                      AND abs(order_line.price_unit * order_line.product_uom_qty
                              - line.amount_untaxed - line.amount_tax) > %(tiny)s)""",
    )


def order_cancelled(env, scope):
    return find(
        env,
        order_cancelled,
        env._("Bill is cancelled"),
        "sale.order",
        env._(
            "%(expected)s of charging is on a bill that is cancelled or no longer confirmed, so "
            "it is not paid. Confirm the bill again, or credit the session."
        ),
        """SELECT order_id, session_id, sum(actual), 0, min(currency_id)
             FROM iicharge_reconciled_line
            WHERE is_booked AND order_state != 'sale' AND invoiced_quantity = 0
              AND register_quantity = 0
            GROUP BY order_id, session_id HAVING abs(sum(actual)) > %(tiny)s""",
    )


def order_line_unknown(env, scope):
    return find(
        env,
        order_line_unknown,
        env._("Charging that no session knows"),
        "sale.order",
        env._(
            "%(found)s is sold as charging by hand or by copying a bill. Take the line off, or "
            "sell it as another product."
        ),
        """SELECT sold.order_id, NULL, 0, sold.price_subtotal, sold.currency_id
             FROM sale_order_line sold
            WHERE sold.company_id = %(company)s AND sold.state = 'sale'
              AND sold.iicharge_charge_line_id IS NULL AND sold.price_subtotal != 0
              AND sold.product_id = ANY(%(products)s)
              AND sold.create_date >= %(since)s AND sold.create_date < %(until)s""",
        company=scope.company.id,
        products=scope.get_product_ids(),
        since=scope.get_moments()[0],
        until=scope.get_moments()[1],
    )
