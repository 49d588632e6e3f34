# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from functools import partial

from odoo import Command, api, models
from odoo.exceptions import AccessError


class CompanyWall(models.AbstractModel):
    """Keep the values that users write inside their own companies.

    For each model and dialog that users write. Odoo checks the record that is written, and by
    `check_company` that it agrees with the records it names. Where a record's company is that of a
    record it names (a charger's is its site's), these always agree; hence the user's companies are
    checked for each record that is named. The system itself (`sudo`) is not checked.
    """

    _name = "iicharge.company.wall"
    _description = "Checks of Companies"
    _check_company_auto = True

    def _check_access(self, operation):
        """Keep each dialog to who opened it: what it was given may be known to that user alone."""
        refused = super()._check_access(operation)
        if refused or not self._transient:
            return refused
        # sudo: only who made it is read
        others = self.filtered("id").sudo().filtered(lambda one: one.create_uid.id != self.env.uid)
        if not others:
            return None
        rules = self.env["ir.rule"]
        return others.sudo(False), partial(rules._make_access_error, operation, others.sudo(False))

    def write(self, vals):
        self._check_own_companies([vals])
        result = super().write(vals)
        # Odoo applies record rules to what a record was, not to what it has become
        self.check_access("write")
        return result

    @api.model
    def _prepare_create_values(self, vals_list):
        vals_list = super()._prepare_create_values(vals_list)
        for vals in vals_list:
            for name in [] if self.env.su else self._get_derived_names(vals):
                del vals[name]  # it follows from the others
        self._check_own_companies(vals_list)
        return vals_list

    @api.model
    def _get_derived_names(self, vals):
        """Get the names of stored values that are another record's, as a charger's company."""
        fields = [self._fields[name] for name in vals if name in self._fields]
        return [field.name for field in fields if field.related and field.readonly]

    @api.model
    def _check_own_companies(self, vals_list):
        """Check that values name only records of the user's companies or of none.

        :raise AccessError: one names another, or sets what follows from other fields
        """
        if self.env.su:
            return
        ids = {}
        for vals in vals_list:
            for name in self._get_derived_names(vals):
                raise AccessError(
                    self.env._(
                        "%(field)s follows from other fields and cannot be set.",
                        field=self._fields[name]._description_string(self.env),
                    )
                )
            for name, value in vals.items():
                field = self._fields.get(name)
                if field is not None and field.type in ("many2one", "many2many"):
                    ids.setdefault(field, set()).update(_get_ids(field, value))
        for field, named in ids.items():
            # sudo: only whose they are is read
            records = self.env[field.comodel_name].sudo().browse(named).exists()
            if not all(self._is_own(record) for record in records):
                raise AccessError(
                    self.env._(
                        "%(field)s: this belongs to another company.",
                        field=field._description_string(self.env),
                    )
                )

    @api.model
    def _is_own(self, record):
        """Whether a record belongs to a company of the user or to none."""
        if record._name == "res.company":
            companies = record
        elif record._name == "res.users":
            companies = record.company_ids
        else:
            name = next((n for n in ("company_id", "company_ids") if n in record._fields), None)
            companies = record[name] if name else self.env["res.company"]
        # sudo: a branch uses what belongs to its parent companies, which its users may not read
        own = self.env.companies | self.env.companies.sudo().parent_ids
        return not companies or bool(companies & own)


def _get_ids(field, value):
    """Get the ids that a value of a relation adds."""
    if field.type == "many2one":
        return [value] if value else []
    ids = []
    for command in value or []:
        if not isinstance(command, (list, tuple)):
            ids.append(command)
        elif command[0] == Command.SET:
            ids += command[2]
        elif command[0] == Command.LINK:
            ids.append(command[1])
    return ids
