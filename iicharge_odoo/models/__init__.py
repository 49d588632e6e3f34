# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from . import (
    iicharge_charge,
    iicharge_charger,
    iicharge_command,
    iicharge_connection,
    iicharge_connector,
    iicharge_meter_value,
    iicharge_ocpp_message,
    iicharge_property,
    iicharge_session,
    iicharge_session_charge,
    iicharge_session_meter,
    iicharge_session_review,
    iicharge_site,
    iicharge_tariff,
    iicharge_token,
    res_company,
    res_config_settings,
    sale_order,
)
