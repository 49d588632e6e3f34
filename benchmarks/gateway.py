# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""CPU and answer times of a MeterValues at the gateway, against an echo and against `ocpp`.

Three servers, each a process of its own, get the same frames from a load process over real
sockets: the gateway with PostgreSQL behind it, a bare `websockets` echo, and the `ocpp`
package's own routing without any storage. Their CPU (user and system) is what the operating
system counts for the server's process while the frames are answered, divided by the frames.
Rounds of the three alternate, so that a change of the machine's speed affects all of them.

The paced run sends 1,000 MeterValues a second; an answer's time counts from the moment the
frame was due, not from when a slow server let it be sent.
"""

import asyncio
import json
import os
import statistics
import subprocess
import sys
import uuid
from pathlib import Path

from benchmarks._gateway_load import METER_VALUES, encode_frame, load

ROOT = Path(__file__).resolve().parents[1]
DATABASE = "empty"

CONNECTIONS = 50
ROUNDS = 5
FRAMES = {"gateway": 20_000, "echo": 20_000, "ocpp": 2_500}
WARM_UP = {"gateway": 2_000, "echo": 2_000, "ocpp": 500}
PACED_PER_S = 1_000
PACED_S = 15
GOALS = {
    "cpu_to_echo": "<= 1.0",
    "ocpp_routing_to_cpu": ">= 10",
    "p99_ms_at_1000_per_s": "< 50",
}

_START_TIMEOUT_S = 30


def run(dsn: str | None = None) -> dict:
    """Measure all three servers on the PostgreSQL database of that DSN.

    :param dsn: of a database in which a schema may be made; None: from IICHARGE_TEST_DSN
    :raises RuntimeError: a server did not start, or a frame that was answered is not stored
    """
    import psycopg2

    from tests.gateway.tables import create_tables

    dsn = dsn or os.environ["IICHARGE_TEST_DSN"]
    schema = f"bench_{uuid.uuid4().hex[:12]}"
    connection = psycopg2.connect(dsn)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA {schema}")
        cursor.execute(f"SET search_path TO {schema}")
        create_tables(cursor, chargers=CONNECTIONS)
        try:
            servers = _start_servers(
                psycopg2.extensions.make_dsn(dsn, options=f"-c search_path={schema}")
            )
            try:
                return _measure(servers, cursor)
            finally:
                for server in servers.values():
                    server.stop()
        finally:
            cursor.execute(f"DROP SCHEMA {schema} CASCADE")


def _measure(servers: dict[str, "_Server"], cursor) -> dict:
    for name, server in servers.items():
        server.load("closed", frames=WARM_UP[name])
    rounds: dict[str, list[dict]] = {name: [] for name in servers}
    for _ in range(ROUNDS):
        for name, server in servers.items():
            rounds[name].append(server.measure(FRAMES[name]))
    paced = servers["gateway"].load("paced", per_s=PACED_PER_S, seconds=PACED_S)
    answered = WARM_UP["gateway"] + ROUNDS * FRAMES["gateway"] + paced["frames"]
    cpu_us = {
        name: statistics.median(result["cpu_us"] for result in results)
        for name, results in rounds.items()
    }
    return {
        "cpu_us_per_frame": cpu_us,
        "ratios": {
            "cpu_to_echo": _ratio(rounds["gateway"], rounds["echo"]),
            "ocpp_routing_to_cpu": _ratio(rounds["ocpp"], rounds["gateway"]),
        },
        "closed_loop_frames_per_s": {
            name: statistics.median(result["frames_per_s"] for result in results)
            for name, results in rounds.items()
        },
        "paced": paced,
        "goals": GOALS,
        "conditions": {
            "connections": CONNECTIONS,
            "frame_bytes": len(encode_frame()),
            "stored": _check_stored(cursor, answered),
            "postgres": {name: _show(cursor, name) for name in _SETTINGS},
            "cores": os.cpu_count(),
            "load_average": os.getloadavg()[0],
            "python": sys.version.split()[0],
        },
    }


_SETTINGS = ("server_version", "fsync", "synchronous_commit")


def _ratio(above: list[dict], below: list[dict]) -> dict[str, float]:
    """Return the ratio in each round; the rounds are neighbours in time."""
    ratios = [a["cpu_us"] / b["cpu_us"] for a, b in zip(above, below, strict=True)]
    return {
        "median": round(statistics.median(ratios), 2),
        "lowest": round(min(ratios), 2),
        "highest": round(max(ratios), 2),
    }


def _show(cursor, name: str) -> str:
    cursor.execute(f"SHOW {name}")
    return cursor.fetchone()[0]


def _check_stored(cursor, answered: int) -> int:
    cursor.execute(
        "SELECT count(*) FROM iicharge_ocpp_message"
        " WHERE action = 'MeterValues' AND state = 'new' AND reason IS NULL AND payload = %s",
        (json.dumps(METER_VALUES),),
    )
    stored = cursor.fetchone()[0]
    if stored != answered:
        raise RuntimeError(f"{answered} MeterValues were answered, {stored} are stored as sent.")
    return stored


# --- processes ---------------------------------------------------------------------------
def _start_servers(dsn: str) -> dict[str, "_Server"]:
    servers: dict[str, _Server] = {}
    try:
        for name in ("gateway", "echo", "ocpp"):
            servers[name] = _Server(name, dsn)
    except BaseException:
        for server in servers.values():
            server.stop()
        raise
    return servers


class _Server:
    """A server in a process of its own."""

    def __init__(self, name: str, dsn: str):
        self.name = name
        self._process = _spawn("serve", {"name": name, "dsn": dsn}, stdin=subprocess.PIPE)
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"The server {name!r} did not start; its error is above.")
        self.port = int(line)

    def measure(self, frames: int) -> dict[str, float]:
        """Return CPU microseconds for each frame, and frames a second."""
        import psutil

        process = psutil.Process(self._process.pid)
        before = process.cpu_times()
        result = self.load("closed", frames=frames)
        after = process.cpu_times()
        cpu_s = after.user + after.system - before.user - before.system
        return {
            "cpu_us": round(cpu_s / frames * 1e6, 1),
            "frames_per_s": round(frames / result["seconds"]),
        }

    def load(self, kind: str, **options: float) -> dict:
        """Run the load process against this server."""
        values = {"kind": kind, "port": self.port, "connections": CONNECTIONS, **options}
        process = _spawn("load", values)
        output, _ = process.communicate()
        if process.returncode:
            raise RuntimeError(f"The load on {self.name!r} failed; its error is above.")
        return json.loads(output)

    def stop(self) -> None:
        """End it by closing its input."""
        self._process.stdin.close()
        try:
            self._process.wait(_START_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self._process.kill()


def _spawn(role: str, options: dict, **pipes) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-m", __spec__.name, role, json.dumps(options)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        **pipes,
    )


# --- the servers -------------------------------------------------------------------------
async def _serve(name: str, dsn: str) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_reader(sys.stdin.fileno(), stop.set)
    await {"gateway": _serve_gateway, "echo": _serve_echo, "ocpp": _serve_ocpp}[name](dsn, stop)


def _announce(port: int) -> None:
    print(port, flush=True)


async def _serve_gateway(dsn: str, stop: asyncio.Event) -> None:
    from devkit import bare

    bare.register()
    from iicharge_odoo.gateway.gateway import Gateway
    from iicharge_odoo.gateway.settings import Settings
    from iicharge_odoo.service.pg_journal import PgJournal
    from iicharge_odoo.service.pg_store import PgCommands, PgConnections, PgDirectory, PgPool

    pool = PgPool(dsn)
    gateway = Gateway(
        Settings(host="127.0.0.1", port=0, ask_for_boot=False),
        directory=PgDirectory(pool),
        authorizer=None,
        journal_store=PgJournal(dsn),
        connection_store=PgConnections(pool, str(uuid.uuid4())),
        command_source=PgCommands(pool),
    )
    await gateway.run(stop, _announce)
    pool.close()


async def _serve_echo(dsn: str, stop: asyncio.Event) -> None:
    from websockets.asyncio.server import serve

    async def echo(socket):
        async for frame in socket:
            await socket.send(frame)

    async with serve(echo, "127.0.0.1", 0, subprotocols=["ocpp1.6"], compression=None) as server:
        _announce(server.sockets[0].getsockname()[1])
        await stop.wait()


async def _serve_ocpp(dsn: str, stop: asyncio.Event) -> None:
    from ocpp.routing import on
    from ocpp.v16 import ChargePoint, call_result
    from websockets.asyncio.server import serve
    from websockets.exceptions import ConnectionClosed

    class CentralSystem(ChargePoint):
        @on("MeterValues")
        def on_meter_values(self, **payload):
            return call_result.MeterValues()

    async def route(socket):
        try:
            await CentralSystem("bench", socket).start()
        except ConnectionClosed:
            pass

    async with serve(route, "127.0.0.1", 0, subprotocols=["ocpp1.6"], compression=None) as server:
        _announce(server.sockets[0].getsockname()[1])
        await stop.wait()


if __name__ == "__main__":
    role, text = sys.argv[1:]
    if role == "serve":
        asyncio.run(_serve(**json.loads(text)))
    else:
        print(json.dumps(asyncio.run(load(**json.loads(text)))))
