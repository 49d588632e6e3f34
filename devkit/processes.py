# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Start other programs so that none of them outlives us.

Each gets a session of its own, so that Ctrl-C reaches only us and we stop them in order,
and a death signal from the kernel, so that even SIGKILL of ours ends them.
"""

import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from devkit.progress import Failure, progress

PR_SET_PDEATHSIG = 1
# A program that ends more often than this within so many seconds cannot be helped.
MOST_RESTARTS = 3
CALM_S = 120
_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True)
class Account:
    """The account a program runs under when it must not be root."""

    name: str
    uid: int
    gid: int

    def options(self) -> dict:
        """Return the arguments for `subprocess`."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


def die_with_parent(death_signal: int) -> Callable[[], None]:
    """Run by `subprocess` in the child: have the kernel signal it when we die."""
    parent = os.getpid()

    def prepare() -> None:
        _libc.prctl(PR_SET_PDEATHSIG, death_signal)
        if os.getppid() != parent:
            os._exit(1)

    return prepare


def spawn(
    command: Sequence[object],
    *,
    death_signal: int = signal.SIGKILL,
    account: Account | None = None,
    **options,
) -> subprocess.Popen:
    """Start `command` in a session of its own, ended with us at the latest."""
    return subprocess.Popen(
        [str(part) for part in command],
        start_new_session=True,
        preexec_fn=die_with_parent(death_signal),
        **(account.options() if account else {}),
        **options,
    )


def stop(process: subprocess.Popen, stop_signal: int = signal.SIGTERM, grace_s: float = 15) -> None:
    """End `process` and its whole group: by SIGTERM, then by SIGKILL."""
    try:
        if process.poll() is None:
            os.killpg(process.pid, stop_signal)
            process.wait(grace_s)
    except (ProcessLookupError, subprocess.TimeoutExpired):
        pass
    finally:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            pass
        process.wait()


def tail(path: Path, rows: int = 15) -> str:
    """Return the last `rows` lines of a log."""
    try:
        return "\n".join(path.read_text(encoding="utf-8", errors="replace").splitlines()[-rows:])
    except OSError:
        return ""


def last_rows(rows: list[str], count: int = 12) -> list[str]:
    """Return the last `count` rows of a program's output: most tools print their error there."""
    return rows[-count:]


def call(
    command: Sequence[object],
    *,
    failure: str,
    hint: str = "",
    environment: Mapping[str, str] | None = None,
    account: Account | None = None,
    cwd: Path | None = None,
    text_in: str = "",
    excerpt: Callable[[list[str]], list[str]] = last_rows,
    private: bool = False,
) -> str:
    """Run a program of the set-up to its end and return what it printed.

    What it prints goes to the log as well, unless it is `private`. Raises `Failure` with
    `failure`, `hint` and the program's last lines when it exits with an error; `excerpt` picks
    others of its lines.
    """
    process = spawn(
        command,
        account=account,
        env=environment,
        cwd=cwd,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    try:
        output, _ = process.communicate(text_in)
    except BaseException:
        stop(process, grace_s=5)
        raise
    if progress.log_file:
        with progress.log_file.open("a", encoding="utf-8") as log:
            shown = "(not logged)\n" if private else output
            log.write(f"$ {' '.join(str(part) for part in command)}\n{shown}")
    if process.returncode:
        rows = excerpt([row for row in output.splitlines() if row.strip()])
        raise Failure(f"{failure} (exit status {process.returncode}).", hint, "\n".join(rows))
    return output


@dataclass
class Service:
    """A program that runs until it is stopped.

    :param start: starts it once more, and returns its process
    """

    name: str
    process: subprocess.Popen
    log: Path
    start: Callable[[], subprocess.Popen]
    stop_signal: int = signal.SIGTERM


@dataclass
class Services:
    """The programs a command has started; they are stopped in reverse order."""

    running: list[Service] = field(default_factory=list)
    _ends: dict[str, list[float]] = field(default_factory=dict)

    def start(self, name: str, command, log: Path, environment, **options) -> Service:
        """Start a program whose output goes to `log`."""
        log.parent.mkdir(parents=True, exist_ok=True)

        def start() -> subprocess.Popen:
            with log.open("ab") as output:
                return spawn(
                    command,
                    death_signal=signal.SIGTERM,
                    env=environment,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    **options,
                )

        service = Service(name, start(), log, start)
        self.running.append(service)
        return service

    def keep(
        self, *, first: Sequence[Service] = (), check: Callable[[], None] = lambda: None
    ) -> None:
        """Keep all running: what ends unasked is started again, and that is said.

        :param first: further ones, which the others need
        :param check: called again and again meanwhile
        :raise Failure: one has ended more than MOST_RESTARTS times within CALM_S
        """
        while True:
            check()
            for service in (*first, *self.running):
                if service.process.poll() is not None:
                    self._bring_back(service)
            time.sleep(0.3)

    def _bring_back(self, service: Service) -> None:
        now, status = time.monotonic(), service.process.returncode
        ends = [at for at in self._ends.get(service.name, ()) if now - at < CALM_S]
        self._ends[service.name] = [*ends, now]
        if len(ends) >= MOST_RESTARTS:
            raise Failure(
                f"{service.name} ended {len(ends) + 1} times within {CALM_S} s"
                f" (exit status {status}).",
                f"See {service.log}, and start again.",
                tail(service.log),
            )
        progress.line(
            f"{service.name} ended unexpectedly (exit status {status}) and is started again;"
            f" see {service.log}."
        )
        time.sleep(len(ends))
        try:
            service.process = service.start()
        except Failure as failure:
            # it counts as one more end
            progress.line(failure.what)

    def stop(self) -> None:
        """Stop all, the last started first."""
        while self.running:
            service = self.running.pop()
            stop(service.process, service.stop_signal)
