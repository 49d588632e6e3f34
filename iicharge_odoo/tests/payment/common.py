# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import Command, fields

from ..guest.common import GuestCase


class CardCase(GuestCase):
    """A payment provider that does what a test says, and a guest who pays with it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["payment.provider"].search([]).write({"state": "disabled"})
        cls.method = cls.env.ref("payment.payment_method_card")
        methods = type(cls.env["account.payment.method"])
        known = cls.env["account.payment.method"]._get_payment_method_information()
        information = {**known, "none": {"mode": "electronic", "type": ("bank",)}}
        cls.classPatch(methods, "_get_payment_method_information", lambda self: information)
        cls.env["account.payment.method"].create(
            {"name": "Test", "code": "none", "payment_type": "inbound"}
        )
        cls.provider = cls.env["payment.provider"].create(
            {
                "name": "Test",
                "code": "none",
                "state": "test",
                "is_published": True,
                "payment_method_ids": [Command.set(cls.method.ids)],
            }
        )
        cls.method.active = True
        cls.site.write({"card_online": True})

    def setUp(self):
        super().setUp()
        # one request of the provider after the other: (kind, amount, reference)
        self.asked = []
        # what it answers: "done", "error", "nothing" (it reports later), or an exception
        self.answers = []
        self.can_do("partial", "partial")
        for kind, state in (("capture", "done"), ("void", "cancel"), ("refund", "done")):
            self.patch(
                type(self.env["payment.transaction"]),
                f"_send_{kind}_request",
                self.make_sender(kind, state),
            )
        self.committed = []
        self.patch(
            type(self.env["iicharge.card.request"]),
            "_commit_before_asking",
            lambda request: self.committed.append(request.child_id.reference),
        )

    def make_sender(self, kind, state):
        def send(transaction):
            self.asked.append((kind, abs(transaction.amount), transaction.reference))
            answer = self.answers.pop(0) if self.answers else "done"
            if isinstance(answer, Exception):
                raise answer
            if answer == "done":
                getattr(transaction, "_set_done" if state == "done" else "_set_canceled")()
            elif answer == "error":
                transaction._set_error("The bank is closed")

        return send

    def can_do(self, capture, refund, manually=None):
        """Say what the provider can do. :param capture: "partial", "full_only" or None"""

        def compute(providers):
            providers.update(
                {
                    "support_express_checkout": None,
                    "support_manual_capture": capture,
                    "support_tokenization": None,
                    "support_refund": refund,
                }
            )

        self.patch(type(self.env["payment.provider"]), "_compute_feature_support_fields", compute)
        self.provider.capture_manually = False
        self.method.write({"support_manual_capture": capture or "none", "support_refund": refund})
        self.env.invalidate_all()
        self.provider.capture_manually = bool(capture) if manually is None else manually

    # --- a guest ----------------------------------------------------------------------------
    def choose(self, amount="40", **typed):
        """Choose a sum on the page. :return: the payment"""
        page = self.see(f"/charge/{self.sign.code}/pay?pay=card")
        values, action = self.get_fields(page)
        self.page = self.see(action, data={**values, "amount": amount, **typed})
        return self.env["iicharge.card.payment"].search([], limit=1)

    def pay(self, payment, state=None):
        """Try to pay, with what the bank says. :return: the transaction"""
        answer = self.make_jsonrpc_request(
            f"/charge/card/{payment.key}/transaction",
            {
                "provider_id": self.provider.id,
                "payment_method_id": self.method.id,
                "flow": "direct",
                # what a browser claims
                "amount": 0.01,
                "landing_route": "https://elsewhere.example.com",
                "tokenization_requested": True,
            },
        )
        made = payment.transaction_ids.filtered(lambda one: one.reference == answer["reference"])
        state = state or ("authorized" if self.provider.capture_manually else "done")
        getattr(made, f"_set_{state}")(**({"state_message": "No"} if state == "error" else {}))
        return made

    def advance(self, payment, steps=20):
        """Let the processor work until nothing more is due now."""
        for _step in range(steps):
            due = payment._find_due()
            if payment.id not in due:
                break
            payment._advance_due(payment.ids)
        payment.invalidate_recordset()

    def start_by_card(self, **typed):
        """Pay and have the start sent. :return: the payment"""
        payment = self.choose(**typed)
        self.pay(payment)
        self.advance(payment)
        self.answer_start(payment.visit_id)
        return payment

    def charge_to_the_end(self, payment, transaction_id=9001, kwh=10):
        """Charge, and have the provider settle it. :return: the session"""
        session = self.plug_in(payment.visit_id)
        self.stop(transaction_id, minutes=60, meter_stop=1000 + kwh * 1000)
        self.process()
        self.post()
        self.advance(payment)
        return session

    def get_differences(self, payment):
        self.env.flush_all()
        rows = self.env["iicharge.card.difference"].search([("payment_id", "=", payment.id)])
        return rows.mapped("kind")

    def check_books(self):
        """Reconcile. :return: the differences"""
        today = fields.Date.today()
        report = self.env["iicharge.reconciliation"].create(
            {
                "date_from": fields.Date.subtract(today, days=2),
                "date_to": fields.Date.add(today, days=1),
            }
        )
        report.action_check()
        return report
