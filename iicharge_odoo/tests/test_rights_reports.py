# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .rights import STRANGERS, RightsCase, list_addons_without, read_table


@tagged("post_install", "-at_install")
class TestReportRights(RightsCase):
    """Each report of this addon, found in the registry, is printed by whom it is for; others of
    ours have none.

    Who prints it by its address, as all who have logged in may try, reads with their own rights.
    """

    def list_reports(self, addon):
        known = self.env["ir.model.data"].search(
            [("module", "=", addon), ("model", "=", "ir.actions.report")], order="name"
        )
        return [(each.name, self.env["ir.actions.report"].browse(each.res_id)) for each in known]

    def is_printed(self, user, report):
        """Whether a report is printed; its record is made by its reader if it is a dialog."""
        with self.env.cr.savepoint() as savepoint:
            self.env.invalidate_all()
            records = self.env[report.model].with_user(user)
            records = records.with_context(allowed_company_ids=None)
            try:
                if records._transient:
                    record = records.create(self.period)
                else:
                    record = self.session_record if report.model == "iicharge.session" else None
                    record = record or self.env[report.model].search(
                        [("company_id", "=", self.company.id)], limit=1
                    )
                    self.assertTrue(record, report.model)
                printed = report.with_user(user).with_context(allowed_company_ids=None)
                html, _kind = printed._render_qweb_html(report.report_name, record.ids)
                self.assertTrue(html)
                return True
            except AccessError:
                return False
            finally:
                savepoint.rollback()

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        today = fields.Date.today()
        cls.period = {"date_from": today - timedelta(days=30), "date_to": today}

    def test_reports_are_printed_by_whom_they_are_for(self):
        expected = read_table(__file__, "rights_reports.csv")
        found = {
            (name,): {
                caller for caller, user in self.callers.items() if self.is_printed(user, report)
            }
            for name, report in self.list_reports(self.test_module)
        }
        wrong = [
            ",".join([*report, " ".join(who for who in self.callers if who in callers)])
            for report, callers in found.items()
            if expected.get(report) != callers
        ]
        self.assertFalse(wrong, "printed otherwise than in the table:\n" + "\n".join(wrong))
        self.assertFalse(set(expected) - set(found), "in the table, not in the registry")

    def test_strangers_print_nothing(self):
        for report, callers in read_table(__file__, "rights_reports.csv").items():
            self.assertFalse(callers & STRANGERS, report)

    def test_addons_without_a_table_add_no_report(self):
        for addon in list_addons_without(self.env, "rights_reports.csv"):
            self.assertEqual(self.list_reports(addon), [], addon)
