# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo.tests import tagged

from ...models.session.iicharge_meter_value import FLAG_FIELDS
from ..common import ChargingCase

SAMPLES = {
    "empty_value": {"value": ""},
    "unreadable_value": {"value": "n/a"},
    "unknown_unit": {"value": "5", "unit": "varh"},
    "unknown_context": {"value": "5", "context": "Now and Then"},
}


@tagged("post_install", "-at_install")
class TestMeterValue(ChargingCase):
    """Readings keep what was odd about them (docs/chargers.md rows 25 to 31)."""

    def read_samples(self, *sampled):
        self.start(7001)
        at = self.wire_time(self.t0)
        self.sample(7001, 0, 0, meterValue=[{"timestamp": at, "sampledValue": sampled}])
        self.process()
        return self.session(7001).meter_value_ids

    def test_each_flag_is_kept_and_read_again(self):
        value = self.read_samples(*SAMPLES.values())
        self.assertEqual(set(value._get_reading().flags), set(SAMPLES))
        self.assertEqual(
            value.with_context(lang="en_US").flag_text,
            "A value was empty and was left out; A value was no number and was left out; "
            "A value had an unknown unit and was left out; The charger gave an unknown occasion",
        )

    def test_filter_of_odd_readings_finds_each_flag(self):
        view = self.env.ref("iicharge_odoo.iicharge_meter_value_view_search").arch
        for name in FLAG_FIELDS.values():
            self.assertIn(f"('{name}', '=', True)", view)

    def test_sound_reading_takes_no_space_for_flags(self):
        value = self.read_samples({"value": "2000", "unit": "Wh"})
        self.assertFalse(value.flag_text)
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT num_nonnulls(has_empty_value, has_unreadable_value, has_unknown_unit,"
            " has_unknown_context) FROM iicharge_meter_value WHERE id = %s",
            (value.id,),
        )
        self.assertEqual(self.env.cr.fetchone(), (0,))
