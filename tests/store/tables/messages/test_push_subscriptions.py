"""Push subscriptions: browsers that are signed out take no place of those that are signed in."""

from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
from msgspec import structs

from gotovo.order.values.customer import customer_id
from gotovo.store.postgres.statements import load_statements
from gotovo.store.tables.messages.push_subscriptions import (
    BROWSERS_MAX,
    PushSubscriptions,
    Subscription,
)

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
CUSTOMER = customer_id(bytes(32), "+79000000001")
OTHER = customer_id(bytes(32), "+79000000002")


async def signed_in(pool: "asyncpg.Pool[Any]", customer: str, token: bytes) -> None:
    await pool.execute(
        "insert into session (token, customer, shown_as, began_at, expires_at, seen_at)"
        " values ($1, $2, 'x', $3, $4, $3)",
        token,
        customer,
        NOW,
        NOW + timedelta(days=1),
    )


async def subscribed(subscriptions: PushSubscriptions, customer: str, token: bytes) -> None:
    endpoint = f"https://push.example.org/{token.hex()}"
    await subscriptions.put(
        customer, token, Subscription(endpoint, bytes(65), bytes(16), "ru"), NOW
    )


async def test_a_new_browser_takes_the_place_of_one_that_is_signed_out(
    pool: "asyncpg.Pool[Any]",
) -> None:
    subscriptions = PushSubscriptions(pool)
    tokens = [bytes([serial]) * 32 for serial in range(BROWSERS_MAX + 1)]
    for token in tokens:
        await signed_in(pool, CUSTOMER, token)
        await subscribed(subscriptions, CUSTOMER, token)
    assert len(await subscriptions.living(CUSTOMER, NOW)) == BROWSERS_MAX
    await pool.execute("delete from session where token = $1", tokens[0])
    await subscribed(subscriptions, CUSTOMER, tokens[-1])
    living = {each.endpoint for each in await subscriptions.living(CUSTOMER, NOW)}
    assert living == {f"https://push.example.org/{token.hex()}" for token in tokens[1:]}


async def test_only_the_customers_own_signed_out_browsers_are_forgotten(
    pool: "asyncpg.Pool[Any]",
) -> None:
    subscriptions = PushSubscriptions(pool)
    for customer, token in ((CUSTOMER, b"1" * 32), (OTHER, b"2" * 32), (CUSTOMER, b"3" * 32)):
        await signed_in(pool, customer, token)
        await subscribed(subscriptions, customer, token)
    await pool.execute("delete from session where token = any($1)", [b"1" * 32, b"2" * 32])
    await subscribed(subscriptions, CUSTOMER, b"3" * 32)
    left = await pool.fetch("select customer from push_subscription order by session")
    assert [row["customer"] for row in left] == [OTHER, CUSTOMER]


async def test_a_browser_that_has_a_new_endpoint_already_is_not_stored_twice(
    pool: "asyncpg.Pool[Any]",
) -> None:
    subscriptions = PushSubscriptions(pool)
    for token in (b"1" * 32, b"2" * 32):
        await signed_in(pool, CUSTOMER, token)
        await subscribed(subscriptions, CUSTOMER, token)
    first, second = await subscriptions.living(CUSTOMER, NOW)
    assert not await subscriptions.replace(first.endpoint, second)
    assert await subscriptions.living(CUSTOMER, NOW) == [first, second]
    newer = structs.replace(first, public_key=b"n" * 65)
    assert await subscriptions.replace(first.endpoint, newer)
    assert await subscriptions.living(CUSTOMER, NOW) == [newer, second]


async def test_what_anybody_may_ask_for_by_an_endpoint_reads_no_other_subscription(
    pool: "asyncpg.Pool[Any]",
) -> None:
    await pool.execute(
        "insert into push_subscription (home, digest, customer, session, endpoint, public_key,"
        " auth, language, made_at)"
        " select n % 64, sha256(n::text::bytea), $1, $2, 'https://push.example.org/' || n, $3, $4,"
        " 'ru', $5 from generate_series(1, 20000) as n",
        CUSTOMER,
        bytes(32),
        bytes(65),
        bytes(16),
        NOW,
    )
    await pool.execute("analyze push_subscription")
    statements = load_statements("tables/messages/push_subscriptions.sql")
    for name, arguments in (
        ("forget_browser", (bytes(32),)),
        ("replace_subscription", (bytes(32), bytes(32), "https://a.example", bytes(65), bytes(16))),
    ):
        plan = await pool.fetch(f"explain {statements[name]}", *arguments)
        said = "\n".join(row[0] for row in plan)
        assert "push_subscription_by_digest" in said, said
        assert "Seq Scan" not in said, said
        assert "push_subscription_pkey" not in said, said
