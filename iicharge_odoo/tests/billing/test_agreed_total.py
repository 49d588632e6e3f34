# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""No sequence of moves, credits, disputes, invoices and late readings changes what was agreed but a
recorded decision, and all places together owe it at every step (docs/room-charges.md rule 17).

`IICHARGE_EXAMPLES` sets how many sequences are tried.
"""

import os
from decimal import Decimal

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..common import ChargingCase

EXAMPLES = int(os.environ.get("IICHARGE_EXAMPLES", "12"))
STEPS = 10
CENT = Decimal("0.01")
pick = st.integers(0, 99)


class Bills(RuleBasedStateMachine):
    """Two stays, up to three sessions, and all that people do with their bills."""

    case = None

    def __init__(self):
        super().__init__()
        env = self.case.env
        self.savepoint = env.cr.savepoint(flush=True)
        self.agreed = {}
        self.stays = [self.case.folio, self.case.make_other_stay()]

    @initialize(
        rounding=st.sampled_from(["round_per_line", "round_globally"]),
        included=st.sampled_from(["YES", "NO"]),
        percent=st.sampled_from([7, 19, 20]),
        fee=st.booleans(),
        energies=st.lists(st.integers(100, 21000), min_size=1, max_size=3),
        is_invoiced=st.booleans(),
    )
    def open(self, rounding, included, percent, fee, energies, is_invoiced):
        case = self.case
        case.company.tax_calculation_rounding_method = rounding
        case.tax.amount = percent
        case.tariff.tax_included = included
        if fee:
            case.tariff.component_ids = [
                Command.create({"dimension": "FLAT", "price": 0.335, "tax_ids": case.tax.ids})
            ]
        for number, wh in enumerate(energies):
            session = case.charge_kwh(7001 + number, kwh=wh / 1000, minutes=70 * number)
            self.agreed[session] = to_cents(session.rating_id.amount_total)
        case.post()
        if is_invoiced:
            self.invoice_stay(case.folio)

    def teardown(self):
        """Whatever was done: after the last credit nothing is owed anywhere."""
        try:
            for move in self.get_invoices().filtered(lambda move: move.state == "draft"):
                self.do(move.action_post)
            for folio in self.stays:
                folio.action_unlock()
            self.case.env["iicharge.charge"].search([("state", "=", "late")]).action_retry()
            self.post()
            for session in self.agreed:
                if session.billing in ("posted", "late"):
                    self.credit(session)
            self.post()
            self.all_places_together_owe_it()
            self.credited_invoices_leave_nothing_to_pay()
        finally:
            self.savepoint.close(rollback=True)
            self.case.env.invalidate_all(flush=False)

    # --- what happens ------------------------------------------------------------------------
    @rule()
    def post(self):
        self.case.post()

    @rule(which=pick, stay=pick)
    def move(self, which, stay):
        session = self.choose(which)
        if session.billing in ("rated", "posted", "late"):
            self.do(lambda: session._move_to_stay(self.stays[stay % 2]))

    @rule(which=pick, share=st.integers(1, 99))
    def credit_part(self, which, share):
        session = self.choose(which)
        part = (self.agreed[session] * share / 100).quantize(CENT)
        if session.billing not in ("posted", "late") or not part:
            return
        dispute = session._open_dispute("price", "The sign said less.")
        done = self.do(lambda: dispute._credit_in_part(float(part), "True"))
        if not done:
            return dispute._uphold("No")
        wanted = self.agreed[session] - part
        self.agreed[session] = to_cents(session.amount_total)
        # a price without tax cannot be lowered by any sum with tax to the cent
        assert abs(self.agreed[session] - wanted) <= CENT * len(session.charge_ids.line_ids)
        if '"tax_included": "YES"' in session.rating_id.tariff_snapshot:
            assert self.agreed[session] == wanted

    @rule(which=pick)
    def credit_all(self, which):
        session = self.choose(which)
        if session.billing in ("posted", "late"):
            self.credit(session)

    def credit(self, session):
        session._open_dispute("fault", "It failed.")._credit_in_full("True")
        self.agreed[session] = Decimal(0)

    @rule(which=pick)
    def price_again(self, which):
        session = self.choose(which)
        if session.billing in ("posted", "late"):
            promised = session._get_price_by(self.case.cheap)
            session._open_dispute("price", "The sign said less.")._rerate(self.case.cheap, "True")
            self.agreed[session] = to_cents(promised)

    @rule(which=pick, register=st.integers(1000, 30000))
    def read_late(self, which, register):
        session = self.choose(which)
        minutes = 70 * (int(session.transaction_id) - 7001) + 30
        self.case.sample(session.transaction_id, minutes, register)
        self.case.process()

    # --- what bookkeepers do -----------------------------------------------------------------
    @rule(stay=pick, is_draft=st.booleans())
    def invoice(self, stay, is_draft):
        self.invoice_stay(self.stays[stay % 2], is_draft)

    def invoice_stay(self, folio, is_draft=False):
        def make():
            moves = folio._create_invoices(final=True)
            if not is_draft:
                moves.action_post()

        self.do(make)

    @precondition(lambda self: self.get_invoices())
    @rule(which=pick)
    def reset_invoice(self, which):
        moves = self.get_invoices()
        move = moves[which % len(moves)]
        if move.state == "posted":
            self.do(move.button_draft)
        else:
            self.do(move.action_post)

    @precondition(lambda self: self.get_invoices())
    @rule(which=pick)
    def cancel_invoice(self, which):
        moves = self.get_invoices()
        move = moves[which % len(moves)]

        def cancel():
            if move.state == "posted":
                move.button_draft()
            move.button_cancel()

        self.do(cancel)

    @rule(which=pick)
    def lock(self, which):
        """A closed bill now and then; it opens again more often."""
        folio = self.stays[which % 2]
        if folio.locked or which % 5 == 0:
            self.do(folio.action_unlock if folio.locked else folio.action_lock)

    # --- what holds ----------------------------------------------------------------------------
    @invariant()
    def sessions_say_what_was_agreed(self):
        for session, agreed in self.agreed.items():
            assert to_cents(session.amount_total) == agreed, (session.amount_total, agreed)

    @invariant()
    def all_places_together_owe_it(self):
        waiting = self.case.env["iicharge.charge"].search(
            [
                ("session_id", "in", [session.id for session in self.agreed]),
                ("state", "in", ("pending", "refused", "late")),
            ]
        )
        owed = sum(waiting.mapped("amount_total"))
        owed += sum(self.get_invoices().mapped("amount_total_signed"))
        owed += sum(map(get_uninvoiced, self.stays))
        total = sum(self.agreed.values(), Decimal(0))
        assert abs(to_cents(owed) - total) <= CENT * self.get_tolerance(), (owed, total)

    @invariant()
    def credited_invoices_leave_nothing_to_pay(self):
        if any(self.agreed.values()):
            return
        left = sum(self.get_invoices().mapped("amount_residual_signed"))
        if all(move.state == "posted" for move in self.get_invoices()) and not any(
            map(get_uninvoiced, self.stays)
        ):
            assert to_cents(left) == 0, left

    # --- helpers -----------------------------------------------------------------------------
    def get_tolerance(self):
        """A bill's sum is that of its charges, but where the company rounds the sum of a tax."""
        if self.case.company.tax_calculation_rounding_method == "round_per_line":
            return 0
        return len(self.get_invoices()) + len(self.stays)

    def choose(self, which):
        sessions = list(self.agreed)
        return sessions[which % len(sessions)]

    def get_invoices(self):
        partners = self.stays[0].partner_id | self.stays[1].partner_id
        return self.case.env["account.move"].search(
            [
                ("partner_id", "in", partners.ids),
                ("move_type", "in", ("out_invoice", "out_refund")),
                ("state", "!=", "cancel"),
            ]
        )

    def do(self, act):
        """Do what may be refused in words; then nothing of it is kept."""
        try:
            with self.case.env.cr.savepoint():
                act()
        except UserError:
            return False
        return True


