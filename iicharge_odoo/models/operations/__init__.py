# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from . import (
    iicharge_alert_kind,
    iicharge_alert,
    iicharge_attempt,
    iicharge_charger,
    iicharge_connector,
    iicharge_dispute,
    iicharge_guide,
    iicharge_guide_step,
    iicharge_figures,
    iicharge_processor_task,
    iicharge_session,
    iicharge_site,
    maintenance_equipment,
    maintenance_request,
    res_company,
)
