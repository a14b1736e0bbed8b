"""Followers: at least once, in order, and never held up by one another."""

import asyncio
from collections.abc import Sequence

import pytest

from gotovo.engine.background.followers import Follower, FollowerTerms, HandlingFailed
from gotovo.engine.ports import FeedEvent
from gotovo.order.values.number import home_of
from tests.support.engine.cast import Shop, until


class RecordingHandler:
    """Records the events it is given; fails on every page, or on those of one order."""

    def __init__(self) -> None:
        self.events: list[str] = []
        self.fails = False
        self.fails_on = ""

    async def __call__(self, page: Sequence[FeedEvent]) -> None:
        if self.fails or any(x.event.number == self.fails_on for x in page):
            raise RuntimeError("cannot")
        self.events += [f"{x.event.number}/{x.event.version}" for x in page]


class CrashingHandler(RecordingHandler):
    """Crashes after handling a page, before its position is stored."""

    async def __call__(  # pyright: ignore[reportImplicitOverride]
        self, page: Sequence[FeedEvent]
    ) -> None:
        await super().__call__(page)
        raise asyncio.CancelledError


async def test_a_follower_is_handed_everything_once_and_in_order(shop: Shop) -> None:
    buyer, notes = shop.buyer(), RecordingHandler()
    follower = Follower("notes", shop.journal, notes, FollowerTerms(page=2))
    await follower.catch_up()
    await shop.engine().submit_all(buyer.until_shelved())
    await follower.catch_up()
    await follower.catch_up()
    assert notes.events == [f"{buyer.number}/{n}" for n in range(1, 8)]
    assert (follower.handled, follower.lag) == (7, 0)


async def test_after_a_crash_nothing_is_missing(shop: Shop) -> None:
    buyer, crashing, notes = shop.buyer(), CrashingHandler(), RecordingHandler()
    await shop.engine().submit_all(buyer.until_shelved())
    with pytest.raises(asyncio.CancelledError):
        await Follower("notes", shop.journal, crashing, FollowerTerms(page=3)).catch_up()
    await Follower("notes", shop.journal, notes, FollowerTerms(page=3)).catch_up()
    assert crashing.events == notes.events[:3]
    assert notes.events == [f"{buyer.number}/{n}" for n in range(1, 8)]


async def test_each_follower_has_its_own_position(shop: Shop) -> None:
    buyer, first, second = shop.buyer(), RecordingHandler(), RecordingHandler()
    engine = shop.engine()
    await engine.submit(buyer.place())
    await Follower("first", shop.journal, first).catch_up()
    await engine.submit(buyer.pay())
    await Follower("first", shop.journal, first).catch_up()
    await Follower("second", shop.journal, second).catch_up()
    assert first.events == second.events == [f"{buyer.number}/1", f"{buyer.number}/2"]


async def test_a_lane_that_cannot_be_handled_does_not_hold_up_the_others(
    memory_shop: Shop,
) -> None:
    memory_shop.lane_of = home_of
    anna, boris, notes = memory_shop.buyer(1), memory_shop.buyer(2), RecordingHandler()
    await memory_shop.engine().submit_all([anna.place(), boris.place()])
    notes.fails_on = anna.number
    follower = Follower("notes", memory_shop.journal, notes)
    with pytest.raises(HandlingFailed):
        await follower.catch_up()
    assert notes.events == [f"{boris.number}/1"]
    assert follower.lag == 1


async def test_a_failure_is_reported_and_retried_until_it_succeeds(memory_shop: Shop) -> None:
    notes, reported = RecordingHandler(), list[str]()
    buyer = memory_shop.buyer()
    terms = FollowerTerms(poll_seconds=0.01)
    follower = Follower(
        "notes",
        memory_shop.journal,
        notes,
        terms,
        report=lambda name, error: reported.append(f"{name}: {error}"),
    )
    notes.fails = True
    await memory_shop.engine().submit(buyer.place())
    running = asyncio.create_task(follower.job.run())
    await until(lambda: follower.job.failure is not None and follower.job.failure.tries >= 3)
    assert reported[0] == "notes: RuntimeError: cannot"
    notes.fails = False
    await until(lambda: follower.job.failure is None)
    follower.job.stop()
    await running
    assert notes.events == [f"{buyer.number}/1"]


async def test_a_commit_wakes_a_follower_that_would_sleep_for_long(memory_shop: Shop) -> None:
    notes, buyer = RecordingHandler(), memory_shop.buyer()
    follower = Follower("notes", memory_shop.journal, notes, FollowerTerms(poll_seconds=3_600))
    engine = memory_shop.engine()
    engine.on_commit(follower.wake)
    running = asyncio.create_task(follower.job.run())
    await asyncio.sleep(0)
    await engine.submit(buyer.place())
    await until(lambda: bool(notes.events))
    follower.job.stop()
    await running


async def test_a_stopped_follower_ends_after_its_current_page(memory_shop: Shop) -> None:
    notes, engine = RecordingHandler(), memory_shop.engine()
    for _ in range(20):
        await engine.submit(memory_shop.buyer().place())
    terms = FollowerTerms(page=1, resting=1e9)
    follower = Follower("notes", memory_shop.journal, notes, terms)
    running = asyncio.create_task(follower.job.run())
    await until(lambda: bool(notes.events))
    follower.job.stop()
    async with asyncio.timeout(5):
        await running
    assert len(notes.events) == 1
    assert [x.after for x in await memory_shop.journal.backlogs("notes", 1)] == [1]
