"""New migrations keep nobody waiting, and say what they do before they do it."""

from gotovo.store.postgres.migration_plan import WhoWaits, known_locks
from gotovo.store.postgres.migrations import RUNS_FROM, known_migrations

NEW = known_migrations()[RUNS_FROM:]
"""Those that the previous release does not have."""


def test_nobody_waits_while_a_new_migration_reads_a_table() -> None:
    """That takes a minute with ten million orders: make an index concurrently, in its own file."""
    locks = {each.title: known_locks().get(each.title, {}).values() for each in NEW}
    slow = [
        title
        for title, taken in locks.items()
        if any(lock.is_read for lock in taken)
        and any(lock.waits != WhoWaits.NOBODY for lock in taken)
    ]
    assert slow == []
