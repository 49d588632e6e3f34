# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from datetime import timedelta

from odoo import api, fields, models

from ..service.conversion import get_local_day
from .iicharge_charge import ON_THE_BOOKS, OUTSTANDING

# Cars that pause all night send readings too; a charger this silent has lost its session.
STUCK_AFTER = timedelta(hours=6)


class NightFigures(models.Model):
    """Gathers what a night audit freezes. Records stand in it by their ids."""

    _inherit = "iicharge.night.audit"

    @api.model
    def _prepare_audit_values(self, site, day, start, end):
        """:param start, end: the day, half open, UTC"""
        ended = self.env["iicharge.session"].search(
            [("site_id", "=", site.id), ("stopped_at", ">=", start), ("stopped_at", "<", end)]
        )
        posted = self.env["iicharge.charge"].search(
            [
                ("site_id", "=", site.id),
                ("state", "in", ON_THE_BOOKS),
                ("posted_at", ">=", start),
                ("posted_at", "<", end),
            ],
            order="posted_at, id",
        )
        figures = {
            **self._get_posted_figures(posted),
            **self._get_running_figures(site, day, end),
            **self._get_open_figures(site),
        }
        credits_of_day = posted.filtered(lambda charge: charge.kind == "credit")
        return {
            "site_id": site.id,
            "day": day,
            "started_at": start,
            "ended_at": end,
            "made_at": fields.Datetime.now(),
            "session_count": len(ended),
            # what is in review may be any number
            "energy_kwh": sum(ended.filtered(lambda s: s.billing != "review").mapped("energy_kwh")),
            "charge_count": len(posted - credits_of_day),
            **{
                name: sum(posted.mapped(name))
                for name in ("amount_untaxed", "amount_tax", "amount_total")
            },
            "credit_total": sum(credits_of_day.mapped("amount_total")),
            "late_total": sum(row["total"] for row in figures["late"]),
            **{
                f"{name}_count": len(figures[name])
                for name in ("running", "stuck", "late", "waiting", "review", "disputed")
            },
            "figures": figures,
        }

    # --- what went on the books ------------------------------------------------------------
    @api.model
    def _get_posted_figures(self, posted):
        def rows(charges):
            return [self._get_charge_figures(charge) for charge in charges]

        credits_of_day = posted.filtered(lambda charge: charge.kind == "credit")
        at_desk = (posted - credits_of_day).filtered(
            lambda charge: charge.session_id.billing == "paid"
        )
        return {
            "revenue": self._get_revenue(posted.line_ids),
            "room": rows(posted - credits_of_day - at_desk),
            "desk": rows(at_desk),
            "credit": rows(credits_of_day),
        }

    @api.model
    def _get_revenue(self, lines):
        """Net amounts by product (there is one for each type of price, where the hotel wants
        them apart) and taxes."""
        groups = lines.grouped(lambda line: (line.product_id, line.tax_ids))
        return [
            {
                "product": product.id,
                "taxes": taxes.ids,
                "untaxed": sum(group.mapped("amount_untaxed")),
                "tax": sum(group.mapped("amount_tax")),
            }
            for (product, taxes), group in groups.items()
        ]

    @api.model
    def _get_charge_figures(self, charge):
        return {
            "charge": charge.id,
            "untaxed": charge.amount_untaxed,
            "total": charge.amount_total,
            "code": charge.refusal_code or "",
        }

    # --- what goes on ------------------------------------------------------------------------
    @api.model
    def _get_running_figures(self, site, day, end):
        running = self.env["iicharge.session"].search(
            [
                ("site_id", "=", site.id),
                ("started_at", "<", end),
                "|",
                ("stopped_at", "=", False),
                ("stopped_at", ">=", end),
            ],
            order="started_at, id",
        )
        stuck = running.filtered(
            lambda session: (
                session.state != "stopped"
                and (session.last_value_at or session.started_at) < end - STUCK_AFTER
            )
        )
        return {
            "running": [
                {
                    "session": session.id,
                    "energy_wh": session.energy_wh,
                    "checks_out": self._checks_out_after(session, day),
                }
                for session in running
            ],
            "stuck": [{"session": session.id} for session in stuck],
        }

    @api.model
    def _checks_out_after(self, session, day):
        """Does the guest leave on the day that begins when the audited one ends?"""
        if not session.folio_id:
            return False
        site = session.site_id
        checkout = site._get_property()._get_stay_dates(session.folio_id)[1]
        return bool(checkout) and (
            get_local_day(checkout, site.time_zone) == day + timedelta(days=1)
        )

    # --- what waits for a person or for another try ----------------------------------------
    @api.model
    def _get_open_figures(self, site):
        """As of now, whatever day they are from: a list of work to do."""
        charges = self.env["iicharge.charge"].search(
            [("site_id", "=", site.id), ("state", "in", OUTSTANDING)],
            order="id",
        )
        late = charges.filtered(lambda charge: charge.state == "late")
        sessions = self.env["iicharge.session"].search(
            [("site_id", "=", site.id), ("billing", "in", ("review", "disputed"))],
            order="started_at, id",
        )
        by_billing = sessions.grouped("billing")
        return {
            "late": [self._get_charge_figures(charge) for charge in late],
            "waiting": [self._get_charge_figures(charge) for charge in charges - late],
            **{
                billing: [
                    {
                        "session": session.id,
                        "energy_wh": session.energy_wh,
                        "total": session.amount_total,
                        "reasons": session.review_reasons or "",
                    }
                    for session in by_billing.get(billing, [])
                ]
                for billing in ("review", "disputed")
            },
        }
