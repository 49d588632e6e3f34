# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""uv makes the virtual environments from the locks; pip installs uv, and its settings apply to uv.

uv does not read pip's settings. What this machine set for pip (index, certificate, proxy ...)
is handed on in uv's own variables, so that no file of the project names a registry.
"""

import ast
import os
import re
from pathlib import Path

from devkit import cache, project
from devkit.processes import call
from devkit.python import HINT, Pip, base_python, clean_environment, version_name

# pip's settings by their names, and uv's variables for the same.
VARIABLES = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "no-index": "UV_NO_INDEX",
    "trusted-host": "UV_INSECURE_HOST",
    "timeout": "UV_HTTP_TIMEOUT",
    "default-timeout": "UV_HTTP_TIMEOUT",
    "cert": "SSL_CERT_FILE",
    "proxy": "ALL_PROXY",
}
LISTS = {"UV_INDEX": " ", "UV_INSECURE_HOST": " ", "UV_FIND_LINKS": ","}
# Sources of pip's settings; the last one that is present counts.
_SCOPES = ("global", "install", ":env:")
_SETTING = re.compile(r"(?P<scope>[\w:-]+)\.(?P<name>[\w-]+)=(?P<value>.+)")


def read_settings(text: str) -> dict[str, str]:
    """Return uv's variables for what `pip config list` printed."""
    found: dict[str, tuple[int, str]] = {}
    for row in text.splitlines():
        setting = _SETTING.fullmatch(row.strip())
        if not setting or setting["scope"] not in _SCOPES or setting["name"] not in VARIABLES:
            continue
        name, rank = VARIABLES[setting["name"]], _SCOPES.index(setting["scope"])
        value = str(ast.literal_eval(setting["value"]))
        if rank >= found.get(name, (0, ""))[0]:
            found[name] = rank, LISTS.get(name, " ").join(value.split())
    return {name: value for name, (_rank, value) in found.items()}


class Uv:
    """uv with the downloads kept in our cache."""

    def __init__(self, folder: Path, python: Path | None = None):
        self._folder = folder
        self._python = python or base_python()
        self._pip = Pip(folder, self._python)
        self._variables: dict[str, str] | None = None

    def run(self, *arguments: object, failure: str, text_in: str = "", environment=None) -> str:
        """Run uv and return what it printed; raises `Failure` with its last rows."""
        program = self._pip.environment(project.lock("uv"), "uv").with_name("uv")
        return call(
            [program, *arguments],
            failure=failure,
            hint=HINT,
            environment=clean_environment(**(environment or self.settings())),
            text_in=text_in,
        )

    def settings(self) -> dict[str, str]:
        """Return the variables of this machine; those that are set for uv itself are kept."""
        if self._variables is None:
            # An index may have a password in its address.
            settings = self._pip.run(
                "config", "list", failure="pip did not say its settings", private=True
            )
            self._variables = {
                "UV_CACHE_DIR": str(self._folder / "uv"),
                "UV_PYTHON_DOWNLOADS": "never",
                # As pip: the index that has the version, not the first that has the name.
                "UV_INDEX_STRATEGY": "unsafe-best-match",
                **read_settings(settings),
                **{name: value for name, value in os.environ.items() if name.startswith("UV_")},
            }
        return self._variables

    def full_index(self) -> dict[str, str]:
        """Return the variables without extra indexes, which may lack some of the files to hash."""
        partial = ("UV_INDEX", "UV_FIND_LINKS")
        return {name: value for name, value in self.settings().items() if name not in partial}

    def environment(self, lock: Path, what: str) -> Path:
        """Make a virtual environment with the packages of `lock`; return its interpreter.

        Named by interpreter and lock, so that a change makes a new one and going back finds the
        old one.
        """
        version = version_name()
        key = cache.digest(self._python, lock.read_text(encoding="utf-8"))
        folder = self._folder / f"venv-{what}-{version}-{key}"
        interpreter = folder / "bin/python"

        def build(target: Path) -> None:
            self.run(
                *("venv", "--python", self._python, "--no-project", "--allow-existing", target),
                failure="uv could not make a virtual environment",
            )
            self.run(
                *("pip", "sync", "--python", interpreter, "--require-hashes", lock),
                failure="uv could not install the Python packages",
            )

        cache.make(folder, build, f"Python packages ({what}, Python {version})")
        return interpreter

    def unpack(self, lock: Path, what: str, folder: Path) -> Path:
        """Unpack the packages of `lock`, without their dependencies, below `folder`."""
        key = cache.digest(lock.read_text(encoding="utf-8"))
        folder = folder.with_name(f"{folder.name}-{key}")

        def build(target: Path) -> None:
            self.run(
                *("pip", "install", "--python", self._python, "--target", target, "--no-deps"),
                *("--require-hashes", "--only-binary", ":all:", "--requirements", lock),
                failure=f"uv could not unpack {what}",
            )

        cache.make(folder, build, what)
        return folder
