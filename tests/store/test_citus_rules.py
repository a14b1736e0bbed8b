"""The rules that let the same schema and statements run on a Citus cluster, over all SQL we have.

Each was measured or hit on a real cluster (architecture: growing past one machine). A static test
can't prove that a statement is fast there, only that it does nothing that is refused or unsafe.
"""

import re
from importlib.resources import files
from pathlib import Path

import pytest

from gotovo.store.postgres.statements import parse_statements

STORE = Path(str(files("gotovo.store")))

AGGREGATE = (
    "orders",
    "event",
    "command",
    "message",
    "notice_choice",
    "lane",
    "refund",
    "payment_attempt",
    "money_entry",
    "refund_transfer",
    "case_file",
    "manifest_parcel",
    "return_box_item",
    "acceptance_scan",
    "accepted_parcel",
    "payment_notification",
    "case_note",
    "fiscal_receipt",
    "identity",
    "stock",
    "stock_entry",
    "help_message",
    "help_assignment",
    "claim_photo",
    "attachment",
    "claim_comment",
    "rating",
    "track_link",
    "push_subscription",
    "order_look",
    "order_text",
    "telegram_card",
)
"""Tables that are spread over shards; all others are small and everywhere."""

VOLATILE = re.compile(
    r"\b(now|clock_timestamp|statement_timestamp|transaction_timestamp|timeofday|random"
    r"|gen_random_uuid|uuidv4|uuidv7|uuid_generate_v4|nextval|lastval|currval|setval)\s*\("
    r"|\b(current_timestamp|current_date|current_time|localtimestamp|localtime)\b"
)
"""A shard is a server of its own: each would answer these differently."""

WRITES = re.compile(r"\b(insert\s+into|update\s+(?!set\b)\w|delete\s+from|merge\s+into)")
LOCKS_ROWS = re.compile(r"\bfor\s+(no\s+key\s+update|update|key\s+share|share)\b")
SESSION_LOCK = re.compile(r"\bpg_(try_)?advisory_(un)?lock")

NOT_IN_SCHEMA = {
    "a trigger does not run on shards": re.compile(
        r"\bcreate (?:constraint )?trigger \w+\s+(?:before|after|instead)\b[^;]*?"
        r"\bon (?!security_log\b)"
    ),
    "an extension may be missing on the embedded server": re.compile(r"\bcreate\s+extension\b"),
    "a foreign key can't cross homes": re.compile(r"\breferences\b|\bforeign\s+key\b"),
    "a sequence is one per server": re.compile(r"\b(small|big)?serial\b|\bgenerated\b"),
    "a default that is volatile differs by shard": re.compile(r"\bdefault\b(?! ')"),
    "the embedded server has no ICU": re.compile(r"\bcollat(e|ion)\b|\bprovider\s*="),
    "a file is run in its own transaction": re.compile(r"^\s*(begin|commit)\s*;"),
}


def bare(sql: str) -> str:
    """Return SQL in small letters without comments and without what is in quotes."""
    sql = re.sub(r"--[^\n]*", "", sql)
    return re.sub(r"'(?:[^']|'')*'", "''", sql).lower()


def statement_files() -> list[Path]:
    """Return every file of statements, the schema left out."""
    found = [path for path in STORE.rglob("*.sql") if path.parent.name != "schema"]
    return sorted(found)


STATEMENTS = {
    f"{path.relative_to(STORE)}:{name}": bare(sql)
    for path in statement_files()
    for name, sql in parse_statements(path.name, path.read_text("utf-8")).items()
}
SCHEMA = {path.name: bare(path.read_text("utf-8")) for path in sorted(STORE.glob("schema/*.sql"))}
TABLES = {
    name: body
    for text in SCHEMA.values()
    for name, body in re.findall(r"\bcreate table (\w+) \((.*?)\n\)", text, re.DOTALL)
    if not any(re.search(rf"\bdrop table {name};", later) for later in SCHEMA.values())
}


def test_there_is_something_to_check() -> None:
    assert {"journal/journal.sql:write_changed", "journal/journal_citus.sql:change_orders"} <= set(
        STATEMENTS
    )
    assert set(AGGREGATE) <= set(TABLES)


