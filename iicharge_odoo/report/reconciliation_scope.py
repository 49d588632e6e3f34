# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Select the sessions of a reconciliation, and join their charges with the books.

Temporary tables, dropped at the end of the transaction: `iicharge_reconciled_session` with the
ids of the sessions; `iicharge_reconciled_line` with a row for each line of their charges and its
amounts in order, invoices, journal and POS; `iicharge_reconciled_odd` with those of these rows
that are not simply invoiced and booked, enough for what concerns one line alone;
`iicharge_reconciled_item` with the lines of their invoices and credit notes; two more for checks
that share what they read (`RATED`, `CUSTOMERS`). Amounts are in the bill's currency; multiplied by
`factor` they are in the company's.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from odoo.tools import SQL

from ..core.conversion import to_naive
from .reconciliation_documents import CUSTOMERS
from .reconciliation_ratings import RATED

_SESSIONS = """
    CREATE TEMPORARY TABLE iicharge_reconciled_session ON COMMIT DROP AS
    SELECT session.id FROM iicharge_session session
      JOIN unnest(%s::int[], %s::timestamp[], %s::timestamp[]) AS period (site_id, start, stop)
        ON period.site_id = session.site_id
     WHERE session.company_id = %s AND session.state = 'stopped'
       AND session.stopped_at >= period.start AND session.stopped_at < period.stop
"""
# Refunds count negative.
_SIGN = "CASE move.move_type WHEN 'out_refund' THEN -1 ELSE 1 END"
# If prices include taxes that are rounded once for each invoice, Odoo moves a cent of each item
# between it and the tax. The invoice's total still is the sum of its items.
_ROUNDED = f"""
    (CASE WHEN item.price_subtotal * {_SIGN} + item.amount_currency != 0
          AND (SELECT abs(abs(sum(other.amount_currency)) - abs(move.amount_untaxed)) < 0.0005
                  AND abs(item.price_subtotal * {_SIGN} + item.amount_currency)
                      <= currency.rounding * count(*) + 0.0005
                 FROM account_move_line other
                WHERE other.move_id = move.id AND other.display_type IN ('product', 'rounding'))
         THEN item.price_subtotal * {_SIGN} + item.amount_currency ELSE 0 END)
"""
# An invoice line for several charge lines is split by their amounts; a difference is distributed
# evenly.
_PART = """
    CASE WHEN shared.count > 1
         THEN line.amount_untaxed + ({value} - shared.total) / shared.count ELSE {value} END
"""
# A credit note by hand of such a line is split by their amounts.
_PART_OR_REVERSAL = f"""
    CASE WHEN item.iicharge_reversed_line_id = direct.id
         THEN {{value}} * coalesce(line.amount_untaxed / nullif(shared.total, 0), 1)
         ELSE {_PART} END
"""
_PLACED = _PART.format(value=f"item.price_subtotal * {_SIGN}")
_SUBTOTAL = _PART_OR_REVERSAL.format(value=f"item.price_subtotal * {_SIGN}")
_BOOKED = _PART_OR_REVERSAL.format(value="-item.amount_currency")
# A credit note by hand that takes back whole pieces, as they were invoiced, leaves them to be
# invoiced again, as in Odoo; one of another amount, or of what a register took, is goodwill, and
# its pieces do not count.
_IS_BY_HAND = "(move.move_type = 'out_refund' OR item.iicharge_reversed_line_id = direct.id)"
_IS_GOODWILL = """
    (item.iicharge_reversed_line_id IS NOT NULL
     OR move.move_type = 'out_refund' AND order_line.product_uom_qty != 0
        AND abs(item.price_subtotal - order_line.price_subtotal * item.quantity
                / order_line.product_uom_qty) > currency.rounding)
"""
# What a discount takes off a line of a bill. Where prices are with tax, price and net are rounded
# before the discount and after it.
_DISCOUNT = """
    CASE WHEN order_line.discount > 0
          AND abs(order_line.price_subtotal
                  - line.billed_untaxed * (1 - order_line.discount::numeric / 100))
              <= 2 * billed_currency.rounding
         THEN order_line.price_subtotal - line.billed_untaxed ELSE 0 END
"""
# The lines are found in three steps, each for all lines at once. Each is a table of its own, so
# that the next one is planned by the number of its rows; as one query it takes minutes for a month.
_CHARGED = f"""
    CREATE TEMPORARY TABLE iicharge_reconciled_charged ON COMMIT DROP AS
    SELECT row_number() OVER () AS number, line.id, line.charge_id, charge.session_id, charge.kind,
           charge.state, charge.destination, session.stopped_at,
           charge.currency_id AS charge_currency_id,
           charge.state IN ('posted', 'credited') AS is_booked,
           coalesce(line.credited_line_id, line.id) AS root_id, false AS is_covered,
           line.amount_untaxed, line.amount_tax, line.product_id,
           coalesce(line.billed_currency_id, charge.currency_id) AS currency_id,
           line.billed_untaxed AS expected, coalesce(shared.count, 1) AS shares,
           shared.total AS shared_total,
           CASE WHEN order_line.id IS NOT NULL THEN order_line.price_subtotal
                WHEN direct.id IS NOT NULL THEN place.actual END AS actual,
           order_line.price_total AS actual_taxed,
           company.tax_calculation_rounding_method = 'round_globally' AS rounds_globally,
           {_DISCOUNT} AS discount,
           CASE WHEN coalesce(line.billed_currency_id, charge.currency_id) = charge.currency_id
                  OR coalesce(line.billed_untaxed, 0) = 0
                THEN 1 ELSE line.amount_untaxed / line.billed_untaxed END AS factor,
           order_line.id AS order_line_id, sale.id AS order_id, sale.state AS order_state,
           order_line.product_uom_qty AS sold_quantity, order_line.price_subtotal AS sold_untaxed,
           direct.id AS direct_line_id, direct_move.state AS direct_state,
           coalesce(nullif(order_line.product_uom_qty, 0), 1) AS quantity
      FROM iicharge_reconciled_session scope
      JOIN iicharge_session session ON session.id = scope.id
      JOIN iicharge_charge charge ON charge.session_id = session.id
      JOIN iicharge_charge_line line ON line.charge_id = charge.id
      JOIN res_currency billed_currency
        ON billed_currency.id = coalesce(line.billed_currency_id, charge.currency_id)
      LEFT JOIN sale_order_line order_line ON order_line.iicharge_charge_line_id = line.id
      LEFT JOIN sale_order sale ON sale.id = order_line.order_id
      JOIN res_company company ON company.id = charge.company_id
      LEFT JOIN account_move_line direct ON direct.id = line.invoice_line_id
      LEFT JOIN account_move direct_move ON direct_move.id = direct.move_id
      LEFT JOIN LATERAL (
           SELECT count(*) AS count, sum(amount_untaxed) AS total
             FROM iicharge_charge_line WHERE invoice_line_id = direct.id HAVING count(*) > 0
           ) AS shared ON true
     CROSS JOIN LATERAL (
           SELECT {_PLACED} AS actual
             FROM (SELECT direct_move.move_type) AS move, (SELECT direct.price_subtotal) AS item
           ) AS place
"""
# The invoice lines of each row, by each way that leads to them.
_FOUND = """
    SELECT number, direct_line_id AS item_id FROM iicharge_reconciled_charged
     WHERE direct_line_id IS NOT NULL
     UNION
    SELECT charged.number, note.id FROM iicharge_reconciled_charged charged
      JOIN account_move_line note ON note.iicharge_reversed_line_id = charged.direct_line_id
     UNION
    SELECT charged.number, note.id FROM iicharge_reconciled_charged charged
      JOIN pos_order_line paid ON paid.sale_order_line_id = charged.order_line_id
      JOIN account_move_line sold ON sold.iicharge_pos_line_id = paid.id
      JOIN account_move_line note ON note.iicharge_reversed_line_id = sold.id
     UNION
    SELECT charged.number, rel.invoice_line_id FROM iicharge_reconciled_charged charged
      JOIN sale_order_line_invoice_rel rel ON rel.order_line_id = charged.order_line_id
"""
_INVOICED = f"""
    CREATE TEMPORARY TABLE iicharge_reconciled_invoiced ON COMMIT DROP AS
    SELECT line.number,
           coalesce(sum(item.quantity * {_SIGN}) FILTER (WHERE counts), 0) AS quantity,
           coalesce(sum({_SUBTOTAL}) FILTER (WHERE counts), 0) AS amount,
           coalesce(sum({_SUBTOTAL}) FILTER (WHERE counts AND {_IS_BY_HAND}), 0) AS reversed,
           coalesce(sum(item.quantity * {_SIGN}) FILTER (WHERE counts AND {_IS_BY_HAND}), 0)
             AS reversed_quantity,
           coalesce(sum({_SUBTOTAL}) FILTER (WHERE counts AND {_IS_GOODWILL}), 0) AS goodwill,
           coalesce(sum(item.quantity * {_SIGN}) FILTER (WHERE counts AND {_IS_GOODWILL}), 0)
             AS goodwill_quantity,
           coalesce(sum(item.price_total * {_SIGN})
                    FILTER (WHERE counts AND ({_IS_GOODWILL}) IS NOT TRUE), 0) AS taxed,
           count(*) FILTER (WHERE counts AND ({_IS_GOODWILL}) IS NOT TRUE) AS pieces,
           coalesce(sum({_SUBTOTAL}) FILTER (WHERE move.state = 'posted'), 0) AS posted,
           coalesce(sum({_BOOKED}) FILTER (WHERE move.state = 'posted'), 0) AS booked,
           coalesce(sum({_ROUNDED} / shared.count) FILTER (WHERE move.state = 'posted'), 0)
             AS rounded,
           count(*) FILTER (WHERE move.state = 'cancel') AS cancelled
      FROM ({_FOUND}) found
      JOIN iicharge_reconciled_charged line ON line.number = found.number
      JOIN account_move_line item ON item.id = found.item_id
      JOIN account_move move ON move.id = item.move_id
      JOIN res_currency currency ON currency.id = item.currency_id
     CROSS JOIN LATERAL (SELECT move.state != 'cancel') AS state (counts)
     CROSS JOIN LATERAL (SELECT line.direct_line_id) AS direct (id)
     CROSS JOIN LATERAL (SELECT line.shares, line.shared_total) AS shared (count, total)
     CROSS JOIN LATERAL (SELECT line.sold_quantity, line.sold_untaxed)
        AS order_line (product_uom_qty, price_subtotal)
     GROUP BY line.number
"""
_REGISTER = """
    SELECT paid.sale_order_line_id AS order_line_id, sum(paid.qty) AS quantity,
           sum(line.amount) AS amount,
           sum(line.amount) FILTER (WHERE opening.state = 'closed') AS booked
      FROM pos_order_line paid
     CROSS JOIN LATERAL (
           -- a refund made in the register has amounts above zero
           SELECT sign(paid.qty * paid.price_unit) * abs(paid.price_subtotal)
           ) AS line (amount)
      JOIN pos_order ON pos_order.id = paid.order_id
      JOIN pos_session opening ON opening.id = pos_order.session_id
     WHERE paid.sale_order_line_id IN (SELECT order_line_id FROM iicharge_reconciled_charged)
       AND pos_order.state NOT IN ('draft', 'cancel')
     GROUP BY paid.sale_order_line_id
"""
_LINES = f"""
    CREATE TEMPORARY TABLE iicharge_reconciled_placed ON COMMIT DROP AS
    SELECT charged.*,
           coalesce(invoiced.quantity - invoiced.goodwill_quantity, 0) AS invoiced_quantity,
           coalesce(invoiced.reversed, 0) AS reversed,
           coalesce(invoiced.reversed_quantity, 0) AS reversed_quantity,
           coalesce(invoiced.goodwill, 0) AS goodwill,
           coalesce(invoiced.goodwill_quantity, 0) AS goodwill_quantity,
           0::numeric AS covered,
           coalesce(invoiced.amount, 0) AS invoiced_amount,
           coalesce(invoiced.taxed, 0) AS invoiced_taxed,
           coalesce(invoiced.pieces, 0) AS invoiced_pieces,
           coalesce(invoiced.posted, 0) AS invoiced_posted,
           coalesce(invoiced.booked, 0) AS invoiced_booked,
           coalesce(invoiced.cancelled, 0) AS invoiced_cancelled,
           coalesce(invoiced.rounded, 0) AS invoiced_rounded,
           coalesce(register.quantity, 0) AS register_quantity,
           coalesce(register.amount, 0) AS register_amount,
           coalesce(register.booked, 0) AS register_booked
      FROM iicharge_reconciled_charged charged
      LEFT JOIN iicharge_reconciled_invoiced invoiced ON invoiced.number = charged.number
      LEFT JOIN ({_REGISTER}) register ON register.order_line_id = charged.order_line_id
"""
# A credit takes back what its bill says, at the rate of the charge. Its own amounts give no rate:
# a discount of the bill is in one of them only.
_CREDITED_RATE = """
    UPDATE iicharge_reconciled_placed line SET factor = root.factor
      FROM iicharge_reconciled_placed root
     WHERE root.id = line.root_id AND line.id != line.root_id
       AND line.currency_id = root.currency_id AND line.currency_id != line.charge_currency_id
"""
# Where a charge was credited in full after accountants had credited some of it themselves, the
# credits take back only the rest: `covered` is what they leave out, below zero.
_COVERED = """
    UPDATE iicharge_reconciled_placed line
       SET is_covered = true,
           currency_id = root.currency_id, factor = root.factor,
           expected = CASE WHEN line.actual IS NULL THEN line.amount_untaxed / root.factor
                           ELSE line.expected END,
           covered = CASE WHEN line.id = root.root_id THEN root.covered ELSE 0 END,
           goodwill = 0,
           invoiced_quantity = line.invoiced_quantity + line.goodwill_quantity
                             - line.reversed_quantity
      FROM (SELECT root.root_id, root.currency_id, root.factor,
                   -least(-root.reversed, credited.more) AS covered
              FROM iicharge_reconciled_placed root
             CROSS JOIN LATERAL (
                   SELECT sum(coalesce(actual, 0)) AS more FROM iicharge_reconciled_placed
                    WHERE root_id = root.id AND is_booked) AS credited
             WHERE root.id = root.root_id AND root.state = 'credited' AND root.reversed < 0
               AND credited.more > 0.0005) root
     WHERE line.root_id = root.root_id
"""
# What of a line was invoiced, by its pieces. Odoo rounds each piece, and moves a cent between net
# and tax where it rounds the taxes of an invoice in all: such cents are due as they are invoiced.
# A table of its own: each row changed in place would be read twice by all that follows.
_DUE = """
    CREATE TEMPORARY TABLE iicharge_reconciled_line ON COMMIT DROP AS
    SELECT line.*,
           CASE WHEN order_line_id IS NOT NULL
                 AND abs(invoiced.net - by_pieces.amount)
                     BETWEEN currency.rounding / 2 AND currency.rounding * (invoiced_pieces + 0.5)
                 AND (invoiced_quantity NOT IN (0, quantity)
                      OR abs(invoiced_taxed - actual_taxed) < currency.rounding
                         * CASE rounds_globally WHEN true THEN invoiced_pieces - 0.5 ELSE 0.5 END)
                THEN invoiced.net ELSE by_pieces.amount END AS invoiced_due
      FROM iicharge_reconciled_placed line
      JOIN res_currency currency ON currency.id = line.currency_id
     CROSS JOIN LATERAL (
           SELECT (invoiced_amount - goodwill - covered)::numeric AS net) AS invoiced
     CROSS JOIN LATERAL (
           SELECT CASE WHEN order_line_id IS NULL THEN coalesce(actual, 0)
                  ELSE round(actual * least(greatest(invoiced_quantity / quantity, 0), 1),
                             currency.decimal_places) END::numeric AS amount) AS by_pieces
"""
# At least all lines that a check of single lines, or what waits, may find. The others are on
# their bill, invoiced in full and booked; a check with a condition of its own adds it here.
_ODD = """
    CREATE TEMPORARY TABLE iicharge_reconciled_odd ON COMMIT DROP AS
    SELECT * FROM iicharge_reconciled_line
     WHERE NOT is_booked OR direct_state = 'cancel'
        OR order_line_id IS NULL AND direct_line_id IS NULL
        OR invoiced_due IS DISTINCT FROM actual
        OR invoiced_amount - covered IS DISTINCT FROM invoiced_due OR goodwill != 0
        OR invoiced_posted != invoiced_amount OR invoiced_rounded != 0
        OR register_quantity != 0 OR register_amount != 0 OR register_booked != 0
"""
_ITEMS = """
    CREATE TEMPORARY TABLE iicharge_reconciled_item ON COMMIT DROP AS
    SELECT DISTINCT ON (item.id) item.id, item.move_id, line.id AS line_id, line.charge_id,
           line.session_id, line.order_line_id, line.order_id
      FROM iicharge_reconciled_line line
     CROSS JOIN LATERAL (
           SELECT line.direct_line_id UNION
           SELECT id FROM account_move_line
            WHERE iicharge_reversed_line_id = line.direct_line_id UNION
           SELECT invoice_line_id FROM sale_order_line_invoice_rel
            WHERE order_line_id = line.order_line_id) AS found (id)
      JOIN account_move_line item ON item.id = found.id
      JOIN account_move move ON move.id = item.move_id AND move.state != 'cancel'
     ORDER BY item.id, line.id
"""
_TABLES = tuple(
    f"iicharge_reconciled_{name}"
    for name in "session rated charged invoiced placed line odd item customer".split()
)


