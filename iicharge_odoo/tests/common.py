# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import itertools
import json
from datetime import date, datetime, timedelta

from odoo import Command, fields
from odoo.tests import Form, TransactionCase, new_test_user

from ..service.applying import apply_messages, find_waiting_chargers


def process_messages(env):
    """Apply a batch of new messages, as the processor does in a transaction."""
    return apply_messages(env, find_waiting_chargers(env))


class ChargingCase(TransactionCase):
    """A site with one charger of two connectors, a tariff, and a guest in room 101."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.company
        cls.company._iicharge_set_up()
        cls.tax = cls.env["account.tax"].create(
            {"name": "10 %", "amount": 10, "type_tax_use": "sale", "company_id": cls.company.id}
        )
        cls.tariff = cls.env["iicharge.tariff"].create(
            {
                "name": "Guests",
                "component_ids": [
                    Command.create({"dimension": "ENERGY", "price": 0.45, "tax_ids": cls.tax.ids})
                ],
            }
        )
        cls.site = cls.env["iicharge.site"].create(
            {"name": "Hotel", "time_zone": "Europe/Amsterdam", "tariff_id": cls.tariff.id}
        )
        cls.charger = cls.env["iicharge.charger"].create(
            {"name": "Garage 1", "identity": "TEST-GARAGE-1", "site_id": cls.site.id}
        )
        cls.connector, cls.other_connector = cls.env["iicharge.connector"].create(
            [
                {"charger_id": cls.charger.id, "number": number, "rated_power_w": 22000}
                for number in (1, 2)
            ]
        )
        cls.guest = cls.env["res.partner"].create({"name": "Anna Weber"})
        cls.folio = cls.make_stay(cls.guest, "101")
        cls.token = cls.env["iicharge.token"].create(
            {"uid": "04:A1:B2:C3", "folio_id": cls.folio.id, "partner_id": cls.guest.id}
        )
        cls.users = {
            group: new_test_user(
                cls.env,
                login=f"test_{group}",
                groups=f"base.group_user,iicharge_odoo.group_{group}",
            )
            for group in ("front_desk", "technician", "accountant", "manager")
        }
        cls.t0 = datetime.now().replace(microsecond=0) - timedelta(hours=3)
        cls.message_numbers = itertools.count(1)

    def open_stay_dialog(self, model, connector=None, text="101"):
        """Open a dialog of the backend as front desk, and choose the stay if one is found."""
        connector = (connector or self.connector).with_user(self.users["front_desk"])
        form = Form(connector.env[model].with_context(default_connector_id=connector.id))
        found = connector.find_payers(text)["stays"]
        if len(found) == 1:
            form.folio_id = connector.env["sale.order"].browse(found[0]["id"])
        return form

    @classmethod
    def make_stay(cls, guest, room, **values):
        now = fields.Datetime.now()
        folio = cls.env["sale.order"].create(
            {
                "partner_id": guest.id,
                "iicharge_room": room,
                "iicharge_checkin": now - timedelta(days=1),
                "iicharge_checkout": now + timedelta(days=1),
                **values,
            }
        )
        folio.action_confirm()
        return folio

    @classmethod
    def make_card_payment(cls):
        """Make a payment for which nothing was charged, and which was not given back."""
        long_ago = fields.Datetime.now() - timedelta(hours=2)
        payment = cls.env["iicharge.card.payment"]._open(cls.connector, cls.tariff, 40, "house")
        payment.write({"state": "ended", "ended_at": long_ago, "next_at": False})
        transaction = cls.env["payment.transaction"].create(
            {
                "provider_id": cls.env["payment.provider"].search([], limit=1).id,
                "payment_method_id": cls.env.ref("payment.payment_method_card").id,
                "amount": 40,
                "currency_id": payment.currency_id.id,
                "partner_id": cls.guest.id,
                "state": "done",
                "iicharge_card_payment_id": payment.id,
            }
        )
        cls.env["iicharge.card.request"].create(
            {
                "payment_id": payment.id,
                "transaction_id": transaction.id,
                "kind": "refund",
                "amount": 40,
                "state": "dropped",
            }
        )

    # --- messages as the gateway journals them -----------------------------------------
    @classmethod
    def journal_message(
        cls, action, payload, answer=None, received_at=None, charger=None, **values
    ):
        charger = charger or cls.charger
        id_tag = payload.get("idTag") if isinstance(payload, dict) else None
        if action == "StartTransaction" and isinstance(id_tag, str):
            # the token that the gateway has decided on
            token = cls.env["iicharge.token"]._find(charger.company_id, id_tag)
            values = {"token_id": token.id, **values}
        return cls.env["iicharge.ocpp.message"].create(
            {
                "charger_id": charger.id,
                "direction": "in",
                "ocpp_version": "1.6",
                "message_id": str(next(cls.message_numbers)),
                "action": action,
                "payload": json.dumps(payload),
                "answer": json.dumps(answer or {}),
                "received_at": received_at or cls.t0,
                "state": "new",
                **values,
            }
        )

    @classmethod
    def process(cls):
        while process_messages(cls.env).done:
            pass

    @classmethod
    def post(cls):
        while cls.env["iicharge.charge"]._post_due():
            pass

    @staticmethod
    def wire_time(at):
        return f"{at.isoformat()}Z"

    @classmethod
    def start(cls, transaction_id, minutes=0, meter_start=1000, status="Accepted", **payload):
        at = cls.t0 + timedelta(minutes=minutes)
        payload = {
            "connectorId": 1,
            "idTag": "04A1B2C3",
            "meterStart": meter_start,
            "timestamp": cls.wire_time(at),
            **payload,
        }
        answer = {"transactionId": transaction_id, "idTagInfo": {"status": status}}
        return cls.journal_message(
            "StartTransaction", payload, answer, at, transaction_id=transaction_id
        )

    @classmethod
    def sample(cls, transaction_id, minutes, register, power=None, **payload):
        at = cls.t0 + timedelta(minutes=minutes)
        values = [{"value": str(register), "unit": "Wh"}]
        if power is not None:
            values.append({"value": str(power), "measurand": "Power.Active.Import", "unit": "W"})
        payload = {
            "connectorId": 1,
            "transactionId": transaction_id,
            "meterValue": [{"timestamp": cls.wire_time(at), "sampledValue": values}],
            **payload,
        }
        return cls.journal_message("MeterValues", payload, {}, at)

    @classmethod
    def stop(cls, transaction_id, minutes=60, meter_stop=11000, **payload):
        at = cls.t0 + timedelta(minutes=minutes)
        payload = {
            "transactionId": transaction_id,
            "meterStop": meter_stop,
            "timestamp": cls.wire_time(at),
            **payload,
        }
        return cls.journal_message("StopTransaction", payload, {}, at)

    @classmethod
    def status(cls, status, minutes=0, connector=1, error_code="NoError", **payload):
        at = cls.t0 + timedelta(minutes=minutes)
        payload = {
            "connectorId": connector,
            "status": status,
            "errorCode": error_code,
            "timestamp": cls.wire_time(at),
            **payload,
        }
        return cls.journal_message("StatusNotification", payload, {}, at)

    @classmethod
    def session(cls, transaction_id, charger=None):
        return cls.env["iicharge.session"]._find_transaction(
            charger or cls.charger, str(transaction_id)
        )

    @classmethod
    def charge_kwh(cls, transaction_id=7001, kwh=10, **start):
        """Charge for an hour, up to the session's charge."""
        cls.start(transaction_id, **start)
        minutes = start.get("minutes", 0) + 60
        cls.stop(transaction_id, minutes=minutes, meter_stop=1000 + kwh * 1000)
        cls.process()
        return cls.session(transaction_id)

    @classmethod
    def make_accrual_item(cls, session):
        """What an accrual has booked of a session; without the items of its entry."""
        return cls.env["iicharge.accrual.item"].create(
            {
                "move_id": cls.env["account.move"].create({"move_type": "entry"}).id,
                "date": date(2025, 3, 31),
                "company_id": cls.company.id,
                "session_id": session.id,
                "account_id": cls.company._iicharge_get_accrual_account().id,
                "currency_id": cls.company.currency_id.id,
                "amount_untaxed": 4.5,
            }
        )
