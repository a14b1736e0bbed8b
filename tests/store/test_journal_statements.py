"""The rules that a cluster sets, read off the statements themselves."""

import re

import pytest

from gotovo.store.postgres.statements import load_statements

CITUS = load_statements("journal/journal_citus.sql")
OVER_ALL_HOMES = {"old_records"}
"""Reads over all homes, without a lock; everything else goes to one shard."""

VOLATILE = re.compile(
    r"\b(now|clock_timestamp|statement_timestamp|random|gen_random_uuid|uuidv7|nextval|"
    r"current_timestamp|current_date)\b"
)


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