@dataclass(frozen=True)
class Scope:
    """The sessions of a company that ended on these days, in the local time of their sites."""

    company: object
    date_from: date
    date_to: date

    def prepare(self):
        """Create the temporary tables, from all that was written in this transaction so far."""
        env = self.company.env
        env.flush_all()
        sites = env["iicharge.site"].with_context(active_test=False)
        sites = sites.search([("company_id", "=", self.company.id)])
        starts, stops = zip(*map(self._get_period, sites), strict=True) if sites else ([], [])
        # an earlier reconciliation in the same transaction may have left them
        env.cr.execute(f"DROP TABLE IF EXISTS {', '.join(_TABLES)}")
        env.cr.execute(SQL(_SESSIONS, sites.ids, list(starts), list(stops), self.company.id))
        env.cr.execute("ANALYZE iicharge_reconciled_session")
        for query in (
            _CHARGED,
            "ANALYZE iicharge_reconciled_charged (number, order_line_id, direct_line_id)",
            _INVOICED,
            "ANALYZE iicharge_reconciled_invoiced (number)",
            _LINES,
            "ANALYZE iicharge_reconciled_placed (id, root_id, state, is_booked)",
            _CREDITED_RATE,
            _COVERED,
            _DUE,
            # all that is joined by
            "ANALYZE iicharge_reconciled_line (id, charge_id, session_id, root_id, order_line_id,"
            " order_id, direct_line_id, state, is_booked)",
            _ODD,
            "ANALYZE iicharge_reconciled_odd (charge_id, session_id, order_line_id)",
            _ITEMS,
            "ANALYZE iicharge_reconciled_item",
            RATED,
            CUSTOMERS,
        ):
            env.cr.execute(query)

    def get_moments(self):
        """Get start and end (UTC, naive) for records without a site."""
        return tuple(
            datetime.combine(day, time())
            for day in (self.date_from, self.date_to + timedelta(days=1))
        )

    def get_product_ids(self):
        """Get the products that charging is sold as."""
        company = self.company
        sites = company.env["iicharge.site.product"].search([("company_id", "=", company.id)])
        own = company.iicharge_product_id | company.iicharge_pass_through_product_id
        return (own | sites.product_id).ids

    def _get_period(self, site):
        zone = ZoneInfo(site.time_zone)
        days = (self.date_from, self.date_to + timedelta(days=1))
        return tuple(to_naive(datetime.combine(day, time(), zone).astimezone(UTC)) for day in days)
