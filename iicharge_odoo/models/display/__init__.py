# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from . import (
    iicharge_charger,
    iicharge_command,
    iicharge_connector,
    iicharge_desired_state,
    iicharge_processor_task,
    iicharge_session,
)
