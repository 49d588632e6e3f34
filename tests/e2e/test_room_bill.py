# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""From the charger's plug to the invoice, through every part that a hotel would run."""

import subprocess
import sys
from pathlib import Path

from .visit import record_earlier_contact

CLIENT = Path(__file__).with_name("foreign_charger.py")

LINES_OF_ROOM = """
    SELECT line.order_id, folio.id, line.price_subtotal, line.price_total, line.name
      FROM hotel_service_line service
      JOIN sale_order_line line ON line.id = service.service_line_id
      JOIN hotel_folio folio ON folio.id = service.folio_id
      JOIN hotel_folio_line room ON room.folio_id = folio.id
      JOIN sale_order_line night ON night.id = room.order_line_id
      JOIN product_product product ON product.id = night.product_id
      JOIN product_template template ON template.id = product.product_tmpl_id
     WHERE template.name->>'en_US' = %s
"""


def charge(server, identity, id_tag, energy_wh):
    """Let a client process charge; gives the transaction id."""
    record_earlier_contact(server, identity)
    secret = f"demo-{identity.lower()}-secret-0001"
    done = subprocess.run(
        [sys.executable, CLIENT, server.ocpp_url, identity, secret, id_tag, str(energy_wh)],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return int(done.stdout)


def test_guest_charges_and_pays_on_the_invoice(server):
    transaction_id = charge(server, "GARAGE-1", "ROOM101", 20_450)
    [(order_id, folio_id, subtotal, total, text)] = server.wait_for(LINES_OF_ROOM, "101")

    # 20.45 kWh at 0.45, and 15 % tax
    assert (str(subtotal), str(total)) == ("9.20", "10.58")
    assert "Garage 1" in text and "20.450 kWh" in text
    [session] = server.rows(
        "SELECT billing, energy_wh, amount_untaxed, amount_total FROM iicharge_session"
        " WHERE transaction_id = %s::text",
        transaction_id,
    )
    assert [str(value) for value in session] == ["posted", "20450.000", "9.20", "10.58"]

    accountant = server.log_in("accountant")
    # as the button on the folio's form does it
    context = {"active_model": "hotel.folio", "active_ids": [folio_id], "active_id": folio_id}
    wizard = accountant.call(
        "sale.advance.payment.inv",
        "create",
        [{"advance_payment_method": "delivered"}],
        context=context,
    )
    accountant.call("sale.advance.payment.inv", "create_invoices", wizard, context=context)
    [order] = accountant.call("sale.order", "read", [order_id], ["invoice_ids", "amount_total"])
    accountant.call("account.move", "action_post", order["invoice_ids"])

    [invoice] = accountant.call(
        "account.move", "read", order["invoice_ids"], ["state", "amount_total"]
    )
    assert invoice["state"] == "posted"
    assert invoice["amount_total"] == order["amount_total"]
    booked = server.rows(
        """SELECT account.name->>'en_US', item.credit, item.price_total
             FROM account_move_line item
             JOIN account_account account ON account.id = item.account_id
             JOIN sale_order_line_invoice_rel rel ON rel.invoice_line_id = item.id
             JOIN sale_order_line line ON line.id = rel.order_line_id
            WHERE line.iicharge_charge_line_id IS NOT NULL"""
    )
    assert [(name, str(credit), str(price)) for name, credit, price in booked] == [
        ("EV charging income", "9.20", "10.58")
    ]


def test_clean_run_logs_no_warning_of_ours(server):
    charge(server, "GARAGE-2", "ROOM102", 5_000)
    server.wait_for(LINES_OF_ROOM, "102")
    assert server.stop() == 0
    loud = [
        row
        for row in server.read_log().splitlines()
        if "iicharge" in row and any(f" {level} " in row for level in ("WARNING", "ERROR"))
    ]
    assert loud == []
