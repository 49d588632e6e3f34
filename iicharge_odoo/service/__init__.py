# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from . import (
    homes,
    iicharge_alert,
    iicharge_ocpp_message,
    iicharge_processor_task,
    processor,
    res_config_settings,
    threaded,
)

__all__ = [
    "homes",
    "iicharge_alert",
    "iicharge_ocpp_message",
    "iicharge_processor_task",
    "processor",
    "res_config_settings",
    "threaded",
]

homes.start_with_server()
