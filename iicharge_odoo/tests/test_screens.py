# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Each role presses each button that it sees, and fills in each form from an empty record.

What is read, asked and pressed is what the web client reads, asks and presses: the views of each
menu as the role gets them, and those of the dialogs that its buttons open.
"""

import re

from lxml import etree

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command, Domain
from odoo.tests import tagged
from odoo.tools import mute_logger
from odoo.tools.safe_eval import safe_eval

from .screens import HouseCase, get_specification

# Dialogs that dialogs open are walked, too; deeper than that nothing new is seen.
DEPTH = 3
# Of each list the first records, which are in different states.
RECORDS = 3
# Fields that offer nothing in an empty record, and what is chosen first.
CHOSEN_FIRST = {
    ("sale.order", "iicharge_main_folio_id"): "the bill of the same guest",
}
# A part of a card that is shown where a field has a value.
IF_SET = re.compile(r"record\.(\w+)\.raw_value")


class Screens:
    """The screens of one role, and what goes wrong on them.

    :param case: the test
    :param user: `res.users`
    """

    def __init__(self, case, user):
        self.env = case.env(user=user)
        self.faults = []
        self.pressed = set()
        self.offered = set()

    def walk_action(self, action, depth=0):
        """Open an action as its dictionary, and press what is seen."""
        if action.get("type") != "ir.actions.act_window" or depth > DEPTH:
            return
        model = self._get_model(action["res_model"], action.get("context"))
        domain = self._evaluate(action.get("domain") or [], {})
        modes = action.get("views") or [(False, mode) for mode in action["view_mode"].split(",")]
        if action.get("view_mode") and not action.get("views"):
            modes = [(False, mode) for mode in action["view_mode"].split(",")]
        where = f"{model._name}"
        with self._noting(f"open {where}"):
            views = model.get_views([*modes, (False, "search")])["views"]
            if not model._transient and not action.get("res_id"):
                records = model.search(domain, limit=RECORDS)
            else:
                records = model.browse(action.get("res_id"))
            for mode, view in views.items():
                if mode in ("list", "kanban", "form"):
                    self._walk_view(mode, etree.fromstring(view["arch"]), records, depth)

    def _walk_view(self, mode, arch, records, depth):
        if mode == "form" and arch.get("create") not in ("0", "false"):
            self._walk_new(arch, records.browse(), depth)
        for record in records:
            [values] = record.web_read(get_specification(arch))
            for button in arch.iter("button"):
                if self._is_seen(button, values, record):
                    self._press(button, record, depth)

    def _walk_new(self, arch, model, depth):
        """Fill in a form from an empty record; press what a new dialog offers."""
        if not model.has_access("create"):
            return
        specification = get_specification(arch)
        values = model.onchange({}, [], specification)["value"]
        for node in arch.iter("field"):
            if node.getparent() is not None and self._is_seen(node, values, model):
                self._check_offers(node, model, values)

    def _check_offers(self, node, model, values):
        """Check that a field offers records, where the role sees any."""
        field = model._fields.get(node.get("name"))
        if field is None or field.type not in ("many2one", "many2many") or _is_inside_list(node):
            return
        if field.readonly or self._evaluate(node.get("readonly") or "False", values, model):
            return
        key = (model._name, field.name)
        if key in self.offered or key in CHOSEN_FIRST:
            return
        self.offered.add(key)
        description = model.fields_get([field.name], ["domain"])[field.name].get("domain")
        domain = self._evaluate(node.get("domain") or description or [], values, model)
        comodel = model.env[field.comodel_name]
        # where there is one of the company's, one is offered
        seen = comodel.search_count(_own(comodel), limit=1)
        if seen and not comodel.search_count(Domain(domain), limit=1):
            self.faults.append(f"{model._name}.{field.name} offers nothing: {domain}")

    def _press(self, button, record, depth):
        name, kind = button.get("name"), button.get("type")
        key = (record._name, name, record.id if depth == 0 else 0)
        if not name or key in self.pressed:
            return
        self.pressed.add(key)
        what = f"{record._name}: press {button.get('string') or name}"
        with self._noting(what), self.env.cr.savepoint(flush=True) as savepoint:
            try:
                if kind == "object":
                    context = self._evaluate(button.get("context") or {}, {})
                    result = getattr(record.with_context(**context), name)()
                else:
                    result = self._load(int(name))
                if isinstance(result, dict):
                    active = {"active_id": record.id, "active_ids": record.ids}
                    self.walk_action(
                        {**result, "context": {**self._context(result), **active}}, depth + 1
                    )
                self.env.flush_all()
            finally:
                self.env.invalidate_all(flush=False)
                savepoint.rollback()

    def _load(self, number):
        """Load an action as the web client does; what is no window, as a report, stays closed."""
        action = self.env["ir.actions.actions"].sudo().browse(number)
        return action.env[action.type].browse(number).read()[0]

    def _context(self, action):
        return self._evaluate(action.get("context") or {}, {})

    def _get_model(self, name, context):
        return self.env[name].with_context(**self._evaluate(context or {}, {}))

    def _is_seen(self, node, values, record):
        """Check that neither the node nor what it is in is hidden for these values."""
        if _is_inside_list(node):
            return False  # of rows inside, which have values of their own
        for each in (node, *node.iterancestors()):
            for attribute in ("invisible", "column_invisible"):
                if self._evaluate(each.get(attribute) or "False", values, record):
                    return False
            card = IF_SET.fullmatch(each.get("t-if") or "")
            if card and not values.get(card[1]):
                return False
        return True

    def _evaluate(self, expression, values, record=None):
        if not isinstance(expression, str):
            return expression
        names = {
            **dict.fromkeys(record._fields if record is not None else (), False),
            **{name: _simple(value) for name, value in values.items()},
            "id": record.id if record else False,
            "parent": False,
            "uid": self.env.uid,
            "context": dict(self.env.context),
            "active_id": record.id if record else False,
            "allowed_company_ids": self.env.companies.ids,
        }
        return safe_eval(expression, names)

    def _noting(self, what):
        return _Noting(self.faults, what)


class _Noting:
    """Note what goes wrong inside; a rule's refusal in words is no fault."""

    def __init__(self, faults, what):
        self.faults = faults
        self.what = what

    def __enter__(self):
        return self

    def __exit__(self, kind, error, _traceback):
        if kind is None or not issubclass(kind, Exception):
            return False
        if issubclass(kind, AccessError) or not issubclass(kind, UserError):
            self.faults.append(f"{self.what}: {kind.__name__}: {error}")
        return True


