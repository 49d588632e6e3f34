# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from types import SimpleNamespace

import psycopg2

from odoo.service.server import PreforkServer
from odoo.tests import TransactionCase, tagged

from ...service import prefork


@tagged("post_install", "-at_install")
class TestPrefork(TransactionCase):
    def setUp(self):
        super().setUp()
        self.now = 1000
        self.is_away = True
        self.closed = []
        clock = SimpleNamespace(monotonic=lambda: self.now)
        self.patch(prefork, "time", clock)
        self.patch(prefork.sql_db, "close_all", lambda: self.closed.append(self.now))
        self.patch(prefork, "is_serving", lambda: False)
        self.patch(PreforkServer, "process_spawn", self.ask_database)
        prefork.start_with_server()

    def ask_database(self, _server=None):
        """As Odoo does before it forks a worker."""
        if self.is_away:
            raise psycopg2.OperationalError("the database system is in recovery mode")

    def spawn(self, after_s):
        self.now += after_s
        PreforkServer.process_spawn(SimpleNamespace(workers={}))

    def test_server_waits_for_its_database_and_ends_without_it(self):
        with self.assertLogs(prefork._logger, "WARNING") as logged:
            self.spawn(0)
            self.spawn(prefork.AWAY_S - 1)
        self.assertIn("recovery mode", logged.output[0])
        self.assertEqual(len(self.closed), 2, "a fork shares no connection")
        with self.assertRaises(psycopg2.OperationalError):
            self.spawn(1)

    def test_database_that_came_back_may_be_away_as_long_again(self):
        with self.assertLogs(prefork._logger, "WARNING"):
            self.spawn(0)
        self.is_away = False
        self.spawn(prefork.AWAY_S)
        self.is_away = True
        with self.assertLogs(prefork._logger, "WARNING"):
            self.spawn(0)
            self.spawn(prefork.AWAY_S - 1)
