# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Figures of operation for Prometheus. Off until a token is set in the server's environment."""

import os
import time

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from werkzeug.exceptions import NotFound, TooManyRequests

from odoo import SUPERUSER_ID, http
from odoo.http import request
from odoo.tools import consteq

from ..core.guest.rate_limit import RateLimit

TOKEN_VARIABLE = "IICHARGE_METRICS_TOKEN"
PREFIX = "iicharge_"
# Wrong tokens, of one address.
MISSES_OF_ADDRESS = RateLimit(10, 60)
# A scrape that takes longer says nothing of use.
MOST_MS = 5000


class FiguresCollector:
    """Collector of `prometheus_client` for the figures of one database.

    :param figures: as `iicharge.figures._read_figures`
    """

    def __init__(self, figures):
        self._figures = figures

    def collect(self):
        for figure in self._figures:
            name = PREFIX + figure.name
            # a counter's name ends in _total, which the library adds
            kind = CounterMetricFamily if name.endswith("_total") else GaugeMetricFamily
            family = kind(name.removesuffix("_total"), figure.text, labels=figure.labels)
            for labels, value in figure.values.items():
                family.add_metric(labels, value)
            yield family


class Metrics(http.Controller):
    @http.route(
        "/iicharge/metrics",
        type="http",
        # the token says who asks; no query for a user
        auth="none",
        methods=["GET"],
        save_session=False,
        sitemap=False,
    )
    def metrics(self, **_more):
        """The figures in Prometheus's text format, for who sends the token as Bearer."""
        token = os.environ.get(TOKEN_VARIABLE, "")
        sent = request.httprequest.headers.get("Authorization", "").removeprefix("Bearer ")
        # as bytes: a header may have any letters
        if not token or not request.db or not consteq(sent.encode(), token.encode()):
            if not MISSES_OF_ADDRESS.take(request.httprequest.remote_addr, time.monotonic()):
                raise TooManyRequests()
            raise NotFound()
        request.env.cr.execute("SET LOCAL statement_timeout = %s", (MOST_MS,))
        # sudo: who has the token may read the figures, which name no guest
        figures = request.env(user=SUPERUSER_ID)["iicharge.figures"]._read_figures()
        registry = CollectorRegistry()
        registry.register(FiguresCollector(figures))
        return request.make_response(
            generate_latest(registry),
            headers=[("Content-Type", CONTENT_TYPE_PLAIN_0_0_4), ("Cache-Control", "no-store")],
        )
