# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from . import (
    payment_provider,
    payment_transaction,
    iicharge_card_settlement,
    iicharge_card_payment,
    iicharge_card_request,
    iicharge_card_difference,
    iicharge_token,
    iicharge_session,
    iicharge_site,
    iicharge_connector,
    iicharge_charge,
    iicharge_destination_card,
    iicharge_guest_payer,
    iicharge_guest_payer_card,
    iicharge_alert,
    iicharge_alert_kind,
    iicharge_processor_task,
)
