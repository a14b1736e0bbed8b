"""Client spans of SQL statements, by their names in the .sql files; values are never looked at.

A statement outside of a span has none: background jobs ask the database every second.
"""

from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeVar, cast

import asyncpg
from opentelemetry.trace import SpanKind, Tracer, get_current_span

from gotovo.assembly.observability.tracing.failures import mark_failed
from gotovo.store.postgres.statements import statement_name

TRANSACTIONS: Final = frozenset({"BEGIN", "COMMIT", "RELEASE", "ROLLBACK", "SAVEPOINT"})
"""What the driver sends itself; anything else without a name is called `statement`."""

_METHODS: Final = ("fetch", "fetchrow", "fetchval", "fetchmany", "execute", "executemany")

Result = TypeVar("Result")


def traced_connections(tracer: Tracer) -> "type[asyncpg.Connection[Any]]":
    """Return the driver's connection with a span around each statement within a span."""
    traced = {name: _traced(tracer, getattr(asyncpg.Connection, name)) for name in _METHODS}
    made = type("TracedConnection", (asyncpg.Connection,), {"__slots__": (), **traced})
    return cast("type[asyncpg.Connection[Any]]", made)


def _traced(
    tracer: Tracer, method: Callable[..., Awaitable[Result]]
) -> Callable[..., Awaitable[Result]]:
    async def run(connection: Any, statement: str, *values: Any, **options: Any) -> Result:
        if not get_current_span().is_recording():
            return await method(connection, statement, *values, **options)
        name = statement_name(statement) or _unnamed(statement)
        span = tracer.start_span(
            name,
            kind=SpanKind.CLIENT,
            attributes={"db.system.name": "postgresql", "db.query.summary": name},
        )
        try:
            return await method(connection, statement, *values, **options)
        except BaseException as error:
            mark_failed(span, error)
            state = getattr(error, "sqlstate", None)
            if state:
                span.set_attribute("db.response.status_code", state)
            raise
        finally:
            span.end()

    return run


def _unnamed(statement: str) -> str:
    word = statement.split(maxsplit=1)[0].rstrip(";").upper() if statement.strip() else ""
    return word if word in TRANSACTIONS else "statement"
