# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""The guest's page: its weight, how soon it can be used on slow 3G, and 500 phones that watch.

The first visit of the page of a sign, with an empty cache, in Chromium with its own throttling.
Profiles are named by kbit/s and by what each request waits: 400 ms is the round trip of slow 3G (as
WebPageTest has it), 2,000 ms is what the preset "Slow 3G" of Chromium's developer tools makes of
it. Chromium lets each request wait once: on a real first visit the round trips for the name, TCP
and TLS come before, and one more for each time that the page outgrows TCP's window (14 KB, then
twice as much). The page can be used once it is painted with its styles and the button is there:
forms work without scripts. Bytes are those on the wire, headers included; Odoo itself compresses
nothing, a proxy in front usually does.

While phones watch, each car reports twice a minute, so that each poll of a phone finds new figures.
"""

import re
import statistics
from pathlib import Path

from benchmarks._guest_phones import CARS, readings, watch
from devkit import bare
from devkit.browser import Browser
from devkit.odoo_server import OdooServer
from devkit.testing import Site

DATABASE = "hotel"
OPTIONS = {"phones": 500, "seconds": 60}

# (kbit/s, latency of each request in ms)
PROFILES = {"400 kbit/s, 400 ms": (400, 400), "400 kbit/s, 2000 ms": (400, 2000)}
VISITS = 5
# Of the page: while it charges it asks twice a minute.
INTERVAL_S = 30
# What Odoo uses alone is measured so long before.
REST_S = 20
WEB_CLIENT = ("web.assets", "/web/static")
_USABLE = """
new Promise((resolve) => {
    const look = () => {
        const [paint] = performance.getEntriesByName("first-contentful-paint");
        const button = document.querySelector(".act button");
        if (document.readyState === "complete" && paint && button) {
            resolve(paint.startTime);
        } else {
            setTimeout(look, 50);
        }
    };
    look();
})
"""
# "GET /charge/my/KEY/figures HTTP/1.1" 200 - queries, s of them, s of the rest
_LOGGED = re.compile(r"GET /charge/my/\S+/figures \S+ 200 - (\d+) ")


def run(phones, seconds):
    """Measure.

    :param phones: that watch a session each
    :param seconds: for which they poll
    """
    bare.register()
    site = Site.from_environment()
    server = OdooServer(site, "bench_guest", Path(site.filestore).parent / "bench.log")
    # as `deploy/` has it: with a filter Odoo connects each time to list the databases
    server.command = [*server.command, "--db-filter="]
    try:
        server.start()
        weight, times = _measure_page(server)
        server.stop()
        server.shell(CARS.format(count=phones))
        server.start()
        load = _measure_phones(server, seconds)
    finally:
        server.stop()
    return {
        "first_visit": weight,
        "usable_ms": {
            name: {"median": statistics.median(each), "each": each} for name, each in times.items()
        },
        "phones": load,
        "goals": {"wire_kb_under": 150, "usable_ms_under": 3000, "core_percent_under": 15},
    }


def _measure_page(server):
    from tests.e2e.reader import Reader

    url = f"{server.url}/charge/{_make_sign(server)}"
    # the page asks who pays only where its charger is connected
    with Reader(server):
        # the first one makes the bundle and the caches of the server
        _visit(url, None)
        sizes, _ms = _visit(url, None)
        times = {
            name: [round(_visit(url, profile)[1]) for _ in range(VISITS)]
            for name, profile in PROFILES.items()
        }
    loaded = [address for address in sizes if any(part in address for part in WEB_CLIENT)]
    weight = {
        "wire_kb": round(sum(sizes.values()) / 1024, 1),
        "requests": {
            address.removeprefix(server.url): round(size / 1024, 1)
            for address, size in sizes.items()
        },
        "web_client": loaded,
    }
    return weight, times


def _make_sign(server):
    admin = server.log_in("admin")
    domain = [["charger_id.identity", "=", "GARAGE-1"], ["number", "=", 1]]
    connector = admin.call("iicharge.connector", "search", domain)
    admin.call("iicharge.connector", "action_print_sign", connector)
    [found] = admin.call("iicharge.connector", "read", connector, ["sign_id"])
    return found["sign_id"][1].replace("-", "")


def _visit(url, profile):
    """Open a page with an empty cache. :return: ({address: bytes on the wire}, ms until usable)"""
    with Browser(360, 640) as browser:
        sizes = browser.act(lambda page: _throttle(page, profile))
        browser.open(url)
        usable_ms = browser.evaluate(_USABLE)
        return dict(sizes.values()), usable_ms


async def _throttle(page, profile):
    """:return: a dict that receives {request: (address, bytes)}"""
    found, addresses = {}, {}
    session = await page.context.new_cdp_session(page)
    await session.send("Network.enable")
    if profile:
        kbit_per_s, latency_ms = profile
        rate = kbit_per_s * 1000 / 8
        conditions = {"downloadThroughput": rate, "uploadThroughput": rate}
        conditions |= {"offline": False, "latency": latency_ms}
        await session.send("Network.emulateNetworkConditions", conditions)

    def note_request(event):
        addresses[event["requestId"]] = event["request"]["url"]

    def note_end(event):
        address = addresses[event["requestId"]]
        if not address.startswith("data:"):
            found[event["requestId"]] = (address, event["encodedDataLength"])

    session.on("Network.requestWillBeSent", note_request)
    session.on("Network.loadingFinished", note_end)
    return found


def _measure_phones(server, seconds):
    keys = [key for (key,) in server.rows("SELECT key FROM iicharge_guest_visit ORDER BY id")]
    # a page that is open has asked before
    watch(server, server, keys, INTERVAL_S, INTERVAL_S)
    logged = len(_LOGGED.findall(server.read_log()))
    idle = watch(server, server, keys[:1], seconds, REST_S)
    with readings(server):
        seen, took, used = watch(server, server, keys, INTERVAL_S, seconds)
    queries = list(map(int, _LOGGED.findall(server.read_log())[logged + idle[0].polls :]))
    return {
        "phones": len(keys),
        "interval_s": INTERVAL_S,
        "seconds": round(took, 1),
        "polls": seen.polls,
        "failed": seen.failed,
        "core_percent": round(100 * used / took, 1),
        "core_percent_at_rest": round(100 * idle[2] / idle[1], 1),
        "cpu_ms_per_poll": round(1000 * (used - idle[2] / idle[1] * took) / seen.polls, 2),
        "queries_per_poll": round(sum(queries) / len(queries), 2),
        "polls_of_two_queries": round(queries.count(2) / len(queries), 2),
        "wait_ms": {
            "median": round(statistics.median(seen.waits_ms), 1),
            "p99": round(statistics.quantiles(seen.waits_ms, n=100)[98], 1),
        },
    }
