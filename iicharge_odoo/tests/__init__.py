# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from . import (
    test_admission,
    test_charge,
    test_charge_money,
    test_command,
    test_company,
    test_external_api,
    test_leadership,
    test_odd_frames,
    test_processor,
    test_quote,
    test_refusal_text,
    test_review,
    test_rights,
    test_session,
    test_start,
    test_tariff,
    test_tariff_preview,
    test_tariff_price,
    test_token,
    test_views,
)
