# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
import pytest

from iicharge_odoo.core import identity
from iicharge_odoo.core.errors import InvalidIdentity


@pytest.mark.parametrize(
    "path_part", ["CP001", "cp001", "/CP001/", "Cp001//", "%43P001", " CP001 ", "%20CP001"]
)
def test_charger_id_written_otherwise_is_the_same_charger(path_part):
    assert identity.normalise_charger_id(path_part) == "cp001"


def test_charger_id_with_inner_blank_keeps_it():
    assert identity.normalise_charger_id("Garage%20Nord") == "garage nord"


@pytest.mark.parametrize(
    ("path_part", "problem"),
    [
        ("", "empty"),
        ("/", "empty"),
        ("a/b", "slash"),
        ("a%2Fb", "slash"),
        ("a%00b", "control"),
        ("%ff", "UTF-8"),
        ("x" * 129, "longer"),
    ],
)
def test_charger_id_unusable_is_refused_with_reason(path_part, problem):
    with pytest.raises(InvalidIdentity, match=problem):
        identity.normalise_charger_id(path_part)


@pytest.mark.parametrize(
    "raw", ["2069C021", "20:69:C0:21", " 20 69 C0 21", "20-69-c0-21", "2069c021 ", "2069C021\0\0"]
)
def test_id_tag_of_one_card_written_otherwise_is_one_key(raw):
    assert identity.normalise_id_tag(raw) == "2069c021"


def test_id_tag_with_other_characters_keeps_them():
    assert identity.normalise_id_tag("x;Tag") == "x;tag"
    assert identity.normalise_id_tag("VID:00AA11") == "vid:00aa11"


def test_id_tags_of_uneven_groups_stay_apart():
    assert identity.normalise_id_tag("DE-12-3") != identity.normalise_id_tag("DE-1-23")


@pytest.mark.parametrize(("value", "known"), [(None, None), (0, None), (-1, None), (7, 7)])
def test_id_not_positive_is_unknown(value, known):
    assert identity.known_id(value) == known


def test_start_sent_again_has_the_same_key():
    first = identity.start_key(1, "20:69:C0:21", "2026-01-01T00:00:00Z", 100)
    assert identity.start_key(1, "2069c021", "2026-01-01T00:00:00Z", 100) == first
    assert len(first) < 80


@pytest.mark.parametrize(
    "other",
    [
        (2, "tag", "2026-01-01T00:00:00Z", 100),
        (1, "tag2", "2026-01-01T00:00:00Z", 100),
        (1, "tag", "2026-01-01T00:00:01Z", 100),
        (1, "tag", "2026-01-01T00:00:00Z", 101),
    ],
)
def test_start_that_differs_has_another_key(other):
    assert identity.start_key(*other) != identity.start_key(1, "tag", "2026-01-01T00:00:00Z", 100)


def test_secret_hashed_is_verified_and_not_readable():
    hashed = identity.hash_secret("correct horse")
    assert "horse" not in hashed
    assert identity.verify_secret("correct horse", hashed)
    assert not identity.verify_secret("wrong", hashed)
    assert identity.hash_secret("correct horse") != hashed


@pytest.mark.parametrize("hashed", ["", "sha256", "sha256$$", "md5$a$b", "sha256$a$ü"])
def test_secret_against_broken_hash_is_wrong(hashed):
    assert not identity.verify_secret("secret", hashed)
