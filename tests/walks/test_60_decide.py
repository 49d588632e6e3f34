# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""The manager decides, and sees what charging brings in."""

from .manual import walks


@walks("USAGE: Manager: Decide: - Disputes")
def test_dispute_is_decided_by_a_credit(screen, hotel):
    dispute = hotel.dispute
    screen.log_in("manager")
    screen.open("EV Charging", "Disputes")
    screen.row(hotel.session_of(dispute))
    screen.press("Decide")
    screen.select("outcome", "Credit all of it")
    screen.fill("reason", "The guest was not there.")
    screen.press("Decide")
    assert hotel.read("iicharge.dispute", dispute, "state")["state"] == "credited"


@walks("USAGE: Manager: Decide: - Disputes")
def test_price_by_another_tariff_is_booked_as_promised(screen, hotel):
    dispute = hotel.dispute
    energy = {"dimension": "ENERGY", "price": 0.101}
    hotel.need("iicharge.tariff", "Cheap", component_ids=[[0, 0, energy]])
    screen.log_in("manager")
    screen.open("EV Charging", "Disputes")
    screen.row(hotel.session_of(dispute))
    screen.press("Decide")
    screen.select("outcome", "Price it again with another tariff")
    screen.choose("tariff_id", "Cheap")
    promised = screen.value("preview").split(" in place of ")[0]
    screen.fill("reason", "It said less.")
    screen.press("Decide")
    session = hotel.read("iicharge.dispute", dispute, "session_id")["session_id"][0]
    total = hotel.read("iicharge.session", session, "amount_total")["amount_total"]
    assert f"{total:.2f}" in promised


@walks("USAGE: Manager: Decide: - Sessions In Review")
def test_session_in_review_is_decided(screen, hotel):
    name = hotel.make_review()
    screen.log_in("manager")
    screen.open("EV Charging", "Sessions")
    screen.filter("In Review")
    screen.row(name)
    screen.press("Decide")
    screen.select("decision", "Do not bill it")
    screen.fill("reason", "The meter was broken.")
    screen.press("Decide")
    assert not hotel.find("iicharge.session", ["billing", "=", "review"])


@walks("USAGE: Manager: See what charging brings in")
def test_analysis_shows_energy_and_revenue(screen, hotel):
    assert hotel.session
    screen.log_in("manager")
    screen.open("EV Charging", "Reporting", "Analysis")
    for view in ("list", "pivot", "graph"):
        if screen.count(f".o_switch_view.o_{view}"):
            screen.click(f".o_switch_view.o_{view}")


@walks("USAGE: Manager: Hear what guests say")
def test_feedback_is_listed_and_averaged(screen, hotel):
    session = hotel.session
    number = hotel.find("iicharge.session", ["name", "=", session])
    # as the guest's page does: first the record, then the answer
    model = hotel.find("ir.model", ["model", "=", "iicharge.session"])
    answer = {"rating": 2, "feedback": "The cable was short.", "consumed": True}
    rating = hotel.admin.call("rating.rating", "create", {"res_model_id": model, "res_id": number})
    hotel.admin.call("rating.rating", "write", [rating], answer)
    screen.log_in("manager")
    screen.open("EV Charging", "Reporting", "Feedback")
    screen.see("The cable was short.")
    for view in ("pivot", "graph", "list"):
        screen.click(f".o_switch_view.o_{view}")
    screen.row("The cable was short.")
    screen.see(session)
    screen.see("Stars (of 5)")