@pytest.mark.parametrize("where", STATEMENTS)
def test_a_write_takes_times_ids_and_chance_as_parameters(where: str) -> None:
    sql = STATEMENTS[where]
    if WRITES.search(sql):
        assert VOLATILE.search(sql) is None


@pytest.mark.parametrize("where", STATEMENTS)
def test_rows_are_locked_only_within_one_home(where: str) -> None:
    """FOR UPDATE, also SKIP LOCKED, is refused on a cluster unless the home is a constant."""
    sql = STATEMENTS[where]
    if LOCKS_ROWS.search(sql):
        assert re.search(r"\bhome = (\$\d+|\d+)\b", sql)


@pytest.mark.parametrize("where", STATEMENTS)
def test_only_migrations_hold_a_session_lock(where: str) -> None:
    if not where.startswith("postgres/migrations.sql:"):
        assert SESSION_LOCK.search(STATEMENTS[where]) is None


@pytest.mark.parametrize("where", [w for w in STATEMENTS if "_citus.sql:" in w])
def test_a_statement_for_the_cluster_stays_on_one_home(where: str) -> None:
    """Writes over several homes work and take fifty times as long; a read may look everywhere."""
    sql = STATEMENTS[where]
    inserts = re.findall(r"\binsert into \w+ \((\w+)[^)]*\)\s*(?:select|values \()\s*(\$1)?", sql)
    if WRITES.search(sql):
        says = re.search(r"\bhome = \$1(?!\d)", sql)
        assert says or (inserts and all(entry == ("home", "$1") for entry in inserts))
    elif not re.search(r"\bhome = \$1(?!\d)", sql):
        assert LOCKS_ROWS.search(sql) is None
        assert " limit $" in re.sub(r"\s+", " ", sql), "a read of all homes is bounded"


@pytest.mark.parametrize("where", SCHEMA)
@pytest.mark.parametrize("reason", NOT_IN_SCHEMA)
def test_the_schema_asks_for_nothing_that_a_cluster_or_our_own_server_lacks(
    where: str, reason: str
) -> None:
    found = NOT_IN_SCHEMA[reason].search(SCHEMA[where])
    assert found is None, f"{reason}: {found and found[0]}"
    assert VOLATILE.search(SCHEMA[where]) is None


@pytest.mark.parametrize("table", AGGREGATE)
def test_home_is_part_of_every_key_of_the_aggregate(table: str) -> None:
    keys = re.findall(r"\b(?:primary key|unique) \(([^)]*)\)", TABLES[table])
    for text in SCHEMA.values():
        keys += re.findall(rf"\bcreate unique index \w+ on {table} \(([^)]*)\)", text)
    assert keys
    assert [key for key in keys if "home" not in re.split(r",\s*", key)] == []


@pytest.mark.parametrize("table", AGGREGATE)
def test_home_is_a_small_number_that_is_always_there(table: str) -> None:
    assert re.search(r"^\s*home smallint not null\b", TABLES[table], re.MULTILINE)


@pytest.mark.parametrize("table", TABLES)
def test_every_table_has_a_primary_key_under_its_own_name(table: str) -> None:
    assert f"constraint {table}_pkey primary key (" in TABLES[table]


def test_a_table_that_is_spread_is_named_here() -> None:
    """A new table with a home belongs to the aggregate, and its keys have to be checked."""
    home = re.compile(r"^\s*home\b", re.MULTILINE)
    with_home = {name for name, body in TABLES.items() if home.search(body)}
    assert with_home == set(AGGREGATE)


@pytest.mark.parametrize(
    ("sql", "is_volatile"),
    [
        ("insert into t values (now())", True),
        ("update t set at = CURRENT_TIMESTAMP", True),
        ("insert into t values (gen_random_uuid ())", True),
        ("insert into t values ('now()') -- now()", False),
        ("insert into known (nowhere) values ($1)", False),
    ],
)
def test_these_rules_see_what_they_look_for(sql: str, is_volatile: bool) -> None:  # noqa: FBT001
    assert WRITES.search(bare(sql))
    assert (VOLATILE.search(bare(sql)) is not None) is is_volatile


@pytest.mark.parametrize(
    "sql",
    ["select 1 from t for update", "select 1 from t for no key update skip locked"],
)
def test_a_lock_of_rows_is_seen(sql: str) -> None:
    assert LOCKS_ROWS.search(bare(sql))
