# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import logging
from datetime import timedelta

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.iicharge_odoo.models.guest.iicharge_guest_notice import WRITTEN_FOR
from odoo.addons.phone_validation.tools.phone_validation import phone_format

from ..sms_text import make_plain, shorten

_logger = logging.getLogger(__name__)

COUNTED_FOR = timedelta(days=1)
# Of one phone number in a day: two charging sessions and a place in a waiting list.
MOST_TO_NUMBER = 12
# Different phone numbers, in a day, of one address in the network, which may be that of all phones
# in the house.
MOST_NUMBERS = 20
# So that the text and the link fit into one SMS.
NAME_LENGTH = 18
MOST_TYPED = 40
# Names SMS in the portal's form.
WAY = "sms"
PRUNED_AT_ONCE = 1000


class GuestSms(models.Model):
    """An SMS to a guest, counted so that a page is not used to write to strangers.

    It is made with Odoo's own `sms.sms` in one transaction, once by its unique key; Odoo's queue
    sends that. Number and text are not kept here, only whether the number is the same.
    """

    _name = "iicharge.guest.sms"
    _description = "SMS to a Guest"
    _order = "id desc"
    _rec_name = "notice"

    site_id = fields.Many2one(
        "iicharge.site", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="site_id.company_id", store=True, index=True)
    notice = fields.Char(required=True, readonly=True)
    about_key = fields.Char(required=True, readonly=True, groups="base.group_system")
    number_key = fields.Char(required=True, readonly=True, index=True, groups="base.group_system")
    network_key = fields.Char(readonly=True, index="btree_not_null", groups="base.group_system")
    sms_uuid = fields.Char(readonly=True, index="btree_not_null", groups="base.group_system")

    _about_unique = models.Constraint("unique (about_key)", "This SMS was made already.")

    @api.model
    def _read_phone(self, site, typed, network=None):
        """Read a phone number as the site's country writes it.

        :param network: the address in the network of the phone where it was typed; None: the
            number is one that front desk has
        :return: (E.164 or False, the problem in the guest's words); empty: none
        """
        typed = (typed or "").strip()[:MOST_TYPED]
        if not typed:
            return False, ""
        if not site.guest_sms:
            return False, self.env._("No SMS are sent here. Please give an e-mail address.")
        country = site.partner_id.country_id or site.company_id.country_id
        try:
            number = phone_format(typed, country.code, country.phone_code, force_format="E164")
        except UserError:
            text = self.env._(
                "This is no phone number. Please check it; one from abroad begins with + and its "
                "country."
            )
            return False, text
        if network is None:
            return number, ""
        problem = self._get_problem(site, number, self._get_network_key(network))
        return (False, problem) if problem else (number, "")

    @api.model
    def _prepare_ways(self, person):
        """Prepare the switch of the portal, to the number of the contact.

        :return: see `iicharge.portal.page._prepare_notices`; empty where no site sends SMS
        """
        site = self.env["iicharge.site"].search([("guest_sms", "=", True)], limit=1)
        if not site:
            return []
        phone, problem = self._read_phone(site, person.phone)
        if not phone and not problem:
            problem = self.env._("For messages by SMS, too, we need your phone number.")
        name = self.env._("By SMS, too, to %(number)s", number=self._mask_phone(phone))
        wants = person.iicharge_notify_sms
        return [{"key": WAY, "name": name, "wants": wants, "problem": problem}]

    # --- limits -------------------------------------------------------------------------------
    @api.model
    def _get_number_key(self, number):
        return self.env["iicharge.guest.try"]._hash("phone", number)

    @api.model
    def _get_network_key(self, network):
        return self.env["iicharge.guest.try"]._hash("address", network)

    @api.model
    def _get_counted_domain(self):
        return fields.Domain("create_date", ">", fields.Datetime.now() - COUNTED_FOR)

    @api.model
    def _get_problem(self, site, number, network_key):
        """Get why no SMS may be sent, in the guest's words; empty: it may.

        What one number or address may have reads like a number that wants none, as
        that would say something of another guest's.
        """
        counted = self._get_counted_domain()
        if self.search_count(counted & fields.Domain("site_id", "=", site.id)) >= (
            site.guest_sms_per_day
        ):
            return self.env._("No more SMS can be sent today. Please give an e-mail address.")
        number_key = self._get_number_key(number)
        of_number = self.search_count(counted & fields.Domain("number_key", "=", number_key))
        of_network = counted & fields.Domain("network_key", "=", network_key)
        rows = self._read_group(of_network, ["number_key"]) if network_key else []
        numbers = {key for (key,) in rows} | {number_key}
        is_refused = self.env["phone.blacklist"].search_count([("number", "=", number)], limit=1)
        if is_refused or of_number >= MOST_TO_NUMBER or len(numbers) > MOST_NUMBERS:
            return self.env._("We can send no SMS to this number. Please give an e-mail address.")
        return ""

    @api.model
    def _lock(self):
        """Let one SMS be counted and made after the other."""
        self.env.cr.execute(SQL("SELECT pg_advisory_xact_lock(hashtext(%s))", self._name))

    # --- making one ---------------------------------------------------------------------------
    @api.model
    def _send(self, notice, record, to):
        """Make an SMS about a session or a place in the waiting list, for Odoo's queue.

        :param notice, record: see `iicharge.guest.notice._send`
        :param to: {"phone", "lang", "url", "network_key", "turn"}
        :return: whether it was made; staff read in the record's log why not
        """
        self._lock()
        about_key = f"{record._name},{record.id},{notice},{to.get('turn') or 0}"
        if self.search_count([("about_key", "=", about_key)], limit=1):
            return True
        site, number = record.site_id, to["phone"]
        problem = self._get_staff_problem(site, number, to.get("network_key"))
        text = "" if problem else self._render(notice, record, to)
        if not text:
            problem = problem or self.env._("its text could not be made from the template")
            record._message_log(body=self.env._("No SMS to the guest: %(why)s", why=problem))
            return False
        sms = self._queue(notice, record, number, text)
        self.create(
            {
                "site_id": site.id,
                "notice": notice,
                "about_key": about_key,
                "number_key": self._get_number_key(number),
                "network_key": to.get("network_key"),
                "sms_uuid": sms.uuid,
            }
        )
        return True

    @api.model
    def _get_staff_problem(self, site, number, network_key):
        if not site.guest_sms:
            return self.env._("messages by SMS are switched off")
        if self._get_problem(site, number, network_key):
            return self.env._("the limits of a day, or the number is on the blacklist")
        return ""

    @api.model
    def _render(self, notice, record, to):
        """Render the template of a notice in the guest's language; empty where that fails."""
        where = record.connector_id.display_name or record.site_id.name or ""
        env = self.with_context(lang=to["lang"] or self.env.lang).env
        values = {
            "where": shorten(where, NAME_LENGTH),
            "site": shorten(record.site_id.name or "", NAME_LENGTH),
            "link": to["url"] or "",
            **self._prepare_texts(record.with_env(env)),
        }
        try:
            with self.env.cr.savepoint():
                template = env.ref(f"iicharge_odoo_sms.sms_template_guest_{notice}")
                texts = template.with_context(**values)._render_field("body", record.ids)
        except psycopg2.OperationalError:
            raise
        except Exception:
            _logger.exception("%s: no SMS could be made (%s)", record, notice)
            return ""
        return make_plain(texts[record.id]).strip()

    @api.model
    def _prepare_texts(self, record):
        """Prepare what the templates say of a session or of a place in the waiting list."""
        env = record.env
        if record._name == "iicharge.waiting":
            return {"until": record._get_until_text() if record.offered_until else ""}
        is_limited = record._is_stopped_at_credit_limit()
        return {
            "amount": record.currency_id.format(record.amount_total),
            "energy": env["iicharge.guest.live"]._format_kilo(record.energy_wh, 1),
            "fee_from": record._get_idle_fee_text(),
            "why": env._("the bill is at its limit")
            if is_limited
            else env._("a fault or a power cut"),
        }

    @api.model
    def _queue(self, notice, record, number, text):
        """Make Odoo's SMS, and a line in the record's log with its state: sent, or failed and why.

        The line has neither the link, which is the guest's, nor the whole number.
        """
        masked = self._mask_phone(number)
        message = record._message_log(
            body=self.env._("SMS to the guest (%(number)s)", number=masked), message_type="sms"
        )
        # sudo: Odoo's queue is the administrator's; what goes in is rendered here
        sms = (
            self.env["sms.sms"]
            .sudo()
            .create({"number": number, "body": text, "mail_message_id": message.id})
        )
        # sudo: as above
        self.env["mail.notification"].sudo().create(
            {
                "author_id": message.author_id.id,
                "mail_message_id": message.id,
                "sms_number": masked,
                "notification_type": "sms",
                "sms_id_int": sms.id,
                "sms_tracker_ids": [fields.Command.create({"sms_uuid": sms.uuid})],
                "is_read": True,
                "notification_status": "ready",
            }
        )
        return sms

    @api.model
    def _mask_phone(self, number):
        """Show a number to who has it: its country and its end. Empty stays empty."""
        return f"{number[:3]}…{number[-2:]}" if number else ""

    @api.model
    def _has_failed(self, record):
        """Whether the last SMS about a record did not go out, or did not arrive."""
        about = f"{record._name},{record.id},"
        last = self.search([("about_key", "=like", f"{about}%")], limit=1)
        # sudo: only the state of the own SMS is read
        trackers = self.env["sms.tracker"].sudo().search([("sms_uuid", "=", last.sms_uuid)])
        states = trackers.mail_notification_id.mapped("notification_status")
        return bool(last) and any(state in ("exception", "bounce") for state in states)

    @api.autovacuum
    def _gc_old(self):
        """Delete old counts, and SMS that failed then: they have the number.

        :return: how many, and 1 if more may be left, else 0
        """
        before = fields.Datetime.now() - WRITTEN_FOR
        old = self.search([("create_date", "<", before)], limit=PRUNED_AT_ONCE)
        self.env["sms.sms"].search([("uuid", "in", old.mapped("sms_uuid"))]).unlink()
        old.unlink()
        return len(old), int(len(old) == PRUNED_AT_ONCE)
