# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""bin/run: set everything up, and run Odoo with its gateway and simulated chargers."""

import argparse
import os
import socket
import time
import urllib.error
import urllib.request
from pathlib import Path

from devkit import cache, setup
from devkit.database import Home
from devkit.processes import Service, Services, tail
from devkit.progress import Failure, progress
from devkit.settings import add_folders, prepare_folders

FIRST_PAGE_TIMEOUT_S = 300
GATEWAY_TIMEOUT_S = 20
GATEWAY_CLOSED_S = 10
# The code that hotel_iris gives the sign of Garage 1, plug 1.
DEMO_SIGN = "7KQ4XM"
LOOPBACK = ("127.0.0.1", "localhost", "::1")
DEMO_LOGINS = (
    ("Front desk", "frontdesk", "POS, stays, starting and stopping a charge"),
    ("Technician", "technician", "chargers, their messages and commands"),
    ("Accountant", "accountant", "charges, credits, invoices"),
    ("Manager", "manager", "all of it, with sites, tariffs and cards"),
    ("Administrator", "admin", "Odoo itself"),
)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="bin/run",
        description="Set up and run a demo hotel: Odoo 19 with EV charging, the OCPP gateway and"
        " simulated chargers. Ctrl-C stops everything. Each option may be given by the environment"
        " variable named with it.",
        epilog="ODOO_BIN names an Odoo 19 of yours to run on, which is not changed"
        " (ODOO_ADDONS_PATH: its further addons, ODOO_PYTHON: its interpreter);"
        " ODOO_BIN=download fetches one even if there is an `odoo` on PATH.",
    )

    def option(name: str, variable: str, default, text: str, **more) -> None:
        value = os.environ.get(variable, default)
        parser.add_argument(name, default=value, help=f"{text} ({variable}; {default})", **more)

    def switch(name: str, variable: str, text: str) -> None:
        value = os.environ.get(variable, "") not in ("", "0", "false", "no")
        parser.add_argument(name, action="store_true", default=value, help=f"{text} ({variable})")

    option("--host", "IICHARGE_HOST", "127.0.0.1", "address to listen on", metavar="ADDRESS")
    option("--port", "IICHARGE_PORT", 8069, "port of Odoo", type=_port)
    option("--gateway-port", "IICHARGE_GATEWAY_PORT", 9000, "port for chargers", type=_port)
    add_folders(parser)
    option("--db-uri", "IICHARGE_DB_URI", None, "database on a PostgreSQL server", metavar="URI")
    switch("--no-demo", "IICHARGE_NO_DEMO", "begin with an empty hotel")
    switch("--no-simulator", "IICHARGE_NO_SIMULATOR", "start no simulated chargers")
    return parser


def _port(text: str) -> int:
    number = int(text)
    if not 0 < number < 65536:
        raise argparse.ArgumentTypeError(f"{number} is not a port (1 to 65535)")
    return number


def main(arguments: list[str]) -> int:
    """Run until a signal stops it."""
    options = _parser().parse_args(arguments)
    began = time.monotonic()
    data, downloads = prepare_folders(options.data, options.cache, "setup.log")
    lock = cache.Lock(data / "run.lock", str(data))
    if not lock.try_acquire():
        raise Failure(
            f"{data} is in use by {lock.holder()}.",
            "Stop that one, or choose another folder with --data (and other ports).",
        )
    _require_free_port(options.host, options.port, "--port", "Odoo")
    _require_free_port(options.host, options.gateway_port, "--gateway-port", "the gateway")
    demo = not options.no_demo
    home = setup.prepare(data, downloads, demo, options.db_uri)
    home.configure(interface=options.host, port=options.port)
    services = Services()
    try:
        if home.cluster:
            home.cluster.start()
        setup.bring_up_to_date(home, demo)
        home.set_address(f"http://{_local(options.host)}:{options.port}")
        odoo = _start(services, home, options, data / "log")
        _banner(options, data, time.monotonic() - began, demo)
        # Odoo lives on without its database, with the gateway closed
        first = [home.cluster.service] if home.cluster else []
        services.keep(first=first, check=GatewayWatch(options.gateway_port, odoo.log).check)
    finally:
        _stop(services, home)
    return 0


