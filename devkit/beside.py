# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Run a suite in a process of its own, while another one runs."""

import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from devkit import project
from devkit.processes import spawn, stop
from devkit.progress import progress
from devkit.pytest_run import Run, Tally, count


@contextmanager
def beside(run: Run, suite: str) -> Iterator[Tally]:
    """Run `suite` during the block; its output is shown when both have ended.

    :return: its results, complete after the block
    """
    tally, data = Tally(), run.data / suite
    report = data / f"log/test-{suite}.xml"
    report.unlink(missing_ok=True)
    folders = ["--data", data, "--cache", run.downloads]
    with tempfile.TemporaryFile() as output:
        process = spawn(
            [sys.executable, project.CHECKOUT / "bin/test", suite, *folders],
            death_signal=signal.SIGTERM,
            stdin=output,
            stdout=output,
            stderr=output,
        )
        try:
            yield tally
            status = process.wait()
        finally:
            stop(process)
            output.seek(0)
            progress.line(f"\n== {suite}\n{output.read().decode(errors='replace')}")
        tally.add(count(suite, report))
        if status and not tally.failed:
            tally.failed = 1
