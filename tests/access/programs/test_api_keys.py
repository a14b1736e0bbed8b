"""Keys: a token proves its key, and a revocation is effective within seconds."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from gotovo.access.programs.api_keys import (
    LOOKUPS,
    REFRESH_SECONDS,
    STALE_SECONDS,
    ApiKeyCache,
    KeyTerms,
    create_key,
    new_token,
    roll_key,
)
from gotovo.order.values.actor import DEFAULT_SHOP, Actor, Role
from gotovo.store.tables.access.api_keys import ApiKeyStore

NOW = datetime(2026, 11, 22, 11, 5, tzinfo=UTC)


class Seconds:
    """A monotonic clock that stands where it is put."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def keys(pool: "asyncpg.Pool[Any]") -> ApiKeyStore:
    return ApiKeyStore(pool)


async def test_a_token_opens_for_its_role_and_place(keys: ApiKeyStore) -> None:
    stored, token = await create_key(keys, UUID(int=1), KeyTerms("desk", Role.POINT, "KZN-1"), NOW)

    holder = await ApiKeyCache(keys).holder(f"Bearer {token}")

    assert holder is not None
    assert (holder.key_id, holder.name) == (stored.id, "desk")
    assert holder.actor == Actor(Role.POINT, stored.id, "KZN-1")


async def test_the_same_seed_makes_one_key_and_tells_its_token_once(keys: ApiKeyStore) -> None:
    first, token = await create_key(keys, UUID(int=1), KeyTerms("shop", Role.STOREFRONT), NOW)
    again, untold = await create_key(keys, UUID(int=1), KeyTerms("other", Role.ADMIN), NOW)

    assert again == first
    assert (len(token), untold) == (53, "")
    assert len(await keys.living()) == 1


async def test_what_is_stored_of_a_key_does_not_tell_its_token(keys: ApiKeyStore) -> None:
    """The same seed in another database has another token: it cannot be computed again."""
    stored, token = await create_key(keys, UUID(int=1), KeyTerms("a", Role.ADMIN), NOW)

    again = new_token(stored.id)

    assert again != token
    assert await ApiKeyCache(keys).holder(f"Bearer {again}") is None


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
async def test_the_scheme_is_read_in_any_case(keys: ApiKeyStore, scheme: str) -> None:
    _, token = await create_key(keys, UUID(int=1), KeyTerms("a", Role.ADMIN), NOW)

    assert await ApiKeyCache(keys).holder(f"{scheme} {token}") is not None


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer gtv_", "Token gtv_x_y", "Bearer gtv_ä_ß"])
async def test_what_is_no_token_opens_nothing(keys: ApiKeyStore, header: str) -> None:
    assert await ApiKeyCache(keys).holder(header) is None


async def test_a_revocation_elsewhere_is_effective_after_a_while_at_the_latest(
    keys: ApiKeyStore,
) -> None:
    seconds = Seconds()
    keyring = ApiKeyCache(keys, seconds)
    stored, token = await create_key(keys, UUID(int=1), KeyTerms("a", Role.ADMIN), NOW)
    assert await keyring.holder(f"Bearer {token}") is not None

    await keys.revoke(stored.id, NOW)
    seconds.now = REFRESH_SECONDS / 2
    before = await keyring.holder(f"Bearer {token}")
    seconds.now = STALE_SECONDS + 0.01
    after = await keyring.holder(f"Bearer {token}")

    assert before is not None
    assert after is None


async def test_a_token_told_elsewhere_opens_at_once(keys: ApiKeyStore) -> None:
    cache = ApiKeyCache(keys)
    await cache.refresh()

    made, first = await create_key(keys, UUID(int=1), KeyTerms("a", Role.ADMIN), NOW)
    assert await cache.is_in_use(made.id, Role.ADMIN)
    assert await cache.holder(f"Bearer {first}") is not None

    second = await roll_key(keys, made.id, timedelta(hours=1), NOW)
    assert await cache.holder(f"Bearer {second}") is not None


async def test_guessed_tokens_are_looked_up_a_few_times_a_second(keys: ApiKeyStore) -> None:
    seconds = Seconds()
    cache = ApiKeyCache(keys, seconds)
    await cache.refresh()
    for _ in range(LOOKUPS.burst):
        assert await cache.holder(f"Bearer {new_token(16 * 'a')}") is None

    _, token = await create_key(keys, UUID(int=1), KeyTerms("a", Role.ADMIN), NOW)
    while_guessed = await cache.holder(f"Bearer {token}")
    seconds.now = LOOKUPS.interval.total_seconds()

    assert while_guessed is None
    assert await cache.holder(f"Bearer {token}") is not None


