"""Columns are recognised, or mapped by hand; a wrong name is refused with those that exist."""

import pytest

from gotovo.exchange.imports.columns import (
    Profile,
    listed,
    profile_for,
    unread_columns,
    with_mapping,
)
from gotovo.exchange.imports.olist import OLIST
from gotovo.words.imports.file_errors import ImportFileError, file_error_text
from tests.support.exchange.importing import HEADER

OWN = ("external_id", "placed_at", "paid")


def test_the_header_of_olist_is_recognised_by_itself() -> None:
    assert profile_for(HEADER.split(","), (OLIST,)) == OLIST


def test_columns_with_our_own_names_need_no_mapping() -> None:
    profile = with_mapping(profile_for(OWN, (OLIST,)), [], OWN)
    assert profile.columns == {name: name for name in OWN}


def test_a_mapping_is_laid_over_what_was_recognised() -> None:
    columns = ("id", "when", "paid")
    known = profile_for(columns, (OLIST,))
    profile = with_mapping(known, ["external_id=id", "placed_at=when"], columns)
    assert profile.columns == {"external_id": "id", "placed_at": "when", "paid": "paid"}


@pytest.mark.parametrize(
    "columns",
    [
        (" External ID", "PLACED AT"),
        ("external-id", "Placed_At"),
        ("EXTERNAL_ID", "placed  at "),
    ],
)
def test_blanks_capitals_and_hyphens_make_no_difference_to_a_name(columns: tuple[str, str]) -> None:
    profile = with_mapping(profile_for(columns, (OLIST,)), [], columns)
    assert profile.columns == {"external_id": columns[0], "placed_at": columns[1]}


def test_a_known_format_is_recognized_in_other_letters() -> None:
    columns = [column.upper() for column in HEADER.split(",")]
    profile = profile_for(columns, (OLIST,))
    assert (profile.origin, profile.columns["external_id"]) == ("olist", "ORDER_ID")


def test_a_column_is_mapped_by_its_very_name_before_one_that_only_looks_like_it() -> None:
    columns = ("ID", "id", "when")
    profile = with_mapping(Profile("import", {}), ["external_id=id", "placed_at=When"], columns)
    assert profile.columns == {"external_id": "id", "placed_at": "when"}


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        (["number=id"], "with one of these names: external_id"),
        (["external_id"], "NAME=COLUMN"),
        (["external_id=nope"], "--map external_id=nope: the file has no such column"),
        (["external_id=gotovo:row"], "columns that begin with gotovo:"),
        ([], "--map external_id=COLUMN --map placed_at=COLUMN, with these columns: id, twice"),
        (["external_id=id"], "--map placed_at=COLUMN"),
        (["external_id=twice", "placed_at=id"], "several columns twice. Expected one for external"),
    ],
)
def test_a_wrong_mapping_says_what_would_be_right(pairs: list[str], expected: str) -> None:
    with pytest.raises(ImportFileError) as raised:
        with_mapping(Profile("import", {}), pairs, ("id", "twice", "twice"))
    assert expected in file_error_text(raised.value, "en")


def test_columns_that_nothing_is_read_from_are_told_apart() -> None:
    columns = ("external_id", "placed_at", "Freight", "", "paid")
    profile = with_mapping(profile_for(columns, (OLIST,)), [], columns)
    assert unread_columns(profile, columns) == ("Freight",)


def test_a_column_name_does_nothing_to_a_terminal() -> None:
    assert listed(("a\x1b[2J", "Имя")) == r"a\x1b[2J, Имя"


def test_a_header_without_end_is_not_printed_without_end() -> None:
    columns = ["x" * 100_000, *map(str, range(1_000))]
    with pytest.raises(ImportFileError) as raised:
        with_mapping(Profile("import", {}), [], columns)
    assert len(file_error_text(raised.value, "ru")) < 1_000
