# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""A hook of git (commit-msg): the subject is `area: what changes`, the body says why."""

import re
import sys
from pathlib import Path

LONGEST = 72
_SUBJECT = re.compile(r"[a-z][a-z0-9_.-]*(?:[,/ ] ?[a-z0-9_.-]+){0,2}: \S")
_MADE_BY_GIT = ("Merge ", "Revert ", "fixup! ", "squash! ", "amend! ")


def problems(message: str) -> list[str]:
    """List the errors of a commit message."""
    rows = [row for row in message.split("\n") if not row.startswith("#")]
    subject = rows[0]
    if subject.startswith(_MADE_BY_GIT):
        return []
    found = []
    if len(subject) > LONGEST:
        found.append(f"The subject has {len(subject)} characters; {LONGEST} fit.")
    if not _SUBJECT.match(subject):
        found.append("The subject is not `area: what changes`, as `gateway: answer a late boot`.")
    if subject.endswith("."):
        found.append("The subject ends with a full stop.")
    if any(rows[1:2]):
        found.append("The second line is not empty.")
    if not any(row.strip() for row in rows[2:]):
        found.append("There is no body that says why.")
    return found


def main(arguments: list[str]) -> int:
    """Check the message in the file named; git gives its path."""
    found = problems(Path(arguments[0]).read_text(encoding="utf-8"))
    for problem in found:
        print(problem)
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
