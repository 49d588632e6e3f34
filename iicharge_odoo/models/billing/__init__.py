# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from . import (
    account_chart_template,
    account_move,
    account_move_line,
    iicharge_charge_credit,
    iicharge_charge_late,
    iicharge_charge_line_credit,
    iicharge_charger,
    iicharge_free_energy,
    iicharge_night_audit,
    iicharge_session,
    iicharge_settlement,
    iicharge_site,
    iicharge_site_product,
    iicharge_tariff,
    res_company,
    iicharge_charge,
    iicharge_charge_line,
)
