# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from . import (
    iicharge_charge,
    iicharge_charge_credit,
    iicharge_session,
    iicharge_session_limit,
    iicharge_token,
    loyalty_card,
    loyalty_card_topup,
    loyalty_program,
    loyalty_rule,
    pos_board,
    pos_charging,
    pos_prepaid,
    pos_token,
    pos_topup,
    pos_topup_order,
    pos_wallet,
    prepaid_account,
    res_config_settings,
    sale_order,
    sale_topup,
)
