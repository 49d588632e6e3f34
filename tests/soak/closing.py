# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""The end of the soak: what waits for a person is done, then every cent is looked for, by the
reconciliation and by sums that know nothing of it."""

import time
from contextlib import suppress
from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError

from odoo.addons.iicharge_odoo.core.errors import Refusal

# Whether each product is one of charging; the sums below use it, not the poster of a line. Bills
# in a foreign currency are left to the reconciliation, which knows the rates.
_PRODUCTS = """
    SELECT DISTINCT product_id FROM iicharge_charge_line
"""
_FOREIGN = """
    SELECT sale.id FROM sale_order sale JOIN res_company company ON company.id = sale.company_id
     WHERE sale.currency_id != company.currency_id
"""
_IN_FOREIGN = f"""
    SELECT charge_id FROM iicharge_charge_line WHERE folio_id IN ({_FOREIGN})
"""
_INVOICED = f"""
      FROM account_move_line item JOIN account_move move ON move.id = item.move_id
     WHERE item.product_id IN ({_PRODUCTS}) AND move.state != 'cancel'
       AND item.display_type = 'product' AND move.company_id = %(company)s
       AND move.currency_id = item.company_currency_id
       AND NOT EXISTS (SELECT 1 FROM pos_order WHERE account_move = move.id)
"""
# What was credited in full in the end is no less than was charged, whatever people gave before.
_SETTLED = """
    SELECT line.id FROM iicharge_charge_line line
      LEFT JOIN iicharge_charge_line root ON root.id = line.credited_line_id
      JOIN iicharge_charge charge ON charge.id = coalesce(root.charge_id, line.charge_id)
     WHERE charge.state = 'credited'
"""
_SETTLED_NOTES = f"""
    SELECT rel.invoice_line_id FROM sale_order_line_invoice_rel rel
      JOIN sale_order_line sold ON sold.id = rel.order_line_id
     WHERE sold.iicharge_charge_line_id IN ({_SETTLED})
     UNION
    SELECT item.id FROM account_move_line item
      JOIN iicharge_charge_line line ON line.invoice_line_id = item.iicharge_reversed_line_id
     WHERE line.id IN ({_SETTLED})
"""
_OUR_NOTES = "SELECT invoice_line_id FROM iicharge_charge_line WHERE invoice_line_id IS NOT NULL"
_SUMS = {
    "charges": f"""SELECT coalesce(sum(amount_untaxed), 0) FROM iicharge_charge
                   WHERE state IN ('posted', 'credited') AND company_id = %(company)s
                     AND id NOT IN ({_IN_FOREIGN})""",
    "open_bills": f"""SELECT coalesce(sum(line.price_subtotal - invoiced.amount), 0)
                       FROM sale_order_line line
                      CROSS JOIN LATERAL (
                            SELECT coalesce(sum(item.price_subtotal), 0) AS amount
                              FROM sale_order_line_invoice_rel rel
                              JOIN account_move_line item ON item.id = rel.invoice_line_id
                              JOIN account_move move ON move.id = item.move_id
                             WHERE rel.order_line_id = line.id AND move.state != 'cancel'
                               AND move.move_type = 'out_invoice') invoiced
                      WHERE line.product_id IN ({_PRODUCTS}) AND line.state != 'cancel'
                        AND line.qty_invoiced != line.product_uom_qty
                        AND line.company_id = %(company)s AND line.order_id NOT IN ({_FOREIGN})""",
    "invoices": f"""SELECT coalesce(sum(item.price_subtotal
                             * CASE move.move_type WHEN 'out_refund' THEN -1 ELSE 1 END), 0)
                           {_INVOICED}
                       AND move.move_type IN ('out_invoice', 'out_refund')""",
    "register": f"""SELECT coalesce(sum(sign(paid.qty * paid.price_unit)
                                          * abs(paid.price_subtotal)), 0) FROM pos_order_line paid
                 WHERE paid.product_id IN ({_PRODUCTS}) AND paid.company_id = %(company)s""",
    # given by people: what is less than was charged
    "discounts": f"""SELECT coalesce(sum(charged.amount_untaxed - line.price_subtotal), 0)
                      FROM sale_order_line line
                      JOIN iicharge_charge_line charged ON charged.id = line.iicharge_charge_line_id
                     WHERE line.discount > 0 AND line.company_id = %(company)s
                       AND charged.id NOT IN ({_SETTLED})
                       AND line.order_id NOT IN ({_FOREIGN})""",
    "credited_by_hand": f"""SELECT coalesce(sum(item.price_subtotal), 0) {_INVOICED}
                       AND move.move_type = 'out_refund' AND item.id NOT IN ({_OUR_NOTES})
                       AND item.id NOT IN ({_SETTLED_NOTES})""",
}
_LESS = ("open_bills", "invoices", "register", "discounts", "credited_by_hand")
# A discount is a part of the line, to half a cent of each of net and tax.
_WRONG_DISCOUNTS = """
    SELECT line.id, line.price_total, charged.amount_untaxed + charged.amount_tax, line.discount
      FROM sale_order_line line
      JOIN iicharge_charge_line charged ON charged.id = line.iicharge_charge_line_id
      JOIN sale_order bill ON bill.id = line.order_id
      JOIN res_company company ON company.id = bill.company_id
     WHERE line.discount > 0 AND bill.currency_id = company.currency_id
       AND abs(line.price_total - (charged.amount_untaxed + charged.amount_tax)
                                  * (1 - line.discount::numeric / 100)) > 0.011
