# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Odoo as a process of its own, seen from outside: HTTP, OCPP, the database's tables.

For end-to-end tests and benches, which `bin/` runs in the virtual environment.
"""

import os
import signal
import socket
import subprocess
import time
from contextlib import closing

import psycopg2
import psycopg2.extras
import requests

from devkit.processes import spawn

START_TIMEOUT_S = 120


def free_port():
    with closing(socket.socket()) as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


# An addon is uninstalled in one call, which takes a minute on a loaded machine.
CALL_S = 240


class OdooServer:
    """One Odoo with its gateway on a database of its own.

    :param site: `devkit.testing.Site`
    :param log: file that takes what Odoo logs over all its starts
    """

    def __init__(self, site, database, log):
        self.dsn = site.copy_database(database)
        self.database = database
        self.http_port, self.gateway_port = free_port(), free_port()
        self.url = f"http://127.0.0.1:{self.http_port}"
        self.ocpp_url = f"ws://127.0.0.1:{self.gateway_port}/ocpp"
        self.log = log
        self.command = site.odoo_command(database, self.http_port)
        self.shell_command = site.shell_command(database)
        # else it is in a process of its own
        self.has_gateway = True
        self._process = None

    def shell(self, script):
        """Run a script in `odoo shell`, before the start."""
        done = subprocess.run(
            self.shell_command,
            input=script,
            capture_output=True,
            text=True,
            timeout=600,
        )
        # the shell ends well even when its script did not
        if done.returncode or "Traceback" in done.stderr + done.stdout:
            raise AssertionError(done.stderr[-3000:] + done.stdout[-3000:])

    def start(self):
        """Start Odoo and wait until its doors are open."""
        with self.log.open("ab") as log:
            self._process = spawn(
                self.command,
                stdout=log,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                env={
                    **os.environ,
                    "IICHARGE_GATEWAY_HOST": "127.0.0.1",
                    "IICHARGE_GATEWAY_PORT": str(self.gateway_port),
                },
            )
        deadline = time.monotonic() + START_TIMEOUT_S
        while not (self._answers_http() and (self.listens() or not self.has_gateway)):
            if self._process.poll() is not None:
                raise AssertionError(f"Odoo ended:\n{self.read_log()[-3000:]}")
            if time.monotonic() > deadline:
                raise AssertionError(f"Odoo is not up in time:\n{self.read_log()[-3000:]}")
            time.sleep(0.1)

    @property
    def pid(self):
        """The process that was started, which has the workers, where there are any."""
        return self._process.pid

    def _answers_http(self):
        try:
            return requests.get(f"{self.url}/web/health", timeout=5).ok
        except requests.RequestException:
            return False

    def listens(self):
        with closing(socket.socket()) as sock:
            return sock.connect_ex(("127.0.0.1", self.gateway_port)) == 0

    def kill(self):
        """Kill every process of it by SIGKILL, as a power cut would."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def stop(self):
        """Stop Odoo as Ctrl-C does; return the exit status."""
        if self._process is None or self._process.poll() is not None:
            return None
        self._process.send_signal(signal.SIGINT)
        try:
            return self._process.wait(30)
        except subprocess.TimeoutExpired:
            self.kill()
            raise

    def read_log(self):
        return self.log.read_text(encoding="utf-8", errors="replace")

    # --- for assertions ----------------------------------------------------------------
    def rows(self, query, *parameters):
        with closing(psycopg2.connect(self.dsn)) as db, db, db.cursor() as cursor:
            cursor.execute(query, parameters)
            return cursor.fetchall()

    def wait_for(self, query, *parameters, timeout_s=20):
        """Return the rows of a query, as soon as it has any."""
        deadline = time.monotonic() + timeout_s
        while True:
            found = self.rows(query, *parameters)
            if found:
                return found
            if time.monotonic() > deadline:
                raise AssertionError(f"Nothing in {timeout_s} s: {query} {parameters}")
            time.sleep(0.05)

    def log_in(self, login):
        return WebClient(self.url, self.database, login)


class WebClient:
    """A user of the web client: sends a browser's requests, without the browser."""

    def __init__(self, url, database, login):
        self._url = url
        self._session = requests.Session()
        self._post("/web/session/authenticate", {"db": database, "login": login, "password": login})

    @property
    def session_id(self):
        """The session cookie of this user, for a browser."""
        return self._session.cookies["session_id"]

    def _post(self, path, params):
        answer = self._session.post(
            self._url + path, json={"jsonrpc": "2.0", "params": params}, timeout=CALL_S
        ).json()
        if "error" in answer:
            raise AssertionError(answer["error"]["data"].get("debug") or answer["error"])
        return answer.get("result")  # left out where a method returns nothing

    def call(self, model, method, *args, **kwargs):
        return self._post(
            f"/web/dataset/call_kw/{model}/{method}",
            {"model": model, "method": method, "args": args, "kwargs": kwargs},
        )
