# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""The pages of a person's own charging in Odoo's portal.

No address has a record's id: what is shown is named by a key that leads only its own person to it.
"""

from werkzeug.exceptions import NotFound

from odoo import http
from odoo.http import content_disposition, request

from odoo.addons.portal.controllers.portal import CustomerPortal, pager

from ..core import jsontext

ROWS = 20
HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


class ChargingPortal(CustomerPortal):
    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "charging_count" in counters:
            portal, person = self._get_portal()
            values["charging_count"] = portal._count_entries(person)
        return values

    # --- pages --------------------------------------------------------------------------------
    @http.route(
        ["/my/charging", "/my/charging/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
        readonly=True,
    )
    def charging(self, page=1, **_more):
        """Show the person's own charging, cards and messages."""
        portal, person = self._get_portal()
        pages = self._page("/my/charging", page, self._count("_get_session_domain"))
        sessions = portal._find_sessions(person, limit=ROWS, offset=pages["offset"])
        return self._show(
            "portal_charging",
            "charging",
            pager=pages,
            rows=[portal._prepare_own_session(person, one) for one in sessions],
            cards=[portal._prepare_card(person, one) for one in portal._find_cards(person)],
            balances=portal._prepare_balances(person),
            notices=portal._prepare_notices(person),
            sees_company=bool(portal.env["iicharge.contract"]._find_for_contact(person)),
        )

    @http.route(
        ["/my/charging/company", "/my/charging/company/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
        readonly=True,
    )
    def company(self, page=1, **_more):
        """Show what people charge on the contracts that the person looks after."""
        portal, person = self._get_portal()
        if not portal.env["iicharge.contract"]._find_for_contact(person):
            raise NotFound()
        pages = self._page("/my/charging/company", page, self._count("_get_company_domain"))
        sessions = portal._find_company_sessions(person, limit=ROWS, offset=pages["offset"])
        rows = [portal._prepare_company_session(one) for one in sessions]
        return self._show("portal_charging_company", "charging_company", pager=pages, rows=rows)

    @http.route(
        "/my/charging/company/list",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
    def company_list(self, **_more):
        """Download the sessions of the contracts that the person looks after, as CSV."""
        portal, person = self._get_portal()
        sessions = portal._find_company_sessions(person)
        if not sessions:
            raise NotFound()
        return self._download(sessions._get_cdr_csv(), "text/csv", "charging-of-the-company.csv")

    @http.route(
        "/my/charging/data", type="http", auth="user", website=True, methods=["GET"], readonly=True
    )
    def data(self, problem="", done="", **_more):
        """Show what a person may download, and what is deleted when."""
        portal, person = self._get_portal()
        return self._show(
            "portal_charging_data",
            "charging_data",
            erasure=portal._prepare_erasure(person),
            problem=bool(problem),
            done=bool(done),
        )

    # --- downloads ----------------------------------------------------------------------------
    @http.route("/my/charging/receipt/<string:key>", type="http", auth="user", methods=["GET"])
    def receipt(self, key, **_more):
        """The receipt of an own charging, as PDF."""
        portal, person = self._get_portal()
        session = portal._find_session(person, key)
        if not session or not portal._has_receipt(session):
            raise NotFound()
        return self._print("iicharge_odoo.action_report_guest_receipt", session, session.name)

    @http.route("/my/charging/invoice/<string:key>", type="http", auth="user", methods=["GET"])
    def invoice(self, key, **_more):
        """The person's own invoice of a charging, as PDF; the latest where there are more."""
        portal, person = self._get_portal()
        invoice = portal._find_invoices(person, portal._find_session(person, key))[-1:]
        if not invoice:
            raise NotFound()
        return self._print("account.account_invoices", invoice, invoice.name)

    @http.route(
        "/my/charging/data/<string:kind>", type="http", auth="user", methods=["GET"], readonly=True
    )
    def export(self, kind, **_more):
        """Download what is kept about the person: all of it, or the charging as a table."""
        portal, person = self._get_portal()
        if kind == "json":
            text = jsontext.indent(jsontext.dumps(portal._prepare_export(person)))
            return self._download(text, "application/json", "my-charging.json")
        if kind == "csv":
            text = portal._find_sessions(person)._get_cdr_csv()
            return self._download(text, "text/csv", "my-charging.csv")
        raise NotFound()

    # --- changes ------------------------------------------------------------------------------
    @http.route("/my/charging/block/<string:key>", type="http", auth="user", methods=["POST"])
    def block(self, key, **_more):
        """Block a lost card."""
        portal, person = self._get_portal()
        if not portal._block_card(person, key):
            raise NotFound()
        return request.redirect("/my/charging#cards", code=303)

    @http.route("/my/charging/messages", type="http", auth="user", methods=["POST"])
    def messages(self, own="", **_more):
        """Switch the messages about charging."""
        portal, person = self._get_portal()
        form = request.httprequest.form
        portal._set_notices(person, bool(own), form.getlist("stay"), form.getlist("way"))
        return request.redirect("/my/charging#messages", code=303)

    @http.route("/my/charging/data", type="http", auth="user", methods=["POST"])
    def erase(self, sure="", **_more):
        """Delete what can go, and keep the request for the rest."""
        portal, person = self._get_portal()
        if not sure:
            return request.redirect("/my/charging/data?problem=1", code=303)
        portal._erase(person)
        return request.redirect("/my/charging/data?done=1", code=303)

    # --- steps --------------------------------------------------------------------------------
    def _get_portal(self):
        """Get what finds records, and the person who has logged in.

        sudo: portal users have no rights on charging; `iicharge.portal` finds nothing but what
        belongs to the person that it is given, and this is who has logged in.
        """
        portal = request.env["iicharge.portal"].sudo()
        return portal, portal.env.user.partner_id

    def _count(self, domain):
        portal, person = self._get_portal()
        return portal.env["iicharge.session"].search_count(getattr(portal, domain)(person))

    def _page(self, url, page, total):
        return pager(url=url, total=total, page=page, step=ROWS)

    def _show(self, template, page_name, **values):
        layout = self._prepare_portal_layout_values()
        response = request.render(
            f"iicharge_odoo.{template}", {**layout, "page_name": page_name, **values}
        )
        response.headers.update(HEADERS)
        return response

    def _print(self, report, record, name):
        # sudo: the caller has found the record among the person's own
        reports = request.env["ir.actions.report"].sudo().with_company(record.company_id)
        content, _kind = reports._render_qweb_pdf(report, record.ids)
        return self._download(content, "application/pdf", f"{name.replace('/', '-')}.pdf")

    def _download(self, content, mimetype, name):
        kind = mimetype if mimetype == "application/pdf" else f"{mimetype}; charset=utf-8"
        return request.make_response(
            content,
            headers=[
                ("Content-Type", kind),
                ("Content-Disposition", content_disposition(name)),
                *HEADERS.items(),
            ],
        )
