# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Runs a program and ends all that it has started, at any depth, when it or its caller ends.

    python3 -m devkit.guard PROGRAM [ARGUMENT ...]

Orphans below this process become its children (a "subreaper" of Linux), whatever session or
group they have chosen. Start it by `devkit.processes.spawn` with SIGTERM as death signal.
"""

import ctypes
import os
import signal
import subprocess
import sys
from pathlib import Path

from devkit.processes import die_with_parent

PR_SET_CHILD_SUBREAPER = 36


def _find_children() -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text(errors="replace").rpartition(")")[2].split()[1])
        except OSError:
            continue
        if parent == os.getpid():
            found.append(int(stat.parent.name))
    return found


def _end_children() -> None:
    """Kill and reap children until there are none: those of a killed one become ours."""
    while children := _find_children():
        for child in children:
            try:
                os.kill(child, signal.SIGKILL)
                os.waitpid(child, 0)
            except (ProcessLookupError, ChildProcessError):
                pass


def _on_signal(number: int, _frame: object) -> None:
    sys.exit(128 + number)


def main(command: list[str]) -> int:
    """Run `command`; returns its exit status."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _on_signal)
    try:
        process = subprocess.Popen(command, preexec_fn=die_with_parent(signal.SIGKILL))
        status = process.wait()
        return 128 - status if status < 0 else status
    finally:
        _end_children()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
