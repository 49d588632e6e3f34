# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from . import (
    iicharge_contract,
    iicharge_portal_own,
    iicharge_portal_page,
    iicharge_portal_export,
    iicharge_portal_erase,
    iicharge_portal,
    iicharge_portal_contact,
    iicharge_session,
    res_company,
    res_partner,
)
