# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Each failure of a set-up ends with one clear message and a status other than 0."""

import errno
import io
import re
import shutil
import socket
import sys
from collections import namedtuple

import pytest

from devkit import accounts, apt, cache, launch, odoo_source, project, settings, test
from devkit.database import Server, error_of, warnings_of_ours
from devkit.progress import Failure
from devkit.python import Pip
from devkit.uv import Uv


def failed(process, *texts):
    """Check that the command failed with a message that has `texts`, and no traceback."""
    assert process.returncode == 1, process.stderr
    assert "FAILED: " in process.stderr
    assert "Traceback" not in process.stderr
    for text in texts:
        assert text in process.stderr
    return True


def test_port_in_use_names_port_and_option(command):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert failed(command("run", "--port", port), f"127.0.0.1:{port}", "--port")
        assert failed(command("run", "--gateway-port", port), f":{port}", "--gateway-port")


def test_port_out_of_range_is_refused(command):
    process = command("run", "--port", 70000)
    assert process.returncode == 2
    assert "70000 is not a port" in process.stderr


def test_data_folder_in_use_names_its_user(command, tmp_path):
    with cache.Lock(tmp_path / "data/run.lock", "the data"):
        assert failed(command("run"), f"{tmp_path / 'data'} is in use by", "--data")


def test_uri_that_is_none_says_how_to_write_it(command):
    assert failed(command("run", "--db-uri", "nonsense"), "postgresql://user:password@host")


def test_odoo_bin_that_is_no_program_is_refused(command):
    assert failed(command("run", ODOO_BIN="/nowhere/odoo"), "ODOO_BIN", "/nowhere/odoo")


def test_unknown_bench_lists_those_there_are(command):
    assert failed(command("bench", "nothing"), "no bench 'nothing'")


def test_help_shows_every_option(command):
    text = command("run", "--help").stdout
    for option in ("--port", "--gateway-port", "--data", "--cache", "--db-uri", "--no-demo"):
        assert option in text
    assert "--no-simulator" in text and "ODOO_BIN" in text


def test_failing_pip_shows_its_output_and_is_retried(tmp_path, monkeypatch):
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    for _ in range(2):
        with pytest.raises(Failure, match="pip could not install uv") as caught:
            Pip(tmp_path).environment(project.lock("uv"), "uv")
        assert "No matching distribution" in caught.value.details
        assert "network" in caught.value.hint


def test_file_with_another_hash_is_not_installed(tmp_path, downloads):
    text = project.lock("hotel").read_text()
    lock = tmp_path / "hotel.txt"
    lock.write_text(re.sub(r"sha256:\w+", f"sha256:{'0' * 64}", text))
    with pytest.raises(Failure, match="uv could not unpack it") as caught:
        Uv(downloads).unpack(lock, "it", tmp_path / "hotel")
    assert "hash" in caught.value.details.lower()


