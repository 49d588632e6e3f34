# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from . import (
    test_card_rest,
    test_guest_prepaid,
    test_offer,
    test_portal_prepaid,
    test_prepaid_books,
    test_prepaid_calls,
    test_prepaid_credit,
    test_prepaid_forged,
    test_prepaid_limit,
    test_prepaid_race,
    test_prepaid_rights,
    test_prepaid_payment,
    test_prepaid_register,
    test_prepaid_token,
    test_prepaid_unit,
    test_prepaid_wallet,
    test_prepay,
    test_prepay_rest,
    test_voucher,
)
