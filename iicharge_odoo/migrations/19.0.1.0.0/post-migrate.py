# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import json
import logging
from dataclasses import replace

from odoo import SUPERUSER_ID, api
from odoo.tools import SQL

from odoo.addons.iicharge_odoo.core.conversion import to_decimal
from odoo.addons.iicharge_odoo.core.rating.rate import rate
from odoo.addons.iicharge_odoo.models.billing.iicharge_accrual_item import (
    AccrualKey,
    get_distribution_text,
)

_logger = logging.getLogger(__name__)


def migrate(cr, version):
    set_tokens_of_waiting_starts(api.Environment(cr, SUPERUSER_ID, {}))
    set_destinations_of_sessions(cr)
    keep_fees_of_settled_charges(cr)
    link_codes(
        cr,
        SQL("iicharge_session"),
        SQL("review_reasons"),
        SQL("iicharge_review_reason"),
        SQL("iicharge_review_reason_iicharge_session_rel"),
    )
    link_codes(
        cr,
        SQL("iicharge_charge_line"),
        SQL("dimensions"),
        SQL("iicharge_dimension"),
        SQL("iicharge_charge_line_iicharge_dimension_rel"),
    )
    split_flags_of_readings(cr)
    mark_lines_on_room_bills(cr)
    leave_power_to_chargers(cr)
    list_reasons_of_night_audits(cr)
    keep_ratings(api.Environment(cr, SUPERUSER_ID, {}))
    list_accrued_lines(api.Environment(cr, SUPERUSER_ID, {}))


def list_accrued_lines(env):
    """What a month's end has accrued of each line is kept; it was linked to its entry only."""
    env.cr.execute(
        "SELECT account_move_id, iicharge_charge_line_id FROM account_move_iicharge_charge_line_rel"
    )
    kept = env["iicharge.accrual.item"]
    for move_id, line_id in env.cr.fetchall():
        line = env["iicharge.charge.line"].browse(line_id)
        key = AccrualKey(
            line.charge_id.session_id,
            line,
            line._get_income_account(),
            get_distribution_text(line.analytic_distribution),
            line.currency_id,
        )
        move = env["account.move"].browse(move_id)
        kept.create(kept._prepare_values(key, line.amount_untaxed, move))
    env.cr.execute("DROP TABLE account_move_iicharge_charge_line_rel")


def keep_ratings(env):
    """What was rated before ratings were kept, is: from the readings that each page rated again."""
    cr = env.cr
    cr.execute(
        """SELECT id, breakdown_text, coalesce(free_energy_used_wh, 0) FROM iicharge_session
            WHERE state = 'stopped' AND breakdown_text IS NOT NULL ORDER BY id"""
    )
    for session_id, text, free_wh in cr.fetchall():
        session = env["iicharge.session"].browse(session_id)
        try:
            with cr.savepoint():
                keep_rating(session, text, free_wh)
        except Exception as error:
            # its bills stand; only the page that explains the sum lacks it
            _logger.warning(
                "%s has no rating, as it cannot be rated again: %s", session.name, error
            )
    env.flush_all()


def keep_rating(session, text, free_wh):
    ratings = session.env["iicharge.rating"]
    basis = session._get_basis(session.stopped_at, session.tariff_snapshot)
    if basis.terms.free_energy_per != "session":
        basis = basis._replace(terms=replace(basis.terms, free_energy_wh=to_decimal(free_wh)))
    session.rating_id = ratings.create(
        {
            "session_id": session.id,
            "number": 1,
            "company_id": session.company_id.id,
            "currency_id": session.currency_id.id,
            "decision": "stop",
            "breakdown_text": text,
            "amount_untaxed": session.amount_untaxed,
            "amount_total": session.amount_total,
            **ratings._prepare_basis_values(basis, rate(basis.tariff, basis.usage, basis.terms)),
        }
    )
    if basis.account:
        basis.account._take(session.rating_id, to_decimal(free_wh))
    session.charge_ids.rating_id = session.rating_id


