# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from . import (
    evidence,
    evidence_meter,
    evidence_money,
    guest_receipt,
    iicharge_analysis,
    iicharge_reconciliation_check,
    night_audit,
    prices,
    sign,
)
