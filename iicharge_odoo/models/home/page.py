# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Parts of the home page as the web client takes them.

The page is data: counts, rows and links, with texts in the reader's language and times by the
site's clock. A link names what it opens: `action` (the XML id of an action, with a `domain` of its
own), `model` and `id` (a record, or the result of `method` on it), or `open` (an action as a dict).
"""

from datetime import datetime

from odoo.tools import format_date

from ...core.conversion import get_local_day, to_aware, to_naive
from ...core.metering import meter
from ..clock_text import get_clock_text, get_day_text

# Rows that a list of the page shows at most; its count says how many there are.
ROWS_SHOWN = 8


def link_list(action, domain=None, name=None, context=None):
    """Link to records: an action, ours or one of another addon by its whole XML id; its domain,
    name and context replaced where they are given."""
    action = action if "." in action else f"iicharge_odoo.{action}"
    link = {"action": action, "domain": domain, "name": name, "context": context}
    return {key: value for key, value in link.items() if value is not None}


def link_record(record, method=None):
    """Link to a record's form, or to what a button of it does."""
    link = {"model": record._name, "id": record.id}
    return {**link, "method": method} if method else link


def link_ids(records, name):
    """Link to records that no action of ours lists."""
    return {
        "open": {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": records._name,
            "views": [[False, "list"], [False, "form"]],
            "domain": [["id", "in", records.ids]],
        }
    }


def get_needs_panel(title, rows, empty, count=None, **more):
    """Get the panel of what needs its reader.

    :param list rows: as many as there are, or as are shown of `count`
    :param str empty: what it says without any
    :param more: values of the panel in place of the usual ones
    """
    return {
        "key": "needs",
        "kind": "needs",
        "primary": True,
        "icon": "fa-hand-paper-o",
        "title": title,
        "count": len(rows) if count is None else count,
        "rows": rows if count is not None else rows[:ROWS_SHOWN],
        "empty": empty,
        **more,
    }


class Clock:
    """The clock of a site, in the reader's language."""

    def __init__(self, env, now, time_zone):
        self._env = env
        self.now = now
        self.time_zone = time_zone
        self.today = get_local_day(now, time_zone)

    def get_local(self, at):
        return to_aware(at).astimezone(meter.get_zone(self.time_zone))

    def get_start(self, day):
        """Get the stored time at which a calendar day begins at the site."""
        return to_naive(datetime.combine(day, datetime.min.time(), meter.get_zone(self.time_zone)))

    def format(self, at):
        """Format a time of today; of another day with its day."""
        if not at:
            return ""
        clock = get_clock_text(self._env, at, self.time_zone)
        day = get_local_day(at, self.time_zone)
        if day == self.today:
            return clock
        near = abs((day - self.today).days) < 7
        return f"{self.format_day(day, 'EEE' if near else 'MMMd')} {clock}"

    def format_day(self, day, skeleton="MMMEd"):
        """Format a day, or one field of it. :param skeleton: see `get_day_text`"""
        if len(set(skeleton)) == 1:
            return format_date(self._env, day, date_format=skeleton)
        return get_day_text(self._env, day, skeleton)

    def format_since(self, at):
        return self._env._("since %(time)s", time=self.format(at)) if at else ""

    def format_until(self, at):
        return self._env._("until %(time)s", time=self.format(at)) if at else ""
