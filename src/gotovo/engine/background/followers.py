"""Follower: a durable subscriber of the journal, at least once.

Messages, webhooks and the duration model are made by followers. A follower stores its position in
each lane after it has handled a page of events. After a crash it reads the same page again, so its
handler has to tolerate repetitions (an event is identified by its order's number and its version).
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from random import Random

from gotovo.engine.background.periodic import PeriodicJob
from gotovo.engine.background.ports import Feed
from gotovo.engine.ports import FeedEvent
from gotovo.value import Value

PAGE = 500
"""Events handled at once: a megabyte or so, and no more than that is repeated after a crash."""

LANES_MAX = 256
"""Lanes read in one run; a cluster has no more."""

EventHandler = Callable[[Sequence[FeedEvent]], Awaitable[None]]


class FollowerTerms(Value, frozen=True):
    """How a follower reads. It polls; a hint after a commit only makes it sooner."""

    page: int = PAGE
    poll_seconds: float = 1.0
    resting: float = 0.0
    """How long to rest after each page, as a multiple of what it took: requests come first."""


class HandlingFailed(Exception):
    """Events could not be handled; the follower stays in front of them and tries again."""


class Follower:
    """A reader of the journal, whose position is stored under its name."""

    def __init__(
        self,
        name: str,
        feed: Feed,
        handle: EventHandler,
        terms: FollowerTerms | None = None,
        *,
        report: Callable[[str, Exception], None] | None = None,
        rng: Random | None = None,
    ) -> None:
        self.lag = 0
        self.handled = 0
        self._name = name
        self._feed = feed
        self._handle = handle
        self._terms = terms or FollowerTerms()
        self.job = PeriodicJob(
            name, self.catch_up, self._terms.poll_seconds, report=report, rng=rng
        )

    @property
    def name(self) -> str:
        """The name its position is stored under."""
        return self._name

    def wake(self) -> None:
        """Read now; made for `Engine.on_commit`."""
        self.job.wake()

    async def catch_up(self) -> None:
        """Handle all events there are, or until the job is stopped.

        A lane whose events can't be handled does not hold up the others; HandlingFailed has the
        first such error.
        """
        failed: set[int] = set()
        first: Exception | None = None
        while behind := await self._behind(failed):
            for lane, after in behind:
                if self.job.is_stopping:
                    return
                try:
                    await self._handle_page(lane, after)
                except Exception as error:  # noqa: BLE001  (it is whatever the handler raises)
                    failed.add(lane)
                    first = first or error
        if first is not None:
            raise HandlingFailed(f"{type(first).__name__}: {first}") from first

    async def _behind(self, failed: set[int]) -> list[tuple[int, int]]:
        found = await self._feed.backlogs(self._name, LANES_MAX)
        self.lag = sum(x.head - x.after for x in found)
        return [(x.lane, x.after) for x in found if x.lane not in failed]

    async def _handle_page(self, lane: int, after: int) -> None:
        page = await self._feed.feed(lane, after, self._terms.page)
        if not page:
            raise HandlingFailed(f"lane {lane} should have events after {after} but has none")
        loop = asyncio.get_running_loop()
        began = loop.time()
        await self._handle(page)
        self.handled += len(page)
        await self._feed.advance(self._name, lane, after, page[-1].position)
        if self._terms.resting:
            await self.job.rest((loop.time() - began) * self._terms.resting)
