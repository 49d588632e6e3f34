# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from . import (
    account_move,
    iicharge_charge,
    iicharge_charge_line,
    iicharge_contract,
    iicharge_destination_contract,
    iicharge_session,
    iicharge_token,
)
