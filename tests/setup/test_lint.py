# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""The gate runs its checks at once and shows what each of them found."""

import io

from devkit import lint


def test_failed_check_is_named_with_what_it_printed(monkeypatch, tmp_path):
    stream = io.StringIO()
    monkeypatch.setattr(lint.progress, "stream", stream)
    checks = {
        "good": lambda downloads: ["true"],
        "bad": lambda downloads: ["sh", "-c", "echo row 7 is too long; exit 3"],
    }
    monkeypatch.setattr(lint, "CHECKS", checks)

    assert lint.run_all(tmp_path) == {"good": True, "bad": False}

    assert "bad: The check failed (exit status 3)." in stream.getvalue()
    assert "row 7 is too long" in stream.getvalue()
    assert "good" not in stream.getvalue()


def test_named_check_runs_alone(monkeypatch, tmp_path):
    checks = {"one": lambda downloads: ["true"], "two": lambda downloads: ["false"]}
    monkeypatch.setattr(lint, "CHECKS", checks)
    assert lint.run_all(tmp_path, ["one"]) == {"one": True}
