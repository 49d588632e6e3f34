# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Thousands of sessions, posted by processes that are killed at random while people change the
bills: at the end every cent is where it belongs."""

import logging
import os
import random
import signal
import time

from odoo.exceptions import UserError

from odoo.addons.iicharge_odoo.core.errors import Refusal

from . import print_result
from .closing import close_the_books
from .forks import CountingProcessor, Tally, fork
from .guests import Guests
from .hotel import VISITOR, HotelSetup, OtherHotel
from .staff import Staff

_logger = logging.getLogger(__name__)

POSTERS = 2
STAFF_ROW, DRIVER_ROW = POSTERS, POSTERS + 1
# messages that wait in the journal before the cars are delayed
BACKLOG = 300
KILL_EVERY_S = (0.5, 3)
ACTIONS_PER_SESSION = 0.4
# Whatever the machine's speed, so many disputes are decided: most of these decisions are credits.
LEAST_DECISIONS = 12
GIVE_UP_S = 3600


def main(env, dsn, sessions, seed, actions_per_session=ACTIONS_PER_SESSION):
    print_result(Soak(env, dsn, sessions, seed, actions_per_session).run())


class Traffic:
    """Cars and guests of one hotel."""

    def __init__(self, hotel, dsn, dice):
        self._hotel, self._dice = hotel, dice
        self.guests = Guests(dsn, hotel.chargers.ids, dice, self._find_token)
        self.cars = []
        self._uids = hotel.take_in(self.guests.places // 2)

    def let_cars_arrive(self, limit):
        """Let new cars come and those before them leave. :return: how many came"""
        count = min(self.guests.places // 2, limit)
        cars = self.guests.arrive([self._choose_card() for _ in range(count)])
        self.guests.leave(self.cars)
        self.cars = cars
        fresh = max(len(self._uids) // 8, 1)
        self._uids = self._uids[fresh:] + self._hotel.take_in(fresh)
        return count

    def _find_token(self, uid):
        return self._hotel.env["iicharge.token"]._find(self._hotel.company, uid).id

    def _choose_card(self):
        is_visitor = self._dice.random() < 0.05
        return self._hotel.visitor if is_visitor else self._dice.choice(self._uids)


class Soak:
    """Driver of the run; the processes that work are its children."""

    def __init__(self, env, dsn, sessions, seed, actions_per_session):
        self.env = env
        self.sessions, self.seed = sessions, seed
        self._actions_per_session = actions_per_session
        self._dice = random.Random(seed)
        fleet = max(sessions // 200, 5)
        site, other = env.ref("iicharge_odoo.demo_site"), OtherHotel.make_site(env)
        self._hotels = [
            HotelSetup(env, self._dice, fleet, site, VISITOR),
            OtherHotel(env, self._dice, fleet, other, f"{VISITOR}-2"),
        ]
        self._traffic = [Traffic(hotel, dsn, self._dice) for hotel in self._hotels]
        self._staff = Staff(self._dice, self._hotels)
        names = [action.__name__ for action in self._staff.actions]
        self._tally = Tally(
            ["failures", "stop", "journaled", "acted", "refused", "broken", *names], POSTERS + 2
        )
        self._children = {}
        self._kill_at = 0
        self.kills = 0

    def run(self):
        began = time.monotonic()
        self.env.cr.rollback()
        try:
            self._let_cars_charge()
            self._wait_until_applied()
        finally:
            self._end_children()
            for traffic in self._traffic:
                traffic.guests.close()
        soaked = time.monotonic() - began
        result = close_the_books(self.env, self._staff, self._hotels)
        actions = {a.__name__: self._tally.get(a.__name__) for a in self._staff.actions}
        found = {
            "seed": self.seed,
            "sessions": self.sessions,
            "messages_sent_twice": sum(row.guests.sent_twice for row in self._traffic),
            "sessions_without_stop_message": sum(row.guests.without_stop for row in self._traffic),
            "kills": self.kills,
            "serialization_failures": self._tally.get("failures"),
            "people": {**actions, "refused": self._tally.get("refused")},
            "soaked_s": round(soaked, 1),
            "sessions_per_s": round(self.sessions / soaked, 2),
            **result,
            "duration_s": round(time.monotonic() - began, 1),
        }
        found["broken"] = self._tally.get("broken")
        found["ok"] = bool(
            result["ok"] and not found["broken"] and result["counts"]["sessions"] == self.sessions
        )
        return found

    # --- the cars ----------------------------------------------------------------------------
    def _let_cars_charge(self):
        left = self.sessions
        while left:
            for traffic in self._traffic:
                count = traffic.let_cars_arrive(left)
                left -= count
                self._tally.add(DRIVER_ROW, "journaled", count)
            self._tend_children(backlog=BACKLOG)
        for traffic in self._traffic:
            traffic.guests.leave(traffic.cars)

    def _is_work_left(self):
        """Check whether people have work left for the cars that have come so far."""
        due = self._tally.get("journaled") * self._actions_per_session
        is_few = self._tally.get("decide_a_dispute") < LEAST_DECISIONS
        return is_few or self._tally.get("acted") < due

    def _wait_until_applied(self):
        """Wait until all frames are applied, and the people have done their work."""
        deadline = time.monotonic() + GIVE_UP_S
        self._tend_children(backlog=0)
        while self._is_work_left():
            if time.monotonic() > deadline:
                raise TimeoutError("The people do not get on.")
            self._tend_children(backlog=0)

    # --- the processes -------------------------------------------------------------------------
    def _tend_children(self, backlog):
        """Kill one now and then, restart what is gone, until no more than that waits."""
        deadline = time.monotonic() + GIVE_UP_S
        while True:
            self._kill_one()
            self._start_missing()
            time.sleep(0.05)
            if self._count_new() <= backlog:
                return
            if time.monotonic() > deadline:
                raise TimeoutError("The processors do not get on.")

    def _count_new(self):
        self.env.cr.execute("SELECT count(*) FROM iicharge_ocpp_message WHERE state = 'new'")
        [(count,)] = self.env.cr.fetchall()
        self.env.cr.rollback()
        return count

    def _start_missing(self):
        for row in [*range(POSTERS), STAFF_ROW]:
            pid = self._children.get(row)
            if pid and os.waitpid(pid, os.WNOHANG)[0]:
                del self._children[row]
            if row not in self._children:
                work = self._work if row == STAFF_ROW else self._post
                seed = self._dice.random()
                self._children[row] = fork(
                    self.env.registry, lambda work=work, row=row, seed=seed: work(row, seed)
                )

    def _kill_one(self):
        now = time.monotonic()
        if now < self._kill_at or not self._children:
            return
        self._kill_at = now + self._dice.uniform(*KILL_EVERY_S)
        row = self._dice.choice(list(self._children))
        os.kill(self._children[row], signal.SIGKILL)
        os.waitpid(self._children.pop(row), 0)
        self.kills += 1

    def _end_children(self):
        self._tally.add(DRIVER_ROW, "stop")
        for pid in self._children.values():
            os.waitpid(pid, 0)
        self._children.clear()

    # --- in the children -------------------------------------------------------------------------
    def _post(self, row, _seed):
        processor = CountingProcessor(self.env.registry, lambda: self._tally.add(row, "failures"))
        while not self._tally.get("stop"):
            if processor.run_once() != 0:
                time.sleep(0.05)

    def _work(self, row, seed):
        self._dice.seed(seed)
        processor = CountingProcessor(self.env.registry, lambda: self._tally.add(row, "failures"))
        while not self._tally.get("stop"):
            if not self._is_work_left():
                time.sleep(0.05)
                continue
            self._tally.add(row, "acted")
            action = self._staff.choose()
            try:
                if processor.do(action):
                    self._tally.add(row, action.__name__)
            except (UserError, Refusal) as error:
                _logger.info("%s: refused: %s", action.__name__, error)
                self._tally.add(row, "refused")
            except Exception:
                _logger.exception("%s broke", action.__name__)
                self._tally.add(row, "broken")
