# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from . import (
    hotel_folio,
    iicharge_property_hotel,
    iicharge_site,
    sale_advance_payment_inv,
    sale_order,
)
