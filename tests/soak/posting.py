# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Measure the cost of posting one charge to a bill of 30 lines, with few and with many earlier
charges of the stay on it."""

import statistics
import time
from datetime import timedelta
from decimal import Decimal

from odoo import Command, fields

from . import print_result
from .forks import environment

LINES = 30
EARLIER = (0, 100, 300)
ROUNDS = 9


def main(env):
    stays = {earlier: Stay(env, earlier) for earlier in EARLIER}
    found = {earlier: stay.measure() for earlier, stay in stays.items()}
    none, most = found[EARLIER[0]], found[EARLIER[-1]]
    print_result(
        {
            "lines_on_the_bill": LINES,
            "with_earlier_charges": found,
            "ratio_of_queries": round(most["queries"] / none["queries"], 2),
            "ratio_of_time": round(most["best_ms"] / none["best_ms"], 2),
            # Odoo computes an order's totals from all its lines; this is the effect of that
            "ms_for_each_earlier_charge": round(
                (most["best_ms"] - none["best_ms"]) / EARLIER[-1], 3
            ),
            "ok": most["queries"] <= none["queries"],
        }
    )


class Stay:
    """A stay with a bill of 30 lines that are no charging, and charges before the measured."""

    _number = 0

    def __init__(self, env, earlier):
        self.env = env
        company = env["iicharge.site"].search([], limit=1).company_id
        product = company._iicharge_get_product()
        minibar = product.copy({"name": "Minibar"})
        now = fields.Datetime.now()
        self.folio = env["sale.order"].create(
            {
                "partner_id": env["res.partner"].create({"name": "Guest"}).id,
                "iicharge_room": f"P{earlier}",
                "iicharge_checkin": now - timedelta(days=30),
                "iicharge_checkout": now + timedelta(days=2),
                "order_line": [
                    Command.create({"product_id": minibar.id, "price_unit": 3})
                    for _ in range(LINES)
                ],
            }
        )
        self.folio.action_confirm()
        self.uid = f"POSTING-{earlier}"
        env["iicharge.token"].create({"uid": self.uid, "folio_id": self.folio.id})
        for _ in range(earlier):
            self._charge()
        while env["iicharge.charge"]._post_due(limit=earlier):
            env.cr.commit()
        env.cr.commit()

    def _charge(self):
        Stay._number += 1
        Session = self.env["iicharge.session"]
        began = fields.Datetime.now() - timedelta(hours=3000 - 2 * Stay._number)
        session = Session._start(
            self.env.ref("iicharge_odoo.demo_garage_1_connector_1"),
            reasons=[],
            transaction_id=str(800_000 + Stay._number),
            token=self.env["iicharge.token"]._find(self.env.company, self.uid),
            id_tag=self.uid,
            authorization="Accepted",
            started_at=began,
            meter_start_wh=Decimal(1000),
        )
        session._stop(began + timedelta(hours=1), Decimal(11_000), "Local")

    def measure(self):
        """Post as the processor does: with a transaction and a cache of its own."""
        times, queries = [], []
        for _ in range(ROUNDS):
            self._charge()
            self.env.cr.commit()
            began = time.perf_counter()
            with self.env.registry.cursor() as cr:
                charges = environment(cr)["iicharge.charge"]._post_due()
                assert charges.mapped("state") == ["posted"]
                charges.env.flush_all()
                queries.append(cr.sql_log_count)
            times.append(time.perf_counter() - began)
        # the first ones fill what is kept for all
        return {
            "median_ms": round(statistics.median(times[2:]) * 1000, 1),
            "best_ms": round(min(times[2:]) * 1000, 1),
            "queries": min(queries[2:]),
        }
