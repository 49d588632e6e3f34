# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""A fleet at gateways in processes of their own: memory, load, reconnects, stops, a lost machine.

`odoo iicharge_gateway` on a copy of the demo hotel with thousands of chargers, real sockets, a
PostgreSQL that waits for the disk; the load, the balancer and PostgreSQL share the machine's
cores with what is measured. Nothing is applied meanwhile, but in what is measured of sessions.
"""

import os
import time

from benchmarks._fleet_sessions import measure_applied, measure_lost_machine, measure_stops
from benchmarks._fleet_site import Fleet, cpu_s, load, memory_kb, read_result, start_load
from devkit import bare

DATABASE = "hotel"
OPTIONS = {"chargers": 9_900, "per_s": 5_000, "seconds": 20, "messages": 180_000}

WARM_UP = 500
SENDERS = 500
STOPS = 1_000
FLOODERS, NEIGHBOURS, NEIGHBOURS_PER_S = 20, 10, 50
GOALS = {
    "idle_kb": "<= 8",
    "meter_values_p99_ms": "<= 20",
    "reconnect_5000_10000_s": "<= 4, <= 8; by TLS 12, 24; none refused",
    "applied_per_s": ">= 3000, two processors 1.8 times",
    "stops_1000": "answered <= 150 ms, posted <= 12 s, by two processors <= 7 s",
    "lost_machine": "all_back_s <= 15, missing 0",
}


def run(chargers: int, per_s: int, seconds: int, messages: int) -> dict:
    """Measure one part after the other."""
    bare.register()
    senders, stops = min(SENDERS, chargers // 6), min(STOPS, chargers // 6)
    fleet = Fleet(chargers, 2 * (senders + stops))
    result = {}
    with fleet.serving(gateways=1) as ([port], [process]):
        load("reconnect", port=port, connections=WARM_UP)
        result["idle"] = _measure_idle(port, process, chargers)
        result["meter_values"] = _measure_meter_values(port, process, per_s, seconds)
        result["neighbour"] = _measure_neighbour(port, seconds)
        sizes = sorted({min(5_000, chargers), chargers})
        result["reconnect"] = [load("reconnect", port=port, connections=n) for n in sizes]
        fleet.empty()
        with fleet.balanced([port]) as (_plain, secure, most):
            result["reconnect_tls"] = [
                load("reconnect", port=secure, connections=min(size, most), tls=True)
                for size in sizes
            ]
    fleet.empty()
    result["two_gateways"] = _compare_gateways(fleet, seconds)
    fleet.empty()
    result["lost_machine"] = measure_lost_machine(fleet, senders)
    fleet.empty()
    result["applied"] = measure_applied(fleet, messages, senders)
    result["stops"] = measure_stops(fleet, stops, first=1 + 2 * senders)
    return {
        **result,
        "goals": GOALS,
        "conditions": {"cores": os.cpu_count(), "load_average": os.getloadavg()[0]},
    }


def _measure_idle(port: int, process, chargers: int) -> dict:
    """Hold idle chargers: memory of the process for each, and its CPU while they only ping."""
    before_kb = memory_kb(process)
    idle = start_load("idle", port=port, connections=chargers)
    connected = read_result(idle)
    time.sleep(15)  # until the first calls to them have gone out
    held_kb, cpu = memory_kb(process), cpu_s(process)
    time.sleep(30)
    used = cpu_s(process) - cpu
    idle.communicate()
    return {
        **connected,
        "kb_each": round((held_kb - before_kb) / chargers, 1),
        "process_kb_before": round(before_kb),
        "cpu_percent": round(used / 30 * 100, 1),
    }


def _measure_meter_values(port: int, process, per_s: int, seconds: int) -> dict:
    before = cpu_s(process)
    found = load("paced", port=port, connections=SENDERS, per_s=per_s, seconds=seconds)
    found["cpu_us_per_message"] = round((cpu_s(process) - before) / found["frames"] * 1e6, 1)
    return found


def _measure_neighbour(port: int, seconds: int) -> dict:
    """Time the answers of some chargers alone, and while others send all that they can."""
    options = {"port": port, "connections": NEIGHBOURS, "per_s": NEIGHBOURS_PER_S}
    alone = load("paced", **options, seconds=seconds)
    others = start_load(
        "flood", port=port, connections=FLOODERS, seconds=seconds + 4, first=NEIGHBOURS + 1
    )
    time.sleep(2)
    beside = load("paced", **options, seconds=seconds)
    flooded = read_result(others)
    others.communicate()
    return {"alone": alone, "beside_a_flood": beside, "flood_per_s": flooded["per_s"]}


def _compare_gateways(fleet: Fleet, seconds: int) -> dict:
    """Load one gateway, then two at once, each with all that it takes.

    The machine's cores are shared with the load and PostgreSQL, so that two cannot take twice as
    much here; what two can on cores of their own is what a message costs each of them in CPU.
    """
    found = {}
    for name, count in (("one", 1), ("two", 2)):
        with fleet.serving(gateways=count) as (ports, processes):
            before = sum(map(cpu_s, processes))
            loads = [
                start_load(
                    "flood", port=port, connections=40, seconds=seconds, first=1 + 40 * number
                )
                for number, port in enumerate(ports)
            ]
            frames = [read_result(process)["frames"] for process in loads]
            used = sum(map(cpu_s, processes)) - before
            for process in loads:
                process.communicate()
        found[name] = {
            "frames": frames,
            "per_s": round(sum(frames) / seconds),
            "cpu_us_per_message": round(used / sum(frames) * 1e6, 1),
        }
    one, two = (found[name]["cpu_us_per_message"] for name in ("one", "two"))
    return {**found, "by_cpu_times": round(2 * one / two, 2)}
