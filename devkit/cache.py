# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Folders that are either complete or made again, and their locks.

A folder counts only once its stamp is there, and the stamp is renamed into place last. So
whatever ends a set-up, power cut included, the next one finds complete folders or none.
"""

import fcntl
import hashlib
import json
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from devkit.progress import Failure, progress

STAMP = ".complete"


def digest(*parts: object) -> str:
    """Return a name of twelve characters for a list of values, the same for the same values."""
    return hashlib.sha256(json.dumps([str(part) for part in parts]).encode()).hexdigest()[:12]


def digest_files(
    folders: Iterable[Path],
    skip: Callable[[Path], bool],
    read: Callable[[Path], bytes] = Path.read_bytes,
) -> str:
    """Return the digest of the names and contents of the files below `folders`."""
    total = hashlib.sha256()
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            relative = path.relative_to(folder)
            if path.is_file() and not skip(relative):
                total.update(f"{folder.name}/{relative}\0".encode())
                total.update(hashlib.sha256(read(path)).digest())
    return total.hexdigest()[:12]


def write_atomically(path: Path, text: str, mode: int = 0o644) -> None:
    """Write `text` so that `path` is either the old file or the whole new one."""
    draft = path.with_name(path.name + ".draft")
    draft.unlink(missing_ok=True)
    draft.touch(mode)
    with draft.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def is_complete(folder: Path, key: str = "") -> bool:
    """Check whether `folder` was made to its end for `key`."""
    stamp = folder / STAMP
    return stamp.is_file() and stamp.read_text(encoding="utf-8") == key


class Lock:
    """Lock of one process; the kernel frees it when its holder ends, in any way."""

    def __init__(self, path: Path, what: str):
        self.path = path
        self.what = what
        self._file = None

    def holder(self) -> str:
        """Name the holder, for a message to a person."""
        try:
            entry = json.loads(self.path.read_text(encoding="utf-8"))
            return f"{entry['command']} (process {entry['pid']}, since {entry['since']})"
        except (OSError, ValueError, KeyError):
            return "another process"

    def try_acquire(self) -> bool:
        """Take the lock if it is free."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        file = self.path.open("a+", encoding="utf-8")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return False
        since = time.strftime("%H:%M:%S")
        file.truncate(0)
        command = " ".join([Path(sys.argv[0]).name, *sys.argv[1:]])
        file.write(json.dumps({"pid": os.getpid(), "command": command, "since": since}))
        file.flush()
        self._file = file
        return True

    def acquire(self, timeout_s: float = 3600) -> None:
        """Take the lock; print a message while waiting for its holder."""
        if self.try_acquire():
            return
        progress.line(f"Waiting for {self.holder()}, which uses {self.what}.")
        until = time.monotonic() + timeout_s
        while not self.try_acquire():
            if time.monotonic() > until:
                raise Failure(
                    f"{self.what} is still in use by {self.holder()}.", "Stop it, and run again."
                )
            time.sleep(0.2)

    def release(self) -> None:
        """Release the lock."""
        if self._file:
            self._file.close()
            self._file = None

    def __enter__(self) -> "Lock":
        self.acquire()
        return self

    def __exit__(self, *_error) -> None:
        self.release()


def lock(folder: Path) -> Lock:
    """Return the lock held while `folder` is made, copied or removed."""
    return Lock(folder.with_name(f"{folder.name}.lock"), str(folder))


def make(folder: Path, build: Callable[[Path], None], what: str, key: str = "") -> None:
    """Let `build(folder)` fill `folder`, unless that was done for `key` before.

    What an interrupted build left is removed first. `what` is shown as the step's name.
    """
    if is_complete(folder, key):
        return
    with lock(folder):
        if is_complete(folder, key):
            return
        with progress.step(what):
            remove(folder)
            folder.mkdir(parents=True)
            build(folder)
            write_atomically(folder / STAMP, key)


def remove(folder: Path) -> None:
    """Remove `folder` and all in it; its stamp goes first, so that half of it never counts.

    It is renamed before: a program of a killed set-up may still be writing into it.
    """
    (folder / STAMP).unlink(missing_ok=True)
    if folder.exists():
        folder.rename(folder.with_name(f".trash-{os.getpid()}-{time.monotonic_ns()}"))
    for trash in folder.parent.glob(".trash-*"):
        shutil.rmtree(trash, ignore_errors=True)


def keep_newest(folders: Iterable[Path], count: int) -> None:
    """Remove all but the `count` newest of `folders`, except those in use."""
    for folder in sorted(folders, key=lambda path: path.stat().st_mtime, reverse=True)[count:]:
        guard = lock(folder)
        if guard.try_acquire():
            remove(folder)
            guard.path.unlink(missing_ok=True)
            guard.release()
