# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""The gate: the one list of checks, run by `bin/test lint` and by the hooks of pre-commit.

The hooks call this module instead of the tools, so that they need no clone of another
repository and use the versions of pyproject.toml and devkit/node/package.json.
"""

import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from devkit import project
from devkit.javascript import modules
from devkit.processes import spawn, stop, tail
from devkit.progress import progress
from devkit.python import clean_environment
from devkit.settings import default_cache
from devkit.uv import Uv

ROWS_SHOWN = 60


def _files(suffix: str) -> list[str]:
    """Return the addons' files with `suffix`, relative to the checkout, without `lib` of others."""
    return [
        str(path.relative_to(project.CHECKOUT))
        for addon in project.ADDONS
        for path in sorted((project.CHECKOUT / addon).rglob(f"*{suffix}"))
        if "lib" not in path.parts
    ]


def _python(downloads: Path) -> Path:
    return Uv(downloads).environment(project.lock("lint"), "lint")


def _ruff(*arguments: str) -> Callable[[Path], list[object]]:
    return lambda downloads: [_python(downloads), "-m", "ruff", *arguments]


def _pylint(downloads: Path) -> list[object]:
    return [_python(downloads), "-m", "pylint", "--rcfile=.pylintrc", *project.ADDONS]


def _prettier(downloads: Path) -> list[object]:
    return [modules(downloads) / ".bin/prettier", "--check", *_files(".js")]


def _eslint(downloads: Path) -> list[object]:
    return [modules(downloads) / ".bin/eslint", "--max-warnings=0", *_files(".js")]


# Each check by its name: the command that makes it.
CHECKS: dict[str, Callable[[Path], list[object]]] = {
    "ruff-check": _ruff("check", "--quiet", "."),
    "ruff-format": _ruff("format", "--check", "--quiet", "."),
    "pylint-odoo": _pylint,
    "prettier": _prettier,
    "eslint": _eslint,
    "addon-readmes": lambda downloads: [sys.executable, "-m", "devkit.readme", "--check"],
    "words": lambda downloads: [sys.executable, "-m", "devkit.words"],
}


def run_all(downloads: Path, names: list[str] | None = None) -> dict[str, bool]:
    """Run the checks named, or all, at once; returns which passed, having shown what did not."""
    commands = {name: CHECKS[name](downloads) for name in names or CHECKS}
    with TemporaryDirectory(prefix="iicharge-lint-") as folder, ExitStack() as running:
        started = {}
        for name, command in commands.items():
            log = Path(folder) / name
            with log.open("wb") as output:
                started[name] = spawn(
                    command,
                    env=clean_environment(),
                    cwd=project.CHECKOUT,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                )
            running.callback(stop, started[name])
        results = {}
        for name, process in started.items():
            results[name] = process.wait() == 0
            if not results[name]:
                progress.line(f"{name}: The check failed (exit status {process.returncode}).")
                progress.line(tail(Path(folder) / name, ROWS_SHOWN))
    return results


def main(arguments: list[str]) -> int:
    """For pre-commit: run the checks named."""
    return 0 if all(run_all(default_cache(), arguments).values()) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
