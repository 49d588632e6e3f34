# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Entry point of the commands: find a fitting Python, and print failures as clear lines.

Written so that an older Python 3 can still read it and say what is wrong.
"""

import errno
import os
import shutil
import signal
import sys

OLDEST = (3, 11)
NEWEST = (3, 13)


class Stopped(BaseException):
    """A signal asked the command to stop; carries the exit status to leave with."""

    def __init__(self, number):
        super().__init__(number)
        self.status = 128 + number


def _ensure_python():
    if OLDEST <= sys.version_info[:2] <= NEWEST:
        return
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        other = shutil.which("python3.{}".format(minor))
        if other:
            os.execv(other, [other] + sys.argv)
    sys.exit(
        "iicharge needs Python 3.11 to 3.13, which is what Odoo 19 runs on; {} is {}.{} and no"
        " other was found on PATH.\n  To do: install python3.13 and run the command again.".format(
            sys.executable, *sys.version_info[:2]
        )
    )


def _on_signal(number, _frame):
    raise Stopped(number)


def _explain(error):
    """Return what failed and what to do, for errors that may occur anywhere."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return (
            "The disk is full ({}).".format(error.filename or "while writing"),
            "Free about 5 GB and run the command again: it goes on where it stopped.",
        )
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return (
            "No right to write {}.".format(error.filename),
            "Make it yours, or choose other folders with --data and --cache.",
        )
    return (
        "The operating system refused: {}.".format(error),
        "Mend that, or choose other folders with --data and --cache.",
    )


def main(command):
    """Run `devkit.<command>.main(arguments)` and exit with its status."""
    _ensure_python()
    from importlib import import_module

    from devkit.progress import Failure, progress

    os.umask(0o022)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _on_signal)
    try:
        status = import_module("devkit." + command).main(sys.argv[1:])
    except Failure as failure:
        progress.failed(failure)
        status = 1
    except Stopped as stopped:
        progress.line("Stopped.")
        status = stopped.status
    except OSError as error:
        progress.log_exception()
        progress.failed(Failure(*_explain(error)))
        status = 1
    sys.stdout.flush()
    sys.exit(status)