def link_codes(cr, table, column, codes, relation):
    """Make records of codes that were one text, separated by blanks, and drop the column."""
    cr.execute(
        SQL(
            """INSERT INTO %(codes)s (code, name)
               SELECT DISTINCT found.code, jsonb_build_object('en_US', found.code)
                 FROM %(table)s kept
                CROSS JOIN LATERAL regexp_split_to_table(kept.%(column)s, ' +') AS found (code)
                WHERE found.code != ''
                  AND NOT EXISTS (SELECT 1 FROM %(codes)s known WHERE known.code = found.code)""",
            codes=codes,
            table=table,
            column=column,
        )
    )
    cr.execute(
        SQL(
            """INSERT INTO %(relation)s (%(table)s_id, %(codes)s_id)
               SELECT DISTINCT kept.id, known.id
                 FROM %(table)s kept
                CROSS JOIN LATERAL regexp_split_to_table(kept.%(column)s, ' +') AS found (code)
                 JOIN %(codes)s known ON known.code = found.code""",
            relation=relation,
            table=table,
            codes=codes,
            column=column,
        )
    )
    cr.execute(SQL("ALTER TABLE %s DROP COLUMN %s", table, column))


def split_flags_of_readings(cr):
    """Give each flag of a reading its column, in place of one text separated by blanks."""
    cr.execute(
        """UPDATE iicharge_meter_value
              SET has_empty_value = nullif(flags ~ '\\mempty_value\\M', FALSE),
                  has_unreadable_value = nullif(flags ~ '\\munreadable_value\\M', FALSE),
                  has_unknown_unit = nullif(flags ~ '\\munknown_unit\\M', FALSE),
                  has_unknown_context = nullif(flags ~ '\\munknown_context\\M', FALSE)
            WHERE flags != ''"""
    )
    cr.execute("ALTER TABLE iicharge_meter_value DROP COLUMN flags")


def list_reasons_of_night_audits(cr):
    cr.execute(
        """UPDATE iicharge_night_audit
              SET figures = jsonb_set(figures, '{review}', (
                      SELECT jsonb_agg(row || jsonb_build_object('reasons',
                                 to_jsonb(string_to_array(nullif(row->>'reasons', ''), ' '))))
                        FROM jsonb_array_elements(figures->'review') AS row))
            WHERE figures->'review'->0 IS NOT NULL"""
    )


def set_tokens_of_waiting_starts(env):
    """Set the token that a start which waits to be applied was authorized with: its tag's."""
    starts = env["iicharge.ocpp.message"].search(
        [
            ("state", "in", ("new", "parked")),
            ("action", "=", "StartTransaction"),
            ("token_id", "=", False),
        ]
    )
    for start in starts:
        payload = json.loads(start.payload)
        id_tag = payload.get("idTag") if isinstance(payload, dict) else None
        if isinstance(id_tag, str):
            start.token_id = env["iicharge.token"]._find(start.charger_id.company_id, id_tag)


def set_destinations_of_sessions(cr):
    """Set who pays, which was worked out from stay, contract and choice at check-out."""
    cr.execute(
        """UPDATE iicharge_session
              SET destination = CASE WHEN checkout_choice = 'pos' THEN 'pos'
                                     WHEN folio_id IS NOT NULL THEN 'folio'
                                     WHEN contract_id IS NOT NULL THEN 'contract'
                                     ELSE 'pos' END"""
    )


def keep_fees_of_settled_charges(cr):
    """What is credited or written off later gives back the fee at which it was settled."""
    cr.execute(
        """UPDATE iicharge_charge charge
              SET settlement_fee_percent = site.settlement_fee_percent
             FROM iicharge_settlement settlement, iicharge_site site
            WHERE settlement.id = charge.settlement_id AND settlement.state = 'confirmed'
              AND site.id = charge.site_id"""
    )


def mark_lines_on_room_bills(cr):
    """Mark what registers have put on room bills, so that the bill can be settled at one."""
    cr.execute(
        """UPDATE pos_order_line line SET iicharge_on_bill = true
             FROM pos_order WHERE pos_order.id = line.order_id
              AND pos_order.iicharge_folio_id IS NOT NULL
              AND line.iicharge_charge_line_id IS NOT NULL"""
    )


def leave_power_to_chargers(cr):
    """Connectors had a copy of their charger's power, which a correction did not reach."""
    cr.execute(
        """UPDATE iicharge_connector connector SET rated_power_w = 0
             FROM iicharge_charger charger
            WHERE charger.id = connector.charger_id
              AND charger.rated_power_w = connector.rated_power_w"""
    )
