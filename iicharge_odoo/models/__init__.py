# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
# The order in which the rooms may extend each other's models; tests/setup/test_rooms.py holds it.
from . import (
    iicharge_code,
    iicharge_company_wall,
    res_currency,
    refusal,
    charger,
    tariff,
    session,
    billing,
    night_audit,
    stay,
    dispute,
    contract,
    operations,
    pos,
    guest,
    payment,
    waiting,
    display,
    portal,
    home,
    res_config_settings,
    res_users,
)
