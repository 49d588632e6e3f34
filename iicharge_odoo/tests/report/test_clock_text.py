# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""A document has one clock: that of the reader's language."""

import re
from datetime import datetime

from odoo.tests import tagged

from ...models.clock_text import get_clock_text, get_hour_text, get_moment_text
from .test_evidence import EvidenceCase

ZONE = "Europe/Amsterdam"
EVENING = datetime(2026, 3, 10, 18, 5)


@tagged("post_install", "-at_install")
class TestClockText(EvidenceCase):
    def set_language(self, time_format):
        self.env["res.lang"]._lang_get("en_US").time_format = time_format

    def test_time_is_as_the_language_has_it(self):
        for time_format, shown in (
            ("%I:%M:%S %p", "07:05 PM"),
            ("%H:%M:%S", "19:05"),
        ):
            self.set_language(time_format)
            self.assertEqual(get_clock_text(self.env, EVENING, ZONE), shown)
            self.assertIn(f"10/2026 {shown}", get_moment_text(self.env, EVENING, ZONE))
            self.assertEqual(get_hour_text(self.env, "19:05"), shown)

    def test_hour_that_is_being_typed_stays(self):
        self.assertEqual(get_hour_text(self.env, "7 o'clock"), "7 o'clock")
        self.set_language("%H:%M:%S")
        self.assertEqual(get_hour_text(self.env, "00:00"), "00:00")

    def test_evidence_and_bill_have_no_two_clocks(self):
        session = self.charge()
        self.assertIn("07:00 PM to 08:00 PM", session.charge_ids.line_ids.name)
        text = self.words(session, report_type="pdf")
        # each time of day, but the offset of the zone
        times = re.findall(r"(?<!UTC\+)\b\d\d:\d\d(?::\d\d)?(?: [AP]M)?", text)
        self.assertTrue(times)
        self.assertEqual([one for one in times if not one.endswith("M")], [])
