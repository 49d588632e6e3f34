# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from . import (
    account_move_line,
    iicharge_charge,
    iicharge_charge_line,
    iicharge_pos_board,
    iicharge_pos_card,
    iicharge_pos_help,
    iicharge_pos_room,
    iicharge_pos_register,
    iicharge_session,
    iicharge_token,
    pos_order,
    pos_order_line,
    pos_payment,
    pos_payment_method,
    pos_session,
    sale_order,
    sale_order_line,
    pos_config,
)