def _own(comodel):
    name = "company_id" if "company_id" in comodel._fields else ""
    return Domain(name, "in", comodel.env.companies.ids) if name else Domain.TRUE


def _is_inside_list(node):
    return any(above.tag == "field" for above in node.iterancestors())


def _simple(value):
    """A value of `web_read` or `onchange` as expressions in views see it."""
    if isinstance(value, dict) and "id" in value:
        return value["id"]
    if isinstance(value, list):
        return [one["id"] if isinstance(one, dict) else _get_id(one) for one in value]
    return value


def _get_id(command):
    is_command = isinstance(command, (list, tuple)) and command[0] == Command.LINK
    return command[1] if is_command else command


@tagged("post_install", "-at_install")
class TestEachScreen(HouseCase):
    def walk(self, group):
        screens = Screens(self, self.users[group])
        for action_id in self.get_menus(self.users[group]).values():
            with mute_logger("odoo.sql_db"):
                # the home is a page of its own, which `tests/walks` opens
                screens.walk_action(screens._load(action_id))
        self.assertFalse(screens.faults, "\n".join(screens.faults))
        self.assertGreater(len(screens.pressed), 5)

    def test_front_desk_presses_each_button_that_it_sees(self):
        self.walk("front_desk")

    def test_technician_presses_each_button_that_it_sees(self):
        self.walk("technician")

    def test_accountant_presses_each_button_that_it_sees(self):
        self.walk("accountant")

    def test_manager_presses_each_button_that_it_sees(self):
        self.walk("manager")
