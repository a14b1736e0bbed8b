"""The shelves of points: their searches end by scans, and by the clock."""

from gotovo.access.security_log import SecurityEvent, SecurityLog
from gotovo.assembly.runtime import Runtime
from gotovo.desk.shelf.tools import Shelves, shelves_of
from gotovo.order.values.actor import Actor
from gotovo.store.tables.security.entries import Author
from gotovo.store.tables.security.kinds import SecurityKind


def shelves_at(runtime: Runtime, security_log: SecurityLog) -> Shelves:
    """Return the shelves of every point; who has in hand what they gave up is in the log."""

    def flag(actor: Actor, number: str) -> None:
        author = Author(f"{actor.role}:{actor.id}")
        event = SecurityEvent(
            SecurityKind.LOST_IN_HAND, author, actor.shop, subject=f"order:{number}"
        )
        security_log.record(event)

    return shelves_of(
        runtime.pool,
        runtime.engine,
        runtime.directory,
        runtime.clock,
        runtime.settings.search_minutes,
        flag,
    )
