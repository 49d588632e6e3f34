# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""The embedded PostgreSQL."""

import os
import signal
import subprocess
import sys

import pytest

from devkit import postgres, project
from devkit.progress import Failure

HOLDER = """
import sys, time
from pathlib import Path
from devkit.postgres import Cluster
cluster = Cluster(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]))
cluster.start()
cluster.sql("CREATE TABLE kept AS SELECT 42 AS answer")
print("ready", flush=True)
time.sleep(300)
"""


@pytest.fixture
def cluster(tmp_path, downloads):
    cluster = postgres.Cluster(
        tmp_path / "postgres", postgres.programs(downloads), tmp_path / "log"
    )
    cluster.create()
    yield cluster
    cluster.stop()


def test_server_answers_on_its_socket_and_no_port(cluster):
    cluster.start()
    assert cluster.sql("SELECT 6 * 7") == "42"
    assert cluster.sql("SHOW listen_addresses") == ""


def test_stopped_server_is_gone(cluster):
    cluster.start()
    cluster.stop()
    assert not cluster.answers()
    assert not (cluster.folder / "postmaster.pid").exists()


def test_data_survive_a_kill_of_the_command(cluster, tmp_path):
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, cluster.folder, cluster.programs, tmp_path / "log"],
        env={**os.environ, "PYTHONPATH": str(project.CHECKOUT)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout.readline() == "ready\n"
    holder.send_signal(signal.SIGKILL)
    holder.wait()

    cluster.start()

    assert cluster.sql("SELECT answer FROM kept") == "42"


def test_pid_file_of_another_program_does_not_hinder_the_start(cluster):
    (cluster.folder / "postmaster.pid").write_text(f"{os.getpid()}\n{cluster.folder}\n")
    cluster.start()
    assert cluster.answers()


def test_refused_statement_says_why(cluster):
    cluster.start()
    with pytest.raises(Failure, match="refused a statement") as caught:
        cluster.sql("SELECT nonsense")
    assert "nonsense" in caught.value.details


def test_long_folder_gets_a_short_socket(tmp_path):
    folder = tmp_path / ("x" * 100) / "postgres"
    cluster = postgres.Cluster(folder, tmp_path, tmp_path / "log")
    assert len(str(cluster.socket)) <= postgres.LONGEST_SOCKET_FOLDER
