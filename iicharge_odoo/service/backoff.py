# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Pauses between the tries of what could not be done for the moment, each of its own."""

FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.1, 5


class Backoff:
    """Keys that wait, and until when; the pause doubles with each try.

    :param clock: monotonic time in seconds
    """

    def __init__(self, clock):
        self._clock = clock
        self._tries = {}
        self._until = {}

    def __contains__(self, key):
        return key in self._tries

    def hold(self, key, least_s=0):
        """Let the key wait for its next pause, at least `least_s`.

        :return: how often it has been held in a row
        """
        tries = self._tries.get(key, 0) + 1
        pause = min(FIRST_PAUSE_S * 2 ** (tries - 1), LONGEST_PAUSE_S)
        self._tries[key] = tries
        self._until[key] = self._clock() + max(pause, least_s)
        return tries

    def pass_by(self, key):
        """Leave the key to who is at it for a pause; that is no try."""
        self._until[key] = self._clock() + FIRST_PAUSE_S

    def release(self, key):
        """Drop the key: it has been done."""
        self._tries.pop(key, None)
        self._until.pop(key, None)

    def keep(self, keys):
        """Drop the keys whose pause is over and that are not among these: they are done. One that
        was passed by is as new."""
        now = self._clock()
        for key in [key for key, until in self._until.items() if until <= now]:
            if key not in keys or key not in self:
                self.release(key)

    def get_tries(self, key):
        """Return how often the key has been held in a row."""
        return self._tries.get(key, 0)

    def get_waiting(self):
        """Return the keys whose pause is not over yet."""
        now = self._clock()
        return [key for key, until in self._until.items() if until > now]

    def get_wait(self):
        """Return the seconds until the next pause is over; None where none waits."""
        if not self._until:
            return None
        return max(min(self._until.values()) - self._clock(), 0)
