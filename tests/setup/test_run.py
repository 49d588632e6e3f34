# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""bin/run as a user sees it: the first page, the gateway's port, and nothing left behind."""

import argparse
import io
import os
import re
import select
import signal
import socket
import subprocess
import time
import urllib.request
from datetime import date, timedelta
from pathlib import Path

import pytest

from devkit import project, run
from devkit.database import DATABASE
from devkit.odoo_server import WebClient

# of history
DAYS = 30


class Running:
    """A started bin/run."""

    def __init__(self, data, downloads, ports):
        self.page = f"http://127.0.0.1:{ports[0]}/web/login"
        self.gateway = ("127.0.0.1", ports[1])
        self.text = ""
        self.process = subprocess.Popen(
            [project.CHECKOUT / "bin/run", "--port", str(ports[0]), "--gateway-port", str(ports[1])]
            + ["--data", data, "--cache", downloads],
            stderr=subprocess.PIPE,
            env=os.environ,
        )

    def wait_for_banner(self, timeout_s):
        self.wait_for("Ctrl-C stops everything", timeout_s)

    def wait_for(self, text, timeout_s=60):
        """Wait until it has printed a text."""
        until = time.monotonic() + timeout_s
        while text not in self.text:
            assert time.monotonic() < until, self.text
            if select.select([self.process.stderr], [], [], 0.2)[0]:
                part = os.read(self.process.stderr.fileno(), 65536).decode()
                assert part, self.text
                self.text += part

    def wait_for_page(self, timeout_s=120):
        """Wait until Odoo shows its first page, and the gateway listens."""
        until = time.monotonic() + timeout_s
        while True:
            try:
                with urllib.request.urlopen(self.page, timeout=60) as answer:
                    assert b"oe_login_form" in answer.read()
                socket.create_connection(self.gateway, 5).close()
                return
            except OSError:
                assert time.monotonic() < until, self.text
                time.sleep(0.5)

    def find(self, program):
        """Return the first of its processes that run a program: the parent of the others."""
        for pid in sorted(self.programs()):
            words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
            if any(word.decode().endswith(program) for word in words[:4]):
                return pid
        raise AssertionError(f"no {program}")

    def steps(self):
        """Return the steps that it has printed."""
        return re.findall(r"^\[.+?\] (.+?) \.\.\.", self.text, re.MULTILINE)

    def programs(self):
        """Return all processes that it has started, at any depth."""
        return children_of(self.process.pid)


