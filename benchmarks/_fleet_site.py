# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Processes of `fleet.py`: `odoo iicharge_gateway` in one or more, HAProxy before them, and the
load."""

import json
import os
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import psutil

from devkit.odoo_server import OdooServer, free_port
from devkit.processes import spawn
from devkit.testing import Site

CHECKOUT = Path(__file__).resolve().parents[1]
SAMPLE = CHECKOUT / "deploy" / "haproxy.cfg"
START_S = 90
# So many cars charge on one bill.
CARS_A_STAY = 10
_CHARGERS = """
from datetime import timedelta
from odoo import fields

site = env.ref("iicharge_odoo.demo_site")
charger = env["iicharge.charger"].create(
    {{"name": "cp-0", "identity": "cp-0", "site_id": site.id, "security_profile": "0"}})
env.flush_all()
env.cr.execute(
    '''SELECT string_agg(quote_ident(column_name), ', ') FROM information_schema.columns
        WHERE table_name = 'iicharge_charger'
          AND column_name NOT IN ('id', 'name', 'identity', 'identity_key')''')
columns = env.cr.fetchone()[0]
env.cr.execute(
    f'''INSERT INTO iicharge_charger (name, identity, identity_key, {{columns}})
        SELECT 'cp-' || number, 'cp-' || number, 'cp-' || number, {{columns}}
          FROM iicharge_charger, generate_series(1, {chargers}) number
         WHERE identity = 'cp-0' ''')
env["iicharge.connector"].create({{"charger_id": charger.id, "number": 1}})
env["res.config.settings"].create({{"iicharge_gateway_home": "apart"}}).execute()

