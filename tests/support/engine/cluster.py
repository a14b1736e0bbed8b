"""A live Citus cluster for the contract test: the schema, spread as deploy/ describes it."""

from typing import Any, cast

import asyncpg

from gotovo.store.postgres.migrations import migrate
from gotovo.store.postgres.pool import open_pool

BY_HOME = ("orders", "event", "command", "refund", "lane", "identity", "order_text")
EVERYWHERE = (
    "follower",
    "reconciliation",
    "feed_epoch",
    "timer_tally",
    "timer_hold",
    "clock_tick",
    "customer_key",
    "phone_lookup",
    "point",
    "warehouse",
    "manifest",
    "acceptance",
    "return_box",
    "box_handover",
    "webhook",
    "webhook_progress",
    "webhook_cursor",
    "webhook_delivery",
    "channel_spending",
    "channel_health",
    "demo_payment",
    "demo_refund",
    "payment_sweep",
    "fiscal_terms",
    "fiscal_start",
    "approval",
    "desk_device",
    "shift",
    "staff",
    "staff_grant",
    "staff_invitation",
    "staff_passkey",
    "staff_recovery_code",
    "staff_session",
)


async def prepared(url: str) -> Any:
    """Return connections to an empty, distributed schema; whatever was there is dropped."""
    pool = await open_pool(url, unsafe=True)
    async with pool.acquire() as connection:
        await connection.execute("drop schema public cascade; create schema public")
        await connection.execute("create extension if not exists citus")
        await migrate(cast("asyncpg.Connection[Any]", connection))
        for table in BY_HOME:
            await connection.execute("select create_distributed_table($1, 'home')", table)
        for table in EVERYWHERE:
            await connection.execute("select create_reference_table($1)", table)
        await connection.execute("select create_distributed_table('stock', 'sku')")
    return pool
