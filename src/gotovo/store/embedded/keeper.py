"""The watch over the embedded server: restarted when it ends or hangs, taken over from who leaves.

It looks for the process twice a second and knocks at the socket every few seconds. The server
crashes by itself at times (the kernel kills the largest when memory runs out); it then replays its
log and has everything that was confirmed.
"""

import asyncio
import random
from collections.abc import Callable, Sequence
from typing import Final

import structlog

from gotovo.store.embedded.server import EmbeddedPostgres, ServerState
from gotovo.store.postgres.errors import EmbeddedError
from gotovo.supervision.backoff import Backoff

LOOK_SECONDS: Final = 0.5

LOOKS_PER_KNOCK: Final = 10
"""Each knock makes the server fork a process that ends at once: some milliseconds of work."""

SILENT_KNOCKS_MAX: Final = 3
"""A server that answers none of these in a row, each given five seconds, hangs for good."""

DISK_FULL: Final = "the disk of the database is full: nothing is saved until there is room"

_log: Final = structlog.get_logger("gotovo")


class DatabaseKeeper:
    """Watches the server that this program has started, or uses.

    `on_problem` gets what is wrong, nothing once it is mended, and whether the disk is full;
    `on_url` a new address, should the server be reachable at another one after a restart.
    """

    def __init__(
        self,
        server: EmbeddedPostgres,
        url: str,
        *,
        on_problem: Callable[[Sequence[str], bool], None],
        on_url: Callable[[str], None],
    ) -> None:
        self._server = server
        self._url = url
        self._on_problem = on_problem
        self._on_url = on_url
        self._backoff = Backoff(random.Random())  # noqa: S311  (spreads restarts, keeps no secret)
        self._works_since = asyncio.get_running_loop().time()
        self._silent_knocks = 0
        self._reason = ""
        self._is_disk_full = False

    async def run(self) -> None:
        """Watch until cancelled."""
        looks = 0
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            looks += 1
            knock = looks % LOOKS_PER_KNOCK == 0
            try:
                await self._look(knock=knock)
            except (EmbeddedError, OSError) as error:
                _log.error("the database can't be watched", reason=str(error))
                await self._rest(self._pause())

    async def _rest(self, seconds: float) -> None:
        """Wait before the next try, no longer than the disk is full."""
        was_full = self._is_disk_full
        until = asyncio.get_running_loop().time() + seconds
        while asyncio.get_running_loop().time() < until:
            await asyncio.sleep(min(LOOK_SECONDS, seconds))
            if was_full and await asyncio.to_thread(self._server.has_room):
                return

    async def _look(self, *, knock: bool) -> None:
        self._tell(is_disk_full=not await asyncio.to_thread(self._server.has_room))
        if not await asyncio.to_thread(self._server.take_over):
            return  # another program watches it
        state = await asyncio.to_thread(self._server.state, knock=knock)
        if state is ServerState.SILENT:
            self._silent_knocks += 1
        elif knock:
            self._silent_knocks = 0
        if state is ServerState.GONE:
            await self._restart("PostgreSQL has ended")
        elif self._silent_knocks >= SILENT_KNOCKS_MAX:
            await self._restart("PostgreSQL does not respond")

    async def _restart(self, reason: str) -> None:
        pause = self._pause()
        self._tell(f"{reason} and is being started again", is_disk_full=self._is_disk_full)
        _log.error("the database is started again", reason=reason, pause_seconds=round(pause, 1))
        await asyncio.sleep(pause)
        if self._silent_knocks:
            await asyncio.to_thread(self._server.kill)
        started = await asyncio.to_thread(self._server.start)
        self._silent_knocks = 0
        self._works_since = asyncio.get_running_loop().time()
        self._tell("", is_disk_full=self._is_disk_full)
        _log.warning("the database serves again")
        if started.url != self._url:
            self._url = started.url
            self._on_url(started.url)

    def _tell(self, reason: str | None = None, *, is_disk_full: bool) -> None:
        before = self._reason, self._is_disk_full
        if reason is not None:
            self._reason = reason
        self._is_disk_full = is_disk_full
        if (self._reason, is_disk_full) == before:
            return
        if is_disk_full and not before[1]:
            _log.error("the disk of the database is full")
        problems = (DISK_FULL if is_disk_full else "", self._reason)
        self._on_problem(tuple(filter(None, problems)), is_disk_full)

    def _pause(self) -> float:
        now = asyncio.get_running_loop().time()
        worked, self._works_since = now - self._works_since, now
        return self._backoff.pause(worked)
