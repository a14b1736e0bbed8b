"""A cached response is the one that would be made now, whatever happens while it is made."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import pytest
from starlette.responses import Response
from typing_extensions import override

from gotovo.api.cache import response_cache
from gotovo.api.cache.response_cache import ResponseCache
from gotovo.engine import changes
from gotovo.engine.changes import ChangeReader
from gotovo.engine.ports import ChangePage
from gotovo.http.hot_paths import HotResponse
from tests.support.api.listening import TwoLanes
from tests.support.api.network import ALINA, Api, captured


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

    def cache(self, lanes: Sequence[int] = (0,)) -> ResponseCache:
        """Return an empty cache whose reader reads this journal."""
        return ResponseCache(ChangeReader(self, self, lanes))

    def version(self, subject: str) -> Callable[[], Awaitable[Response]]:
        """Return what tells how many events a subject has."""

        async def make() -> Response:
            self.made += 1
            seen = sum(subject in (event.number, event.customer) for event in self.lanes[0])
            return HotResponse(f"{subject} {seen}".encode())

        return make


@pytest.fixture
def journal() -> Journal:
    """Give an empty journal."""
    return Journal()


async def test_a_response_about_what_has_not_changed_is_made_once(journal: Journal) -> None:
    cache = journal.cache()
    journal.record("1")
    for _ in range(3):
        answer = await cache.respond("1", "order", journal.version("1"))
        assert answer.body == b"1 1"
    assert journal.made == 1


async def test_an_event_drops_the_order_and_the_buyer_and_nobody_else(journal: Journal) -> None:
    cache = journal.cache()
    for subject in ("1", "2", "anna", "boris"):
        await cache.respond(subject, "order", journal.version(subject))
    journal.record("1", "anna")
    responses = [
        (await cache.respond(each, "order", journal.version(each))).body
        for each in ("1", "2", "anna", "boris")
    ]
    assert responses == [b"1 1", b"2 0", b"anna 1", b"boris 0"]
    assert journal.made == 6


async def test_each_variant_is_cached_by_itself(journal: Journal) -> None:
    cache = journal.cache()

    async def other() -> Response:
        return HotResponse(b"in other words")

    await cache.respond("1", "ru", journal.version("1"))
    assert (await cache.respond("1", "en", other)).body == b"in other words"
    assert (await cache.respond("1", "ru", other)).body == b"1 0"


async def read_slowly(cache: ResponseCache, journal: Journal, meanwhile: Sequence[str]) -> None:
    """Make a response about order 1 from what was there before other orders' events."""
    going_on = asyncio.Event()
    await cache.respond("9", "order", journal.version("9"))

    async def slow() -> Response:
        await going_on.wait()
        return HotResponse(b"1 0")

    making = asyncio.create_task(cache.respond("1", "order", slow))
    await asyncio.sleep(0)
    for number in meanwhile:
        journal.record(number, f"buyer {number}")
    await cache.respond("9", "order", journal.version("9"))
    going_on.set()
    assert (await making).body == b"1 0"


async def test_a_change_while_a_response_is_made_is_not_hidden_by_it(journal: Journal) -> None:
    cache = journal.cache()
    await read_slowly(cache, journal, meanwhile=("1",))
    assert (await cache.respond("1", "order", journal.version("1"))).body == b"1 1"


async def test_changes_of_other_orders_meanwhile_do_not_matter(journal: Journal) -> None:
    cache = journal.cache()
    await read_slowly(cache, journal, meanwhile=("2", "3"))
    made = journal.made
    assert (await cache.respond("1", "order", journal.version("1"))).body == b"1 0"
    assert journal.made == made


async def test_what_is_no_longer_remembered_counts_as_changed(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(response_cache, "CHANGED_MAX", 2)
    cache = journal.cache()
    await read_slowly(cache, journal, meanwhile=("1", "2", "3", "4"))
    assert (await cache.respond("1", "order", journal.version("1"))).body == b"1 1"


async def test_a_slow_response_from_before_everything_was_dropped_is_not_cached(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "PAGE_EVENTS", 2)
    cache = journal.cache()
    await read_slowly(cache, journal, meanwhile=("2", "3", "1"))
    assert (await cache.respond("1", "order", journal.version("1"))).body == b"1 1"


async def test_too_many_changes_drop_everything(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "PAGE_EVENTS", 3)
    cache = journal.cache()
    await cache.respond("1", "order", journal.version("1"))
    for number in ("2", "3", "4", "5", "1"):
        journal.record(number)
    assert (await cache.respond("1", "order", journal.version("1"))).body == b"1 1"
    assert (await cache.respond("1", "order", journal.version("1"))).body == b"1 1"
    assert journal.made == 2


async def test_the_cache_is_bounded_by_its_bytes(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(response_cache, "CACHE_BYTES_MAX", 10)
    cache = journal.cache()
    for subject in "1234":
        await cache.respond(subject, "order", journal.version(subject))
        assert cache.bytes <= 10
    await cache.respond("4", "order", journal.version("4"))
    assert journal.made == 4
    await cache.respond("1", "order", journal.version("1"))
    assert journal.made == 5


async def test_only_successful_responses_are_cached(journal: Journal) -> None:
    cache = journal.cache()

    async def missing() -> Response:
        journal.made += 1
        return HotResponse(b"", 404)

    for _ in range(2):
        assert (await cache.respond("1", "order", missing)).status_code == 404
    assert journal.made == 2


async def test_requests_at_the_same_time_share_a_validation(journal: Journal) -> None:
    cache = journal.cache()
    await cache.respond("1", "order", journal.version("1"))
    before = journal.reads
    await asyncio.gather(*(cache.respond("1", "order", journal.version("1")) for _ in range(100)))
    assert journal.reads - before <= 4


async def test_where_the_journal_has_several_lanes_nothing_is_cached(journal: Journal) -> None:
    cache = journal.cache(lanes=range(256))
    for _ in range(2):
        await cache.respond("1", "order", journal.version("1"))
    assert (journal.reads, journal.made) == (0, 2)


async def test_every_read_of_an_order_sees_each_step_at_once(api: Api) -> None:
    number = (await api.place())["number"]
    paths = (f"/orders/{number}", f"/orders/{number}/timeline", f"/orders?customer=%2B{ALINA[1:]}")
    bodies: dict[str, list[bytes]] = {path: [] for path in paths}
    for step, body in (
        ("payment", captured(number)),
        ("picking", {}),
        ("packing", {}),
        ("dispatch", {}),
        ("arrival", {}),
        ("shelving", {"cell": "A-1"}),
    ):
        for path in paths:
            first, second = await api.get(path), await api.get(path)
            assert first.content == second.content
            bodies[path].append(first.content)
        await api.post(f"/orders/{number}/{step}", body)
    for path in paths:
        assert len(set(bodies[path])) == len(bodies[path]), path
    assert await api.network.dependencies.reads.order(number) is not None


async def test_a_change_by_another_process_is_seen_by_the_next_request(api: Api) -> None:
    number = (await api.place())["number"]
    dependencies = api.network.dependencies

    async def status() -> Response:
        found = await dependencies.reads.order(number)
        assert found is not None
        return HotResponse(found.order.stage.encode())

    before = await dependencies.response_cache.respond(number, "stage", status)
    await api.network.reopen()
    await api.post(f"/orders/{number}/payment", captured(number))
    assert api.network.dependencies is not dependencies
    after = await dependencies.response_cache.respond(number, "stage", status)
    assert (before.body, after.body) == (b"placed", b"paid")
