# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, models

from ...core import errors

PREFIX = "iicharge.destination."


class Destination(models.AbstractModel):
    """Where the money of charging goes, and who pays by it.

    Each value of `iicharge.charge.destination` has a model of its own, `iicharge.destination.`
    and the value, that inherits this one. A session gets its destination at its start, its
    charges take it over; a person may move a charge to another one.
    """

    _name = "iicharge.destination"
    _description = "Destination of Charges"

    # Asked in this order who pays for a start, the lowest first; None: never asked.
    _rank = None
    # The processor posts what is due; else a person or a month's end does.
    _posts_at_once = False
    # A month's end posts what waits here.
    _posts_monthly = False
    # A register takes payment for what is posted here.
    _is_paid_at_register = False
    # What is posted here stands on the bill of the stay that charged, or of who pays for it.
    _is_bill_of_stay = False

    # --- looking up ------------------------------------------------------------------------
    @api.model
    def _get(self, name):
        """Get the destination of that name; what an addon that was removed has left, the last one
        that is asked takes."""
        model = f"{PREFIX}{name}"
        return self.env[model] if model in self.env else self._get_asked()[-1]

    @api.model
    def _get_value(self):
        """Get its name among the values of `iicharge.charge.destination`."""
        return self._name.removeprefix(PREFIX)

    @api.model
    def _get_all(self):
        values = self.env["iicharge.charge"]._fields["destination"].get_values(self.env)
        return [self._get(value) for value in values]

    @api.model
    def _get_asked(self):
        asked = [each for each in self._get_all() if each._rank is not None]
        return sorted(asked, key=lambda each: each._rank)

    @api.model
    def _get_names(self, fact):
        """Get the names of those of which a fact holds, such as `_posts_at_once`."""
        return tuple(each._get_value() for each in self._get_all() if getattr(each, fact))

    # --- who pays --------------------------------------------------------------------------
    @api.model
    def _decide(self, token, site, at):
        """Decide who pays for what a token starts at a site; nothing else decides it.

        :param token: `iicharge.token`; may be empty
        :param at: the time of the start (UTC, naive)
        :return: (destination, values of the session that say who pays)
        """
        for destination in self._get_asked():
            values = destination._prepare_payer_values(token, site, at)
            if values is not None:
                return destination, {**values, "destination": destination._get_value()}
        raise LookupError("No destination takes what has no payer.")

    @api.model
    def _prepare_payer_values(self, token, site, at):
        """Prepare the session's values where this one pays for what the token starts, else None."""
        return None

    @api.model
    def _check_token(self, token, charger, connector_number, now):
        """May the token start, as far as this one is concerned? Asked of all of them.

        :param int connector_number: None while the charger only asks
        :raise core.errors.Refusal: the typed reason why not
        """

    @api.model
    def _find_tariff(self, connector, token, at):
        """Find the tariff of what the token starts there; maybe empty."""
        return connector._find_tariff(token.group or "guest", at)[0]

    @api.model
    def _describe_payer(self, token, site, at):
        """Describe for front desk what the token is, and how its charging is paid.

        :return: (what, note), in words
        """
        groups = dict(token._fields["group"]._description_selection(self.env))
        return groups[token.group], ""

    # --- charging --------------------------------------------------------------------------
    @api.model
    def _get_bill(self, session, product):
        """Get the order that is to take a product; an empty `sale.order` if there is none yet."""
        return self.env["sale.order"]

    @api.model
    def _get_partner(self, session, bill):
        """Get who pays a session, or the part of it that goes on a bill."""
        return bill.partner_id or session.folio_id.partner_id or session.partner_id

    @api.model
    def _get_fiscal_position(self, session, bill):
        return bill.fiscal_position_id

    @api.model
    def _prepare_charge_values(self, session):
        """Prepare the values of the charge of a rated session; None: a person makes it."""
        return {}

    # --- money -----------------------------------------------------------------------------
    @api.model
    def _post(self, charges):
        """Put charges where they go: each of their lines gets its order or invoice line.

        All or nothing, in the caller's transaction.

        :raise core.errors.Refusal: why not
        """
        raise NotImplementedError(f"{self._name} posts nothing by itself.")

    @api.model
    def _get_posted_billing(self, charge):
        """Get what the session is once its charge is posted: on the bill, or paid already."""
        return "posted"

    @api.model
    def _credit(self, credits):
        """Take posted charges back; as `_post`.

        :param credits: `iicharge.charge` of kind "credit"
        """
        credits._put_credit(self._find_open_order, self._create_lines)

    @api.model
    def _find_open_order(self, order, charge):
        """Find the order that takes a line of a charge.

        :raise core.errors.Refusal: none does
        """
        if order.state != "sale" or order.locked:
            raise errors.FolioClosed(order.name)
        return order

    @api.model
    def _create_lines(self, lines):
        """:param lines: `iicharge.charge.line`, each with the order that takes it"""
        return lines._create_order_lines()

    @api.model
    def _release(self, charges):
        """The invoice on which these stood is cancelled or deleted: a person finds another one
        for the charges; a credit goes to the bill of what it credits."""
        for charge in charges:
            if charge.kind == "credit":
                charge.state = "pending"
            else:
                charge.session_id._set_billed("rated")
                charge._set_refused(errors.InvoiceCancelled(charge.display_name))
