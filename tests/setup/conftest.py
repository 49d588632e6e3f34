# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""The cache of the running `bin/test`, and commands run as a user would."""

import os
import socket
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path

import pytest

from devkit import project


@contextmanager
def open_folder():
    """A folder that PostgreSQL's account can reach; pytest's own are closed to others."""
    with tempfile.TemporaryDirectory(prefix="iicharge-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


@pytest.fixture
def tmp_path():
    """Replace pytest's own fixture, see `open_folder`."""
    with open_folder() as folder:
        yield folder


@pytest.fixture(scope="module")
def module_path():
    """`tmp_path` for a whole module."""
    with open_folder() as folder:
        yield folder


@pytest.fixture(scope="session")
def downloads():
    """The cache folder, filled by the running `bin/test`."""
    if "IICHARGE_CACHE" not in os.environ:
        pytest.fail("run these tests by bin/test setup: they need its cache folder")
    return Path(os.environ["IICHARGE_CACHE"])


@pytest.fixture
def free_ports():
    """Two free ports."""
    with (
        socket.create_server(("127.0.0.1", 0)) as one,
        socket.create_server(("127.0.0.1", 0)) as two,
    ):
        return one.getsockname()[1], two.getsockname()[1]


@pytest.fixture
def command(tmp_path, downloads, free_ports):
    """Run a command of bin/ with a data folder and ports of its own; gives the ended process.

    Of its own, since the usual ports are taken where somebody has `bin/run` at work.
    """
    page_port, gateway_port = free_ports

    def run(name, *arguments, **environment):
        return subprocess.run(
            [project.CHECKOUT / "bin" / name, *map(str, arguments)],
            env={
                **os.environ,
                "IICHARGE_DATA": str(tmp_path / "data"),
                "IICHARGE_CACHE": str(downloads),
                "IICHARGE_PORT": str(page_port),
                "IICHARGE_GATEWAY_PORT": str(gateway_port),
                **environment,
            },
            capture_output=True,
            text=True,
            timeout=300,
        )

    return run
