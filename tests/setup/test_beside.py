# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""A suite that runs at the same time as another."""

import io

import pytest

from devkit import project
from devkit.beside import beside
from devkit.progress import progress
from devkit.pytest_run import Run

SCRIPT = """
import sys
from pathlib import Path

print("runs", sys.argv[1])
log = Path(sys.argv[sys.argv.index("--data") + 1]) / "log"
log.mkdir(parents=True)
if {passed}:
    (log / f"test-{{sys.argv[1]}}.xml").write_text(
        '<testsuite tests="{passed}" failures="0" errors="0" skipped="0"/>'
    )
sys.exit({status})
"""


@pytest.mark.parametrize(
    ("passed", "status", "counted"),
    [(3, 0, (3, 0)), (0, 1, (0, 1)), (3, 1, (3, 1))],
    ids=["passes", "cannot start", "passes and breaks at its end"],
)
def test_suite_next_to_another_is_counted(tmp_path, monkeypatch, passed, status, counted):
    stream = io.StringIO()
    monkeypatch.setattr(progress, "stream", stream)
    script = tmp_path / "bin/test"
    script.parent.mkdir()
    script.write_text(SCRIPT.format(passed=passed, status=status))
    monkeypatch.setattr(project, "CHECKOUT", tmp_path)
    with beside(Run(tmp_path / "data", tmp_path / "cache", []), "walks") as tally:
        pass
    assert (tally.passed, tally.failed) == counted
    assert "== walks\nruns walks" in stream.getvalue()
