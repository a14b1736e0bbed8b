"""Watches a database for locks that are waited for, and measures the longest wait."""

import asyncio
import time
from typing import Final, Self

import asyncpg

LOOK_SECONDS: Final = 0.005

_LONGEST: Final = """
select l.mode || ' on ' || coalesce(c.relname, l.locktype) as lock,
       extract(epoch from clock_timestamp() - l.waitstart)::float8 as seconds
  from pg_locks l
  left join pg_class c on c.oid = l.relation
 where not l.granted
   and l.waitstart is not null
   and l.locktype <> 'advisory'
   and l.database = (select oid from pg_database where datname = current_database())
"""


class LockWatch:
    """Looks every five milliseconds; `longest` is the longest wait seen for each lock, in seconds.

    A transaction that waits for the end of another (`transactionid`) holds nobody else up, and is
    left out.
    """

    def __init__(self, url: str) -> None:
        """Watch the database at `url` between enter and exit."""
        self.longest: dict[str, float] = {}
        self.looks = 0
        self.watched_seconds = 0.0
        self._url = url
        self._ended = False

    async def __aenter__(self) -> Self:
        """Begin; the connection is there when it returns."""
        self._connection: asyncpg.Connection = await asyncpg.connect(self._url)
        self._began_at = time.monotonic()
        self._task = asyncio.create_task(self._watch())
        return self

    async def __aexit__(self, *_error: object) -> None:
        """End, after a last look."""
        self._ended = True
        self.watched_seconds = time.monotonic() - self._began_at
        await self._task
        await self._connection.close()

    @property
    def seconds(self) -> float:
        """The longest wait of all, in seconds."""
        return max(self.longest.values(), default=0.0)

    async def _watch(self) -> None:
        while not self._ended:
            for row in await self._connection.fetch(_LONGEST):
                before = self.longest.get(row["lock"], 0.0)
                self.longest[row["lock"]] = max(before, row["seconds"])
            self.looks += 1
            await asyncio.sleep(LOOK_SECONDS)
