# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import base64
from decimal import Decimal
from zoneinfo import ZoneInfo

from odoo import models
from odoo.exceptions import UserError

from ...core import jsontext
from ...core.conversion import to_aware, to_decimal
from ...core.csvtext import format_csv
from ...core.errors import InvalidInput
from ...core.ocpi.cdr import CdrFacts, CdrLocation, CdrToken, SignedData, SignedValue
from ...core.ocpi.cdr_writer import prepare_cdr
from ...core.rating.breakdown import Money
from ..tariff.iicharge_tariff_ocpi import without_own_fields

CDR_HEADER = (
    "Session",
    "Start",
    "End",
    "Site",
    "Charger",
    "Connector",
    "Token",
    "Driver",
    "Energy kWh",
    "Minutes charging",
    "Minutes idle",
    "Untaxed",
    "Tax",
    "Total",
    "Currency",
    "Invoice",
)

# A record of what is to be paid; before that nothing is certain, after a void nothing is owed.
CDR_BILLING = ("rated", "posted", "paid", "free", "late", "disputed")

TOKEN_TYPES = {"rfid": "RFID", "code": "APP_USER", "remote": "OTHER"}

SHOWN_TOKEN_DIGITS = 4

REMARK_LENGTH = 255

DEGREE_DIGITS = 7

S_PER_MINUTE = 60

OCMF_PARTS = 3


