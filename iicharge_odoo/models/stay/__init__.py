# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from . import (
    iicharge_charge,
    iicharge_charge_line,
    iicharge_charger,
    iicharge_connector,
    iicharge_desired_state,
    iicharge_destination_folio,
    iicharge_processor_task,
    iicharge_property_limit,
    iicharge_property_search,
    iicharge_property_start,
    iicharge_reservation,
    iicharge_routing,
    iicharge_session,
    iicharge_stay_finder,
    iicharge_token,
    sale_advance_payment_inv,
    sale_order,
    sale_order_line,
    sale_report,
    iicharge_property,
)
