# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import inspect
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.service.model import get_public_method
from odoo.tests import tagged

from .rights import STRANGERS, RightsCase, list_addons_without, read_table


class _Undone(Exception):
    """Takes back what a call did; with whether it did anything."""


class MethodRights:
    """For the tests of each addon: its methods that RPC may call, found in the registry.

    `rights_methods.csv` says who is let in. A method that it does not name fails, and so does one
    that lets in more people, or fewer.
    """

    def list_methods(self, addon):
        """List the model and name of each method that an addon adds."""
        ours = f"odoo.addons.{addon}."
        found = []
        for model in sorted(self.env.registry):
            cls = self.env.registry[model]
            for name in sorted({name for base in cls.mro() for name in vars(base)}):
                first = [base for base in cls.mro() if name in vars(base)][-1]
                is_ours = f"{first.__module__}.".startswith(ours)
                if not is_ours or not inspect.isfunction(vars(first)[name]):
                    continue
                try:
                    get_public_method(self.env[model], name)
                except AccessError:
                    continue
                found.append((model, name))
        return found

    def find_record(self, model):
        """Find a record of a model to call its methods on."""
        records = self.env[model]
        if records._abstract:
            return records
        record = self.own.get(model) or records.search([], limit=1)
        self.assertTrue(record, f"no {model} to call")
        return record

    def make_dialog(self, records):
        """Make a dialog, as its user, about the records of the test."""
        given = records.default_get(list(records._fields))
        values = {}
        for name, field in records._fields.items():
            if not field.required or given.get(name):
                continue
            if field.type == "many2one":
                values[name] = self.find_record(field.comodel_name).id
            elif field.type == "selection":
                values[name] = field.get_values(self.env)[0]
            elif field.type in ("char", "text"):
                values[name] = "x"
        return records.create(values)

    def prepare_arguments(self, method):
        """Give each parameter without a default a value of its name."""
        parameters = list(inspect.signature(method).parameters.values())[1:]
        return {
            each.name: self.arguments[each.name]
            for each in parameters
            if each.default is each.empty and each.kind is each.POSITIONAL_OR_KEYWORD
        }

    def is_let_in(self, user, model, name):
        """Whether a call does anything, or ends with another error than one of rights.

        An action that opens a screen is nothing: that screen reads with the caller's rights.
        """
        records = self.env[model].with_user(user).with_context(allowed_company_ids=None)
        arguments = self.prepare_arguments(getattr(type(records), name))
        if not records._transient:
            records = records.browse(self.find_record(model).ids)
        try:
            with self.env.cr.savepoint():
                if records._transient and not (records := self.try_to_make_dialog(records)):
                    return False
                self.env.flush_all()
                self.env.invalidate_all()
                before = self.count_writes()
                result = getattr(records, name)(**arguments)
                self.env.flush_all()
                kind = result.get("type") if isinstance(result, dict) else None
                opens = isinstance(kind, str) and kind.startswith("ir.actions.")
                raise _Undone(not opens or self.count_writes() != before)
        except _Undone as undone:
            return undone.args[0]
        except AccessError:
            return False
        except Exception:
            # its own checks came after those of rights; of a mixin, it works on no record
            return not records._abstract

    def try_to_make_dialog(self, records):
        try:
            with self.env.cr.savepoint():
                return self.make_dialog(records)
        except (AccessError, UserError):
            return None

    def test_methods_are_called_by_whom_they_are_for(self):
        expected = read_table(self.table, "rights_methods.csv")
        found = {
            (model, name): {
                caller for caller, user in self.callers.items() if self.is_let_in(user, model, name)
            }
            for model, name in self.list_methods(self.test_module)
        }
        wrong = [
            ",".join([*method, " ".join(who for who in self.callers if who in callers)])
            for method, callers in found.items()
            if expected.get(method) != callers
        ]
        self.assertFalse(wrong, "let in otherwise than in the table:\n" + "\n".join(wrong))
        self.assertFalse(set(expected) - set(found), "in the table, not in the registry")


@tagged("post_install", "-at_install")
class TestMethodRights(MethodRights, RightsCase):
    """Of this addon, and of those of ours that add no method, which have no table."""

    table = __file__

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        room = cls.env["pos.payment.method"].create({"name": "Room", "iicharge_room": True})
        config = cls.env["pos.config"].create(
            {"name": "Desk", "payment_method_ids": [Command.set(room.ids)]}
        )
        # languages take seconds to install; that one is asked for says enough
        install = type(cls.env["base.language.install"])
        cls.startClassPatcher(patch.object(install, "lang_install", lambda self: None))
        cls.start(7002, minutes=60, connectorId=2)
        cls.process()
        session = cls.session(7002)
        cls.own = {
            "iicharge.charger": cls.charger,
            "iicharge.connector": session.connector_id,
            "iicharge.session": session,
            "iicharge.site": cls.site,
            "pos.config": config,
            "sale.order": cls.folio,
        }
        cls.arguments = {
            "action": "Reset",
            "amount": 1.0,
            "change": "up",
            "command_id": cls.env["iicharge.command"].search([], limit=1).id,
            "connector_id": session.connector_id.id,
            "email": "guest@example.com",
            "folio_id": cls.folio.id,
            "helped": True,
            "noted": "Seen.",
            "place_id": cls.env["iicharge.waiting"].search([], limit=1).id,
            "reason": "price",
            "refunded_ids": session.ids,
            "request_key": "r",
            "session_id": session.id,
            "session_ids": session.ids,
            "since": "2026-01-01 00:00:00",
            "site_id": cls.site.id,
            "sold_ids": session.ids,
            "statement": "It said less.",
            "step_id": cls.env.ref("iicharge_odoo.guide_step_plug").id,
            "text": "101",
            "token_id": cls.token.id,
            "uid": "04A1B2C3",
        }

    def test_strangers_call_nothing(self):
        for method, callers in read_table(self.table, "rights_methods.csv").items():
            # who closes a bill leads back its own dialog, with any role of Odoo
            if method != ("iicharge.checkout", "action_back"):
                self.assertFalse(callers & STRANGERS, method)

    def test_addons_without_a_table_add_no_method(self):
        for addon in list_addons_without(self.env, "rights_methods.csv"):
            self.assertEqual(self.list_methods(addon), [], addon)
