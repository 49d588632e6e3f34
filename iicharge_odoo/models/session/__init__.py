# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from . import (
    iicharge_review_reason,
    iicharge_processor_task,
    iicharge_pruning,
    iicharge_session_anonymize,
    iicharge_session_cdr,
    iicharge_session_desk,
    iicharge_session_limit,
    iicharge_session_lost,
    iicharge_session_metering,
    iicharge_session_plausibility,
    iicharge_session_readings,
    iicharge_session,
    iicharge_charger,
    iicharge_command,
    iicharge_connector,
    iicharge_desired_state,
    iicharge_meter_value,
    iicharge_site,
    iicharge_token,
    res_company,
)
