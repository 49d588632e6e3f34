# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import inspect

from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestVacuum(TransactionCase):
    def test_each_runs_on_each_model_that_has_it(self):
        """Odoo's daily job calls them so, on abstract models too, and only logs what fails."""
        ran = []
        for model in self.env.values():
            for name, method in inspect.getmembers(type(model), inspect.isfunction):
                if getattr(method, "_autovacuum", False) and "iicharge" in method.__module__:
                    with self.subTest(model=model._name, method=name):
                        method(model)
                    ran.append(name)
        self.assertIn("_gc_address_keys", ran)
