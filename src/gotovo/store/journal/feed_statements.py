"""The read of the feed as JSON, composed around the `feed` of either form of the journal."""

from collections.abc import Iterable
from typing import Final

from gotovo.engine.ports import FeedItem
from gotovo.store.journal.batch_rows import DatabaseRow
from gotovo.store.postgres.statements import load_statements, name_statement

_sql: Final = load_statements("journal/feed.sql")


def items_statement(feed: str) -> str:
    """Return the statement for events as JSON; it takes the parameters of `feed`."""
    statement = _sql["items"].replace("{feed}", feed)
    name_statement(statement, "feed.items")
    return statement


def items_of(rows: Iterable[DatabaseRow]) -> list[FeedItem]:
    """Return the events of a feed as JSON objects."""
    return [
        FeedItem(position, number, customer, type_, shop, b"%b%b}" % (head, body))
        for position, number, customer, type_, shop, head, body in (row.values() for row in rows)
    ]
