# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from . import (
    test_guest_sms,
    test_portal_sms,
    test_sms_limits,
    test_sms_rights,
    test_sms_text,
    test_waiting_sms,
)