async def test_living_keys_go_on_while_the_table_cannot_be_read(
    keys: ApiKeyStore, pool: "asyncpg.Pool[Any]"
) -> None:
    seconds = Seconds()
    keyring = ApiKeyCache(keys, seconds)
    _, token = await create_key(keys, UUID(int=1), KeyTerms("a", Role.ADMIN), NOW)
    assert await keyring.holder(f"Bearer {token}") is not None
    await pool.execute("alter table api_key rename to away")

    seconds.now = REFRESH_SECONDS + 0.5
    within = await keyring.holder(f"Bearer {token}")
    seconds.now = STALE_SECONDS + 0.5

    assert within is not None
    with pytest.raises(asyncpg.UndefinedTableError):
        await keyring.holder(f"Bearer {token}")


async def test_a_warehouses_key_serves_all_of_them_or_the_one_it_names(keys: ApiKeyStore) -> None:
    """Rule 4.19."""
    for number, code in enumerate(("", "KZN"), 1):
        terms = KeyTerms("a", Role.WAREHOUSE, warehouse=code)
        made, token = await create_key(keys, UUID(int=number), terms, NOW)

        holder = await ApiKeyCache(keys).holder(f"Bearer {token}")

        assert holder is not None
        assert holder.actor == Actor(Role.WAREHOUSE, made.id, warehouse=code or None)


async def test_a_key_in_use_is_known_by_id_and_role_until_it_is_revoked(keys: ApiKeyStore) -> None:
    made, _ = await create_key(keys, UUID(int=1), KeyTerms("a", Role.COURIER), NOW)
    cache = ApiKeyCache(keys)

    assert await cache.is_in_use(made.id, Role.COURIER)
    assert not await cache.is_in_use(made.id, Role.WAREHOUSE)
    await keys.revoke(made.id, NOW)
    await cache.catch_up()
    assert not await cache.is_in_use(made.id, Role.COURIER)


@pytest.mark.parametrize(
    ("role", "shop", "bound_to"),
    [
        (Role.STOREFRONT, None, DEFAULT_SHOP),
        (Role.STOREFRONT, "books", "books"),
        (Role.SUPPORT, None, None),
        (Role.SUPPORT, "books", "books"),
        (Role.POINT, None, None),
    ],
)
async def test_a_key_belongs_to_a_shop_or_to_the_network(
    keys: ApiKeyStore, role: Role, shop: str | None, bound_to: str | None
) -> None:
    """Rule 4.18."""
    point = "KZN-1" if role is Role.POINT else ""
    terms = KeyTerms("a", role, point, shop)
    _, token = await create_key(keys, UUID(int=1), terms, NOW)

    holder = await ApiKeyCache(keys).holder(f"Bearer {token}")

    assert holder is not None
    assert holder.actor.shop == bound_to


async def test_the_tokens_before_a_roll_end_with_its_overlap(keys: ApiKeyStore) -> None:
    now = NOW
    seconds = Seconds()
    cache = ApiKeyCache(keys, seconds, lambda: now)
    stored, first = await create_key(keys, UUID(int=1), KeyTerms("a", Role.ADMIN), NOW)
    second = await roll_key(keys, stored.id, timedelta(hours=24), now)
    third = await roll_key(keys, stored.id, timedelta(hours=2), now)

    during = [await cache.holder(f"Bearer {token}") for token in (first, second, third)]
    now = NOW + timedelta(hours=2)
    after = [await cache.holder(f"Bearer {token}") for token in (first, second, third)]

    assert {each.key_id for each in during if each} == {stored.id}
    assert all(during)
    assert [each is not None for each in after] == [False, False, True]


async def test_a_token_that_ended_is_not_valid_again_after_the_next_roll(
    keys: ApiKeyStore,
) -> None:
    later = NOW + timedelta(hours=3)
    stored, first = await create_key(keys, UUID(int=1), KeyTerms("a", Role.ADMIN), NOW)
    second = await roll_key(keys, stored.id, timedelta(hours=2), NOW)
    await roll_key(keys, stored.id, timedelta(hours=2), later)
    cache = ApiKeyCache(keys, clock=lambda: later)

    assert await cache.holder(f"Bearer {first}") is None
    assert await cache.holder(f"Bearer {second}") is not None


async def test_a_revoked_key_cannot_be_rolled(keys: ApiKeyStore) -> None:
    stored, _ = await create_key(keys, UUID(int=1), KeyTerms("a", Role.ADMIN), NOW)
    await keys.revoke(stored.id, NOW)

    assert await roll_key(keys, stored.id, timedelta(hours=1), NOW) == ""


async def test_nobody_rolls_a_key_of_another_shop_or_of_the_network(keys: ApiKeyStore) -> None:
    """Rule 4.18: its new token would open that shop, or all of them."""
    network, _ = await create_key(keys, UUID(int=1), KeyTerms("a", Role.ADMIN), NOW)
    other, _ = await create_key(keys, UUID(int=2), KeyTerms("b", Role.ADMIN, "", "toys"), NOW)
    own, _ = await create_key(keys, UUID(int=3), KeyTerms("c", Role.ADMIN, "", "books"), NOW)

    rolled = [
        await roll_key(keys, each.id, timedelta(hours=1), NOW, "books")
        for each in (network, other, own)
    ]

    assert [bool(token) for token in rolled] == [False, False, True]
