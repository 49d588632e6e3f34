# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from datetime import UTC
from decimal import Decimal

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ...core import jsontext
from ...core.conversion import to_decimal, to_naive
from ...core.rating import tariff as core_tariff
from ...core.rating.restrictions import WEEKDAYS
from ...core.rating.terms import HotelTerms
from ...core.timestamps import parse_utc
from .iicharge_tariff_component import (
    BOUND_FIELDS,
    CLOCK_FIELDS,
    DATE_FIELDS,
    DAY_FIELDS,
    DIGITS,
    DURATION_FIELDS,
    TAX_IDS,
)

FREE = {"type": "FLAT", "price": 0, "step_size": 1}

# Our own field, next to OCPI's: grace, quiet hours and free energy of core.terms.HotelTerms.
TERMS = "iicharge_terms"

VERSIONS = ("2.1.1", "2.2.1", "2.3.0")

LIMIT_NAMES = {"2.2.1": ("excl_vat", "incl_vat"), "2.3.0": ("before_taxes", "after_taxes")}

TIMES = {"start_date_time": "valid_from", "end_date_time": "valid_until"}

# Restrictions that OCPI 2.1.1 does not know.
NEWER_RESTRICTIONS = ("min_current", "max_current", "reservation")


class TariffOcpi(models.AbstractModel):
    """Conversion of tariffs from and to OCPI's Tariff object (mod_tariffs 11.3.1)."""

    _name = "iicharge.tariff.ocpi"
    _description = "Tariff as OCPI"

    def _get_rest(self):
        return jsontext.loads(self.ocpi_rest) if self.ocpi_rest else {}

    def _get_last_updated(self):
        """Get `last_updated` of an imported tariff; None for others."""
        return self._get_rest().get("last_updated")

    # --- export --------------------------------------------------------------------------
    def _get_ocpi(self):
        """Get the tariff as OCPI 2.2.1, with `tax_included` of 2.3.0 and our own fields, without
        `last_updated`."""
        self.ensure_one()
        rest = self._get_rest()
        party = self.company_id._iicharge_get_party()
        document = {
            "country_code": party.country_code,
            "party_id": party.party_id,
            "id": self.ocpi_id or str(self._origin.id or "new"),
            "currency": self.currency_id.name,
            **rest.get("tariff", {}),
        }
        if self.tax_included != "NO" or rest.get("says_tax_included"):
            document["tax_included"] = self.tax_included
        for limit in ("min_price", "max_price"):
            if self[f"has_{limit}"]:
                document[limit] = self._get_limit(limit, rest)
        for name, field in TIMES.items():
            if self[field]:
                document[name] = self._get_time_text(self[field], rest.get(name))
        document["elements"] = self._get_elements()
        terms = self._get_terms_values()
        if terms:
            document[TERMS] = terms
        return document

    def _get_limit(self, limit, rest):
        names = rest.get(f"{limit}_names") or LIMIT_NAMES["2.2.1"]
        untaxed, taxed = (
            to_decimal(self[f"{limit}_{part}"], DIGITS).normalize() for part in ("untaxed", "taxed")
        )
        found = {names[0]: untaxed}
        if taxed or rest.get(f"{limit}_says_taxed"):
            found[names[1]] = taxed
        return {**found, **rest.get(limit, {})}

    @api.model
    def _get_time_text(self, value, imported):
        if imported and to_naive(parse_utc(imported)) == value:
            return imported
        return f"{value.isoformat()}Z"

    def _get_terms_values(self):
        terms = {}
        if self.idle_grace_minutes:
            terms["idle_grace_s"] = self.idle_grace_minutes * 60
        if self.quiet_start and self.quiet_end:
            terms |= {"quiet_start": self.quiet_start, "quiet_end": self.quiet_end}
        if self.free_kwh:
            terms["free_energy_wh"] = (to_decimal(self.free_kwh) * 1000).normalize()
            if self.free_kwh_per != "session":
                terms["free_energy_per"] = self.free_kwh_per
        return terms

    def _get_elements(self):
        """Get the elements: adjacent prices with the same conditions, grouped as imported."""
        groups = []
        for component in self.component_ids.sorted(lambda component: component.sequence):
            key = (component.element_no, component._get_restrictions())
            known = groups[-1][1] if groups and groups[-1][0] == key else []
            is_priced = component.dimension in {other.dimension for other in known}
            # an element prices each thing once, unless it was imported otherwise
            if known and (component.element_no or not is_priced):
                known.append(component)
            else:
                groups.append((key, [component]))
        elements = [self._get_element(key[1], components) for key, components in groups]
        # OCPI requires a price in each element; a tariff without prices is free
        return elements or [{"price_components": [FREE]}]

    @api.model
    def _get_element(self, restrictions, components):
        rest = components[0]._get_rest()
        restrictions = {**restrictions, **rest.get("restrictions", {})}
        element = {"price_components": [component._get_ocpi() for component in components]}
        if restrictions or rest.get("says_restrictions"):
            element["restrictions"] = restrictions
        return {**element, **rest.get("element", {})}

    def _format_document(self, last_updated=None, now=None):
        """Format the tariff as JSON; `last_updated` as given, else from `now`."""
        self.ensure_one()
        now = now or self.write_date or fields.Datetime.now()
        last_updated = last_updated or f"{now.replace(microsecond=0).isoformat()}Z"
        return jsontext.dumps({**self._get_ocpi(), "last_updated": last_updated})

    @api.model
    def _read_snapshot(self, snapshot):
        """Parse the tariff that a session froze.

        :raise core.errors.InvalidTariff: with the path of the field
        """
        return core_tariff.Tariff.from_ocpi(jsontext.loads(snapshot))

    def export_ocpi(self, version="2.2.1"):
        """Export the tariff to other systems, as JSON text.

        :param version: 2.1.1, 2.2.1 or 2.3.0
        :raise UserError: the tariff has content that this version cannot express
        """
        self.ensure_one()
        self.check_access("read")
        if version not in VERSIONS:
            raise UserError(self.env._("OCPI %(version)s is not known here.", version=version))
        # sudo: the right to read was checked above; an export may create a version
        document = without_own_fields(
            jsontext.loads(self.sudo()._create_version_if_changed().document)
        )
        if version == "2.1.1":
            self._convert_to_211(document)
        elif version == "2.2.1" and document.get("tax_included", "NO") == "YES":
            raise UserError(
                self.env._(
                    "Prices with tax can only be written as OCPI 2.3.0. Choose that version."
                )
            )
        if version == "2.2.1":
            document.pop("tax_included", None)
        if version == "2.3.0":
            document.setdefault("tax_included", "NO")
        _rename_limits(document, version)
        return jsontext.dumps(document)

    def action_export(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Export as OCPI"),
            "res_model": "iicharge.tariff.export",
            "view_mode": "form",
            "target": "new",
            "context": {"default_tariff_id": self.id},
        }

    def _convert_to_211(self, document):
        problems = [name for name in ("min_price", "max_price", *TIMES) if name in document]
        if document.pop("tax_included", "NO") == "YES":
            problems.append("tax_included")
        for element in document["elements"]:
            problems += [n for n in NEWER_RESTRICTIONS if n in element.get("restrictions", {})]
            for component in element["price_components"]:
                component.pop("vat", None)
                component.pop("taxes", None)
        if problems:
            raise UserError(
                self.env._(
                    "OCPI 2.1.1 cannot say what this tariff says (%(fields)s). Choose a later "
                    "version.",
                    fields=", ".join(dict.fromkeys(problems)),
                )
            )
        document.pop("country_code", None)
        document.pop("party_id", None)

    # --- import ---------------------------------------------------------------------------
    @api.model
    def _prepare_ocpi_values(self, tariff, taxes_by_percent):
        """Prepare the values of a record for a `core.rating` tariff.

        :param taxes_by_percent: `account.tax` by percentage, by None for prices without a tax;
            False stands for the charging product's taxes. Without an entry a price is untaxed.
        :raise UserError: a number has more digits than can be stored
        """
        extra = dict(tariff.extra)
        terms = get_terms(tariff)
        extra.pop(TERMS, None)
        rest = {"last_updated": extra.pop("last_updated", None), "tariff": extra}
        values = {
            "ocpi_id": tariff.id,
            "tax_included": tariff.tax_included or "NO",
            "idle_grace_minutes": terms.idle_grace_s // 60,
            "quiet_start": terms.quiet_start,
            "quiet_end": terms.quiet_end,
            "free_kwh": float(terms.free_energy_wh / 1000),
            "free_kwh_per": terms.free_energy_per,
        }
        rest["says_tax_included"] = tariff.tax_included is not None
        for name, field in TIMES.items():
            imported = getattr(tariff, name)
            rest[name] = imported
            values[field] = imported and to_naive(parse_utc(imported).astimezone(UTC))
        for limit in ("min_price", "max_price"):
            self._prepare_limit(values, rest, limit, getattr(tariff, limit))
        values["component_ids"] = [
            Command.create(vals) for vals in self._prepare_components(tariff, taxes_by_percent)
        ]
        return {**values, "ocpi_rest": jsontext.dumps(rest)}

    def _prepare_limit(self, values, rest, limit, found):
        if found is None:
            return
        values[f"has_{limit}"] = True
        values[f"{limit}_untaxed"] = self._to_stored(
            found.before_taxes, f"{limit}.{found.names[0]}"
        )
        taxed = found.after_taxes or Decimal(0)
        values[f"{limit}_taxed"] = self._to_stored(taxed, f"{limit}.{found.names[1]}")
        rest[f"{limit}_says_taxed"] = found.after_taxes is not None
        rest[f"{limit}_names"] = list(found.names)
        rest[limit] = found.extra

    def _prepare_components(self, tariff, taxes_by_percent):
        prepared = []
        for index, element in enumerate(tariff.elements):
            where = f"elements[{index}]"
            conditions = self._prepare_conditions(element.restrictions, where)
            shared = {
                "says_restrictions": element.restrictions is not None,
                "restrictions": element.restrictions.extra if element.restrictions else {},
                "element": element.extra,
            }
            for place, component in enumerate(element.price_components):
                rest = {
                    **shared,
                    "no_step": component.step_size is None,
                    "vat_is_zero": component.vat == 0,
                    "component": {k: v for k, v in component.extra.items() if k != TAX_IDS},
                }
                if component.taxes is not None:
                    rest["taxes"] = [tax.to_ocpi() for tax in component.taxes]
                prepared.append(
                    {
                        **conditions,
                        "sequence": len(prepared) + 1,
                        "element_no": index + 1,
                        "dimension": component.dimension.value,
                        "price": self._to_stored(
                            component.price,
                            f"{where}.price_components[{place}].price",
                            is_signed=True,
                        ),
                        "step_size": 1 if component.step_size is None else component.step_size,
                        **_prepare_taxes(taxes_by_percent, component),
                        "ocpi_rest": jsontext.dumps(rest),
                    }
                )
        return prepared

    def _prepare_conditions(self, restrictions, where):
        if restrictions is None:
            return {}
        values = {name: getattr(restrictions, name) for name in (*CLOCK_FIELDS, *DATE_FIELDS)}
        for name, field in {**BOUND_FIELDS, **DURATION_FIELDS}.items():
            bound = getattr(restrictions, name)
            if bound is None:
                continue
            if not bound and name.startswith("max"):
                raise UserError(
                    self.env._(
                        "%(where)s: a price up to 0 never applies; leave it out.",
                        where=f"{where}.restrictions.{name}",
                    )
                )
            if name in BOUND_FIELDS:
                values[field] = self._to_stored(bound, f"{where}.restrictions.{name}")
            else:
                values[field] = bound / 60
        for day in restrictions.day_of_week or ():
            values[DAY_FIELDS[WEEKDAYS.index(day)]] = True
        return {**values, "reservation": restrictions.reservation}

    def _to_stored(self, number, where, is_signed=False):
        """Convert a number to the field's float.

        :param is_signed: whether it may be below zero
        :raise UserError: it is negative or has too many digits
        """
        found = float(number)
        if to_decimal(found, DIGITS) != number or (number < 0 and not is_signed):
            raise UserError(
                self.env._(
                    "%(where)s: %(number)s cannot be kept. Give a number from 0 on with %(digits)s "
                    "decimals at the most.",
                    where=where,
                    number=number,
                    digits=DIGITS,
                )
            )
        return found


