# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""What `fleet.py` measures of sessions: readings applied, stops posted, a machine that is lost."""

import os
import signal
import time
from contextlib import contextmanager

from benchmarks._fleet_site import Fleet, cpu_s, go_on, read_result, start_load

# In how many seconds the readings are stored that are then applied.
STORED_IN_S = 45
GIVE_UP_S = 300
# Reports of a charger while a machine is lost, and for how long before and after.
EVERY_S, BEFORE_S, AFTER_S = 1, 8, 12
_POSTED = "SELECT count(*) FROM iicharge_charge WHERE state = 'posted'"


def measure_applied(fleet: Fleet, messages: int, sessions: int) -> dict:
    """Let one processor, then two at once, apply the readings of running sessions.

    From the journal, where a gateway has stored them before, to the curves and sessions.
    """
    found = {}
    for name, count in (("one", 1), ("two", 2)):
        first = 1 + (count - 1) * sessions
        _store_readings(fleet, messages, sessions, first)
        points = fleet.rows_of("iicharge_meter_value")
        with fleet.serving(processors=count) as (_ports, processes):
            began, stored = time.monotonic(), fleet.count("state = 'new'")
            before = [cpu_s(process) for process in processes]
            left = _wait_until_applied(fleet)
            seconds = time.monotonic() - began
            used = [cpu_s(one) - cpu for one, cpu in zip(processes, before, strict=True)]
        found[name] = {
            "stored": stored,
            "per_s": round((stored - left) / seconds),
            "seconds": round(seconds, 1),
            "cpu_us_per_message": round(sum(used) / max(stored - left, 1) * 1e6),
            "left": left,
            "points": fleet.rows_of("iicharge_meter_value") - points,
        }
        fleet.empty()
    found["times"] = round(found["two"]["per_s"] / found["one"]["per_s"], 2)
    return found


def _store_readings(fleet: Fleet, messages: int, sessions: int, first: int) -> None:
    options = {"per_s": messages / STORED_IN_S, "seconds": STORED_IN_S}
    with fleet.serving(gateways=1) as ([port], _processes):
        with _started(fleet, "sessions", port, sessions, first, **options) as load:
            go_on(load)
            read_result(load)


@contextmanager
def _started(fleet: Fleet, role: str, port: int, sessions: int, first: int, **options):
    """Start sessions, applied. :return: the load, which waits before it goes on"""
    load = start_load(role, port=port, connections=sessions, first=first, **options)
    read_result(load)
    with fleet.serving(processors=1):
        left = _wait_until_applied(fleet)
    if left:
        raise RuntimeError(f"{left} messages are not applied.")
    yield load
    load.communicate()


def _wait_until_applied(fleet: Fleet, condition: str = "true") -> int:
    """:return: how many are left when it gave up"""
    give_up = time.monotonic() + GIVE_UP_S
    while left := fleet.count(f"state = 'new' AND {condition}"):
        if time.monotonic() > give_up:
            break
        time.sleep(0.25)
    return left


def measure_stops(fleet: Fleet, stops: int, first: int) -> dict:
    """Stop many sessions at once, with one processor and with two: until the last is answered,
    and until the last is on its bill."""
    found = {"stops": stops}
    for name, count in (("one", 1), ("two", 2)):
        with fleet.serving(gateways=1) as ([port], _gateways):
            with (
                _started(fleet, "stops", port, stops, first + (count - 1) * stops) as load,
                fleet.serving(processors=count) as (_ports, processes),
            ):
                wanted = fleet.server.rows(_POSTED)[0][0] + stops
                before = [cpu_s(process) for process in processes]
                go_on(load)
                answered = read_result(load)
                posted = _wait_until_posted(fleet, wanted)
                seconds = time.time() - answered.pop("sent_at")
                used = [cpu_s(one) - cpu for one, cpu in zip(processes, before, strict=True)]
        found[name] = {
            "answered": answered,
            "posted_s": round(seconds, 2),
            "not_posted": wanted - posted,
            "cpu_ms_per_stop": round(sum(used) / stops * 1e3, 1),
        }
    return found


def _wait_until_posted(fleet: Fleet, wanted: int) -> int:
    give_up = time.monotonic() + GIVE_UP_S
    while (posted := fleet.server.rows(_POSTED)[0][0]) < wanted:
        if time.monotonic() > give_up:
            break
        time.sleep(0.1)
    return posted


def measure_lost_machine(fleet: Fleet, chargers: int) -> dict:
    """Kill one of two machines, each with gateway and processor, behind HAProxy.

    Until its chargers have booted at the other, until all of before is applied, and how many
    messages that were answered are missing or not applied.
    """
    with fleet.machines(2) as (ports, processes), fleet.balanced(ports) as (plain, _tls, most):
        load = start_load("returning", port=plain, connections=min(chargers, most), every_s=EVERY_S)
        read_result(load)
        time.sleep(BEFORE_S)
        lost_at = time.time()
        os.killpg(processes[0].pid, signal.SIGKILL)
        _wait_until_applied(fleet, f"received_at <= to_timestamp({lost_at}) AT TIME ZONE 'UTC'")
        applied_s = time.time() - lost_at
        time.sleep(max(AFTER_S - applied_s, 0))
        go_on(load)
        result = read_result(load)
        load.communicate()
        answered = result.pop("answered")
        _wait_until_applied(fleet)
    kept = {
        message_id
        for (message_id,) in fleet.server.rows(
            "SELECT message_id FROM iicharge_ocpp_message"
            " WHERE action = 'MeterValues' AND direction = 'in' AND state = 'done'"
        )
    }
    back_at = result.pop("last_back_at")
    return {
        **result,
        "chargers": min(chargers, most),
        "all_back_s": back_at and round(back_at - lost_at, 1),
        "applied_s": round(applied_s, 1),
        "answered": len(answered),
        "missing": len(set(answered) - kept),
    }
