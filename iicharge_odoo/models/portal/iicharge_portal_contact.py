# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""The contact of a person who has asked to delete the own data: name and address go once nothing
needs them any more."""

import logging
from datetime import date

import psycopg2

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date

_logger = logging.getLogger(__name__)

# What says who it is; the record itself stays, as others lead to it.
PERSONAL = (
    "email",
    "phone",
    "street",
    "street2",
    "zip",
    "city",
    "state_id",
    "country_id",
    "vat",
    "function",
    "website",
    "comment",
    "ref",
    "barcode",
    "image_1920",
)


class PortalContact(models.AbstractModel):
    _name = "iicharge.portal.contact"
    _description = "Contact of Who Asks for Deletion"

    @api.model
    def _find_addresses(self, person):
        """Find a private person's other addresses, as for invoices: Odoo keeps each as a contact
        below the person's own. Other people below are none."""
        found = person.with_context(active_test=False).child_ids
        return found.filtered(
            lambda one: one.type != "contact" and not (one.is_company or one.user_ids)
        )

    @api.model
    def _is_of_others(self, person):
        """Whether the contact is not the person's alone: a company, or somebody of one."""
        contracts = self.env["iicharge.contract"]
        return bool(
            person.is_company
            or person.parent_id
            or person.child_ids - self._find_addresses(person)
            or person.with_context(active_test=False).user_ids.filtered(lambda one: not one.share)
            or contracts.search_count([("partner_id", "=", person.id)], limit=1)
            or contracts.search_count([("portal_contact_ids", "in", person.ids)], limit=1)
        )

    @api.model
    def _get_books_end(self, person):
        """Get until when the books need the name: of entries, orders and bills of a register.

        :return: the last day, or None where no book has it
        """
        own = Domain("partner_id", "in", (person | self._find_addresses(person)).ids)
        ends = []
        for model, state, day in (
            ("account.move.line", "parent_state", "date"),
            ("sale.order", "state", "date_order"),
            ("pos.order", "state", "date_order"),
        ):
            # a draft is of a stay or a bill that is still to come
            kept = own & Domain(state, "!=", "cancel")
            for company, latest in self.env[model]._read_group(
                kept, ["company_id"], [f"{day}:max"]
            ):
                years = company.iicharge_keep_books_years
                ends += [date(latest.year + years, 12, 31)] if latest else []
        return max(ends, default=None)

    @api.model
    def _get_contact_text(self, person):
        """Get what becomes of name and address, and when, for the page."""
        env = self.env
        if self._is_of_others(person):
            return env._(
                "Your name and address: they belong to a company or its staff. Please ask there."
            )
        end = self._get_books_end(person)
        if end and end >= fields.Datetime.now().date():
            return env._(
                "Your name and address: the books need them until %(day)s, as the law asks. They "
                "are deleted the day after, if you have deleted your log-in by then.",
                day=format_date(env, end),
            )
        return env._(
            "Your name and address, as long as you have a log-in here. Delete the log-in, and they "
            "are deleted within a day."
        )

    @api.model
    def _is_needed(self, person):
        """Whether the name is still needed: for a log-in, the books, or charging that is open."""
        end = self._get_books_end(person)
        own = [("partner_id", "in", (person | self._find_addresses(person)).ids)]
        return bool(
            self._is_of_others(person)
            or self.env["res.users"].search_count(own, limit=1)
            or (end and end >= fields.Datetime.now().date())
            or self.env["iicharge.session"].search_count(own, limit=1)
        )

    @api.model
    def _try_anonymize(self, person):
        """Anonymize a contact; one that another addon keeps from it holds up no other."""
        try:
            with self.env.cr.savepoint():
                self._anonymize(person)
        except psycopg2.OperationalError:
            # the database's trouble: the job comes back tomorrow
            raise
        except Exception:
            _logger.exception("Contact %s could not be anonymized as asked", person.id)
            return False
        return True

    @api.model
    def _anonymize(self, person):
        """Remove what says who it is, and what was written about it, from the contact and its
        other addresses; archive them."""
        for address in self._find_addresses(person):
            self._anonymize(address)
        person = person.with_context(tracking_disable=True)
        person.message_ids.unlink()
        person.bank_ids.unlink()
        person.write(
            {
                "name": self.env._("Deleted guest"),
                "category_id": [fields.Command.clear()],
                "active": False,
                "iicharge_erase_contact": False,
                **{name: False for name in PERSONAL if name in person._fields},
            }
        )
        person._message_log(body=self.env._("Name and address were deleted as asked."))