def test_missing_apt_names_the_other_way(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    with pytest.raises(Failure, match="apt-get and dpkg-deb not found") as caught:
        apt.require_apt()
    assert "ODOO_BIN" in caught.value.hint


def test_missing_package_without_sudo_is_named(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    monkeypatch.setattr(accounts.os, "geteuid", lambda: 1000)
    with pytest.raises(Failure, match="missing for tests: chromium; there is no sudo") as caught:
        accounts.install_system_packages({"chromium": "chromium"}, "tests")
    assert "apt-get install --no-install-recommends chromium" in caught.value.hint


def test_package_that_is_there_is_not_installed(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    accounts.install_system_packages({"node": "nodejs"}, "tests")


@pytest.fixture
def refused(monkeypatch):
    """Let nothing be installed; the test sets what apt offers."""

    def fail(*_args):
        raise Failure("`apt-get install` failed (exit status 100).")

    monkeypatch.setattr(test, "install_system_packages", fail)
    return lambda offered: monkeypatch.setattr(test, "is_offered", lambda _package: offered)


def test_package_that_this_release_lacks_is_named_and_its_tests_skipped(refused, monkeypatch):
    monkeypatch.setattr(test.progress, "stream", io.StringIO())
    refused(offered=False)
    test._install_if_offered("wkhtmltopdf", "tests of printed pages")
    output = test.progress.stream.getvalue()
    assert "offers no package wkhtmltopdf: tests of printed pages are skipped" in output


def test_package_that_is_offered_and_fails_ends_the_suite(refused):
    refused(offered=True)
    with pytest.raises(Failure, match="exit status 100"):
        test._install_if_offered("wkhtmltopdf", "tests of printed pages")


def test_no_apt_offers_nothing(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    assert not accounts.is_offered("wkhtmltopdf")


def test_small_disk_is_noticed_before_the_download(tmp_path, monkeypatch):
    usage = namedtuple("usage", "total used free")(10, 9, 1_000_000_000)
    monkeypatch.setattr(settings.shutil, "disk_usage", lambda _folder: usage)
    monkeypatch.setattr(settings.progress, "log_file", None)
    with pytest.raises(Failure, match="has 1.0 GB free; a first set-up needs 4 GB"):
        settings.prepare_folders(tmp_path / "data", tmp_path / "cache", "log")


@pytest.mark.parametrize(
    ("number", "words"),
    [(errno.ENOSPC, "disk is full"), (errno.EACCES, "No right to write /somewhere")],
)
def test_error_of_the_system_is_explained(number, words):
    what, hint = launch._explain(OSError(number, "words", "/somewhere"))
    assert words in what
    assert hint


def test_unfit_python_without_another_says_which_is_needed(monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 14, 0))
    monkeypatch.setattr(launch.shutil, "which", lambda _name: None)
    with pytest.raises(SystemExit, match=r"needs Python 3\.11 to 3\.13.*is 3\.14"):
        launch._ensure_python()


def test_unfit_python_starts_a_fitting_one(monkeypatch):
    ran = []
    monkeypatch.setattr(sys, "version_info", (3, 14, 0))
    monkeypatch.setattr(launch.shutil, "which", {"python3.12": "/usr/bin/python3.12"}.get)
    monkeypatch.setattr(launch.os, "execv", lambda program, _words: ran.append(program))
    with pytest.raises(SystemExit):  # execv does not return; its replacement does
        launch._ensure_python()
    assert ran == ["/usr/bin/python3.12"]


@pytest.fixture
def odoo_of_user(tmp_path, monkeypatch):
    def make(version):
        program = tmp_path / "odoo"
        program.write_text(f"#!{sys.executable}\nprint('Odoo Server {version}')\n")
        program.chmod(0o755)
        monkeypatch.setenv("ODOO_BIN", str(program))
        return program

    return make


def test_odoo_of_another_series_is_refused(odoo_of_user, downloads):
    odoo_of_user("18.0")
    with pytest.raises(Failure, match="Odoo Server 18.0") as caught:
        odoo_source.find(downloads)
    assert "unset ODOO_BIN" in caught.value.hint


def test_odoo_of_the_user_runs_with_extra_packages(odoo_of_user, downloads):
    program = odoo_of_user("19.0-20260901")
    odoo = odoo_source.find(downloads)
    assert odoo.command == [str(program)]
    assert odoo.python.samefile(sys.executable)
    assert str(downloads / "extra-") in odoo.environment["PYTHONPATH"]


def test_uri_becomes_options_of_odoo():
    server = Server.from_uri("postgresql://jo:p%40ss@db.example:5433/hotel1?sslmode=require")
    assert vars(server) == {
        "db_host": "db.example",
        "db_name": "hotel1",
        "db_user": "jo",
        "db_password": "p@ss",
        "db_port": "5433",
        "db_sslmode": "require",
    }
    assert server.environment == {
        "PGHOST": "db.example",
        "PGDATABASE": "hotel1",
        "PGUSER": "jo",
        "PGPASSWORD": "p@ss",
        "PGPORT": "5433",
        "PGSSLMODE": "require",
    }


LOG = """\
2026-11-22 13:00:00,001 7 INFO hotel odoo.addons.iicharge_odoo.models.a: fine
2026-11-22 13:00:00,002 7 WARNING hotel odoo.addons.sale.models.b: theirs
2026-11-22 13:00:00,003 7 WARNING hotel odoo.addons.iicharge_odoo.models.a: ours
2026-11-22 13:00:00,004 7 ERROR hotel odoo.http: theirs, in our file
Traceback (most recent call last):
  File "iicharge_odoo/controllers/main.py", line 1, in a
2026-11-22 13:00:00,005 7 INFO hotel odoo.http: fine
"""


def test_warnings_of_ours_are_found_by_logger_and_by_file():
    found = warnings_of_ours(LOG)
    assert [entry.partition(": ")[2].partition("\n")[0] for entry in found] == [
        "ours",
        "theirs, in our file",
    ]


def failed_load(*message):
    """Return Odoo's log of a module that did not load: the message, and what follows it."""
    frames = ["Traceback (most recent call last):", '  File "a.py", line 1, in a', "    b()"]
    end = ["2026-11-22 13:00:00,006 7 INFO hotel odoo.sql_db: Closed 2 connections"] * 15
    return [*LOG.splitlines(), *frames, *message, *end]


def test_module_that_does_not_load_is_reported_with_its_exception():
    message = ["Exception: a.csv could not be processed:", "No matching record found"]
    assert error_of(failed_load(*message))[:2] == message


def test_long_exception_is_reported_from_its_beginning():
    message = ["Exception: a.csv could not be processed:", *["No matching record found"] * 40]
    assert error_of(failed_load(*message)) == message[:12]


def test_failure_without_an_exception_is_reported_with_its_last_lines():
    rows = [f"row {number}" for number in range(30)]
    assert error_of(rows) == rows[-12:]
