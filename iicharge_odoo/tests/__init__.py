# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from . import (
    test_company,
    test_company_wall,
    test_external_api,
    test_indexes,
    test_rights,
    test_settings,
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
)
from .dispute import (
    test_dispute,
    test_dispute_meanwhile,
)
from .night_audit import (
    test_night_audit,
)
from .operations import (
    test_help,
)
from .pos import (
    test_pos_card,
    test_pos_charging,
    test_pos_forged,
    test_pos_front_desk,
    test_pos_gross,
    test_pos_invoice,
    test_pos_limit,
    test_pos_property,
    test_pos_quantity,
    test_pos_refund,
    test_pos_register,
    test_pos_room,
    test_pos_unit,
)
from .refusal import (
    test_refusal_text,
)
from .report import (
    test_analysis,
    test_evidence,
    test_vat,
)
from .service import (
    test_hostile_messages,
    test_leadership,
    test_odd_messages,
    test_processor,
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
    test_limit_of_payer,
    test_no_show,
    test_reservation,
    test_routing,
    test_start_rules,
)
from .tariff import (
    test_questions,
    test_quote,
    test_tariff,
    test_tariff_exchange,
    test_tariff_preview,
    test_tariff_price,
)
