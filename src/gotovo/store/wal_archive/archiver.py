"""The archiver: follows the log of the embedded server, and takes a base backup every day.

pg_receivewal writes the log as it is made; a replication slot makes the server keep what it has not
written yet, up to a limit, so that neither the archive's disk nor the server's fills. Where the log
was kept no longer, a new series begins with a base backup at once.
"""

import asyncio
import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import asyncpg
import structlog
from msgspec import structs

from gotovo.store.postgres.errors import ArchiveError, StoreError
from gotovo.store.postgres.pool import open_connection
from gotovo.store.postgres.statements import load_statements
from gotovo.store.wal_archive.base_backup import take_base_backup
from gotovo.store.wal_archive.folder import (
    NAME_FORMAT,
    ArchiveStatus,
    Series,
    remove_older,
    remove_unfinished,
    series_in,
    write_status,
)
from gotovo.store.wal_archive.programs import (
    ArchivePrograms,
    end_left_over,
    last_lines,
    stop,
)

LOOK_SECONDS: Final = 2.0
"""How often the archive is compared with the server: a statement or two."""

BASE_EVERY: Final = timedelta(days=1)
"""A restore replays at most so much log: a day of 50,000 orders takes some minutes."""

KEPT_MB_MAX: Final = 1_024
"""What the server keeps for an archive that does not follow; more may fill its disk."""

FREE_BYTES_MIN: Final = 1 << 30
"""The archive stops below this: where it lies on the disk of the data, orders need the room."""

SLOT: Final = "gotovo_archive_"

_ERRORS: Final = (StoreError, OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError)

_log: Final = structlog.get_logger("gotovo")
_sql = load_statements("wal_archive/slot.sql")


