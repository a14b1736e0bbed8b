"""What is cached is what would be made now, whatever happens while it is made."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import pytest
from typing_extensions import override

from gotovo.engine import changes
from gotovo.engine.changes import ChangeReader
from gotovo.engine.ports import ChangePage
from gotovo.http.caching import validated_cache
from gotovo.http.caching.validated_cache import ENTRY_BYTES, ValidatedCache
from tests.support.api.listening import TwoLanes


class Journal(TwoLanes):
    """A journal of one lane that anybody may write to, and how often it was read."""

    def __init__(self) -> None:
        super().__init__()
        self.reads = 0
        self.made = 0

    def record(self, number: str, customer: str = "anna") -> None:
        self.commit(0, number, customer)

    @override
    async def changes_after(self, lane: int, position: int | None, limit: int) -> ChangePage:
        self.reads += 1
        return await super().changes_after(lane, position, limit)

    def cache(self, lanes: Sequence[int] = (0,), bytes_max: int = 100_000) -> "Cache":
        """Return an empty cache whose reader reads this journal."""
        return Cache(ChangeReader(self, self, lanes), bytes_max)

    def version(self, subject: str) -> Callable[[], Awaitable[str]]:
        """Return what tells how many events a subject has."""

        async def make() -> str:
            self.made += 1
            seen = sum(subject in (event.number, event.customer) for event in self.lanes[0])
            return f"{subject} {seen}"

        return make


class Cache(ValidatedCache[str]):
    """A cache that is used as all are."""

    async def give(self, subject: str, variant: str, make: Callable[[], Awaitable[str]]) -> str:
        """Return what is cached, or make it."""
        found = await self.find((subject, variant))
        if found is not None:
            return found
        read_at = await self.begin()
        made = await make()
        self.store((subject, variant), subject, made, len(made), read_at)
        return made


@pytest.fixture
def journal() -> Journal:
    """Give an empty journal."""
    return Journal()


async def test_a_response_about_what_has_not_changed_is_made_once(journal: Journal) -> None:
    cache = journal.cache()
    journal.record("1")
    for _ in range(3):
        answer = await cache.give("1", "order", journal.version("1"))
        assert answer == "1 1"
    assert journal.made == 1


async def test_an_event_drops_the_order_and_the_buyer_and_nobody_else(journal: Journal) -> None:
    cache = journal.cache()
    for subject in ("1", "2", "anna", "boris"):
        await cache.give(subject, "order", journal.version(subject))
    journal.record("1", "anna")
    responses = [
        (await cache.give(each, "order", journal.version(each)))
        for each in ("1", "2", "anna", "boris")
    ]
    assert responses == ["1 1", "2 0", "anna 1", "boris 0"]
    assert journal.made == 6


async def test_each_variant_is_cached_by_itself(journal: Journal) -> None:
    cache = journal.cache()

    async def other() -> str:
        return "in other words"

    await cache.give("1", "ru", journal.version("1"))
    assert (await cache.give("1", "en", other)) == "in other words"
    assert (await cache.give("1", "ru", other)) == "1 0"


async def read_slowly(cache: Cache, journal: Journal, meanwhile: Sequence[str]) -> None:
    """Make a response about order 1 from what was there before other orders' events."""
    going_on = asyncio.Event()
    await cache.give("9", "order", journal.version("9"))

    async def slow() -> str:
        await going_on.wait()
        return "1 0"

    making = asyncio.create_task(cache.give("1", "order", slow))
    await asyncio.sleep(0)
    for number in meanwhile:
        journal.record(number, f"buyer {number}")
    await cache.give("9", "order", journal.version("9"))
    going_on.set()
    assert (await making) == "1 0"


async def test_a_change_while_a_response_is_made_is_not_hidden_by_it(journal: Journal) -> None:
    cache = journal.cache()
    await read_slowly(cache, journal, meanwhile=("1",))
    assert (await cache.give("1", "order", journal.version("1"))) == "1 1"


async def test_changes_of_other_orders_meanwhile_do_not_matter(journal: Journal) -> None:
    cache = journal.cache()
    await read_slowly(cache, journal, meanwhile=("2", "3"))
    made = journal.made
    assert (await cache.give("1", "order", journal.version("1"))) == "1 0"
    assert journal.made == made


async def test_what_is_no_longer_remembered_counts_as_changed(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(validated_cache, "CHANGED_MAX", 2)
    cache = journal.cache()
    await read_slowly(cache, journal, meanwhile=("1", "2", "3", "4"))
    assert (await cache.give("1", "order", journal.version("1"))) == "1 1"


async def test_a_slow_response_from_before_everything_was_dropped_is_not_cached(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "PAGE_EVENTS", 2)
    cache = journal.cache()
    await read_slowly(cache, journal, meanwhile=("2", "3", "1"))
    assert (await cache.give("1", "order", journal.version("1"))) == "1 1"


async def test_too_many_changes_drop_everything(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "PAGE_EVENTS", 3)
    cache = journal.cache()
    await cache.give("1", "order", journal.version("1"))
    for number in ("2", "3", "4", "5", "1"):
        journal.record(number)
    assert (await cache.give("1", "order", journal.version("1"))) == "1 1"
    assert (await cache.give("1", "order", journal.version("1"))) == "1 1"
    assert journal.made == 2


async def test_the_cache_is_bounded_by_its_bytes(journal: Journal) -> None:
    room = 3 * (ENTRY_BYTES + len("1 1"))
    cache = journal.cache(bytes_max=room)
    for subject in "1234":
        await cache.give(subject, "order", journal.version(subject))
        assert 0 < cache.bytes <= room
    await cache.give("4", "order", journal.version("4"))
    assert journal.made == 4
    await cache.give("1", "order", journal.version("1"))
    assert journal.made == 5


async def test_what_was_read_later_outlives_the_events_that_it_contains(journal: Journal) -> None:
    cache = journal.cache()
    await cache.begin()
    journal.record("1")
    cache.store("key", "1", "as of event 1", 1, read_at=1)
    assert await cache.find("key") == "as of event 1"
    journal.record("1")
    assert await cache.find("key") is None


async def test_requests_at_the_same_time_share_a_validation(journal: Journal) -> None:
    cache = journal.cache()
    await cache.give("1", "order", journal.version("1"))
    before = journal.reads
    await asyncio.gather(*(cache.give("1", "order", journal.version("1")) for _ in range(100)))
    assert journal.reads - before <= 4


async def test_where_the_journal_has_several_lanes_nothing_is_cached(journal: Journal) -> None:
    cache = journal.cache(lanes=range(256))
    for _ in range(2):
        await cache.give("1", "order", journal.version("1"))
    assert (journal.reads, journal.made) == (0, 2)
