# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Each fault that a charger may report by OCPP 1.6 has a guide for front desk."""

import pytest
from ocpp.v16.enums import ChargePointErrorCode, ChargePointStatus

from iicharge_odoo.core.guide import CODES, choose_guide


@pytest.mark.parametrize("code", [c for c in ChargePointErrorCode if c != "NoError"])
def test_every_error_of_ocpp_has_a_guide_of_its_own(code):
    assert choose_guide("faulted", code.value, waited_s=0, online=True) == code.value
    assert code.value in CODES


@pytest.mark.parametrize("status", list(ChargePointStatus))
def test_every_status_of_ocpp_leads_to_a_guide(status):
    assert choose_guide(status.name, None, waited_s=0, online=True) in CODES
