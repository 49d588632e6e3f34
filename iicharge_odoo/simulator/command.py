# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""The command line of the simulator."""

import argparse
import asyncio
import logging
import signal
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from .charger import ChargerSpec
from .fleet import DEMO_FLEET, Fleet, FleetError, Opening, Simulation, load_fleet

DEFAULT_URL = "ws://127.0.0.1:9000/ocpp"
# The rest of the second within which Ctrl-C ends the command.
SWITCH_OFF_PATIENCE_S = 0.6
EPILOG = """\
Speed. Every timestamp is real and power times time is always the energy counted. --speed N
leaves the clock alone: cars need 1/N of the energy and people stay 1/N as long, so a day of
visits passes in a day/N and no reading is ever more than the charger's rated power allows.

Exit status: 0 done, 1 a session of --once was refused, 2 bad arguments.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options on `parser`."""
    parser.add_argument(
        "--url", default=DEFAULT_URL, help="base address of the gateway (%(default)s)"
    )
    fleet = parser.add_argument_group("chargers (the demo hotel's if none are given)")
    fleet.add_argument("--fleet", type=Path, metavar="FILE", help="JSON fleet file")
    fleet.add_argument(
        "--charger",
        action="append",
        default=[],
        metavar="ID:SECRET",
        help="a charger; may be repeated. Other users of the machine can see it: "
        "keep real secrets in a fleet file",
    )
    fleet.add_argument("--current", choices=("AC", "DC"), default="AC", help="of --charger")
    fleet.add_argument("--connectors", type=int, default=2, metavar="N", help="of --charger")
    fleet.add_argument(
        "--power", type=float, default=22_000, metavar="W", help="rated power of --charger"
    )
    fleet.add_argument(
        "--id-tag",
        action="append",
        default=[],
        metavar="TAG",
        help="card of somebody who charges; may be repeated; with --fleet it replaces the file's",
    )
    parser.add_argument(
        "--speed",
        type=float,
        metavar="N",
        help="1 is real; see below (the fleet file's; 10 for the demo hotel, else 1)",
    )
    parser.add_argument("--once", action="store_true", help="one session per charger, then end")
    parser.add_argument("--duration", type=float, metavar="S", help="end after S seconds")
    parser.add_argument("--faults", action="store_true", help="now and then something breaks")
    parser.add_argument("--seed", type=int, help="make the people's choices repeatable")
    parser.add_argument("--quiet", action="store_true", help="say only what is wrong")


def build_fleet(options: argparse.Namespace) -> Fleet:
    """Build the fleet that the options ask for. Raises ValueError with what to change."""
    fleet = _fleet_of_flags(options) if options.charger else _fleet_of_file(options)
    return fleet if options.speed is None else replace(fleet, speed=options.speed)


def _fleet_of_file(options: argparse.Namespace) -> Fleet:
    fleet = load_fleet(options.fleet or DEMO_FLEET)
    return fleet.with_id_tags(tuple(options.id_tag)) if options.id_tag else fleet


def _fleet_of_flags(options: argparse.Namespace) -> Fleet:
    if options.fleet:
        raise FleetError("--fleet and --charger exclude each other")
    if not options.id_tag:
        raise FleetError("--charger needs --id-tag: somebody must charge")
    specs = []
    for number, text in enumerate(options.charger, start=1):
        identity, colon, secret = text.partition(":")
        if not colon:
            # The text may be a secret: do not repeat it.
            raise FleetError(f"--charger number {number} has no colon: write ID:SECRET")
        specs.append(
            ChargerSpec(identity, secret, options.current, options.connectors, options.power)
        )
    openings = {spec.identity: (Opening("charging"),) for spec in specs}
    return Fleet(tuple(specs), openings, tuple(options.id_tag))


def main(arguments: Sequence[str], parser: argparse.ArgumentParser) -> int:
    """Run the command of `parser`; return the exit status."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = EPILOG
    add_arguments(parser)
    options = parser.parse_args(arguments)
    _set_up_log(quiet=options.quiet)
    try:
        simulation = Simulation(
            build_fleet(options),
            options.url,
            faults=options.faults,
            seed=options.seed,
        )
    except ValueError as error:
        parser.error(str(error))
    return asyncio.run(_run(simulation, options.once, options.duration))


def _set_up_log(*, quiet: bool) -> None:
    # The root logger is Odoo's: its handler may print nothing.
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s", "%H:%M:%S"))
    logger = logging.getLogger(__package__)
    logger.addHandler(handler)
    logger.setLevel(logging.WARNING if quiet else logging.INFO)
    logger.propagate = False


async def _run(simulation: Simulation, once: bool, duration_s: float | None) -> int:
    work = asyncio.ensure_future(simulation.run_once() if once else simulation.run())
    asked = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, asked.set)
    ending = asyncio.ensure_future(asked.wait())
    await asyncio.wait({work, ending}, timeout=duration_s, return_when=asyncio.FIRST_COMPLETED)
    ending.cancel()
    if work.done():
        return 0 if work.result() else 1
    await simulation.switch_off(SWITCH_OFF_PATIENCE_S)
    work.cancel()
    await asyncio.gather(work, return_exceptions=True)
    return 0
