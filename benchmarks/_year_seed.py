# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Sessions made by the product itself, which the year's rows are copies of, and what is open on
its last day. Runs inside Odoo's shell (`tests.soak.run_inside`)."""

import random
from datetime import timedelta
from decimal import Decimal

from odoo import Command, fields

from tests.soak import guests, print_result
from tests.soak.closing import close_the_books
from tests.soak.forks import CountingProcessor
from tests.soak.guests import Guests
from tests.soak.hotel import VISITOR, HotelSetup
from tests.soak.staff import Staff

CHARGERS = 40
ACTIONS_PER_SESSION = 0.4
SEED = 7
# On the last day; as many sessions each.
RUNNING, OPEN_OF_EACH_KIND = 40, 100


def main(env, step, **arguments):
    print_result({"seed": seed, "open": leave_open}[step](env, **arguments))


def seed(env, sessions, dsn):
    """Let cars charge and people work on their bills, until nothing is open.

    :return: how many there are
    """
    dice = random.Random(SEED)
    guests.DAYS_BACK = 1
    hotel = HotelSetup(env, dice, CHARGERS, env.ref("iicharge_odoo.demo_site"), VISITOR)
    tokens = env["iicharge.token"]
    cars = Guests(dsn, hotel.chargers.ids, dice, lambda uid: tokens._find(env.company, uid).id)
    staff = Staff(dice, [hotel])
    processor = CountingProcessor(env.registry, lambda: None)
    done = 0
    while done < sessions:
        count = min(cars.places // 2, sessions - done)
        uids = hotel.take_in(count)
        charging = cars.arrive([VISITOR if dice.random() < 0.05 else uid for uid in uids])
        _process(env, processor)
        cars.leave(charging)
        _process(env, processor)
        for _ in range(int(count * ACTIONS_PER_SESSION)):
            processor.do(_get_action(staff))
        _process(env, processor)
        done += count
    cars.close()
    env.cr.rollback()
    for session in env["iicharge.session"].search([("state", "!=", "stopped")]):
        session._end_at_last_reading("Its charger has not reported a stop")
    env.cr.commit()
    _take_payments(env, staff)
    counts = close_the_books(env, staff, [hotel])["counts"]
    _check_out(env)
    return counts


def _take_payments(env, staff):
    """Let visitors pay at the register before they leave, or else have an invoice."""
    unpaid = env["iicharge.session"].search(
        [("billing", "=", "rated"), ("charge_ids", "=", False), ("amount_total", "!=", 0)]
    )
    for session in unpaid:
        session._create_register_charge(False)
    env.cr.commit()
    # each time one is picked that may have been paid already
    for _ in range(len(unpaid) * 3):
        staff.take_payment(env)
        env.cr.commit()


def _check_out(env):
    """Invoice all bills, as a hotel does when its guests leave: only the last day is open."""
    bills = env["sale.order"].search(
        [("order_line.iicharge_charge_line_id", "!=", False), ("invoice_status", "=", "to invoice")]
    )
    bills._create_invoices(grouped=True, final=True)
    drafts = [("state", "=", "draft"), ("move_type", "in", ("out_invoice", "out_refund"))]
    env["account.move"].search(drafts).action_post()
    env.cr.commit()


def _process(env, processor):
    env.cr.rollback()
    while processor.run_once() == 0:
        pass


def _get_action(staff):
    action = staff.choose()

    def act(environment):
        try:
            with environment.cr.savepoint():
                return action(environment)
        except Exception:  # as for people: what is refused is left
            environment.invalidate_all(flush=False)
            return False

    return act


def leave_open(env):
    """Let cars charge up to limits, and leave sessions to review, to pay, late and disputed."""
    hotel = Hotel(env)
    for number in range(RUNNING):
        hotel.charge(number, hotel.make_card(limit_wh=60_000, limit_amount=50), minutes=90)
    for number in range(OPEN_OF_EACH_KIND):
        hotel.charge(number, hotel.make_card(), energy_wh=900_000)  # in review
        hotel.charge(number, hotel.make_card(group="visitor"), energy_wh=9_000)  # to be paid
        hotel.charge(number, hotel.make_card(is_locked=True), energy_wh=9_000)  # late
        hotel.charge(number, hotel.make_card(), energy_wh=9_000)
    while env["iicharge.charge"]._post_due(limit=100):
        env.cr.commit()
    posted = env["iicharge.session"].search([("billing", "=", "posted")], limit=OPEN_OF_EACH_KIND)
    for session in posted:
        session._open_dispute("price", "Year")
    yesterday = fields.Date.today() - timedelta(days=1)
    env["iicharge.night.audit"]._create_for(hotel.site, yesterday)
    # people have been asked already: the task is timed as it runs every half minute
    env["iicharge.alert"].with_context(mail_notify_force_send=False)._reconcile()
    env.cr.commit()
    return {"ok": True}


class Hotel:
    """The hotel of the seed, on its last day."""

    def __init__(self, env):
        self.env = env
        self.site = env.ref("iicharge_odoo.demo_site")
        self.site.stop_at_credit_limit = True
        self.connectors = env["iicharge.connector"].search([("charger_id.name", "like", "Soak")])
        self._connect()
        self._number = 0

    def _connect(self):
        now = fields.Datetime.now()
        self.env["iicharge.connection"].create(
            [
                {
                    "charger_id": charger.id,
                    "online": True,
                    "last_seen_at": now,
                }
                for charger in self.connectors.charger_id
            ]
        )

    def make_card(self, group="guest", is_locked=False, **limits):
        self._number += 1
        guest = self.env["res.partner"].create({"name": f"Year guest {self._number}"})
        values = {"uid": f"YEAR-{self._number}", "group": group, "partner_id": guest.id, **limits}
        token = self.env["iicharge.token"].create(values)
        if group == "guest":
            now = fields.Datetime.now()
            token.folio_id = self.env["sale.order"].create(
                {
                    "partner_id": guest.id,
                    "iicharge_room": f"Y{self._number}",
                    "iicharge_checkin": now - timedelta(days=2),
                    "iicharge_checkout": now + timedelta(days=2),
                    "iicharge_credit_limit": 500,
                }
            )
            token.folio_id.action_confirm()
            token.folio_id.locked = is_locked
        return token

    def charge(self, number, token, minutes=None, energy_wh=0):
        """Let a car charge: since so many minutes, or yesterday."""
        began = fields.Datetime.now() - timedelta(minutes=minutes or 1440 + self._number)
        session = self.env["iicharge.session"]._start(
            self.connectors[number % len(self.connectors)],
            reasons=[],
            transaction_id=f"year-{self._number}",
            token=token,
            id_tag=token.uid,
            authorization="Accepted",
            started_at=began,
            meter_start_wh=Decimal(1000),
        )
        if not minutes:
            session._stop(began + timedelta(hours=1), Decimal(1000 + energy_wh), "Local")
            return
        session.energy_wh = minutes * 120
        session.meter_value_ids = [
            Command.create(
                {
                    "at": began + timedelta(minutes=minute),
                    "energy_wh": minute * 120,
                    "register_wh": 1000 + minute * 120,
                    "has_register": True,
                    "power_w": 7200,
                    "has_power": True,
                }
            )
            for minute in range(0, minutes, 1)
        ]
