# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from . import (
    iicharge_stay_dialog,
    iicharge_charger_accept,
    iicharge_charger_secret,
    iicharge_checkout,
    iicharge_dispute,
    iicharge_hotel_settings,
    iicharge_night_audit_make,
    iicharge_month,
    iicharge_reconciliation,
    iicharge_register_add,
    iicharge_reserve,
    iicharge_review,
    iicharge_resolve_charge,
    iicharge_start,
    iicharge_tariff_exchange,
    iicharge_vat_report,
)
