# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Why a session is held for review, in the reader's language."""

# Messages of this subtype are on the evidence page, other notes are not.
DECISION = "iicharge_odoo.mt_session_decision"


def get_review_text(env, codes):
    """One sentence a line for the codes that the rules gave, in the language of `env`."""
    texts = _get_review_texts(env)
    return "\n".join(texts.get(code, code) for code in codes)


def _get_review_texts(env):
    return {
        "meter_start_missing": env._("The charger gave no usable meter reading at the start."),
        "meter_stop_missing": env._("The charger gave no usable meter reading at the stop."),
        "register_went_back": env._("The meter shows less at the stop than at the start."),
        "implausible_energy": env._(
            "More energy than the connector can deliver in that time. The charger may have "
            "sent its lifetime meter."
        ),
        "unit_suspect": env._("Energy and power differ by a thousand: kWh labelled as Wh?"),
        "stopped_before_start": env._("The stop is earlier than the start."),
        "start_missing": env._("The charger reported a stop, but never the start."),
        "stop_missing": env._(
            "The charger never reported the stop; the next start on the connector shows "
            "that it ended."
        ),
        "clock_unset": env._("The charger's clock was not set; the time of receipt is used."),
        "timestamp_unreadable": env._(
            "The charger's time could not be read; the time of receipt is used."
        ),
        "not_authorized": env._("Energy flowed although the token was not accepted."),
        "no_tariff": env._("No tariff applied at the start."),
        "tax_missing": env._(
            "A tax of the tariff has been deleted since the start. Bill it by the tariff of today."
        ),
    }
