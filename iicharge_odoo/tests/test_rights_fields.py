# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.models import LOG_ACCESS_COLUMNS
from odoo.tests import tagged

from .rights import RightsCase, list_addons_without, read_table


class FieldRights:
    """For the tests of each addon: each stored field of it that screens only show, found in the
    registry: who may write it by a call.

    `rights_fields.csv` names those that may be written: what a charger reports, which it reports
    again, and texts. A field of money, of evidence or of a password is not among them.
    """

    def list_fields(self, addon):
        """List the fields of an addon."""
        for model in sorted(self.env.registry):
            records = self.env[model]
            if records._abstract or records._transient or not records._auto:
                continue
            for name, field in records._fields.items():
                is_shown = field.store and field.readonly and name not in LOG_ACCESS_COLUMNS
                if is_shown and field._modules[:1] == (addon,):
                    yield field

    def find_record(self, model):
        records = self.env[model]
        return self.own.get(model) or records.search([], limit=1)

    def get_other_value(self, record, field):
        """Get a value that the record does not have."""
        value = record[field.name]
        if field.type == "many2one":
            other = self.env[field.comodel_name].search([("id", "!=", value.id)], limit=1)
            return False if value and not field.required else other.id
        if field.type in ("char", "text", "html"):
            return f"{value or ''}x"
        if field.type in ("integer", "float", "monetary"):
            return value + 1
        if field.type == "boolean":
            return not value
        if field.type in ("date", "datetime"):
            return (value or field.today()) + timedelta(days=1)
        if field.type == "selection":
            return next((one for one in field.get_values(self.env) if one != value), value)
        return field.convert_to_write(value, record)

    def is_written(self, user, record, field):
        """Whether a value is taken; one that is left out in silence is not."""
        if not record.with_user(user).has_access("write"):
            return False
        before = record[field.name]
        value = self.get_other_value(record, field)
        try:
            with self.env.cr.savepoint() as savepoint:
                record.with_user(user).write({field.name: value})
                self.env.flush_all()
                taken = record[field.name]
                savepoint.rollback()
        except (AccessError, UserError):
            return False
        finally:
            self.env.invalidate_all(flush=False)
        return taken != before or field.type in ("one2many", "many2many", "json")

    def test_shown_fields_are_written_by_whom_they_are_for(self):
        expected = read_table(self.table, "rights_fields.csv")
        found = {}
        for field in self.list_fields(self.test_module):
            record = self.find_record(field.model_name)
            if not record:
                continue
            callers = {
                caller
                for caller, user in self.callers.items()
                if self.is_written(user, record, field)
            }
            if callers:
                found[field.model_name, field.name] = callers
        wrong = [
            ",".join([*field, " ".join(who for who in self.callers if who in callers)])
            for field, callers in found.items()
            if expected.get(field) != callers
        ]
        self.assertFalse(wrong, "written otherwise than in the table:\n" + "\n".join(wrong))
        self.assertFalse(set(expected) - set(found), "in the table, not written")


@tagged("post_install", "-at_install")
class TestFieldRights(FieldRights, RightsCase):
    """Of this addon, and of those of ours that add no such field, which have no table."""

    table = __file__

    def test_addons_without_a_table_add_no_shown_field(self):
        for addon in list_addons_without(self.env, "rights_fields.csv"):
            self.assertEqual(list(map(str, self.list_fields(addon))), [], addon)
