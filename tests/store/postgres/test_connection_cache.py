"""The connection cache keeps what calls use at once, and gives the rest back to the pool."""

import asyncio
from contextlib import AsyncExitStack

import asyncpg

from gotovo.store.postgres.connection_cache import CONNECTIONS_MAX, IDLE_SECONDS, ConnectionCache


def _acquired(pool: asyncpg.Pool) -> int:
    return pool.get_size() - pool.get_idle_size()


async def _used_at_once(cache: ConnectionCache, count: int) -> None:
    async with AsyncExitStack() as stack:
        for _ in range(count):
            await stack.enter_async_context(cache.connection())


async def test_a_call_after_another_has_the_same_connection(pool: asyncpg.Pool) -> None:
    cache = ConnectionCache(pool)
    backends = {(await cache.fetch("select pg_backend_pid()"))[0][0] for _ in range(3)}
    assert len(backends) == 1


async def test_what_no_call_needs_returns_to_the_pool_while_others_go_on(
    pool: asyncpg.Pool,
) -> None:
    cache = ConnectionCache(pool)
    await _used_at_once(cache, CONNECTIONS_MAX)
    assert _acquired(pool) == CONNECTIONS_MAX
    async with asyncio.timeout(10):
        while _acquired(pool) > 1:
            await cache.fetch("select 1")
            await asyncio.sleep(0.001)
    assert _acquired(pool) == 1


async def test_everything_returns_when_there_are_no_calls(pool: asyncpg.Pool) -> None:
    cache = ConnectionCache(pool)
    await _used_at_once(cache, 2)
    assert _acquired(pool) == 2
    await asyncio.sleep(2 * IDLE_SECONDS)
    async with asyncio.timeout(10):
        await pool.close()  # It waits for what was acquired.
