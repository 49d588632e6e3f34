# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""The homes of gateway and processor, and what may happen to each of them alone."""

import os
import signal
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from psycopg2.extensions import parse_dsn

from devkit.odoo_gateways import APART, Gateways, kill, run_haproxy
from devkit.odoo_server import OdooServer

DATABASE = "faults"
OPEN_WITHIN_S = 30
SOCKET = ".s.PGSQL.5432"
LINE = """
defaults
    mode tcp
    timeout connect 5s
    timeout client 1h
    timeout server 1h
    default-server check inter 200 fall 2 rise 1 on-marked-down shutdown-sessions
listen postgres
    bind unix@{here} mode 666
"""
WORKER = "SELECT pid FROM iicharge_gateway WHERE home = 'worker' AND state = 'running'"


class Line:
    """A line to PostgreSQL, as the network between two machines: HAProxy between two sockets.

    :param places: folders of sockets of PostgreSQL; the second is used once the first is gone
    :ivar folder: where a client finds it
    """

    def __init__(self, *places):
        # the path of a socket is short
        self._kept = tempfile.TemporaryDirectory(prefix="line", dir="/tmp")
        self.folder = Path(self._kept.name)
        servers = (
            f"    server {number} unix@{place}/{SOCKET}{' backup' if number else ''}\n"
            for number, place in enumerate(places)
        )
        self._text = LINE.format(here=self.folder / SOCKET) + "".join(servers)
        self._relay = None
        self.open()

    def open(self):
        (self.folder / SOCKET).unlink(missing_ok=True)
        self._relay = run_haproxy(self._text, self.folder / "line.cfg")
        deadline = time.monotonic() + OPEN_WITHIN_S
        while not (self.folder / SOCKET).exists():
            assert time.monotonic() < deadline, "HAProxy is not up in time"
            time.sleep(0.05)

    def cut(self):
        """End each connection; none can be made."""
        kill(self._relay)

    def halt(self):
        """Let nothing arrive any more, without an error."""
        self._relay.send_signal(signal.SIGSTOP)

    def go_on(self):
        self._relay.send_signal(signal.SIGCONT)


class Threads:
    """Threads of Odoo's server.

    :param site: `devkit.testing.Site`
    :param folder: for logs
    :param made: script that makes what the cars need
    """

    prepared, arguments = "", ()

    def __init__(self, site, folder, made):
        self.server = OdooServer(site, DATABASE, folder / "odoo.log")
        self.server.command += self.arguments
        self.ocpp_url = self.server.ocpp_url
        self.faults = []
        self.server.shell(made + self.prepared)

    def start(self):
        self.server.start()

    def kill(self):
        """Kill all of it at once, as a power cut does."""
        self.server.kill()

    def list_groups(self):
        """List the groups of processes that can be halted."""
        return [self.server.pid]


class Worker(Threads):
    """A worker of Odoo's own among others."""

    arguments = ("--workers", "2", "--gevent-port", "0")

    def __init__(self, *args):
        super().__init__(*args)
        self.faults = [self.kill_worker, self.reload]

    def kill_worker(self, rng, number):
        for (pid,) in self.server.rows(WORKER):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def reload(self, rng, number):
        """Let Odoo start all its processes again, as after a change of its configuration."""
        os.kill(self.server.pid, signal.SIGHUP)


class TwoGateways(Threads):
    """Two processes of their own behind HAProxy, each with a line of its own to PostgreSQL."""

    prepared = APART

    def __init__(self, site, folder, made):
        super().__init__(site, folder, made)
        self.server.has_gateway = False
        self._lines = [Line(parse_dsn(site.dsn)["host"]) for _ in range(2)]
        hosts = [line.folder for line in self._lines]
        self._gateways = Gateways(self.server, site.odoo, folder, hosts)
        self.ocpp_url = f"ws://127.0.0.1:{self._gateways.port}/ocpp"
        self.faults = [self.cut_line, self.update, self.kill_gateway, self.halt_gateway]

    def start(self):
        self.server.start()
        self._gateways.start()

    def kill(self):
        self.server.kill()
        self._gateways.kill()

    def list_groups(self):
        return [process.pid for process in self._gateways.processes]

    # --- faults ------------------------------------------------------------------------------
    def kill_gateway(self, rng, number):
        kill(self._gateways.processes[rng.randrange(2)])
        time.sleep(rng.uniform(0, 5))
        self._gateways.start()

    def halt_gateway(self, rng, number):
        """Halt one for as long as its chargers go to the other, or shorter."""
        pid = self._gateways.processes[rng.randrange(2)].pid
        os.kill(pid, signal.SIGSTOP)
        time.sleep(rng.uniform(2, 20))
        os.kill(pid, signal.SIGCONT)

    def update(self, rng, number):
        """Stop and start one after the other, as an update does."""
        for one in range(2):
            self._gateways.stop_one(one)
            self._gateways.start()

    def cut_line(self, rng, number):
        line = rng.choice(self._lines)
        break_it, mend_it = rng.choice([(line.halt, line.go_on), (line.cut, line.open)])
        break_it()
        time.sleep(rng.uniform(2, 20))
        mend_it()


HOMES = {"threads": Threads, "worker": Worker, "two": TwoGateways}
