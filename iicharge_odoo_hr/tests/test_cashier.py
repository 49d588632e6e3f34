# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from odoo.addons.iicharge_odoo.tests.pos.register import RegisterCase

from ..models.res_users import EMPLOYEE, REGISTER


@tagged("post_install", "-at_install")
class TestCashier(RegisterCase):
    """Eva and Jan share the cashier's user; actions are logged with their own names."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.config.module_pos_hr = True
        cls.eva, cls.jan = cls.env["hr.employee"].create([{"name": "Eva"}, {"name": "Jan"}])
        cls.config.basic_employee_ids = cls.eva | cls.jan
        cls.register = cls.as_employee(cls.eva)

    @classmethod
    def as_employee(cls, employee, config=None, user=None):
        """Get a register with the context of a signed-in employee."""
        config = config or cls.config
        context = {REGISTER: config.id, EMPLOYEE: employee.id}
        return config.with_user(user or cls.cashier).with_context(**context)

    def get_last_note(self, record):
        return record.message_ids.filtered("body")[0]

    def test_session_taken_to_the_register_names_the_employee(self):
        session = self.charge_visitor()
        self.take(session)
        note = self.get_last_note(session)
        self.assertIn("Eva takes payment for it at Desk", note.body)
        self.assertEqual(note.author_id, self.eva.work_contact_id)
        self.as_employee(self.jan).iicharge_release_payment(session.ids)
        self.assertIn("Jan gives it back unpaid", self.get_last_note(session).body)

    def test_command_to_the_charger_names_the_employee(self):
        command_id = self.register.iicharge_start(self.connector.id)["command_id"]
        command = self.env["iicharge.command"].browse(command_id)
        self.assertEqual((command.cashier, command.create_uid), ("Eva", self.cashier))

    def test_technician_sees_which_employee_tried_and_called(self):
        self.status("Faulted", error_code="GroundFailure")
        self.process()
        step = self.register.iicharge_read_guide(self.connector.id)["steps"][0]
        (tried,) = self.register.iicharge_record_attempt(self.connector.id, step["id"], False)
        self.assertEqual(tried["who"], "Eva")
        register = self.as_employee(self.jan)
        register.iicharge_call_technician(self.connector.id)
        request = self.connector.charger_id._get_open_request()
        self.assertIn("Eva: ", request.description)
        self.assertIn("Called by Jan", request.description)
        if "employee_id" in request._fields:
            self.assertEqual(request.employee_id, self.jan)
        note = self.get_last_note(self.connector)
        self.assertIn("Jan called a technician", note.body)
        self.assertEqual(note.author_id, self.jan.work_contact_id)

    def test_order_to_the_room_names_the_employee_of_the_order(self):
        self.pay_to_room([self.line(self.coffee, 3.0)], employee_id=self.jan.id)
        note = self.get_last_note(self.folio)
        self.assertIn("Jan charges order", note.body)
        self.assertEqual(note.author_id, self.jan.work_contact_id)

    def test_refund_names_the_employee_of_the_order(self):
        session = self.charge_visitor()
        order = self.pay(self.lines_of(self.take(session)), employee_id=self.eva.id)
        self.pay(self.refund_of(order), employee_id=self.jan.id)
        self.assertIn("Jan gives it back with order", self.get_last_note(session).body)

    def test_employee_of_another_register_is_ignored(self):
        session = self.charge_visitor()
        mallory = self.env["hr.employee"].create({"name": "Mallory"})
        self.take(session, self.as_employee(mallory))
        note = self.get_last_note(session)
        self.assertIn(self.cashier.name, note.body)
        self.assertEqual(note.author_id, self.cashier.partner_id)

    def test_register_without_employees_names_the_user(self):
        session = self.charge_visitor()
        self.take(session, self.as_employee(self.eva, self.other_config))
        self.assertIn(f"{self.cashier.name} takes payment", self.get_last_note(session).body)

    def test_user_of_another_company_names_no_employee(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = new_test_user(
            self.env,
            login="test_other_cashier",
            groups="base.group_user,point_of_sale.group_pos_user",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )
        actor = self.as_employee(self.eva, user=stranger).env.user._iicharge_get_actor()
        self.assertEqual(actor.name, stranger.name)

    def test_employee_charges_with_the_rights_of_the_user_and_no_others(self):
        plain = new_test_user(
            self.env,
            login="test_waiter_user",
            groups="base.group_user,point_of_sale.group_pos_user",
        )
        self.config.minimal_employee_ids = self.jan
        self.config.basic_employee_ids = self.eva
        self.assertTrue(self.as_employee(self.jan).iicharge_read_board()["connectors"])
        for employee in (self.eva, self.jan):
            with self.assertRaises(AccessError):
                self.as_employee(employee, user=plain).iicharge_read_board()
