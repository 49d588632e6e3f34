# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Actions of people while cars charge: they close, invoice, cancel and dispute bills.

Each action is given the environment of one transaction and returns whether it found something
to do. It may be killed at any moment and does not know whether it was committed.
"""

from odoo import Command

from .accountants import Accountants
from .cashiers import Cashiers

REASON = "Soak"


class Staff(Accountants, Cashiers):
    """:param dice: `random.Random`
    :param hotels: `HotelSetup` of each hotel
    """

    def __init__(self, dice, hotels):
        self._dice = dice
        self._tariff_ids = {hotel.company.id: hotel.other_tariff.id for hotel in hotels}
        self._register_ids = {hotel.company.id: hotel.register.id for hotel in hotels}
        self.actions = {
            self.invoice_a_bill: 8,
            self.invoice_in_part: 2,
            self.post_an_invoice: 6,
            self.cancel_an_invoice: 1,
            self.credit_by_hand: 2,
            self.give_a_discount: 2,
            self.close_a_bill: 4,
            self.open_a_bill_again: 3,
            self.cancel_a_bill: 1,
            self.move_a_guest: 2,
            self.check_out_while_charging: 3,
            self.open_a_dispute: 5,
            self.decide_a_dispute: 5,
            self.review_a_session: 3,
            self.resolve_a_late_charge: 6,
            self.take_payment: 4,
            self.give_money_back: 2,
        }

    def choose(self):
        return self._dice.choices(list(self.actions), list(self.actions.values()))[0]

    def _pick(self, env, model, domain, count=1):
        """Pick a record among the first thousand that fit; more are of the same company."""
        found = env[model].search(domain, limit=1000)
        picked = env[model].browse(self._dice.sample(found.ids, min(count, len(found))))
        company = picked[:1].company_id
        return picked.filtered(lambda record: record.company_id == company).with_context(
            allowed_company_ids=company.ids
        )

    # --- bills -----------------------------------------------------------------------------
    def _pick_bill(self, env, **also):
        domain = [("iicharge_session_ids", "!=", False), ("state", "=", "sale")]
        return self._pick(env, "sale.order", domain + [(k, "=", v) for k, v in also.items()])

    def close_a_bill(self, env):
        bill = self._pick_bill(env, locked=False)
        bill.action_lock()
        return bool(bill)

    def open_a_bill_again(self, env):
        bill = self._pick_bill(env, locked=True)
        bill.action_unlock()
        waiting = env["iicharge.charge"].search(
            [("folio_id", "in", bill.ids), ("state", "=", "late"), ("destination", "=", "folio")]
        )
        waiting.action_retry()
        return bool(bill)

    def cancel_a_bill(self, env):
        """Cancel a bill without charges; Odoo would cancel its charges, too."""
        bill = self._pick_bill(env, locked=False)
        if not bill or bill.order_line.iicharge_charge_line_id:
            return False
        bill._action_cancel()
        return True

    def move_a_guest(self, env):
        bill = self._pick_bill(env)
        bill.iicharge_room = str(self._dice.randint(1000, 9999))
        if bill and self._dice.random() < 0.3:
            payer = self._pick_bill(env)
            if payer != bill and bill.company_id == payer.company_id:
                bill.iicharge_routing_ids = [Command.create({"paying_folio_id": payer.id})]
        return bool(bill)

    def check_out_while_charging(self, env):
        session = self._pick(env, "iicharge.session", [("state", "!=", "stopped")])
        session._set_checkout_choice(self._dice.choice(["pos", "late"]))
        return bool(session)

    # --- disputes, reviews, late charges -------------------------------------------------------
    def open_a_dispute(self, env):
        session = self._pick(
            env, "iicharge.session", [("billing", "in", ("rated", "posted", "paid", "late"))]
        )
        if session:
            session._open_dispute("price", REASON)
        return bool(session)

    def decide_a_dispute(self, env):
        dispute = self._pick(env, "iicharge.dispute", [("state", "=", "open")])
        if dispute:
            self._decide(env, dispute)
        return bool(dispute)

    def _decide(self, env, dispute):
        outcome = self._dice.choice(["keep", "credit", "part", "rate"])
        charges = dispute.session_id.charge_ids
        if outcome == "part" and len(charges) == 1 and charges.state != "credited":
            part = round(charges.amount_total * self._dice.uniform(0.1, 0.9), 2)
            if 0 < part < charges.amount_total:
                dispute._credit_in_part(part, REASON)
                return
        if outcome == "credit":
            dispute._credit_in_full(REASON)
        elif outcome == "rate":
            dispute._rerate(
                env["iicharge.tariff"].browse(self._tariff_ids[dispute.company_id.id]), REASON
            )
        else:
            dispute._uphold(REASON)

    def review_a_session(self, env):
        session = self._pick(env, "iicharge.session", [("billing", "=", "review")])
        if session and self._dice.random() < 0.5:
            session._decide_to_bill(self._dice.randint(1, 20_000), REASON)
        elif session:
            session._decide_to_write_off(REASON)
        return bool(session)

    def resolve_a_late_charge(self, env):
        charges = self._pick(
            env, "iicharge.charge", [("state", "=", "late")], self._dice.randint(1, 3)
        )
        if charges:
            self.resolve(charges)
        return bool(charges)

    def resolve(self, charges):
        """Resolve charges in any way; a credit goes by an invoice or a retry."""
        ways = ["invoice", "retry"]
        if set(charges.mapped("kind")) == {"charge"}:
            ways += ["pos", "write_off"]
        way = self._dice.choice(ways)
        payer = charges[0].partner_id or charges.env.company.partner_id
        if way == "invoice":
            charges._create_late_invoice(payer)
        elif way == "pos":
            charges._send_to_pos(payer)
        elif way == "write_off":
            charges._write_off(REASON)
        else:
            charges.action_retry()
