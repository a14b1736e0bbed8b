"""Columns are recognised, or mapped by hand; a wrong name is refused with those that exist."""

import pytest

from gotovo.exchange.imports.columns import Profile, WrongMapping, profile_for, with_mapping
from gotovo.exchange.imports.olist import OLIST
from tests.support.exchange.importing import HEADER

OWN = ("external_id", "placed_at", "paid")


def test_the_header_of_olist_is_recognised_by_itself() -> None:
    assert profile_for(HEADER.split(","), (OLIST,)) is OLIST


def test_columns_with_our_own_names_need_no_mapping() -> None:
    profile = with_mapping(profile_for(OWN, (OLIST,)), [], OWN)
    assert profile.columns == {name: name for name in OWN}


def test_a_mapping_is_laid_over_what_was_recognised() -> None:
    columns = ("id", "when", "paid")
    known = profile_for(columns, (OLIST,))
    profile = with_mapping(known, ["external_id=id", "placed_at=when"], columns)
    assert profile.columns == {"external_id": "id", "placed_at": "when", "paid": "paid"}


@pytest.mark.parametrize(
    ("pairs", "named"),
    [
        (["number=id"], "external_id"),
        (["external_id"], "NAME=COLUMN"),
        (["external_id=nope"], "nope"),
        ([], "--map external_id=COLUMN"),
        (["external_id=id"], "--map placed_at=COLUMN"),
        (["external_id=twice", "placed_at=id"], "more than one column twice"),
    ],
)
def test_a_wrong_mapping_says_what_would_be_right(pairs: list[str], named: str) -> None:
    with pytest.raises(WrongMapping, match=named):
        with_mapping(Profile("import", {}), pairs, ("id", "twice", "twice"))
