# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import threading
from unittest.mock import patch

from odoo.tests import TransactionCase, tagged

from ...service import leadership
from ...service.dsn import get_dsn


class Led:
    """What is led, for tests. :param check: called every moment"""

    def __init__(self, stop, check=lambda: None):
        self.stop = stop
        self.check = check


@tagged("post_install", "-at_install")
class TestLeadership(TransactionCase):
    def lead(self, lead):
        return leadership.Leader(get_dsn(self.env.cr.dbname), "192.0.2.1:9000", lead)

    def test_port_taken_is_shown_once_however_often_it_is_tried(self):
        tries, enough = [], threading.Event()

        def fail():
            tries.append(1)
            if len(tries) >= 4:
                enough.set()
            raise RuntimeError("The gateway could not start.") from OSError("port is taken")

        leader = self.lead(fail)
        with (
            patch.object(leadership, "RETRY_S", 0.01),
            self.assertLogs(leadership.__name__, "ERROR") as logs,
        ):
            leader.start()
            self.assertTrue(enough.wait(10))
            leader.stop()
        self.assertEqual(len(logs.output), 1)
        self.assertIn("port is taken", logs.output[0])

    def test_second_leader_waits_until_the_first_is_gone(self):
        led = {"first": threading.Event(), "second": threading.Event()}
        ended = []

        def make(name):
            def lead():
                led[name].set()
                return Led(lambda: ended.append(name))

            return self.lead(lead)

        with patch.object(leadership, "RETRY_S", 0.05):
            first, second = make("first"), make("second")
            first.start()
            self.assertTrue(led["first"].wait(10))
            second.start()
            self.assertFalse(led["second"].wait(0.5))
            first.stop()
            self.assertTrue(led["second"].wait(10))
            second.stop()
        self.assertEqual(ended, ["first", "second"])

    def test_gateway_that_no_longer_works_gives_up_leadership(self):
        is_broken, taken_over, starts = threading.Event(), threading.Event(), []
        may_stop = threading.Event()

        def check():
            if is_broken.is_set():
                raise RuntimeError("The gateway's loop is stuck.")

        def lead():
            starts.append(1)
            # a stuck loop does not end either
            return Led(lambda: may_stop.wait(10), check)

        def take_over():
            taken_over.set()
            return Led(lambda: None)

        with (
            patch.object(leadership, "RETRY_S", 0.05),
            patch.object(leadership, "CHECK_S", 0.01),
            self.assertLogs(leadership.__name__, "ERROR") as logs,
        ):
            first, second = self.lead(lead), self.lead(take_over)
            first.start()
            while not starts:
                pass
            second.start()
            is_broken.set()
            self.assertTrue(taken_over.wait(10))
            may_stop.set()
            first.stop()
            second.stop()
        self.assertIn("stuck", logs.output[0])

    def test_gateway_that_has_ended_is_started_again(self):
        starts, started_again = [], threading.Event()

        def check():
            if len(starts) == 1:
                raise RuntimeError("The gateway has ended.")

        def lead():
            starts.append(1)
            if len(starts) == 2:
                started_again.set()
            return Led(lambda: None, check)

        with (
            patch.object(leadership, "RETRY_S", 0.01),
            patch.object(leadership, "CHECK_S", 0.01),
            self.assertLogs(leadership.__name__, "ERROR"),
        ):
            leader = self.lead(lead)
            leader.start()
            self.assertTrue(started_again.wait(10))
            leader.stop()
