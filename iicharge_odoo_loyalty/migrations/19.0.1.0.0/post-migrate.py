# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).


def migrate(cr, version):
    """Set the destination of what a prepaid card pays."""
    cr.execute(
        """UPDATE iicharge_session SET destination = 'prepaid'
            WHERE loyalty_card_id IS NOT NULL AND folio_id IS NULL AND contract_id IS NULL"""
    )
    cr.execute(
        """UPDATE iicharge_charge charge SET destination = 'prepaid'
             FROM iicharge_session session
            WHERE session.id = charge.session_id AND session.destination = 'prepaid'
              AND charge.destination = 'pos'"""
    )