def children_of(pid):
    """Return the processes below `pid`, at any depth."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
    found, last = set(), {pid}
    while last:
        last = {child for child, parent in parents.items() if parent in last}
        found |= last
    return found


def wait_until_gone(pids):
    until = time.monotonic() + 20
    while left := {pid for pid in pids if is_alive(pid)}:
        assert time.monotonic() < until, f"left behind: {left}"
        time.sleep(0.05)


def is_alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.fixture
def start(module_path, downloads, free_ports):
    started = []

    def run():
        started.append(Running(module_path, downloads, free_ports))
        return started[-1]

    yield run
    for running in started:
        running.process.kill()
        running.process.wait()


def test_first_start_serves_page_and_gateway_and_sigterm_leaves_nothing(start):
    running = start()
    running.wait_for_banner(900)  # on a machine that others use, too
    with urllib.request.urlopen(running.page) as answer:
        assert b"oe_login_form" in answer.read()
    socket.create_connection(running.gateway, 5).close()
    for login in ("frontdesk", "technician", "accountant", "manager", "admin"):
        assert f"{login} / {login}" in running.text
    programs = running.programs()
    assert len(programs) >= 3, "PostgreSQL, Odoo and the simulator"

    running.process.send_signal(signal.SIGTERM)

    assert running.process.wait(30) == 128 + signal.SIGTERM
    wait_until_gone(programs)


def test_demo_hotel_has_a_month_behind_it_and_books_that_agree(start):
    running = start()
    running.wait_for_banner(60)
    manager = WebClient(running.page.removesuffix("/web/login"), DATABASE, "manager")
    [company] = manager.call("res.company", "search_read", [], ["name", "currency_id"])
    assert (company["name"], company["currency_id"][1]) == ("Hotel Iris", "EUR")
    sessions = manager.call(
        "iicharge.session", "search_read", [["state", "=", "stopped"]], ["billing", "started_at"]
    )
    assert len(sessions) > 150
    assert {row["billing"] for row in sessions} >= {"paid", "posted", "late", "review", "disputed"}
    assert len({row["started_at"][:10] for row in sessions}) >= DAYS
    sold = manager.call("product.product", "search_read", [["available_in_pos", "=", True]])
    assert 10 < len(sold) < 20
    assert all(row["pos_categ_ids"] for row in sold), "no product of another kind of shop"
    first = (date.today() - timedelta(days=DAYS + 5)).isoformat()
    report_id = manager.call("iicharge.reconciliation", "create", {"date_from": first})
    manager.call("iicharge.reconciliation", "action_check", [report_id])
    [report] = manager.call(
        "iicharge.reconciliation", "read", [report_id], ["difference", "difference_count"]
    )
    assert (report["difference"], report["difference_count"]) == (0, 0)


def test_second_start_sets_nothing_up_and_sigkill_leaves_nothing(start):
    running = start()
    running.wait_for_banner(60)
    assert running.steps() == ["Odoo and the gateway"], "nothing is set up a second time"
    programs = running.programs()

    running.process.kill()
    running.process.wait()

    wait_until_gone(programs)


def test_start_after_a_kill_works_and_ctrl_c_stops_it(start):
    running = start()
    running.wait_for_banner(60)
    programs = running.programs()
    running.process.send_signal(signal.SIGINT)
    assert running.process.wait(30) == 128 + signal.SIGINT
    wait_until_gone(programs)


def test_what_is_killed_is_started_again_and_said(start):
    running = start()
    running.wait_for_banner(60)
    os.kill(running.find("/postgres"), signal.SIGKILL)
    running.wait_for("PostgreSQL ended unexpectedly")
    os.kill(running.find("odoo-bin"), signal.SIGKILL)
    running.wait_for("Odoo ended unexpectedly")

    running.wait_for_page()

    assert running.process.poll() is None
    programs = running.programs()
    running.process.send_signal(signal.SIGTERM)
    assert running.process.wait(30) == 128 + signal.SIGTERM
    wait_until_gone(programs)


@pytest.fixture
def said(monkeypatch):
    """What is printed."""
    stream = io.StringIO()
    monkeypatch.setattr(run.progress, "stream", stream)
    return stream


@pytest.mark.parametrize(("host", "warns"), [("0.0.0.0", True), ("127.0.0.1", False)])
def test_known_passwords_on_a_network_are_warned_of(host, warns, said):
    options = argparse.Namespace(host=host, port=8069, gateway_port=9000)
    run._banner(options, Path("data"), 1.0, demo=True)
    assert ("everybody on the network" in said.getvalue()) is warns


def test_gateway_that_closes_and_opens_is_said_once(monkeypatch, said, free_ports):
    monkeypatch.setattr(run, "GATEWAY_CLOSED_S", -1)
    watch = run.GatewayWatch(free_ports[1], Path("odoo.log"))
    watch.check()
    watch.check()
    assert said.getvalue().count("does not listen") == 1
    with socket.create_server(("127.0.0.1", free_ports[1])):
        watch.check()
        watch.check()
    assert said.getvalue().count("listens again") == 1


def test_kill_during_the_set_up_is_made_good_by_the_next_start(
    tmp_path, downloads, free_ports, command
):
    killed = Running(tmp_path / "data", downloads, free_ports)
    time.sleep(0.6)
    programs = killed.programs()
    killed.process.kill()
    killed.process.wait()
    wait_until_gone(programs)

    process = command("odoo", "module", "--help")

    assert process.returncode == 0, process.stderr