class SessionCdr(models.AbstractModel):
    """A session as a charge detail record for other systems, and as a row of a list."""

    _name = "iicharge.session.cdr"
    _description = "Session as OCPI CDR"

    def export_cdr(self):
        """Export the session for other systems: an OCPI 2.2.1 CDR, as JSON text.

        :raise UserError: the session is not priced yet, or something that OCPI demands is
            not filled in; the message names it
        """
        self.ensure_one()
        self.check_access("read")
        # sudo: who may read a session may have it in another form; that was checked above
        return jsontext.dumps(self.sudo()._get_cdr())

    def _get_cdr(self, charge=None, credited=None):
        """Get the session as an OCPI CDR (JSON-able, for `jsontext.dumps`).

        :param charge: the `iicharge.charge` of the CDR; without one the session's
            latest that is to be paid, if there is any
        :param credited: the charge that `charge` takes back; makes a credit CDR
        """
        self.ensure_one()
        if not charge:
            if self.billing not in CDR_BILLING or not self.rating_id:
                raise UserError(
                    self.env._("%(session)s has no price that counts.", session=self.name)
                )
            charges = self.charge_ids.filtered(lambda found: found.amount_total > 0)
            charge = charges.sorted("revision")[-1:]
        rating = charge.rating_id or self.rating_id
        facts = self._prepare_cdr_facts(charge, credited, rating)
        try:
            return prepare_cdr(facts, rating._get_breakdown())
        except InvalidInput as error:
            raise UserError(
                self.env._(
                    "%(session)s cannot be written as OCPI CDR. %(problem)s",
                    session=self.name,
                    problem=error,
                )
            ) from error

    def _prepare_cdr_facts(self, charge, credited, rating):
        amounts = charge or self
        digits = self.currency_id.decimal_places
        changed_at = charge.posted_at or charge.create_date or self.write_date
        return CdrFacts(
            party=self.company_id._iicharge_get_party(),
            id=self._get_cdr_id(charge),
            session_id=self.name,
            started_at=to_aware(self.started_at),
            stopped_at=to_aware(self.stopped_at),
            token=self._get_cdr_token(),
            auth_method="COMMAND" if self.token_id.kind == "remote" else "WHITELIST",
            location=self._get_cdr_location(),
            tariff=without_own_fields(jsontext.loads(rating.tariff_snapshot)),
            last_updated=to_aware(changed_at),
            booked=Money(
                to_decimal(amounts.amount_untaxed, digits), to_decimal(amounts.amount_total, digits)
            ),
            signed_data=self._get_signed_data(),
            remark=(self.stop_reason or "")[:REMARK_LENGTH],
            credit_reference_id=self._get_cdr_id(credited) if credited else None,
        )

    def _get_cdr_id(self, charge):
        """Get the record's id: each revision of a session's charge is a record of its own."""
        return f"{self.name}-{charge.revision}" if charge and charge.revision > 1 else self.name

    def _get_cdr_token(self):
        uid = self.id_tag or self.token_id.uid
        return CdrToken(
            party=self.company_id._iicharge_get_party(),
            uid=uid,
            type=TOKEN_TYPES.get(self.token_id.kind, "OTHER"),
            contract_id=self.token_id.uid or uid,
        )

    def _get_cdr_location(self):
        site, connector = self.site_id, self.connector_id
        if not connector:
            raise UserError(
                self.env._("%(session)s names no connector, which OCPI wants.", session=self.name)
            )
        address = site._get_ocpi_address()
        latitude, longitude = site._get_coordinates()
        party = self.company_id._iicharge_get_party()
        standard, plug, power_type = connector._get_ocpi_plug(address.country_id.code)
        return CdrLocation(
            id=str(site.id),
            name=site.name,
            address=address.street,
            city=address.city,
            postal_code=address.zip,
            country=address.country_id.code,
            latitude=to_decimal(latitude, DEGREE_DIGITS),
            longitude=to_decimal(longitude, DEGREE_DIGITS),
            evse_uid=str(connector.id),
            # every connector of OCPP 1.6 may charge at the same time: it is an EVSE of OCPI
            evse_id=f"{party.country_code}*{party.party_id}*E{connector.id}",
            connector_id=str(connector.number),
            connector_standard=standard,
            connector_format=plug,
            connector_power_type=power_type,
        )

    def _get_signed_data(self):
        texts = [
            text
            for value in self.meter_value_ids.filtered("signed_data").sorted("at")
            for text in value.signed_data.splitlines()
        ]
        if not texts:
            return None
        natures = ["Start", *["Intermediate"] * (len(texts) - 2), "End"][: len(texts)]
        return SignedData(
            encoding_method="OCMF" if texts[0].startswith("OCMF|") else "UNKNOWN",
            values=tuple(map(_get_signed_value, natures, texts)),
        )

    # --- a list of sessions --------------------------------------------------------------
    def _get_cdr_csv(self):
        """Get the sessions as CSV text, in the order given."""
        return format_csv(CDR_HEADER, self._get_cdr_rows())

    def _get_cdr_rows(self):
        """Get one row a session, as CDR_HEADER says. Times are those of the site."""
        return [session._prepare_cdr_row() for session in self]

    def _prepare_cdr_row(self):
        digits = self.currency_id.decimal_places
        untaxed, total = (
            to_decimal(amount, digits) for amount in (self.amount_untaxed, self.amount_total)
        )
        charging, idle = self._get_minutes()
        return [
            self.name,
            self._get_local_text(self.started_at),
            self._get_local_text(self.stopped_at),
            self.site_id.name,
            self.charger_id.name,
            self.connector_id.label or self.connector_id.number or None,
            self._get_masked_token(),
            self.partner_id.name or "",
            to_decimal(self.energy_wh).scaleb(-3),
            charging,
            idle,
            untaxed,
            total - untaxed,
            total,
            self.currency_id.name,
            "",
        ]

    def _get_local_text(self, at):
        if not at:
            return ""
        return f"{to_aware(at).astimezone(ZoneInfo(self.site_id.time_zone)):%Y-%m-%d %H:%M:%S}"

    def _get_minutes(self):
        """Minutes in which the car charged, and in which it only stood there."""
        if not (self.stopped_at and self.tariff_snapshot):
            return None, None
        breakdown = self._get_breakdown()
        return tuple(
            (seconds / S_PER_MINUTE).quantize(Decimal("0.1"))
            for seconds in (breakdown.charging_s, breakdown.parking_s)
        )

    def _get_masked_token(self):
        """Mask a card's number: enough to distinguish cards, too little to copy one."""
        uid = self.id_tag or self.token_id.uid or ""
        shown = uid[-SHOWN_TOKEN_DIGITS:] if len(uid) > SHOWN_TOKEN_DIGITS else ""
        return f"****{shown}" if uid else ""


def _get_signed_value(nature, text):
    """OCMF is `OCMF|payload|signature`; of any other encoding the text is all there is."""
    parts = text.split("|")
    is_ocmf = text.startswith("OCMF|") and len(parts) >= OCMF_PARTS
    return SignedValue(
        nature=nature,
        plain_data=parts[1] if is_ocmf else text,
        signed_data=base64.b64encode(text.encode()).decode(),
    )
