# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).


def migrate(cr, version):
    """Charges know who pays, their lines know their bill, and those that are tried again say so."""
    cr.execute(
        """UPDATE iicharge_charge charge SET partner_id = folio.partner_id
             FROM sale_order folio
            WHERE folio.id = charge.folio_id AND charge.partner_id IS NULL"""
    )
    cr.execute(
        """UPDATE iicharge_charge charge
              SET tariff_snapshot = session.tariff_snapshot,
                  breakdown_text = session.breakdown_text
             FROM iicharge_session session
            WHERE session.id = charge.session_id AND charge.tariff_snapshot IS NULL"""
    )
    cr.execute(
        """UPDATE iicharge_charge SET state = 'refused'
            WHERE state = 'pending' AND retry_at IS NOT NULL"""
    )
    cr.execute(
        """UPDATE iicharge_charge_line line SET folio_id = charge.folio_id
             FROM iicharge_charge charge
            WHERE charge.id = line.charge_id AND line.folio_id IS NULL"""
    )
    cr.execute(
        """UPDATE iicharge_charge_line line
              SET billed_currency_id = item.currency_id, billed_untaxed = item.price_subtotal
             FROM sale_order_line item
            WHERE item.iicharge_charge_line_id = line.id AND line.billed_currency_id IS NULL"""
    )
