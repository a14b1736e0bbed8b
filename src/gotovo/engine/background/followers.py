"""Following the journal: messages, webhooks, charts and live pages all live on this.

A follower remembers how far it has come in each lane, and moves on only after it has handled
what it read. After a crash it reads the same events again: at least once, so whatever handles
them has to bear a repetition (an event is named by its order's number and its version).
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from random import Random

from gotovo.engine.background.periodic import Failure, Repeating
from gotovo.engine.ports import Feed, FeedEvent
from gotovo.value import Value

PAGE = 500
"""Events handled at once: a megabyte or so, and no more than that is repeated after a crash."""

LANES_MAX = 256
"""Lanes looked at in one round; a cluster has no more."""

Handle = Callable[[Sequence[FeedEvent]], Awaitable[None]]


class FollowerTerms(Value, frozen=True):
    """How a follower reads. Polling is the truth; a hint after a commit only makes it sooner."""

    page: int = PAGE
    poll_seconds: float = 1.0
    resting: float = 0.0
    """How long to rest after each page, as a multiple of what it took: requests come first."""


class HandlingFailed(Exception):
    """Events could not be handled; the follower stays before them and tries again."""


class Follower:
    """One reader of the journal under a name of its own."""

    def __init__(
        self,
        name: str,
        feed: Feed,
        handle: Handle,
        terms: FollowerTerms | None = None,
        *,
        report: Callable[[str, Exception], None] | None = None,
        chance: Random | None = None,
    ) -> None:
        """Read `feed` and hand events of one lane at a time, in order, to `handle`."""
        self.lag = 0
        self.handled = 0
        self._name = name
        self._feed = feed
        self._handle = handle
        self._terms = terms or FollowerTerms()
        self._repeating = Repeating(
            name, self.catch_up, self._terms.poll_seconds, report=report, chance=chance
        )

    @property
    def name(self) -> str:
        """The name its place in the feed is kept under."""
        return self._name

    @property
    def failure(self) -> Failure | None:
        """Why it stands still, if it does."""
        return self._repeating.failure

    def wake(self) -> None:
        """Look for news now; made for `Engine.on_commit`."""
        self._repeating.wake()

    def stop(self) -> None:
        """Finish what is being handled and stop."""
        self._repeating.stop()

    async def run(self) -> None:
        """Follow until stopped; a fault is shown in `failure` and tried again, later each time."""
        await self._repeating.run()

    async def catch_up(self) -> None:
        """Handle everything there is, or as much as there is time for until it is to stop.

        A lane whose events can't be handled does not hold up the others; HandlingFailed names
        the first such fault at the end.
        """
        failed: set[int] = set()
        first: Exception | None = None
        while behind := await self._behind(failed):
            for lane, after in behind:
                if self._repeating.is_stopping:
                    return
                try:
                    await self._handle_page(lane, after)
                except Exception as error:  # noqa: BLE001  (it is whatever the handler raises)
                    failed.add(lane)
                    first = first or error
        if first is not None:
            raise HandlingFailed(f"{type(first).__name__}: {first}") from first

    async def _behind(self, failed: set[int]) -> list[tuple[int, int]]:
        found = await self._feed.behind(self._name, LANES_MAX)
        self.lag = sum(x.head - x.after for x in found)
        return [(x.lane, x.after) for x in found if x.lane not in failed]

    async def _handle_page(self, lane: int, after: int) -> None:
        page = await self._feed.feed(lane, after, self._terms.page)
        if not page:
            raise HandlingFailed(f"lane {lane} counts events after {after} but holds none")
        loop = asyncio.get_running_loop()
        began = loop.time()
        await self._handle(page)
        self.handled += len(page)
        await self._feed.advance(self._name, lane, after, page[-1].position)
        if self._terms.resting:
            await self._repeating.rest((loop.time() - began) * self._terms.resting)
