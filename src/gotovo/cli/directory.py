"""Running a command's work on the database, with the directory of points and warehouses read."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import asyncpg

from gotovo.assembly.runtime import bring_up
from gotovo.cli.context import database
from gotovo.config import Settings
from gotovo.store.postgres.pool import open_pool
from gotovo.store.tables.network.directory import Directory

T = TypeVar("T")

DirectoryWork = Callable[["asyncpg.Pool[Any]", Directory], Awaitable[T]]


def with_directory(chosen: Settings, work: DirectoryWork[T]) -> T:
    """Return the result of the work, called with a connection pool and the directory."""

    async def run(url: str) -> T:
        pool = await open_pool(url, size=2, unsafe=chosen.unsafe)
        try:
            await bring_up(pool)
            directory = Directory(pool)
            await directory.refresh()
            return await work(pool, directory)
        finally:
            await pool.close()

    with database(chosen) as url:
        return asyncio.run(run(url))
