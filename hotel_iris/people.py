# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Names of guests, and the rooms."""

ROOMS = {
    # number: gross price of a night
    **dict.fromkeys(("101", "102", "104", "105"), 145),
    **dict.fromkeys(("103", "106", "201", "202", "204", "205"), 165),
    **dict.fromkeys(("203", "206"), 210),
}
# In the house today. Room: guest, nights since the arrival, nights left, charges by card.
IN_HOUSE = {
    "101": ("Anna Weber", 2, 3, "ROOM101"),
    "102": ("Marco Rossi", 1, 2, "ROOM102"),
    "103": ("Claire Dubois", 1, 4, None),
    "105": ("Tomás Ferreira", 4, 1, None),
    "201": ("Jordi Ferrer", 3, 1, None),
    "202": ("Paul Adam", 2, 0, None),
    "204": ("Ines Moreau", 3, 0, None),
}
# They arrive in the afternoon. Room: guest, nights.
ARRIVING = {
    "104": ("Hanne Larsen", 2),
    "203": ("Peter Novak", 3),
    "206": ("Sofia Lind", 1),
}
_FIRST = (
    "Aino Bram Carla Daan Elena Felix Greta Hugo Ida Jonas Karin Luca Marta Nils Olga Pieter Rosa "
    "Stefan Tessa Ulrich Vera Willem Yara Zoe"
).split()
_LAST = (
    "Andersen Bakker Costa Dekker Eriksen Fischer Garcia Hoffmann Ivanova Jansen Keller Lambert "
    "Meyer Nowak Olsen Peeters Ricci Schmidt Thomsen Vermeer Wagner Zeman"
).split()


def make_names(dice):
    """Yield names of guests; none comes twice."""
    names = [f"{first} {last}" for first in _FIRST for last in _LAST]
    dice.shuffle(names)
    yield from names