now = fields.Datetime.now()
kind = env.ref("iicharge_odoo_hotel.room_type_demo")
for stay in range({sessions} // {cars_a_stay} + 1):
    room = env["hotel.room"].create(
        {{"name": f"B{{stay}}", "isroom": True, "room_categ_id": kind.id,
          "list_price": 100, "capacity": 2}})
    folio = env["hotel.folio"].create(
        {{"partner_id": env["res.partner"].create({{"name": f"Guest {{stay}}"}}).id,
          "date_order": now - timedelta(days=9)}})
    env["hotel.folio.line"].create(
        {{"folio_id": folio.id, "product_id": room.product_id.id, "name": "Night",
          "product_uom_qty": 3, "checkin_date": now - timedelta(days=1),
          "checkout_date": now + timedelta(days=2)}})
    folio.action_confirm()
    first = stay * {cars_a_stay} + 1
    cars = range(first, min(first + {cars_a_stay}, {sessions} + 1))
    env["iicharge.token"].create(
        [{{"uid": f"CAR-{{car}}", "folio_id": folio.order_id.id}} for car in cars])
    chargers = env["iicharge.charger"].search(
        [("identity", "in", [f"cp-{{car}}" for car in cars])])
    env["iicharge.connector"].create(
        [{{"charger_id": charger.id, "number": 1}} for charger in chargers])
    env.cr.commit()
env.cr.execute("ANALYZE")
env.cr.commit()
"""


class Fleet:
    """A database with many chargers, and the processes that serve it.

    :param chargers: how many, `cp-1` on, without a password
    :param sessions: how many of them, the first ones, have a card `CAR-1` on, each of a stay
    """

    def __init__(self, chargers: int, sessions: int):
        self.site = Site.from_environment()
        self.folder = Path(self.site.filestore).parent
        self.server = OdooServer(self.site, "bench_fleet", self.folder / "bench-fleet.log")
        self.server.shell(
            _CHARGERS.format(chargers=chargers, sessions=sessions, cars_a_stay=CARS_A_STAY)
        )

    @contextmanager
    def serving(self, gateways=0, processors=0):
        """Run processes. :return: the ports of the gateways, and the processes"""
        ports = [free_port() for _ in range(gateways)]
        parts = [("gateway", port) for port in ports]
        parts += [("processor", free_port()) for _ in range(processors)]
        with self._running(parts) as processes:
            yield ports, processes

    @contextmanager
    def machines(self, count):
        """Run processes that are gateway and processor, each as on a machine of its own.

        :return: their ports, and the processes
        """
        ports = [free_port() for _ in range(count)]
        with self._running([(None, port) for port in ports]) as processes:
            yield ports, processes

    @contextmanager
    def _running(self, parts):
        processes = [self._start(*part) for part in parts]
        try:
            self.server.wait_for(
                "SELECT 1 FROM iicharge_gateway WHERE home = 'process'"
                " AND state IN ('running', 'off') AND pid = ANY(%s) HAVING count(*) = %s",
                [process.pid for process in processes],
                len(processes),
                timeout_s=START_S,
            )
            yield processes
        finally:
            for process in processes:
                process.terminate()
            for process in processes:
                process.wait(60)

    def _start(self, part, port):
        only = ["--only", part] if part else []
        command = [*self.site.odoo, "iicharge_gateway", "-d", self.server.database, *only]
        environment = {
            **os.environ,
            "IICHARGE_GATEWAY_HOST": "127.0.0.1",
            "IICHARGE_GATEWAY_PORT": str(port),
            "IICHARGE_TRUSTED_PROXIES": "127.0.0.1",
        }
        with (self.folder / f"bench-fleet-{port}.log").open("ab") as log:
            process = spawn(command, stdout=log, stderr=subprocess.STDOUT, env=environment)
        return process

    @contextmanager
    def balanced(self, ports):
        """Run HAProxy with the sample of `deploy/`. :return: its plain port, and that with TLS"""
        plain, secure = free_port(), free_port()
        text = SAMPLE.read_text(encoding="utf-8")
        text = text.replace("bind :9080", f"bind 127.0.0.1:{plain}")
        text = text.replace("bind :9443", f"bind 127.0.0.1:{secure}")
        text = text.replace("/etc/haproxy/hotel.pem", str(self._make_certificate()))
        kept, addresses = [], [f"127.0.0.1:{port}" for port in ports]
        for line in text.splitlines():
            if line.strip().startswith("server "):
                if not addresses:
                    continue
                line = f"{line[: line.rindex(' ')]} {addresses.pop(0)}"
            kept.append(line)
        path = self.folder / "bench-haproxy.cfg"
        path.write_text("\n".join(kept) + "\n", encoding="utf-8")
        # two files for each connection, of those that a process may have here
        limit = os.sysconf("SC_OPEN_MAX") // 2 - 100
        path.write_text(path.read_text().replace("maxconn 20000", f"maxconn {limit}"))
        with (self.folder / "bench-haproxy.log").open("ab") as log:
            process = spawn(
                ["haproxy", "-db", "-f", str(path)], stdout=log, stderr=subprocess.STDOUT
            )
        try:
            time.sleep(3)  # until the gateways were found healthy
            yield plain, secure, limit
        finally:
            process.kill()
            process.wait()

    def _make_certificate(self) -> Path:
        path = self.folder / "bench-haproxy.pem"
        key, certificate = path.with_suffix(".key"), path.with_suffix(".crt")
        subprocess.run(
            [
                *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
                *("-subj", "/CN=bench", "-keyout", str(key), "-out", str(certificate)),
            ],
            check=True,
            capture_output=True,
        )
        path.write_text(certificate.read_text() + key.read_text())
        return path

    def count(self, condition: str = "true") -> int:
        """Count messages."""
        return self.rows_of("iicharge_ocpp_message", condition)

    def rows_of(self, table: str, condition: str = "true") -> int:
        """Count rows of a table."""
        return self.server.rows(f"SELECT count(*) FROM {table} WHERE {condition}")[0][0]

    def empty(self) -> None:
        """Drop the messages of the part before."""
        self.server.rows(
            "DELETE FROM iicharge_ocpp_message WHERE action IN ('MeterValues', 'BootNotification')"
            " RETURNING 1"
        )


def start_load(role: str, **options) -> subprocess.Popen:
    """Start a load process; a line of its output is a result."""
    return subprocess.Popen(
        [sys.executable, "-m", "benchmarks._fleet_load", role, json.dumps(options)],
        cwd=CHECKOUT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def go_on(process: subprocess.Popen) -> None:
    """Let a load process that waits go on."""
    process.stdin.write("\n")
    process.stdin.flush()


def read_result(process: subprocess.Popen) -> dict:
    """Read a line of a load process.

    :raises RuntimeError: it has failed; its error is on standard error
    """
    line = process.stdout.readline()
    if not line:
        raise RuntimeError("The load failed; its error is above.")
    return json.loads(line)


def load(role: str, **options) -> dict:
    """Run a load process to its end."""
    process = start_load(role, **options)
    result = read_result(process)
    process.communicate()
    return result


def cpu_s(process) -> float:
    """Return the CPU seconds of a process and those it started."""
    found = psutil.Process(process.pid)
    times = [one.cpu_times() for one in (found, *found.children(recursive=True))]
    return sum(one.user + one.system for one in times)


def memory_kb(process) -> float:
    """Return what a process holds for itself, KB."""
    found = psutil.Process(process.pid)
    return max(one.memory_full_info().uss for one in (found, *found.children())) / 1024
