# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from . import (
    account_move,
    iicharge_charge,
    iicharge_charge_line,
    iicharge_destination_prepaid,
    iicharge_guest_payer,
    iicharge_guest_payer_prepaid,
    iicharge_pos_topup,
    iicharge_prepaid_breakage,
    iicharge_refusal,
    iicharge_session,
    iicharge_token,
    loyalty_card,
    loyalty_program,
    loyalty_rule,
    pos_config,
    pos_order,
    pos_order_line,
    res_config_settings,
    sale_order,
    sale_order_line,
)
