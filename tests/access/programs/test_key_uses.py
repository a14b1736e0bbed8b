"""The last use of a key: written once in a while, of all keys together, by every process."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from gotovo.access.programs.api_keys import ApiKeyCache, KeyTerms, create_key
from gotovo.access.programs.key_uses import KeyUses
from gotovo.order.values.actor import Role
from gotovo.store.tables.access.api_keys import ApiKeyStore

NOW = datetime(2026, 11, 22, 11, 5, tzinfo=UTC)


@pytest.fixture
def keys(pool: "asyncpg.Pool[Any]") -> ApiKeyStore:
    return ApiKeyStore(pool)


async def made(keys: ApiKeyStore, number: int, *networks: str) -> tuple[str, str]:
    """Return the id of a new key and the header with its token."""
    terms = KeyTerms("a", Role.ADMIN, networks=list(networks) or None)
    key, token = await create_key(keys, UUID(int=number), terms, NOW)
    return key.id, f"Bearer {token}"


async def test_the_last_use_is_written_with_its_block_of_addresses(keys: ApiKeyStore) -> None:
    uses = KeyUses(keys)
    cache = ApiKeyCache(keys, clock=lambda: NOW, uses=uses)
    (used, header), (idle, _) = await made(keys, 1), await made(keys, 2)
    for address in ("198.51.100.9", "203.0.113.77"):
        await cache.holder(header, address)

    await uses.write()

    found, other = await keys.find(used), await keys.find(idle)
    assert found is not None
    assert other is not None
    assert (found.used_at, found.used_from) == (NOW, "203.0.113.0/24")
    assert (found.refused_at, other.used_at, other.used_from) == (None, None, None)


async def test_a_request_that_opens_nothing_is_no_use(keys: ApiKeyStore) -> None:
    uses = KeyUses(keys)
    cache = ApiKeyCache(keys, clock=lambda: NOW, uses=uses)
    key_id, header = await made(keys, 1, "203.0.113.0/24")
    await cache.holder(f"{header[:-1]}{'a' if header[-1] != 'a' else 'b'}", "203.0.113.7")
    await cache.holder(header, "2001:db8:1:2::3")

    await uses.write()

    found = await keys.find(key_id)
    assert found is not None
    assert (found.used_at, found.used_from) == (None, None)
    assert (found.refused_at, found.refused_from) == (NOW, "2001:db8:1::/48")


async def test_of_several_processes_the_last_use_counts(keys: ApiKeyStore) -> None:
    ids = [(await made(keys, number))[0] for number in range(1, 9)]
    processes = [KeyUses(keys) for _ in range(6)]
    for n, process in enumerate(processes):
        for key_id in ids if n % 2 else reversed(ids):
            process.note_use(key_id, NOW + timedelta(minutes=n), "203.0.113.1")
            process.note_refusal(key_id, NOW - timedelta(minutes=n), "198.51.100.1")

    await asyncio.gather(*(process.write() for process in processes))

    for key_id in ids:
        found = await keys.find(key_id)
        assert found is not None
        assert (found.used_at, found.refused_at) == (NOW + timedelta(minutes=5), NOW)


async def test_what_could_not_be_written_is_written_later(
    keys: ApiKeyStore, pool: "asyncpg.Pool[Any]"
) -> None:
    key_id, _ = await made(keys, 1)
    uses = KeyUses(keys)
    uses.note_use(key_id, NOW, "203.0.113.1")
    await pool.execute("alter table api_key rename to away")
    with pytest.raises(asyncpg.UndefinedTableError):
        await uses.write()
    await pool.execute("alter table away rename to api_key")

    await uses.write()

    found = await keys.find(key_id)
    assert found is not None
    assert found.used_at == NOW
