# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from datetime import date

from odoo import Command
from odoo.tests import tagged

from odoo.addons.iicharge_odoo.tests.rights import RightsCase
from odoo.addons.iicharge_odoo.tests.test_rights_fields import FieldRights
from odoo.addons.iicharge_odoo.tests.test_rights_methods import MethodRights

from .common import make_program


class PrepaidRightsCase(RightsCase):
    """A record of each model of this addon, and of each that it extends."""

    table = __file__

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        program = make_program(cls.env, cls.company)
        card = cls.env["loyalty.card"].create(
            {"program_id": program.id, "partner_id": cls.guest.id, "points": 20}
        )
        token = cls.env["iicharge.token"].create({"uid": "PREPAID", "loyalty_card_id": card.id})
        room = cls.env["pos.payment.method"].create({"name": "Room", "iicharge_room": True})
        config = cls.env["pos.config"].create(
            {
                "name": "Desk",
                "payment_method_ids": [Command.set(room.ids)],
                "iicharge_program_id": program.id,
            }
        )
        cls.start(7002, minutes=60, connectorId=2, idTag="PREPAID")
        cls.process()
        session = cls.session(7002)
        cls.make_breakage(card)
        cls.own = {
            "iicharge.session": session,
            "iicharge.token": token,
            "loyalty.card": card,
            "loyalty.program": program,
            "pos.config": config,
            "sale.order.line": cls.session_record.charge_ids.line_ids.sale_line_ids,
        }
        cls.arguments = {
            "amount": 10.0,
            "card_id": card.id,
            "code": card.code,
            "connector_id": session.connector_id.id,
            "partner_id": cls.guest.id,
            "refunded_ids": session.ids,
            "sold_ids": session.ids,
            "text": "PREPAID",
            "token_id": token.id,
            "uid": "PREPAID",
        }

    @classmethod
    def make_breakage(cls, card):
        account = cls.company._iicharge_get_accrual_account()
        lines = [
            Command.create({"account_id": account.id, "balance": balance}) for balance in (1, -1)
        ]
        move = cls.env["account.move"].create({"move_type": "entry", "line_ids": lines})
        cls.env["iicharge.prepaid.breakage"].create(
            {
                "card_id": card.id,
                "company_id": cls.company.id,
                "currency_id": cls.company.currency_id.id,
                "date": date(2025, 3, 31),
                "move_id": move.id,
            }
        )


@tagged("post_install", "-at_install")
class TestPrepaidMethodRights(MethodRights, PrepaidRightsCase):
    pass


@tagged("post_install", "-at_install")
class TestPrepaidFieldRights(FieldRights, PrepaidRightsCase):
    pass
