"""New migrations keep nobody waiting, and say what they do before they do it."""

from gotovo.store.postgres.migration_plan import WhoWaits, known_locks
from gotovo.store.postgres.migrations import RUNS_FROM, known_migrations

NEW = known_migrations()[RUNS_FROM:]
"""Those that the previous release does not have."""


def test_the_locks_of_every_migration_are_written_down() -> None:
    """When they are not: `just locks`."""
    assert list(known_locks()) == [each.title for each in known_migrations()]


def test_nobody_waits_while_a_new_migration_reads_a_table() -> None:
    """That takes a minute with ten million orders: make an index concurrently, in its own file."""
    locks = known_locks()
    slow = [
        each.title
        for each in NEW
        if any(lock.is_read for lock in locks[each.title].values())
        and any(lock.waits != WhoWaits.NOBODY for lock in locks[each.title].values())
    ]
    assert slow == []
