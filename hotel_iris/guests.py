# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""What guests say on the page of their charging, the morning after."""

import random

# One guest in so many answers.
ONE_IN = 4
# (stars, words), most are content.
ANSWERS = (
    (5, "So easy. I woke up to a full car."),
    (5, ""),
    (4, "Good price, a bit far from the lift."),
    (5, "The lady at the desk started it for me. Thank you!"),
    (4, ""),
    (5, "No app, finally."),
    (3, "It was slower than I had hoped."),
    (5, ""),
    (4, "Clear receipt."),
    (2, "The cable was too short for my car, I had to park again."),
)


class Guests:
    def __init__(self, env):
        self.env = env
        # dice of their own, so that the hotel's other days stay as they are
        self._dice = random.Random(5)
        self._seen_id = 0
        self._number = 0

    def answer(self):
        """Let some of the guests answer whose charging has ended since the last call."""
        sessions = self.env["iicharge.session"].search(
            [
                ("id", ">", self._seen_id),
                ("state", "=", "stopped"),
                ("billing", "in", ("posted", "paid", "free")),
            ],
            order="id",
        )
        for session in sessions:
            if self._dice.randrange(ONE_IN) == 0:
                session._take_feedback(*ANSWERS[self._number % len(ANSWERS)])
                self._number += 1
        self._seen_id = max(sessions.ids, default=self._seen_id)