"""
_COUNTS = {
    "sessions": "SELECT count(*) FROM iicharge_session",
    "sessions_running": "SELECT count(*) FROM iicharge_session WHERE state != 'stopped'",
    "frames": "SELECT count(*) FROM iicharge_ocpp_message",
    "messages_parked": "SELECT count(*) FROM iicharge_ocpp_message WHERE state = 'parked'",
    "charges": "SELECT count(*) FROM iicharge_charge WHERE kind = 'charge'",
    "credits": "SELECT count(*) FROM iicharge_charge WHERE kind = 'credit'",
    "written_off": "SELECT count(*) FROM iicharge_charge WHERE state = 'written_off'",
    "charges_split": """SELECT count(*) FROM (
                          SELECT charge_id FROM iicharge_charge_line GROUP BY charge_id
                          HAVING count(DISTINCT folio_id) > 1) AS split""",
    "credit_notes": """SELECT count(DISTINCT item.move_id) FROM iicharge_charge_line line
                         JOIN account_move_line item ON item.id = line.invoice_line_id
                         JOIN account_move move ON move.id = item.move_id
                        WHERE move.move_type = 'out_refund'""",
    "invoices": "SELECT count(*) FROM account_move WHERE move_type = 'out_invoice'",
    "register_orders_paid": """SELECT count(DISTINCT order_id) FROM pos_order_line
                            WHERE sale_order_line_id IS NOT NULL""",
    "visitors_not_paid": """SELECT count(*) FROM iicharge_session session
                             WHERE billing = 'rated' AND NOT EXISTS (
                                SELECT 1 FROM iicharge_charge WHERE session_id = session.id)""",
}
_BY_STATE = {
    "disputes": "SELECT state, count(*) FROM iicharge_dispute GROUP BY state",
    "billing": "SELECT billing, count(*) FROM iicharge_session GROUP BY billing",
    "destinations": "SELECT destination, count(*) FROM iicharge_charge GROUP BY destination",
}
WAITING = [("state", "in", ("pending", "refused", "late"))]


def close_the_books(env, staff, hotels):
    """:return: what was found, and whether all of it is right"""
    env.invalidate_all()
    _decide_energy(env, staff)
    for hotel in hotels:
        hotel.register.current_session_id.action_pos_session_closing_control()
    env.cr.commit()
    books = {hotel.company.name: _reconcile(hotel) for hotel in hotels}
    counts = {name: _select(env, query)[0][0] for name, query in _COUNTS.items()}
    wrong = _select(env, _WRONG_DISCOUNTS)
    env.cr.commit()
    return {
        "counts": counts,
        **{name: dict(_select(env, query)) for name, query in _BY_STATE.items()},
        "books": books,
        "wrong_discounts": wrong,
        "ok": not (wrong or counts["sessions_running"] or counts["messages_parked"])
        and all(row["ok"] for row in books.values()),
    }


def _reconcile(hotel):
    """Look for every cent of one company's books."""
    env, began = hotel.env, time.monotonic()
    report = env["iicharge.reconciliation"].create(
        {
            "company_id": hotel.company.id,
            "date_from": fields.Date.today() - timedelta(days=30),
        }
    )
    report.action_check()
    reconciled = time.monotonic() - began
    env.flush_all()
    company = {"company": hotel.company.id}
    sums = {name: _select(env, query, company)[0][0] for name, query in _SUMS.items()}
    missing = round(sums["charges"] - sum(sums[name] for name in _LESS), 2)
    # Odoo rounds the net of each part of a price with tax, and of each invoice in all: these sums
    # are without tax, while the reconciliation follows each line
    invoices = env["account.move"].search_count([("company_id", "=", hotel.company.id)])
    allowed = hotel.company.currency_id.rounding * invoices
    return {
        "currency": hotel.company.currency_id.name,
        "rounding": hotel.company.tax_calculation_rounding_method,
        "sums": sums,
        "missing_from_sums": missing,
        "stages": [
            [row.name, row.count, row.amount_untaxed, row.amount_waiting, row.difference]
            for row in report.stage_ids
        ],
        "under_way": [[row.reason, row.count, row.amount_untaxed] for row in report.waiting_ids],
        "differences": [
            [row.kind, row.record_name, row.amount, row.explanation]
            for row in report.difference_ids
            if not row.is_information
        ][:50],
        "trails": [
            _get_trail(env, row.session_id)
            for row in report.difference_ids.filtered(lambda row: not row.is_information)[:5]
        ],
        "information": report.difference_ids.filtered("is_information").mapped("kind"),
        "difference": report.difference,
        "reconciled_s": round(reconciled, 2),
        "missing_allowed": allowed,
        "ok": not (report.difference or report.difference_count or report.open_count)
        and abs(missing) <= allowed,
    }


