# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Dashboard and alerts ask only for figures that are there."""

import json
import re

import pytest

from devkit import project

DEPLOY = project.CHECKOUT / "deploy"
CODE = project.CHECKOUT / "iicharge_odoo/models/operations/iicharge_figures.py"
FIGURES = set(re.findall(r'Figure\(\s*"(\w+)"', CODE.read_text(encoding="utf-8")))


@pytest.mark.parametrize("name", ["grafana.json", "iicharge-rules.yml"])
def test_each_figure_that_is_asked_for_exists(name):
    text = (DEPLOY / name).read_text(encoding="utf-8")
    asked = set(re.findall(r"iicharge_(\w+)", text))
    assert len(asked) > 3
    assert asked <= FIGURES


def test_dashboard_has_a_place_for_each_panel():
    panels = json.loads((DEPLOY / "grafana.json").read_text(encoding="utf-8"))["panels"]
    cells = [
        (x, y)
        for at in (panel["gridPos"] for panel in panels)
        for x in range(at["x"], at["x"] + at["w"])
        for y in range(at["y"], at["y"] + at["h"])
    ]
    assert len(cells) == len(set(cells)), "panels overlap"
    assert max(x for x, _y in cells) < 24
