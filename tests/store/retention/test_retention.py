"""What retention looks for beside orders is found by its age: what is not due is not read."""

from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import msgspec
import pytest

from gotovo.store.postgres.statements import load_statements

NOW = datetime(2026, 11, 28, tzinfo=UTC)
YEAR = timedelta(days=365)
ROWS = 3_000

PAGES_MAX = 20
"""Far fewer than any of these tables has."""

_sql = {
    **load_statements("retention/rounds.sql"),
    **load_statements("retention/attachment_rounds.sql"),
}

FILLS = {
    "help_message": (
        "insert into help_message (home, number, id, author, written_at, said)"
        " select n % 256, lpad(n::text, 12, '0'), md5(n::text)::uuid, 'support', $2, 'words'"
        "   from generate_series(1, $1::int) as n"
    ),
    "claim_comment": (
        "insert into claim_comment (home, number, said, written_at)"
        " select n % 256, lpad(n::text, 12, '0'), 'words', $2"
        "   from generate_series(1, $1::int) as n"
    ),
    "claim_photo": (
        "insert into claim_photo (home, number, id, added_at, picture)"
        " select n % 256, lpad(n::text, 12, '0'), md5(n::text)::uuid, $2, sha256(n::text::bytea)"
        "   from generate_series(1, $1::int) as n"
    ),
    "attachment": (
        "insert into attachment (home, id, kind, subject, number, point, purpose, type, size,"
        " digest, content, added_at, added_by)"
        " select n % 256, md5(n::text)::uuid, 'order', lpad(n::text, 12, '0'),"
        " lpad(n::text, 12, '0'), '', 'claim', 'image/jpeg', 32, sha256(n::text::bytea),"
        " sha256(n::text::bytea), $2, 'buyer'"
        "   from generate_series(1, $1::int) as n"
    ),
    "rating": (
        "insert into rating (home, number, stars, said, rated_at, changed_at)"
        " select n % 256, lpad(n::text, 12, '0'), 5, 'words', $2, $2"
        "   from generate_series(1, $1::int) as n"
    ),
    "track_link": (
        "insert into track_link (home, digest, number, made_at)"
        " select n % 256, sha256(n::text::bytea), lpad(n::text, 12, '0'), $2"
        "   from generate_series(1, $1::int) as n"
    ),
}

RULES = {
    "help_threads": "help_message",
    "claim_comments": "claim_comment",
    "claim_photos": "claim_photo",
    "claim_attachments": "attachment",
    "rating_words": "rating",
    "old_links": "track_link",
}


async def pages_read(pool: "asyncpg.Pool[Any]", name: str, *values: object) -> int:
    """Run a statement; return how many pages of tables and indexes it looked at."""
    plan = await pool.fetchval(f"explain (analyze, buffers, format json) {_sql[name]}", *values)
    (found,) = msgspec.json.decode(plan)
    return found["Plan"]["Shared Hit Blocks"] + found["Plan"]["Shared Read Blocks"]


@pytest.mark.parametrize(("rule", "table"), RULES.items())
async def test_a_round_through_what_is_not_due_reads_next_to_nothing(
    pool: "asyncpg.Pool[Any]", rule: str, table: str
) -> None:
    await pool.execute(FILLS[table], ROWS, NOW)
    await pool.execute(f"analyze {table}")
    for home in (-1, 128):
        page = await pages_read(pool, f"{rule}_page", home, "", 256, NOW - YEAR)
        assert page <= PAGES_MAX


@pytest.mark.parametrize(("rule", "table"), RULES.items())
async def test_what_stands_beside_an_order_is_removed_without_a_look_at_any_other(
    pool: "asyncpg.Pool[Any]", rule: str, table: str
) -> None:
    await pool.execute(FILLS[table], ROWS, NOW - 2 * YEAR)
    await pool.execute(f"analyze {table}")
    assert await pages_read(pool, rule, [7], ["000000000007"], NOW - YEAR) <= PAGES_MAX
    number = "select count(*) from {} where number = '000000000007'"
    left = await pool.fetchval(number.format(table))
    assert left == (1 if table == "rating" else 0)
