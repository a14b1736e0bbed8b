"""Databases for tests of the audit: populate one, and audit it through a given connection."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import asyncpg

from gotovo.engine.batch import Rules
from gotovo.engine.engine import Engine, one_lane
from gotovo.engine.ports import Journal
from gotovo.order.steps.redirection import Redirect
from gotovo.order.values.order import Courier
from gotovo.store.audit.audit import AuditReport, audit_with, block_ranges
from gotovo.store.audit.scan import OrderScan
from gotovo.store.postgres.pool import open_pool
from tests.support.web.cast import ALINA, NOW, SECRET, Cast, Clock
from tests.support.web.goods import CATALOGUE, KETTLE, LAST_ONE
from tests.support.web.network import POINTS, WAREHOUSES
from tests.support.web.sample_orders.every_order import EVERYBODY

DOOR = "Казань, Новая, 8"


async def audited_through(connection: Any, secret: bytes) -> AuditReport:
    """Audit the whole snapshot that this connection holds."""
    walk = OrderScan(connection, [secret]).scan
    return await audit_with(connection, await block_ranges(connection), [walk])


async def populate(
    url: str,
    journal: Callable[["asyncpg.Pool[Any]"], Journal],
    lane_of: Callable[[str], int] = one_lane,
) -> None:
    """Receive goods, and run every sample order through an engine on this journal."""
    pool = await open_pool(url)
    for sku, title, units in (
        *((line.sku, line.title, 1000) for line in CATALOGUE),
        (LAST_ONE.sku, LAST_ONE.title, 1),
    ):
        await pool.execute("insert into stock values (0, 'KZN', $1, $2, $3, 0)", sku, title, units)
        await pool.execute(
            "insert into stock_entry values (0, $1, 'KZN', $2, $3, 'receipt', 'test', $4)",
            uuid4(),
            sku,
            units,
            NOW - timedelta(days=99),
        )
    clock = Clock()
    rules = Rules(SECRET)
    engine = Engine(journal(pool), lambda: (POINTS, WAREHOUSES), rules, clock, lane_of=lane_of)
    cast = Cast(engine, clock)
    for sample in EVERYBODY:
        await sample(cast)
    moving = await cast.place(ALINA, NOW, KETTLE)
    await cast.step(moving, Redirect(Courier()), NOW, address=DOOR)
    await engine.close()
    await pool.close()
