# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""The command, in a process of its own as a user starts it."""

import argparse
import asyncio
import signal
import sys
import time
from importlib.util import find_spec
from pathlib import Path

import pytest

from iicharge_odoo.simulator.command import add_arguments, build_fleet
from iicharge_odoo.simulator.fleet import FleetError, Opening

from .harness import SECRET, a_central_system, in_loop, until

ADDON = Path(__file__).resolve().parents[2] / "iicharge_odoo"
PROGRAM = f"""
import argparse, sys, types
package = types.ModuleType("iicharge_odoo")
package.__path__ = [{str(ADDON)!r}]
sys.modules["iicharge_odoo"] = package
from iicharge_odoo.simulator.command import main
sys.exit(main(sys.argv[1:], argparse.ArgumentParser()))
"""


def options(*arguments):
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    return parser.parse_args(arguments)


async def start(*arguments):
    return await asyncio.create_subprocess_exec(
        sys.executable, "-c", PROGRAM, *arguments, stderr=asyncio.subprocess.PIPE
    )


def test_charger_flags_make_a_fleet():
    fleet = build_fleet(
        options("--charger", "A:se:cret", "--charger", "B:x", "--current", "DC", "--id-tag", "T")
    )
    assert [(s.identity, s.secret, s.current) for s in fleet.chargers] == [
        ("A", "se:cret", "DC"),
        ("B", "x", "DC"),
    ]
    assert fleet.id_tags == ("T",)


def test_speed_is_the_fleets_unless_given():
    assert build_fleet(options()).speed == 10
    assert build_fleet(options("--speed", "2")).speed == 2
    assert build_fleet(options("--charger", "A:s", "--id-tag", "T")).speed == 1


def test_id_tags_of_the_flags_take_the_place_of_the_files():
    fleet = build_fleet(options("--id-tag", "T"))
    assert fleet.id_tags == ("T",)
    assert fleet.opening("GARAGE-1", 1) == Opening("charging")
    assert build_fleet(options()).opening("GARAGE-1", 1) == Opening("charging", "ROOM101")


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--charger", "A-SECRET", "--id-tag", "T"], "ID:SECRET"),
        (["--charger", "A:s"], "--id-tag"),
        (["--charger", "A:s", "--id-tag", "T", "--fleet", "x"], "exclude"),
        (["--charger", "A:s", "--id-tag", "T", "--connectors", "0"], "connectors"),
    ],
)
def test_flags_that_make_no_fleet_are_refused_with_the_reason(arguments, reason):
    with pytest.raises(ValueError, match=reason) as refusal:
        build_fleet(options(*arguments))
    assert "A-SECRET" not in str(refusal.value)
    assert isinstance(refusal.value, FleetError) or "connectors" in reason


@in_loop
async def test_once_makes_a_session_and_ends_with_success():
    async with a_central_system() as central:
        process = await start(
            *("--url", central.url, "--charger", f"A:{SECRET}", "--id-tag", "T"),
            *("--once", "--speed", "100000", "--seed", "1"),
        )
        _, errors = await process.communicate()
        assert process.returncode == 0, errors.decode()
        assert len(central.of("StopTransaction")) == 1
        assert SECRET not in errors.decode()
        assert "transaction 1" in errors.decode()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@in_loop
async def test_signal_ends_a_running_session_cleanly_and_soon(number):
    async with a_central_system() as central:
        process = await start(
            *("--url", central.url, "--charger", f"A:{SECRET}", "--id-tag", "T", "--quiet"),
            *("--speed", "600"),
        )
        await until(lambda: central.of("StartTransaction"))
        asked_at = time.monotonic()
        process.send_signal(number)
        _, errors = await process.communicate()
        assert time.monotonic() - asked_at < 2
        assert (process.returncode, errors) == (0, b"")
        assert central.of("StopTransaction")[0]["reason"] == "PowerLoss"


@in_loop
async def test_duration_ends_the_command_without_a_server_silently():
    async with a_central_system() as central:
        await central.stop()
        process = await start(
            *("--url", central.url, "--charger", f"A:{SECRET}", "--id-tag", "T", "--quiet"),
            *("--duration", "0.5"),
        )
        _, errors = await process.communicate()
        assert (process.returncode, errors) == (0, b"")


@in_loop
async def test_bad_argument_ends_with_status_two_and_the_reason():
    process = await start("--charger", "A:s", "--id-tag", "T", "--speed", "0")
    _, errors = await process.communicate()
    assert process.returncode == 2
    assert b"speed 0.0 must be above 0" in errors


@pytest.mark.skipif(find_spec("odoo") is None, reason="Odoo is not installed here")
@in_loop
async def test_odoo_finds_the_command_without_a_database():
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "odoo", f"--addons-path={ADDON.parent}"),
        *("iicharge_simulator", "--charger", "A-SECRET", "--id-tag", "T"),
        stderr=asyncio.subprocess.PIPE,
    )
    _, errors = await process.communicate()
    assert process.returncode == 2
    assert b"--charger number 1 has no colon" in errors
    assert b"A-SECRET" not in errors
