# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from . import (
    iicharge_home_front_desk_panel,
    iicharge_home_need,
    iicharge_home_front_desk,
    iicharge_home_month,
    iicharge_home_accountant,
    iicharge_home_setup,
    iicharge_home_technician,
    iicharge_home_use,
    iicharge_home_feedback,
    iicharge_home_manager,
    iicharge_home,
    ir_http,
)
