"""The write of a batch has the parts that the batch has, and each composition is sound."""

import re

import asyncpg

from gotovo.engine.ports import Batch
from gotovo.store.journal.write_statement import PARTS, WriteStatements
from gotovo.store.postgres.statements import load_statements, statement_name

SQL = load_statements("journal/journal.sql")
WRITES = WriteStatements(SQL)


async def test_the_server_prepares_every_composition(pool: asyncpg.Pool) -> None:
    async with pool.acquire() as connection:
        for (parts, has_events), text in WRITES.composed.items():
            prepared = await connection.prepare(text)
            states = sum(part in {"placed", "changed"} for part in parts)
            expected = 1 + len(parts) + states + 3 * has_events
            assert len(prepared.get_parameters()) == expected, (parts, has_events)


def test_every_combination_of_parts_has_its_statement() -> None:
    assert len(WRITES.composed) == 2 ** (len(PARTS) + 1)
    assert len(set(WRITES.composed.values())) == len(WRITES.composed)


def test_a_composition_writes_to_the_tables_of_its_parts_only() -> None:
    for (parts, has_events), text in WRITES.composed.items():
        assert {part for part in PARTS if f"{part} as (" in text} == set(parts)
        assert (" into event " in text) is (" lane l" in text) is has_events
        assert text.count("insert into orders ") == ("placed" in parts)


def test_every_part_of_the_file_is_used() -> None:
    captioned = {name.removeprefix("write_") for name in SQL if name.startswith("write_")}
    assert captioned == {*PARTS, "counted", "recorded"}


def test_the_lane_is_locked_last() -> None:
    text = WRITES.composed[PARTS, True]
    written = re.findall(r"^(?:insert into|update) (\w+)", text, re.MULTILINE)
    assert written == [
        "orders",
        "orders",
        "command",
        "refund",
        "stock",
        "identity",
        "lane",
        "event",
    ]


def test_a_batch_without_anything_is_a_statement_without_parts() -> None:
    statement, values = WRITES.of(Batch(0, [], [], []))
    assert values == [0]
    assert "insert" not in statement


def test_traces_show_every_composition_under_one_name() -> None:
    assert {statement_name(text) for text in WRITES.composed.values()} == {"journal.write"}
