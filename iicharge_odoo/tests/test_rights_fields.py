# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo.exceptions import AccessError, UserError
from odoo.models import LOG_ACCESS_COLUMNS
from odoo.tests import tagged

from .rights import RightsCase, read_table

# Notes and activities are Odoo's.
OF_ODOO = ("message_", "activity_")


@tagged("post_install", "-at_install")
class TestFieldRights(RightsCase):
    """Each stored field that screens only show, found in the registry: who may write it by a call.

    `rights_fields.csv` names those that may be written: what a charger reports, which it reports
    again, and texts. A field of money, of evidence or of a password is not among them.
    """

    def list_fields(self):
        """List the records and fields to write."""
        for model in sorted(self.env.registry):
            records = self.env[model]
            is_ours = records._original_module == self.test_module
            if not is_ours or records._abstract or records._transient or not records._auto:
                continue
            record = records.search([], limit=1)
            for name, field in records._fields.items():
                is_shown = field.store and field.readonly and name not in LOG_ACCESS_COLUMNS
                if record and is_shown and name != "id" and not name.startswith(OF_ODOO):
                    yield record, field

    def is_written(self, user, record, field):
        if not record.with_user(user).has_access("write"):
            return False
        value = field.convert_to_write(record[field.name], record)
        try:
            with self.env.cr.savepoint() as savepoint:
                record.with_user(user).write({field.name: value})
                self.env.flush_all()
                savepoint.rollback()
        except (AccessError, UserError):
            return False
        return True

    def test_shown_fields_are_written_by_whom_they_are_for(self):
        expected = read_table(__file__, "rights_fields.csv")
        found = {}
        for record, field in self.list_fields():
            callers = {
                caller
                for caller, user in self.callers.items()
                if self.is_written(user, record, field)
            }
            if callers:
                found[record._name, field.name] = callers
        wrong = [
            ",".join([*field, " ".join(who for who in self.callers if who in callers)])
            for field, callers in found.items()
            if expected.get(field) != callers
        ]
        self.assertFalse(wrong, "written otherwise than in the table:\n" + "\n".join(wrong))
        self.assertFalse(set(expected) - set(found), "in the table, not written")
