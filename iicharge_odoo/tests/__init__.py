# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from . import (
    test_company,
    test_company_wall,
    test_external_api,
    test_hotel_settings,
    test_indexes,
    test_rights,
    test_rights_channels,
    test_rights_fields,
    test_rights_methods,
    test_rights_reports,
    test_rights_routes,
    test_screens,
    test_settings,
    test_vacuum,
    test_views,
)
from .billing import (
    test_accrual,
    test_accrual_property,
    test_below_zero,
    test_bill_lines,
    test_charge,
    test_charge_bad_input,
    test_charge_money,
    test_credit,
    test_credit_note,
    test_destination,
    test_fiscal_position,
    test_free_energy,
    test_gross,
    test_late_charges,
    test_month_end,
    test_quantity,
    test_rating,
    test_reconciliation,
    test_reconciliation_finds,
    test_reconciliation_plants,
    test_reconciliation_quiet,
    test_running_amount,
    test_running_costs,
    test_settlement_taken_back,
    test_site_accounting,
)
from .charger import (
    test_admission,
    test_command,
    test_evse,
    test_metering_settings,
    test_power,
    test_refused_connection,
    test_token,
)
from .contract import (
    test_close_months,
    test_contract,
    test_contract_quantity,
    test_contract_race,
    test_contract_shown,
)
from .dispute import (
    test_dispute,
    test_dispute_meanwhile,
)
from .display import (
    test_display,
    test_display_setting,
)
from .guest import (
    test_blocked_bay,
    test_guest_account,
    test_guest_busy,
    test_guest_feedback,
    test_guest_figures,
    test_guest_language,
    test_guest_limit,
    test_guest_notice,
    test_guest_page,
    test_guest_start,
    test_guest_tap,
    test_guest_tap_limits,
    test_guest_visit,
    test_pin,
    test_sign,
    test_status_question,
)
from .home import (
    test_home,
    test_home_manager,
    test_home_work,
)
from .night_audit import (
    test_night_audit,
    test_night_audit_race,
)
from .operations import (
    test_alert,
    test_figures,
    test_help,
)
from .payment import (
    test_card_flows,
    test_card_forged,
    test_card_provider,
    test_card_start,
    test_request_key,
)
from .portal import (
    test_portal,
)
from .pos import (
    test_pos_card,
    test_pos_charging,
    test_pos_forged,
    test_pos_server_values,
    test_pos_front_desk,
    test_pos_gross,
    test_pos_invoice,
    test_pos_limit,
    test_pos_property,
    test_pos_quantity,
    test_pos_refund,
    test_pos_register,
    test_pos_room,
    test_pos_setup,
    test_pos_sheet,
    test_pos_states,
    test_pos_stay,
    test_pos_unit,
)
from .refusal import (
    test_refusal_text,
)
from .report import (
    test_clock_text,
    test_analysis,
    test_evidence,
    test_vat,
)
from .service import (
    test_hostile_messages,
    test_gateway_state,
    test_leadership,
    test_odd_messages,
    test_prefork,
    test_processor,
    test_reports_together,
    test_stops_together,
    test_wrong_reports,
)
from .session import (
    test_authorized_payer,
    test_cdr,
    test_desired_state,
    test_lost_session,
    test_meter_value,
    test_anonymize_guests,
    test_other_transaction,
    test_plausibility,
    test_review,
    test_pruning,
    test_session,
    test_start,
    test_stop_at_limit,
)
from .stay import (
    test_checkout,
    test_find_stays,
    test_move_running,
    test_limit_of_payer,
    test_no_show,
    test_reservation,
    test_routing,
    test_start_rules,
)
from .tariff import (
    test_price_text,
    test_questions,
    test_quote,
    test_tariff,
    test_tariff_exchange,
    test_tariff_preview,
    test_tariff_price,
)
from .waiting import (
    test_waiting,
    test_waiting_card,
    test_waiting_desk,
    test_waiting_page,
    test_waiting_race,
    test_waiting_visitor,
)