class Archiver:
    """Keeps an archive while this program owns the server.

    `is_owner` tells whether it does; `address` is the administrator's.
    """

    def __init__(
        self,
        archive: Path,
        programs: ArchivePrograms,
        *,
        days: int,
        is_owner: Callable[[], bool],
        address: Callable[[], str],
        clock: Callable[[], datetime],
    ) -> None:
        """Do nothing before `run`."""
        self._archive = archive
        self._programs = programs
        self._days = days
        self._is_owner = is_owner
        self._address = address
        self._clock = clock
        self._receiver: asyncio.subprocess.Process | None = None
        self._said: asyncio.Task[str] | None = None
        self._base: asyncio.Task[None] | None = None
        self._asked: tuple[int, datetime] | None = None
        self._status = ArchiveStatus(checked_at=clock())

    async def run(self) -> None:
        """Follow until cancelled; whatever fails is said in the status and tried again."""
        try:
            while True:
                if self._is_owner():
                    await self._look_once()
                else:
                    await self._leave()
                await asyncio.sleep(LOOK_SECONDS)
        finally:
            await self._leave()

    async def _look_once(self) -> None:
        problem = ""
        try:
            self._archive.mkdir(mode=0o700, parents=True, exist_ok=True)
            await self._follow()
        except _ERRORS as error:
            problem = str(error) or type(error).__name__
        if problem and problem != self._status.problem:
            _log.error("the archive does not follow", reason=problem)
        if self._status.problem and not problem:
            _log.warning("the archive follows again")
        self._status = structs.replace(self._status, checked_at=self._clock(), problem=problem)
        try:
            await asyncio.to_thread(write_status, self._archive, self._status)
        except OSError as error:
            _log.error("the archive can't be written", reason=str(error))

    async def _follow(self) -> None:
        free = await asyncio.to_thread(lambda: shutil.disk_usage(self._archive).free)
        self._status = structs.replace(self._status, free_bytes=free)
        connection = await open_connection(self._address())
        try:
            series = await self._series_of(connection)
            if free < FREE_BYTES_MIN:
                await self._end_receiver()
                message = f"{self._archive} has {free >> 20} MiB free, and needs 1024: make room"
                raise ArchiveError(message)
            await self._receive(series)
            await self._measure(connection, series)
        finally:
            await connection.close()
        await self._back_up(series)
        await asyncio.to_thread(series.pack_finished)

    async def _series_of(self, connection: Any) -> Series:
        """Return the series that goes on, or begin one where the server's log has a gap to it."""
        if (series := await followed_series(connection, self._archive)) is not None:
            return series
        await self._end_receiver()
        await _limit_slots(connection)
        for row in await connection.fetch(_sql["slots"]):
            await connection.execute(_sql["drop_slot"], row["name"])
        remove_unfinished(self._archive)
        series = Series(self._archive / self._clock().strftime(NAME_FORMAT))
        series.create()
        await connection.execute(_sql["make_slot"], SLOT + series.name.lower())
        _log.warning("a series of the archive begins", series=series.name)
        self._asked = None
        self._status = ArchiveStatus(checked_at=self._clock(), series=series.name)
        return series

    async def _receive(self, series: Series) -> None:
        """See to it that pg_receivewal runs; raise ArchiveError with what ended it."""
        if self._receiver is not None and self._receiver.returncode is None:
            return
        said = await self._said if self._said is not None else ""
        end_left_over(series.pid_file, series.wal)
        self._receiver = await self._programs.start(
            "pg_receivewal",
            f"--directory={series.wal}",
            f"--slot={SLOT}{series.name.lower()}",
            "--no-loop",
            "--status-interval=1",
        )
        series.pid_file.write_text(f"{self._receiver.pid}\n")
        self._said = asyncio.create_task(last_lines(self._receiver))
        if said:
            raise ArchiveError(f"pg_receivewal ended and is started again: {said}")

    async def _measure(self, connection: Any, series: Series) -> None:
        """Note how far the archive is behind: it is complete up to where the log once was."""
        row = await connection.fetchrow(_sql["progress"], SLOT + series.name.lower())
        reached, written, now = row["reached_bytes"], row["written_bytes"] or 0, self._clock()
        self._asked = self._asked or (reached, now)
        complete_at = self._status.complete_at
        if written >= self._asked[0]:
            complete_at, self._asked = self._asked[1], (reached, now)
        if written >= reached:
            complete_at, self._asked = now, None
        bases = series.base_backups()
        self._status = structs.replace(
            self._status,
            series=series.name,
            complete_at=complete_at,
            base_at=bases[-1].ended_at if bases else None,
            behind_bytes=max(0, reached - written),
        )

    async def _back_up(self, series: Series) -> None:
        """Take a base backup when one is due, beside everything else; remove what nobody needs."""
        now = self._clock()
        if self._base is not None:
            if not self._base.done():
                return
            ended, self._base = self._base, None
            ended.result()
            removed = remove_older(self._archive, now - timedelta(days=self._days))
            for each in removed:
                _log.info("a base backup was removed for its age", folder=str(each))
        bases = series.base_backups()
        if not bases or now - bases[-1].ended_at >= BASE_EVERY:
            taken = take_base_backup(self._programs, series, self._clock)
            self._base = asyncio.create_task(taken)

    async def _end_receiver(self) -> None:
        if self._receiver is not None:
            await stop(self._receiver)
        self._receiver, self._said = None, None

    async def _leave(self) -> None:
        if self._base is not None:
            self._base.cancel()
            await asyncio.gather(self._base, return_exceptions=True)
            self._base = None
        await self._end_receiver()


async def followed_series(connection: Any, archive: Path) -> Series | None:
    """Return the series that the server keeps its log for, None where there is none."""
    known = {SLOT + each.name.lower(): each for each in series_in(archive)}
    for row in await connection.fetch(_sql["slots"]):
        if row["is_whole"] and row["name"] in known:
            return known[row["name"]]
    return None


async def _limit_slots(connection: Any) -> None:
    """Let slots keep a bounded part of the log, unless an operator has set another limit."""
    if await connection.fetchval(_sql["kept_at_most"]) == -1:
        await connection.execute(f"alter system set max_slot_wal_keep_size = '{KEPT_MB_MAX}MB'")
        await connection.execute("select pg_reload_conf()")


async def stop_archiving(address: str) -> None:
    """Drop the slots of an archive that is switched off: the server keeps nothing for it."""
    connection = await open_connection(address)
    try:
        for row in await connection.fetch(_sql["slots"]):
            await connection.execute(_sql["drop_slot"], row["name"])
    finally:
        await connection.close()
