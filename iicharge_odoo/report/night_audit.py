# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, models
from odoo.tools import format_date, formatLang

from ..models.clock_text import get_day_text, get_moment_text
from ..models.tariff.tariff_text import get_duration_text


class NightAuditReport(models.AbstractModel):
    """Report of a night audit's frozen figures as tables, in the reader's language."""

    _name = "report.iicharge_odoo.report_night_audit"
    _description = "Night Audit Report"

    @api.model
    def _get_report_values(self, docids, data=None):
        audits = self.env["iicharge.night.audit"].browse(docids).exists()
        audits.check_access("read")
        return {
            "doc_ids": audits.ids,
            "doc_model": audits._name,
            "docs": audits,
            "on_paper": (data or {}).get("report_type") == "pdf",
            "pages": {audit.id: self._get_page(audit) for audit in audits},
        }

    @api.model
    def _get_page(self, audit):
        return {
            "day": get_day_text(self.env, audit.day, "EEEEMMMMdy"),
            "interval": self.env._(
                "From %(start)s to before %(end)s (%(hours)s hours), %(zone)s. As of %(made)s.",
                start=self._show(audit, audit.started_at),
                end=self._show(audit, audit.ended_at),
                hours=f"{(audit.ended_at - audit.started_at).total_seconds() / 3600:g}",
                zone=audit.site_id.time_zone,
                made=self._show(audit, audit.made_at),
            ),
            "facts": self._get_facts(audit),
            "tables": self._get_tables(audit),
        }

    @api.model
    def _get_facts(self, audit):
        names = (
            "session_count", "energy_kwh", "charge_count", "amount_untaxed", "amount_tax",
            "amount_total", "credit_total", "running_count", "late_count", "late_total",
        )  # fmt: skip
        facts = []
        for name in names:
            field, value = audit._fields[name], audit[name]
            if field.type == "monetary":
                text = self._get_money(audit, value)
            else:
                text = formatLang(self.env, value, digits=2 if field.type == "float" else 0)
            facts.append((field._description_string(self.env), text))
        return facts

    # --- tables --------------------------------------------------------------------------
    @api.model
    def _get_tables(self, audit, most_rows=None):
        """Get the tables: dicts of title, head, rows and a text about rows that are left out;
        each cell is (text, is an amount).

        :param most_rows: of a table; None: all
        """
        audit.check_access("read")
        # sudo: reads names of guests, stays and products of this audit, which the reader may read
        audit = audit.sudo().with_context(iicharge_most_rows=most_rows)
        tables = {
            "revenue": self._get_revenue_table(audit),
            "room": self._get_posted_table(audit, "room", self.env._("Room charges posted")),
            "desk": self._get_posted_table(audit, "desk", self.env._("Paid at front desk")),
            "credit": self._get_posted_table(audit, "credit", self.env._("Credits")),
            "running": self._get_running_table(audit),
            "stuck": self._get_stuck_table(audit),
            "late": self._get_waiting_table(audit, "late", self.env._("Late charges")),
            "waiting": self._get_waiting_table(
                audit, "waiting", self.env._("Charges waiting to be posted")
            ),
            "review": self._get_review_table(audit),
            "disputed": self._get_disputed_table(audit),
        }
        return [
            {**table, "left": self._get_left_text(len(audit.figures[name]) - len(table["rows"]))}
            for name, table in tables.items()
        ]

    @api.model
    def _get_left_text(self, count):
        return count and self.env._("And %(count)s more, in the printed report", count=count)

    @api.model
    def _get_revenue_table(self, audit):
        rows = []
        for row in audit.figures["revenue"]:
            product = audit.env["product.product"].browse(row["product"]).exists()
            taxes = audit.env["account.tax"].browse(row["taxes"]).exists()
            amounts = (row["untaxed"], row["tax"], row["untaxed"] + row["tax"])
            rows.append(
                [
                    product.name or self.env._("a product that was deleted"),
                    ", ".join(taxes.mapped("name")) or self.env._("no tax"),
                    *(self._get_money(audit, amount) for amount in amounts),
                ]
            )
        head = [
            self.env._("Product"),
            self.env._("Tax rate"),
            self.env._("Without tax"),
            self.env._("Tax"),
            self.env._("With tax"),
        ]
        return self._prepare_table(self.env._("Revenue by product and tax"), head, rows, 3)

    @api.model
    def _get_posted_table(self, audit, name, title):
        rows = []
        for row, charge in self._get_charges(audit, name):
            amounts = (row["untaxed"], row["total"])
            rows.append(
                [
                    charge.display_name,
                    charge.session_id.room or "",
                    charge.partner_id.name or "",
                    charge.folio_id.name or "",
                    *(self._get_money(audit, amount) for amount in amounts),
                ]
            )
        head = [
            self.env._("Charge"),
            self.env._("Room"),
            self.env._("Guest"),
            self.env._("Stay"),
            self.env._("Without tax"),
            self.env._("With tax"),
        ]
        return self._prepare_table(title, head, rows, 2)

    @api.model
    def _get_running_table(self, audit):
        rows = [
            [
                *self._get_session_cells(session),
                self.env._("Guest checks out today") if row["checks_out"] else "",
                self._show(audit, session.started_at),
                self._get_kwh(row["energy_wh"]),
            ]
            for row, session in self._get_sessions(audit, "running")
        ]
        head = [
            *self._get_session_head(),
            self.env._("Note"),
            self.env._("Since"),
            self.env._("Energy"),
        ]
        return self._prepare_table(self.env._("Still charging when the day ended"), head, rows, 1)

    @api.model
    def _get_stuck_table(self, audit):
        rows = [
            [
                *self._get_session_cells(session),
                session.charger_id.name,
                self._show(audit, session.started_at),
                self._show(audit, session.last_value_at or session.started_at),
            ]
            for _row, session in self._get_sessions(audit, "stuck")
        ]
        head = [
            *self._get_session_head(),
            self.env._("Charger"),
            self.env._("Since"),
            self.env._("Last reading"),
        ]
        return self._prepare_table(self.env._("Charging without a reading for long"), head, rows, 0)

    @api.model
    def _get_waiting_table(self, audit, name, title):
        rows = []
        for row, charge in self._get_charges(audit, name):
            age_s = (audit.made_at - charge.create_date).total_seconds()
            rows.append(
                [
                    charge.display_name,
                    charge.session_id.room or "",
                    charge.partner_id.name or "",
                    self.env["iicharge.refusal"]._get_staff_text(row["code"] or ""),
                    get_duration_text(self.env, max(age_s, 0)),
                    self._get_money(audit, row["total"]),
                ]
            )
        head = [
            self.env._("Charge"),
            self.env._("Room"),
            self.env._("Guest"),
            self.env._("Reason"),
            self.env._("Age"),
            self.env._("With tax"),
        ]
        return self._prepare_table(title, head, rows, 1)

    @api.model
    def _get_review_table(self, audit):
        rows = [
            [
                *self._get_session_cells(session),
                " ".join(self.env["iicharge.review.reason"]._get(row["reasons"]).mapped("name")),
                self._show(audit, session.stopped_at),
                self._get_kwh(row["energy_wh"]),
            ]
            for row, session in self._get_sessions(audit, "review")
        ]
        head = [
            *self._get_session_head(),
            self.env._("Why"),
            self.env._("Ended"),
            self.env._("Energy"),
        ]
        return self._prepare_table(self.env._("In review"), head, rows, 1)

    @api.model
    def _get_disputed_table(self, audit):
        rows = [
            [
                *self._get_session_cells(session),
                self._get_deadline(session),
                self._show(audit, session.stopped_at),
                self._get_money(audit, row["total"]),
            ]
            for row, session in self._get_sessions(audit, "disputed")
        ]
        head = [
            *self._get_session_head(),
            self.env._("To be answered until"),
            self.env._("Ended"),
            self.env._("With tax"),
        ]
        return self._prepare_table(self.env._("Disputed"), head, rows, 1)

    @api.model
    def _get_deadline(self, session):
        """Format the deadline of the latest dispute; earlier ones may be decided."""
        return format_date(self.env, session.dispute_ids.sorted("id")[-1:].deadline)

    # --- cells ---------------------------------------------------------------------------------
    @api.model
    def _prepare_table(self, title, head, rows, amount_count):
        """Prepare a table.

        :param amount_count: number of columns with amounts, which come last
        """
        first_amount = len(head) - amount_count
        return {
            "title": title,
            "head": [(text, index >= first_amount) for index, text in enumerate(head)],
            "rows": [
                [(text, index >= first_amount) for index, text in enumerate(row)] for row in rows
            ],
        }

    @api.model
    def _get_records(self, audit, name, model, key):
        """Get the first rows of a list of figures, each with its record; read all at once."""
        rows = audit.figures[name][: audit.env.context.get("iicharge_most_rows")]
        records = audit.env[model].browse(row[key] for row in rows)
        return list(zip(rows, records, strict=True))

    @api.model
    def _get_charges(self, audit, name):
        return self._get_records(audit, name, "iicharge.charge", "charge")

    @api.model
    def _get_sessions(self, audit, name):
        return self._get_records(audit, name, "iicharge.session", "session")

    @api.model
    def _get_session_head(self):
        return [self.env._("Session"), self.env._("Room"), self.env._("Guest")]

    @api.model
    def _get_session_cells(self, session):
        return [session.name, session.room or "", session.partner_id.name or ""]

    @api.model
    def _show(self, audit, at):
        zone = audit.site_id.time_zone
        return get_moment_text(self.env, at, zone) if at else ""

    @api.model
    def _get_money(self, audit, amount):
        return formatLang(self.env, amount, currency_obj=audit.currency_id)

    @api.model
    def _get_kwh(self, energy_wh):
        return f"{formatLang(self.env, energy_wh / 1000, digits=2)} kWh"
