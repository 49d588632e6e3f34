# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from . import (
    iicharge_charger_metering,
    iicharge_connector_power,
    iicharge_charger,
    iicharge_charger_admission,
    iicharge_command,
    iicharge_connection,
    iicharge_connector,
    iicharge_desired_state,
    iicharge_evse,
    iicharge_gateway,
    iicharge_ocpp_message,
    iicharge_processor_task,
    iicharge_pruning,
    iicharge_refused_connection,
    iicharge_site,
    ir_websocket,
)
