"""The rules that a cluster sets, read off the statements, and the plans of a batch's reads."""

import re
from collections.abc import Iterator

import asyncpg
import pytest

from gotovo.store.journal.write_statement import PARTS, WriteStatements
from gotovo.store.postgres.statements import load_statements
from tests.conftest import own_database

CITUS = load_statements("journal/journal_citus.sql")
OVER_ALL_HOMES = {"old_records"}
"""Reads over all homes, without a lock; everything else goes to one shard."""

VOLATILE = re.compile(
    r"\b(now|clock_timestamp|statement_timestamp|random|gen_random_uuid|uuidv7|nextval|"
    r"current_timestamp|current_date)\b"
)

WHOLE_TABLE = re.compile(r"Seq Scan|Hash|Merge|Materialize|Join Filter")


@pytest.mark.parametrize("name", sorted(set(CITUS) - OVER_ALL_HOMES))
def test_every_statement_names_one_home(name: str) -> None:
    text = " ".join(CITUS[name].split())
    if text.startswith("insert"):
        assert re.search(r"select \$1,|values \(\$1,", text)
    else:
        assert re.search(r"\bhome = \$1", text)


@pytest.mark.parametrize(
    "file", ["journal/journal.sql", "journal/journal_citus.sql", "tables/network/stock.sql"]
)
def test_instants_ids_and_chance_are_parameters(file: str) -> None:
    found = {name for name, text in load_statements(file).items() if VOLATILE.search(text)}
    assert found == set()


@pytest.mark.parametrize("file", ["journal/journal.sql", "journal/journal_citus.sql"])
def test_nothing_is_locked_while_a_batch_is_decided(file: str) -> None:
    locking = re.compile(r"\bfor (no key )?(update|share)\b|advisory|\bnotify\b")
    found = {name for name, text in load_statements(file).items() if locking.search(text)}
    assert found == set()


JOURNAL = load_statements("journal/journal.sql")
OF_A_BATCH = {
    "load": JOURNAL["load"],
    "levels": JOURNAL["levels"],
    "write": WriteStatements(JOURNAL).composed[PARTS, True],
}


@pytest.fixture
def database_url(server_url: str, template: str) -> Iterator[str]:
    """Give a database of the test's own, whose tables have never had a row."""
    yield from own_database(server_url, template)


@pytest.mark.parametrize("name", OF_A_BATCH)
async def test_a_batch_looks_up_each_row_also_in_a_table_that_the_planner_does_not_know(
    pool: asyncpg.Pool, name: str
) -> None:
    text = OF_A_BATCH[name]
    nulls = ", ".join(["null"] * max(int(found) for found in re.findall(r"\$([0-9]+)", text)))
    async with pool.acquire() as connection:
        await connection.execute(f"prepare planned as {text}")
        rows = await connection.fetch(f"explain execute planned ({nulls})")
        await connection.execute("deallocate planned")
    plan = "\n".join(row[0] for row in rows)
    assert not WHOLE_TABLE.search(plan), plan
