# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""A process with few descriptors that runs a gateway and, as Odoo does, serves pages.

Prints the ports of both, and ends with its input.
"""

import asyncio
import json
import logging
import resource
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from devkit import bare

bare.register()

from tests.gateway.fakes import make_record  # noqa: E402
from tests.gateway.harness import Running  # noqa: E402


class Page(BaseHTTPRequestHandler):
    """A page that is read from a file."""

    def do_GET(self):
        with open(__file__, "rb") as file:
            content = file.read()
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


async def _run():
    web = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=web.serve_forever, daemon=True).start()
    async with Running(make_record(), make_record(2, "cp-2")) as running:
        print(json.dumps([running.gateway.port, web.server_port]), flush=True)
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    descriptors = int(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_NOFILE, (descriptors, descriptors))
    logging.basicConfig(level=logging.INFO)
    asyncio.run(_run())
