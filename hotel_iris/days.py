# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Which cars come on a day, when, and to which connector."""

import heapq
from datetime import timedelta

from hotel_iris.cars import Visit

AC_POWERS_W = (7_200, 10_800, 10_800, 10_800, 21_500)
DC_POWERS_W = (42_000, 48_000, 55_000)
# Visitors of the fast chargers, by weekday from Monday on.
VISITORS = (2, 2, 3, 3, 5, 6, 5)
VISITOR_CARDS = 9
# Days before today on which something odd happens; LATE: or on the next with a guest who leaves.
JUMP, LATE = 3, 6
AFTER_CHECK_OUT = 11.4


class Days:
    """:param dice: `random.Random`"""

    def __init__(self, env, dice):
        connectors = env["iicharge.connector"].search([], order="charger_id, number")
        ac = connectors.filtered(lambda each: each.charger_id.current_type == "ac")
        self._ac, self._dc = list(ac), list(connectors - ac)
        self._busy_until = {}
        self._dice = dice
        self._events = []
        self._number = 0
        self._has_late = False

    def plan(self, day, at, drivers, before_today):
        """Plan the visits of a day.

        :param at: gives the time of a local hour of a day
        :param drivers: cards of guests who stay the night: [(uid, whether they leave tomorrow)]
        """
        dice = self._dice
        tomorrow = day + timedelta(days=1)
        visits = []
        for uid, leaves in drivers:
            hours = dice.uniform(8.2, 10) if leaves else dice.uniform(7.5, 9.5)
            visits.append(self._visit(uid, at(day, dice.uniform(16, 21.5)), at(tomorrow, hours)))
        for _ in range(VISITORS[day.weekday()]):
            card = f"VISITOR{dice.randint(1, VISITOR_CARDS)}"
            visits.append(self._fast_visit(card, at(day, dice.uniform(9.5, 20.5))))
        for uid in dice.sample(["NORDWIND1", "NORDWIND2", "NORDWIND3"], dice.randint(0, 2)):
            visits.append(self._fast_visit(uid, at(day, dice.uniform(8.5, 18))))
        if day.weekday() < 5:
            began = at(day, dice.uniform(8.2, 9))
            visits.append(self._visit("STAFF1", began, began + timedelta(hours=7.5)))
        if before_today in (4, 11, 19):
            visits.append(self._fast_visit("PREPAID1", at(day, 12.5), most_wh=8_000))
        visits.sort(key=lambda visit: visit.arrives)
        placed = [visit for visit in visits if self._place(visit)]
        if before_today == JUMP:
            placed[0].jump_wh = 431_000
        if before_today <= LATE and not self._has_late:
            leaving = {uid for uid, leaves in drivers if leaves}
            self._leave_late(
                [visit for visit in placed if visit.uid in leaving], at(tomorrow, AFTER_CHECK_OUT)
            )

    def _visit(self, uid, arrives, leaves):
        return Visit(
            uid, arrives, leaves, self._dice.randint(11_000, 48_000), self._dice.choice(AC_POWERS_W)
        )

    def _fast_visit(self, uid, arrives, most_wh=46_000):
        energy, power = self._dice.randint(6_000, most_wh), self._dice.choice(DC_POWERS_W)
        # some stay for a while when the car is full
        stays = timedelta(minutes=self._dice.choice([0, 0, 0, 2, 5, 40]))
        leaves = arrives + timedelta(hours=energy / power) + stays
        return Visit(uid, arrives, leaves, energy, power)

    def _leave_late(self, visits, leaves):
        for visit in visits:
            self._has_late = True
            visit.leaves = leaves
            self._keep(visit)

    def _place(self, visit):
        """Take a connector that is free. :return: False: none is, the car drives on"""
        fast = visit.power_w in DC_POWERS_W
        free = [
            connector
            for connector in (self._dc if fast else self._ac)
            if self._busy_until.get(connector, visit.arrives) <= visit.arrives
        ]
        if free:
            visit.connector = self._dice.choice(free)
            self._keep(visit)
            self._add(visit.arrives, "plug_in", visit)
        return bool(free)

    def _keep(self, visit):
        self._busy_until[visit.connector] = visit.leaves + timedelta(minutes=5)

    def _add(self, at, step, visit):
        self._number += 1
        heapq.heappush(self._events, (at, self._number, step, visit))

    def end_all(self, at):
        """Let all cars that still charge then be gone, so that the simulator finds no car."""
        for _, _, step, visit in self._events:
            if step == "unplug":
                visit.leaves = min(visit.leaves, at)
        self._events = [
            (min(due, at), number, step, visit)
            for due, number, step, visit in self._events
            if step == "unplug"
        ]
        heapq.heapify(self._events)

    def take_due(self, until):
        """Yield what happens until then, in its order: (time, step, visit)."""
        while self._events and self._events[0][0] <= until:
            at, _, step, visit = heapq.heappop(self._events)
            yield at, step, visit
            if step == "plug_in":
                self._add(visit.leaves, "unplug", visit)
