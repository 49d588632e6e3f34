# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import threading
from unittest.mock import patch

from odoo.tests import TransactionCase, tagged

from ...service import leadership
from ...service.threaded import get_dsn


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
                return lambda: ended.append(name)

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