def get_uninvoiced(folio):
    """What of a bill is on no invoice, with tax, as its invoice will say."""
    lines = folio.order_line.filtered(
        lambda line: line.product_uom_qty != line.qty_invoiced and folio.state == "sale"
    )
    if not lines:
        return 0
    taxes = folio.env["account.tax"]
    base_lines = [line._prepare_base_line_for_taxes_computation() for line in lines]
    taxes._add_tax_details_in_base_lines(base_lines, folio.company_id)
    taxes._round_base_lines_tax_details(base_lines, folio.company_id)
    return taxes._get_tax_totals_summary(base_lines, folio.currency_id, folio.company_id)[
        "total_amount_currency"
    ]


def to_cents(amount):
    return Decimal(str(amount)).quantize(CENT)


@tagged("post_install", "-at_install")
class TestAgreedTotal(ChargingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cheap = cls.tariff.copy({"name": "Cheap"})
        cls.cheap.component_ids.price = 0.3333

    def make_other_stay(self):
        return self.make_stay(self.env["res.partner"].create({"name": "Bo Lind"}), "102")

    def test_no_sequence_changes_what_was_agreed(self):
        machine = type("BillsOfThisCase", (Bills,), {"case": self})
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=EXAMPLES,
                stateful_step_count=STEPS,
                deadline=None,
                derandomize=EXAMPLES == 12,
                database=None,
                print_blob=False,
                phases=(Phase.generate,),
                suppress_health_check=list(HealthCheck),
            ),
        )
