# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Two gateways of one database in processes of their own, behind HAProxy as in `deploy/`."""

import os
import signal
import subprocess
from pathlib import Path

from devkit.odoo_server import free_port
from devkit.processes import spawn

SAMPLE = Path(__file__).resolve().parents[1] / "deploy" / "haproxy.cfg"
UP_WITHIN_S = 90
STOPS_WITHIN_S = 60
APART = """
env["res.config.settings"].create({"iicharge_gateway_home": "apart"}).execute()
env.cr.commit()
"""
HELD = """
    SELECT charger.identity, process.pid FROM iicharge_connection held
      JOIN iicharge_charger charger ON charger.id = held.charger_id
      JOIN iicharge_gateway process ON process.detail = held.gateway
     WHERE held.online
"""


def run_haproxy(text, path):
    """Run HAProxy with a configuration that is written to `path`, its log next to it."""
    path.write_text(text, encoding="utf-8")
    with path.with_suffix(".log").open("ab") as log:
        return spawn(["haproxy", "-db", "-f", str(path)], stdout=log, stderr=subprocess.STDOUT)


def kill(process):
    """Kill a process, halted or not."""
    process.kill()
    process.wait()


class Gateways:
    """Processes of a server's database, and the balancer before them.

    :param server: `devkit.odoo_server.OdooServer`, whose database has the setting `APART`
    :param odoo: the words that start Odoo
    :param folder: for configurations and logs
    :param db_hosts: how each process reaches PostgreSQL; None: as the server does
    :ivar port: where chargers connect
    """

    def __init__(self, server, odoo, folder, db_hosts=(None, None)):
        self.server = server
        self.port = free_port()
        self._odoo = odoo
        self._folder = folder
        self._hosts = db_hosts
        self._ports = [free_port() for _ in db_hosts]
        self.processes = [None for _ in db_hosts]
        self.balancer = None

    def start(self):
        """Start what does not run, and wait until all serve."""
        for number, process in enumerate(self.processes):
            if process is None or process.poll() is not None:
                self.start_one(number)
        self.server.wait_for(
            "SELECT 1 FROM iicharge_gateway WHERE home = 'process' AND state = 'running'"
            " AND pid = ANY(%s) HAVING count(*) = %s",
            [process.pid for process in self.processes],
            len(self.processes),
            timeout_s=UP_WITHIN_S,
        )
        if self.balancer is None:
            self.balancer = run_haproxy(self._configure(), self._folder / "haproxy.cfg")

    def start_one(self, number):
        environment = {
            **os.environ,
            "IICHARGE_GATEWAY_HOST": "127.0.0.1",
            "IICHARGE_GATEWAY_PORT": str(self._ports[number]),
            "IICHARGE_TRUSTED_PROXIES": "127.0.0.1",
        }
        command = [*self._odoo, "iicharge_gateway", "-d", self.server.database]
        if self._hosts[number]:
            command += ["--db_host", str(self._hosts[number])]
        with (self._folder / f"gateway-{number}.log").open("ab") as log:
            self.processes[number] = spawn(
                command, stdout=log, stderr=subprocess.STDOUT, env=environment
            )

    def stop_one(self, number):
        """Stop one as an update does."""
        self.processes[number].send_signal(signal.SIGTERM)
        self.processes[number].wait(STOPS_WITHIN_S)

    def _configure(self):
        text = SAMPLE.read_text(encoding="utf-8")
        for old, new in (
            ("maxconn 20000", "maxconn 200"),  # the machine's limit of files may be low
            ("bind :9080", f"bind 127.0.0.1:{self.port}"),
            ("    bind :9443 ssl crt /etc/haproxy/hotel.pem\n", ""),
            ("10.0.0.11:9000", f"127.0.0.1:{self._ports[0]}"),
            ("10.0.0.12:9000", f"127.0.0.1:{self._ports[1]}"),
        ):
            assert old in text
            text = text.replace(old, new)
        return text

    def get_held(self):
        """Return which process holds each charger, by identity."""
        return dict(self.server.rows(HELD))

    def kill(self):
        """Kill all of them, and the balancer."""
        for process in (self.balancer, *self.processes):
            if process is not None:
                kill(process)
        self.balancer = None
