# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from . import (
    account_tax,
    iicharge_connector_quote,
    iicharge_energy_cost,
    iicharge_site,
    iicharge_tariff_component,
    iicharge_tariff_ocpi,
    iicharge_tariff_preview,
    iicharge_tariff_rule,
    iicharge_tariff_version,
    iicharge_connector,
    iicharge_tariff,
)
