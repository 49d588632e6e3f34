# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, fields, models
from odoo.tools import SQL

from ...core.conversion import to_aware, to_decimal, to_naive
from ...core.metering import outlook

# OCPP 1.6 section 7.6; makers use other words in their own error codes.
HOT_ERRORS = ("HighTemperature",)


class SessionDesk(models.AbstractModel):
    """What front desk notes of a session, and what it may say of it to the guest."""

    _name = "iicharge.session.desk"
    _description = "A Session at Front Desk"

    walk_in_name = fields.Char(readonly=True, string="Name of a Walk-in")
    plate = fields.Char(readonly=True)
    desk_note = fields.Char(readonly=True, string="Note for the Desk")
    billing_shown = fields.Selection(
        "_get_shown_billings",
        compute="_compute_billing_shown",
        search="_search_billing_shown",
        # who may see a session may see whether it is paid, not what its charges are
        compute_sudo=True,
        string="Billing State",
    )

    @api.model
    def _prepare_start_values(self, connector, **start):
        """Prepare with what front desk noted when it started the charging."""
        values = super()._prepare_start_values(connector, **start)
        token = start["token"]
        return {
            **values,
            "walk_in_name": token.walk_in_name,
            "plate": token.plate,
            "desk_note": token.desk_note,
        }

    # --- how its payment is shown -------------------------------------------------------
    @api.model
    def _get_shown_billings(self):
        """Get the billing states as people read them: those of `billing`, and what features add."""
        return self._fields["billing"]._description_selection(self.env)

    @api.model
    def _get_shown_rules(self):
        """Get the sessions that are shown as another state than that of `billing`.

        :return: [(domain, state)]; no session is in two of the domains
        """
        return []

    @api.model
    def _get_shown_dependencies(self):
        """Get the fields that the rules read."""
        return ["billing"]

    @api.depends(lambda self: self._get_shown_dependencies())
    def _compute_billing_shown(self):
        for session in self:
            session.billing_shown = session.billing
        for domain, shown in self._get_shown_rules():
            self.filtered_domain(domain).billing_shown = shown

    @api.model
    def _search_billing_shown(self, operator, value):
        if operator != "in":
            return NotImplemented
        found = fields.Domain("billing", "in", value)
        for domain, shown in self._get_shown_rules():
            found = found | domain if shown in value else found & ~domain
        return found

    def _field_to_sql(self, alias, field_expr, query=None):
        """Let lists be grouped by what they show."""
        if field_expr != "billing_shown":
            return super()._field_to_sql(alias, field_expr, query)
        sql = super()._field_to_sql(alias, "billing", query)
        for domain, shown in self._get_shown_rules():
            # sudo: says how a session is shown, not which ones the query finds
            those = self.sudo()._search(domain).subselect()
            session = SQL.identifier(alias, "id")
            sql = SQL("CASE WHEN %s IN %s THEN %s ELSE %s END", session, those, shown, sql)
        return sql

    # --- when it ends -------------------------------------------------------------------
    def _get_outlooks(self):
        """Get for each running session when it ends, how far it is and why it is slow.

        :return: {session: {"expected_end": UTC, naive, or False; "progress": 0 to 1 or False;
            "remaining_wh": or False; "slow": a code of `core.metering.outlook` or False}}
        """
        running = self.filtered(lambda session: session.state != "stopped")
        first_soc = running._get_first_soc()
        now = fields.Datetime.now()
        found = {}
        for session in running:
            charging = session._prepare_charging(now, first_soc.get(session.id))
            end = outlook.get_expected_end(charging)
            progress = outlook.get_progress(charging)
            rest_wh = outlook.get_remaining_wh(charging)
            found[session] = {
                "expected_end": to_naive(end) if end else False,
                "progress": False if progress is None else float(progress),
                "remaining_wh": False if rest_wh is None else float(rest_wh),
                "slow": session._get_slow_reason(charging) or False,
            }
        return found

    def _get_first_soc(self):
        """Get the battery's level at the first reading that had one, by session id."""
        with_soc = self.filtered("soc_percent")
        if not with_soc:
            return {}
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """SELECT DISTINCT ON (session_id) session_id, soc_percent
                     FROM iicharge_meter_value
                    WHERE session_id IN %s AND soc_percent > 0
                    ORDER BY session_id, at""",
                tuple(with_soc.ids),
            )
        )
        return dict(self.env.cr.fetchall())

    def _prepare_charging(self, now, first_soc):
        # sudo: who sees the session may see where it stops
        token = self.sudo().token_id
        return outlook.Charging(
            now=to_aware(now),
            started_at=to_aware(self.started_at),
            energy_wh=to_decimal(self.energy_wh),
            power_w=to_decimal(self.power_w),
            rated_w=self._get_rated_power(),
            soc_percent=to_decimal(self.soc_percent) if self.soc_percent else None,
            first_soc_percent=to_decimal(first_soc) if first_soc else None,
            limit_wh=to_decimal(token.limit_wh),
            amount=to_decimal(self.running_amount),
            limit_amount=to_decimal(token.limit_amount),
            limit_percent=to_decimal(token.limit_percent),
            limit_until=to_aware(token.limit_until) if token.limit_until else None,
        )

    def _get_slow_reason(self, charging):
        if self.state == "suspended_evse":
            return "no_power"
        others = self.charger_id.connector_ids.current_session_id - self
        return outlook.get_slow_reason(
            charging,
            others_w=tuple(to_decimal(other.power_w) for other in others),
            is_hot=self.connector_id.error_code in HOT_ERRORS,
            is_dc=self.charger_id.current_type == "dc",
        )

    @api.model
    def _get_slow_texts(self, reason):
        """Get why a car charges slowly and what front desk may say about it.

        :return: {"text", "say"}; empty texts without a reason
        """
        return {
            "text": self._get_slow_reasons().get(reason, ""),
            "say": self._get_slow_sayings().get(reason, ""),
        }

    @api.model
    def _get_slow_reasons(self):
        return {
            "heat": self.env._(
                "The charger is warm and gives less power until it has cooled down."
            ),
            "nearly_full": self.env._(
                "The car's battery is nearly full: the last part goes slower."
            ),
            "shared_power": self.env._(
                "Another car charges here too, and the two share the power."
            ),
            "one_phase": self.env._("The car seems to take one phase only, as many hybrids do."),
            "car_limit": self.env._(
                "The car takes no more than this; the charger could give more."
            ),
            "no_power": self.env._("The charger gives no power now and goes on by itself."),
        }

    @api.model
    def _get_slow_sayings(self):
        """Get what a receptionist says to the guest, by the reason."""
        return {
            "heat": self.env._(
                "The charger has become warm and takes it a little slower. Your car goes on "
                "charging, and nothing is wrong with it."
            ),
            "nearly_full": self.env._(
                "Your battery is nearly full. Every car charges the last part slower, to "
                "protect the battery."
            ),
            "shared_power": self.env._(
                "Your car is charging, a little slower because two cars share the power."
            ),
            "one_phase": self.env._(
                "Your car takes as much as it can: it charges on one phase. The charger could "
                "give more."
            ),
            "car_limit": self.env._(
                "Your car decides how much it takes, and this is as much as it takes now."
            ),
            "no_power": self.env._(
                "Your car waits for its turn. It goes on by itself; there is nothing to do."
            ),
        }
