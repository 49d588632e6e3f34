# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
# The order in which the rooms may extend each other's models; tests/setup/test_layers.py holds it.
from . import (
    iicharge_code,
    iicharge_refusal,
    charger,
    tariff,
    session,
    billing,
    stay,
    dispute,
    contract,
    operations,
    pos,
    res_config_settings,
    res_users,
)