def get_terms(tariff):
    """Get the `HotelTerms` in a `core.rating` tariff."""
    terms = tariff.extra.get(TERMS) or {}
    free_energy_wh = Decimal(terms.get("free_energy_wh", 0))
    return HotelTerms(**{**terms, "free_energy_wh": free_energy_wh})


def _prepare_taxes(taxes_by_percent, component):
    taxes = taxes_by_percent.get(percent_of(component))
    if taxes is False:
        return {}
    return {"tax_ids": [Command.set(taxes.ids if taxes else [])], "untaxed": not taxes}


def percent_of(component):
    """Get the tax percentage of a component; None without one."""
    if component.taxes is None and component.vat is None:
        return None
    return component.tax_percent


def without_own_fields(document):
    """Remove our own fields from a document; rename its limits as in OCPI 2.2.1."""
    document.pop(TERMS, None)
    for element in document["elements"]:
        for component in element["price_components"]:
            component.pop(TAX_IDS, None)
    _rename_limits(document, "2.2.1")
    return document


def _rename_limits(document, version):
    names = dict(zip(LIMIT_NAMES["2.2.1"], LIMIT_NAMES["2.3.0"], strict=True))
    if version == "2.2.1":
        names = {new: old for old, new in names.items()}
    for limit in ("min_price", "max_price"):
        if limit in document:
            document[limit] = {
                names.get(name, name): value for name, value in document[limit].items()
            }