# All that bills and invoices say of a session, in order.
_TRAIL = """
    SELECT charge.id, charge.kind, charge.state, charge.destination, line.id, line.amount_untaxed,
           line.billed_untaxed, sold.product_uom_qty, sold.discount, sold.price_subtotal,
           move.name, move.move_type, move.state, reversed.name, item.quantity, item.price_subtotal
      FROM iicharge_charge charge JOIN iicharge_charge_line line ON line.charge_id = charge.id
      LEFT JOIN sale_order_line sold ON sold.iicharge_charge_line_id = line.id
      LEFT JOIN sale_order_line_invoice_rel rel ON rel.order_line_id = sold.id
      LEFT JOIN account_move_line item ON item.id IN (rel.invoice_line_id, line.invoice_line_id)
      LEFT JOIN account_move move ON move.id = item.move_id
      LEFT JOIN account_move reversed ON reversed.id = move.reversed_entry_id
     WHERE charge.session_id = %(session)s ORDER BY charge.id, line.id, item.id
"""


def _get_trail(env, session):
    return _select(env, _TRAIL, {"session": session.id or None})


def _decide_energy(env, staff):
    """Do what is left to do, until nothing is."""
    Session, Charge = env["iicharge.session"], env["iicharge.charge"]
    for site in env["iicharge.site"].search([]):
        Session._close_ended_sessions(site)
    env.cr.commit()
    for _ in range(20):
        while Session.search([("billing", "=", "review")], limit=1):
            staff.review_a_session(env)
        while env["iicharge.dispute"].search([("state", "=", "open")], limit=1):
            # what is refused is decided in another way
            with suppress(UserError, Refusal), env.cr.savepoint():
                staff.decide_a_dispute(env)
        env.cr.commit()
        while Charge._post_due():
            env.cr.commit()
        for charge in Charge.search(WAITING):
            staff.resolve(charge)
        _invoice_again(env)
        env.cr.commit()
        if not Charge.search(WAITING, limit=1):
            return
    raise AssertionError(f"These are never resolved: {Charge.search(WAITING)}")


def _invoice_again(env):
    """Invoice bills again whose invoice was cancelled."""
    bills = env["sale.order"].search(
        [("invoice_ids.state", "=", "cancel"), ("iicharge_session_ids", "!=", False)]
    )
    for bill in bills:
        if any(bill.order_line.mapped("qty_to_invoice")):
            bill._create_invoices(final=True).action_post()


def _select(env, query, values=None):
    env.cr.execute(query, values)
    return env.cr.fetchall()