def _require_free_port(host: str, port: int, option: str, what: str) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Failure(
                f"{what} cannot listen on {host}:{port} ({error.strerror}).",
                f"Stop what uses it, or choose another with {option}.",
            ) from None


def _local(host: str) -> str:
    """Return the address by which this machine reaches what listens on `host`."""
    return "127.0.0.1" if host == "0.0.0.0" else host


def _start(services: Services, home: Home, options: argparse.Namespace, logs: Path) -> Service:
    """Start Odoo and, once chargers can connect, the simulator."""
    environment = {
        **home.environment,
        "IICHARGE_GATEWAY_HOST": options.host,
        "IICHARGE_GATEWAY_PORT": str(options.gateway_port),
    }
    local = _local(options.host)
    with progress.step("Odoo and the gateway"):
        odoo = services.start("Odoo", home.command(), logs / "odoo.log", environment)
        _wait_for(
            odoo,
            lambda: _answers(f"http://{local}:{options.port}/web/login"),
            FIRST_PAGE_TIMEOUT_S,
            "Odoo did not answer",
        )
        _wait_for(
            odoo,
            lambda: _listens(options.gateway_port),
            GATEWAY_TIMEOUT_S,
            f"The gateway does not listen on port {options.gateway_port}",
        )
    if not (options.no_simulator or options.no_demo):
        url = f"ws://{local}:{options.gateway_port}/ocpp"
        command = home.command("iicharge_simulator", "--url", url)
        services.start("The simulator", command, logs / "simulator.log", home.environment)
    return odoo


def _wait_for(odoo: Service, ready, timeout_s: float, failure: str) -> None:
    until = time.monotonic() + timeout_s
    while not ready():
        status = odoo.process.poll()
        if status is not None or time.monotonic() > until:
            ended = "" if status is None else f"; Odoo ended with status {status}"
            raise Failure(f"{failure}{ended}.", f"See {odoo.log}.", tail(odoo.log))
        time.sleep(0.1)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=60) as answer:
            return answer.status == 200
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def _listens(port: int) -> bool:
    """Check whether the kernel has a listener on `port`; a connection would be logged."""
    for table in (Path("/proc/net/tcp"), Path("/proc/net/tcp6")):
        for row in table.read_text().splitlines()[1:] if table.exists() else ():
            _, local, _, state, *_ = row.split()
            if state == "0A" and int(local.rpartition(":")[2], 16) == port:
                return True
    return False


class GatewayWatch:
    """Report when the gateway no longer listens, and when it does again."""

    def __init__(self, port: int, log: Path):
        self._port = port
        self._log = log
        self._listened_at = time.monotonic()
        self._noted = False

    def check(self) -> None:
        now = time.monotonic()
        if _listens(self._port):
            self._listened_at = now
            if self._noted:
                progress.line("The gateway listens again; chargers can connect.")
            self._noted = False
        elif not self._noted and now - self._listened_at > GATEWAY_CLOSED_S:
            self._noted = True
            progress.line(
                f"The gateway does not listen on port {self._port} any more: chargers cannot "
                f"connect. It starts again by itself when the database answers; see {self._log}."
            )


def _banner(options: argparse.Namespace, data: Path, took_s: float, demo: bool) -> None:
    rows = [
        "",
        f"  iicharge is running; first page after {took_s:.1f} s.",
        "",
        f"  Odoo       http://{options.host}:{options.port}",
        f"  Chargers   ws://{options.host}:{options.gateway_port}/ocpp/<charger id>",
        f"  Logs       {data / 'log'}",
    ]
    if demo:
        rows += [f"  A sign     http://{options.host}:{options.port}/charge/{DEMO_SIGN}"]
    rows += [""]
    logins = DEMO_LOGINS if demo else DEMO_LOGINS[-1:]
    rows += [f"  {who:<14} {f'{name} / {name}':<26}{what}" for who, name, what in logins]
    if options.host not in LOOPBACK:
        rows += [
            "",
            "  Warning: everybody on the network reaches this, and these passwords are known.",
            "  Change them in Odoo (Settings > Users) before others can connect.",
        ]
    rows += ["", "  Ctrl-C stops everything."]
    for row in rows:
        progress.line(row)


def _stop(services: Services, home: Home) -> None:
    services.stop()
    if home.cluster:
        home.cluster.stop()
