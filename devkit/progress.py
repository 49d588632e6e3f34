# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Output on the terminal: one line a step, with its time, and clear failures."""

import sys
import time
import traceback
from contextlib import contextmanager
from pathlib import Path


class Failure(Exception):
    """A set-up step that cannot go on.

    `what` says what failed and where, `hint` what to do about it, `details` the last
    lines of the tool that failed.
    """

    def __init__(self, what: str, hint: str = "", details: str = ""):
        super().__init__(what)
        self.what = what
        self.hint = hint
        self.details = details


class Progress:
    """Prints steps to standard error, so that standard output stays a command's own."""

    def __init__(self, stream=None):
        self.stream = stream or sys.stderr
        self.log_file: Path | None = None
        self._started = time.monotonic()
        self._open_line = False

    def log_to(self, path: Path) -> None:
        """Log the output of the set-up's tools in `path`."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self.log_file = path
        with path.open("a", encoding="utf-8") as log:
            log.write(f"\n=== {time.strftime('%Y-%m-%d %H:%M:%S')} {' '.join(sys.argv)}\n")

    def log_exception(self) -> None:
        """Add the traceback of the exception being handled to the log."""
        if self.log_file:
            with self.log_file.open("a", encoding="utf-8") as log:
                traceback.print_exc(file=log)

    def line(self, text: str = "") -> None:
        """Print a line of its own, even inside a step."""
        if self._open_line:
            self.stream.write("\n")
            self._open_line = False
        self.stream.write(text + "\n")
        self.stream.flush()

    @contextmanager
    def step(self, text: str):
        """Show `text` while the body runs and how long it took when it has ended."""
        began = time.monotonic()
        if self._open_line:
            self.stream.write("\n")
        self.stream.write(f"[{began - self._started:6.1f} s] {text} ...")
        self.stream.flush()
        self._open_line = True
        yield
        took = f"done in {time.monotonic() - began:.1f} s\n"
        self.stream.write(f" {took}" if self._open_line else f"           {text}: {took}")
        self.stream.flush()
        self._open_line = False

    def failed(self, failure: "Failure | str") -> None:
        """Print what failed, what to do and where the log is."""
        if isinstance(failure, str):
            failure = Failure(failure)
        self.line()
        self.line(f"FAILED: {failure.what}")
        if failure.details:
            self.line("\n".join(f"  | {row}" for row in failure.details.splitlines()))
        if failure.hint:
            self.line(f"  To do: {failure.hint}")
        if self.log_file:
            self.line(f"  Log: {self.log_file}")


progress = Progress()
