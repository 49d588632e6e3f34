# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import re
from pathlib import Path

import pytest

from .tables import TABLES

MODELS = Path(__file__).resolve().parents[2] / "iicharge_odoo" / "models" / "charger"


@pytest.mark.parametrize(
    "model", ["site", "charger", "command", "connection", "ocpp_message", "refused_connection"]
)
def test_columns_used_by_the_gateway_are_stored_fields_of_the_models(model):
    body = re.search(rf"CREATE TABLE iicharge_{model} \((.*?)\n\)", TABLES, re.S).group(1)
    columns = set(re.findall(r"^    (\w+) ", body, re.M)) - {"id"}
    source = (MODELS / f"iicharge_{model}.py").read_text()
    fields = set(re.findall(r"^    (\w+) = fields\.\w+\((?!\s*related=)", source, re.M))
    assert columns <= fields
