# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, fields, models
from odoo.tools import ormcache


class Code(models.AbstractModel):
    """A code of the rules that is kept on records, and what it is called on screens.

    The data files bring a record for each code; one that is met without is kept under its own
    name, so that nothing is lost.
    """

    _name = "iicharge.code"
    _description = "Code of the Rules"
    _order = "id"

    code = fields.Char(required=True, readonly=True)
    name = fields.Char(required=True, translate=True)

    _code_unique = models.Constraint("unique (code)", "This code has a name already.")

    @api.model
    def _get(self, codes):
        """Return the records of these codes."""
        return self.browse([self._get_id(code) or self._create_id(code) for code in codes])

    @api.model
    @ormcache("self._name", "code")
    def _get_id(self, code):
        # sudo: which record stands for a code is no secret
        return self.sudo().search([("code", "=", code)]).id

    @api.model
    def _create_id(self, code):
        # sudo: codes are not made by hand
        return self.sudo().create({"code": code, "name": code}).id

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    @api.ondelete(at_uninstall=True)
    def _unlink_cached(self):
        self.env.registry.clear_cache()
