# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import json
import re

from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.iicharge_odoo.tests.common import ChargingCase

VALUE = re.compile(r'PIVOT\.VALUE\((\d+),"([^"]+)"\)')
TABLE = re.compile(r"=PIVOT\((\d+),")


@tagged("post_install", "-at_install")
class TestDashboard(ChargingCase):
    """The dashboard shows figures of the analysis, to managers, who may change it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dashboard = cls.env.ref("iicharge_odoo_spreadsheet.dashboard_charging")
        cls.content = json.loads(cls.dashboard.spreadsheet_data)
        cls.figures = [f["data"] for sheet in cls.content["sheets"] for f in sheet["figures"]]

    def get_fields(self):
        """Get what names a field of the analysis: (where, field)."""
        for pivot in self.content["pivots"].values():
            yield from ((pivot["name"], row["fieldName"]) for row in pivot["rows"])
            yield from ((pivot["name"], measure["fieldName"]) for measure in pivot["measures"])
            yield from ((pivot["name"], leaf[0]) for leaf in pivot["domain"])
            yield from ((pivot["name"], m["chain"]) for m in pivot["fieldMatching"].values())
        for figure in self.figures:
            if "metaData" in figure:
                names = [figure["metaData"]["measure"], *figure["metaData"]["groupBy"]]
                names += [match["chain"] for match in figure["fieldMatching"].values()]
                yield from ((figure["title"]["text"], name.partition(":")[0]) for name in names)

    def test_each_figure_names_a_field_of_the_analysis(self):
        known = self.env["iicharge.analysis"]._fields
        named = list(self.get_fields())
        self.assertGreater(len(named), 40)
        self.assertEqual([place for place in named if place[1] not in known], [])
        models = [pivot["model"] for pivot in self.content["pivots"].values()]
        models += [f["metaData"]["resModel"] for f in self.figures if "metaData" in f]
        self.assertEqual(set(models), {"iicharge.analysis"})

    def test_each_cell_that_is_shown_is_there(self):
        sheets = {sheet["name"]: sheet["cells"] for sheet in self.content["sheets"]}
        pivots = self.content["pivots"]
        for figure in self.figures:
            for place in filter(None, (figure.get("keyValue"), figure.get("baseline"))):
                name, cell = place.split("!")
                self.assertIn(cell, sheets[name], place)
        for cell in (cell for cells in sheets.values() for cell in cells.values()):
            for number, measure in VALUE.findall(cell):
                self.assertIn(measure, [m["id"] for m in pivots[number]["measures"]])
            for number in TABLE.findall(cell):
                self.assertIn(number, pivots)

    def test_manager_reads_the_figures_of_each_part(self):
        self.charge_kwh(kwh=10)
        analysis = self.env["iicharge.analysis"].with_user(self.users["manager"])
        for pivot in self.content["pivots"].values():
            measures = [measure["id"] for measure in pivot["measures"]]
            [*_others, last] = analysis.formatted_read_group(
                pivot["domain"], [row["fieldName"] for row in pivot["rows"]], measures
            )
            self.assertGreaterEqual(last.keys(), set(measures))
        [total] = analysis.formatted_read_group(
            [("site_id", "=", self.site.id)], [], ["energy_kwh:sum", "session_count:sum"]
        )
        self.assertEqual((total["energy_kwh:sum"], total["session_count:sum"]), (10, 1))

    def test_managers_change_it_and_no_others_see_it(self):
        own = self.dashboard.with_user(self.users["manager"])
        own.name = "Charging at our house"
        own.dashboard_group_id.name = "Charging"
        own.copy()
        for group in ("front_desk", "technician", "accountant"):
            with self.assertRaises(AccessError):
                self.dashboard.with_user(self.users[group]).read(["name"])

    def test_managers_do_not_change_those_of_others(self):
        other = self.dashboard.copy(
            {
                "dashboard_group_id": self.env.ref(
                    "spreadsheet_dashboard.spreadsheet_dashboard_group_sales"
                ).id
            }
        )
        mine = other.with_user(self.users["manager"])
        self.assertTrue(mine.name)
        with self.assertRaises(AccessError):
            mine.name = "Not mine"
        with self.assertRaises(AccessError):
            mine.dashboard_group_id.with_user(self.users["manager"]).name = "Not mine"
