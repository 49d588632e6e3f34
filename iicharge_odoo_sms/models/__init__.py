# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from . import (
    iicharge_guest_notice,
    iicharge_guest_sms,
    iicharge_guest_visit,
    iicharge_portal_erase,
    iicharge_portal_export,
    iicharge_portal_own,
    iicharge_portal_page,
    iicharge_session,
    iicharge_site,
    iicharge_waiting,
    res_partner,
    sale_order,
    sms_sms,
)
