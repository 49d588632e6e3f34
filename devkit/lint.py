# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""The gate: the one list of checks, run by `bin/test lint` and by the hooks of pre-commit.

The hooks call this module instead of the tools, so that they need no clone of another
repository and use the versions of pyproject.toml and devkit/node/package.json.
"""

import json
import shutil
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from devkit import cache, project
from devkit.accounts import install_system_packages
from devkit.processes import call, last_rows
from devkit.progress import Failure, progress
from devkit.python import Pip, clean_environment
from devkit.settings import default_cache

NODE = project.CHECKOUT / "devkit/node"


def _files(suffix: str) -> list[str]:
    """The addons' files with `suffix`, relative to the checkout; `lib` holds others' work."""
    return [
        str(path.relative_to(project.CHECKOUT))
        for addon in project.ADDONS
        for path in sorted((project.CHECKOUT / addon).rglob(f"*{suffix}"))
        if "lib" not in path.parts
    ]


def _python(downloads: Path) -> Path:
    return Pip(downloads).environment(project.requirements("lint"), "lint")


def _node(downloads: Path) -> Path:
    """The folder of the JavaScript tools' programs."""
    install_system_packages({"node": "nodejs", "npm": "npm"}, "checking JavaScript")
    manifest = NODE / "package.json"
    wanted = json.loads(manifest.read_text(encoding="utf-8"))["devDependencies"]
    folder = downloads / f"node-{cache.digest(json.dumps(wanted, sort_keys=True))}"

    def build(target: Path) -> None:
        shutil.copy(manifest, target)
        call(
            ["npm", "install", "--no-audit", "--no-fund", "--no-package-lock"],
            failure="npm could not install the tools that check JavaScript",
            hint="Check the network and npm's settings, then run the command again.",
            environment=clean_environment(npm_config_cache=str(downloads / "npm")),
            cwd=target,
        )

    cache.make(folder, build, "JavaScript tools")
    return folder / "node_modules/.bin"


def _check(command: list[object]) -> None:
    call(
        command,
        failure="The check failed",
        environment=clean_environment(),
        cwd=project.CHECKOUT,
        excerpt=partial(last_rows, count=60),
    )


def _ruff(*arguments: str) -> Callable[[Path], None]:
    return lambda downloads: _check([_python(downloads), "-m", "ruff", *arguments])


def _pylint(downloads: Path) -> None:
    addons = [name for name in project.ADDONS if (project.CHECKOUT / name).is_dir()]
    _check([_python(downloads), "-m", "pylint", "--rcfile=.pylintrc", *addons])


def _prettier(downloads: Path) -> None:
    if files := _files(".js"):
        _check([_node(downloads) / "prettier", "--check", *files])


def _eslint(downloads: Path) -> None:
    if files := _files(".js"):
        _check([_node(downloads) / "eslint", "--max-warnings=0", *files])


CHECKS: dict[str, Callable[[Path], None]] = {
    "ruff-check": _ruff("check", "--quiet", "."),
    "ruff-format": _ruff("format", "--check", "--quiet", "."),
    "pylint-odoo": _pylint,
    "prettier": _prettier,
    "eslint": _eslint,
}


def run_all(downloads: Path, names: list[str] | None = None) -> dict[str, bool]:
    """Run the checks named, or all; returns which passed, having shown what did not."""
    results = {}
    for name in names or CHECKS:
        try:
            CHECKS[name](downloads)
            results[name] = True
        except Failure as failure:
            progress.line(f"{name}: {failure.what}")
            progress.line(failure.details)
            if failure.hint:
                progress.line(f"  To do: {failure.hint}")
            results[name] = False
    return results


def main(arguments: list[str]) -> int:
    """For pre-commit: run the checks named."""
    return 0 if all(run_all(default_cache(), arguments).values()) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
