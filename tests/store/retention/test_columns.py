"""Of every column of every table it is known whether it holds a person, and for how long."""

from collections import Counter
from typing import Any

import asyncpg

from gotovo.store.retention.columns import NO_PERSON
from gotovo.store.retention.pseudonyms import PSEUDONYMS
from gotovo.store.retention.rules import RULES

NAMES_A_PERSON = {
    "asker",
    "browser",
    "contact",
    "customer",
    "endpoint",
    "phone",
    "picture",
    "said",
    "shown_as",
    "subject",
    "text",
}
"""Names of columns that hold a person wherever they stand."""


async def columns_of(pool: "asyncpg.Pool[Any]") -> set[str]:
    """Return every `table.column` of the schema."""
    rows = await pool.fetch(
        "select table_name, column_name from information_schema.columns"
        " where table_schema = 'public'"
    )
    return {f"{row['table_name']}.{row['column_name']}" for row in rows}


def without_a_person() -> list[str]:
    return [f"{table}.{column}" for table, listed in NO_PERSON.items() for column in listed.split()]


async def test_every_column_holds_no_person_or_has_a_rule(pool: "asyncpg.Pool[Any]") -> None:
    """A new column fails here until it stands in a retention rule or in columns.py."""
    with_rule = [column for rule in RULES for column in rule.columns]
    known = Counter([*with_rule, *PSEUDONYMS, *without_a_person()])
    assert [column for column, count in known.items() if count > 1] == []
    assert await columns_of(pool) == set(known)


def test_a_column_whose_name_says_that_it_holds_a_person_is_not_listed_as_holding_none() -> None:
    names = {column.partition(".")[2] for column in without_a_person()}
    assert names.isdisjoint(NAMES_A_PERSON)


async def test_every_listed_table_is_one_of_the_schema(pool: "asyncpg.Pool[Any]") -> None:
    tables = {column.partition(".")[0] for column in await columns_of(pool)}
    assert set(NO_PERSON) <= tables
