"""A statement within a span is one, by its name; a failed one tells PostgreSQL's code."""

import asyncpg
import pytest

from gotovo.assembly.observability.tracing.statement_spans import traced_connections
from gotovo.store.postgres.pool import open_pool
from gotovo.store.postgres.statements import load_statements, statement_name
from tests.support.observability.spans import Spans, context_of

SAFETIES = load_statements("postgres/pool.sql")["safeties"]


async def test_statements_of_a_span_are_spans(database_url: str) -> None:
    spans = Spans()
    pool = await open_pool(database_url, connection_class=traced_connections(spans.tracer))
    try:
        await pool.fetch(SAFETIES, ["fsync"])
        assert spans.ended() == [], "outside of a span there is none"
        with spans.tracer.start_as_current_span("request"):
            assert await pool.fetch(SAFETIES, ["fsync"])
            async with pool.acquire() as connection, connection.transaction():
                assert await connection.fetchval("select 1") == 1
            with pytest.raises(asyncpg.DivisionByZeroError):
                await pool.execute("select 79005550199 / 0")
    finally:
        await pool.close()
    *found, request = spans.ended()
    names = ["pool.safeties", "BEGIN", "statement", "COMMIT", "statement"]
    assert [each.name for each in found] == names
    assert {each.parent.span_id for each in found if each.parent} == {context_of(request).span_id}
    assert dict(found[-1].attributes or {}) == {
        "db.system.name": "postgresql",
        "db.query.summary": "statement",
        "error.type": "DivisionByZeroError",
        "db.response.status_code": "22012",
    }
    assert (list(found[-1].events), found[-1].status.description) == ([], None)


def test_a_statement_is_named_by_its_file() -> None:
    assert statement_name(SAFETIES) == "pool.safeties"
    assert statement_name("select 1") == ""
