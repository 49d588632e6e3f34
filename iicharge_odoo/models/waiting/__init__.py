# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from . import (
    iicharge_waiting_visitor,
    iicharge_waiting_offer,
    iicharge_waiting_desk,
    iicharge_waiting,
    iicharge_waiting_page,
    pos_config,
    iicharge_site,
    iicharge_reservation,
    iicharge_connector,
    iicharge_token,
    iicharge_card_payment,
    iicharge_guest_visit,
    iicharge_alert,
    iicharge_alert_kind,
    iicharge_processor_task,
)
