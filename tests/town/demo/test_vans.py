"""The demo's vans: each brings a manifest, which the town accepts unless a visitor does."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final
from uuid import uuid4

import asyncpg
import pytest

from gotovo.desk.acceptance.acceptances import Acceptances, AcceptanceTools
from gotovo.desk.acceptance.tools import acceptance_tools
from gotovo.manifests.lifecycle import ManifestState
from gotovo.manifests.manifest import Manifest
from gotovo.store.audit.audit import audit
from gotovo.store.tables.manifests.manifests import NEWEST_MANIFEST
from gotovo.town.demo import demo
from gotovo.town.demo.live_town import LiveTown
from gotovo.town.demo.vans import LEFT_TO_VISITORS, LOADING, WAITING, Vans
from tests.support.town.town import SECRET
from tests.town.demo.test_demo import StoreRuntime, live_for

VISITOR: Final = "point:staff-visitor"
RIDE: Final = (LOADING + WAITING).total_seconds() + 180


@pytest.fixture
async def runtime(pool: asyncpg.Pool, monkeypatch: pytest.MonkeyPatch) -> StoreRuntime:
    """Give a town whose past is one short day."""
    monkeypatch.setattr(demo, "DAYS", 1)
    monkeypatch.setattr(demo, "A_DAY", 6)
    runtime = StoreRuntime(pool)
    await demo.seed_town(runtime)
    return runtime


@pytest.fixture
def tools(runtime: StoreRuntime, pool: asyncpg.Pool) -> AcceptanceTools:
    """Give what the desk accepts with."""
    return acceptance_tools(pool, runtime.engine, runtime.directory, runtime.clock)


@pytest.fixture
def living(runtime: StoreRuntime, tools: AcceptanceTools) -> LiveTown:
    """Give the town with its vans."""
    return LiveTown(demo.SEED, runtime, vans=Vans(runtime.engine, tools))


async def vans(tools: AcceptanceTools, state: ManifestState | None = None) -> Sequence[Manifest]:
    return await tools.manifests.page(NEWEST_MANIFEST, 100, state=state)


async def test_what_is_packed_travels_on_a_manifest_and_is_accepted_from_it(
    tools: AcceptanceTools,
    living: LiveTown,
    runtime: StoreRuntime,
    pool: asyncpg.Pool,
    database_url: str,
) -> None:
    await live_for(runtime, living, RIDE + 120)
    closed = await vans(tools, ManifestState.CLOSED)
    assert closed
    for van in closed:
        listed = await tools.manifests.parcels(van.code)
        acceptance = await tools.store.of_manifest(van.code)
        assert acceptance is not None
        assert acceptance.report is not None
        assert not acceptance.report.differs
        assert {x.acceptance for x in listed if x.is_expected} == {acceptance.id}
        orders = [await tools.orders.order(each.number) for each in listed]
        assert {x.order.stage for x in orders if x} - {"packed", "dispatched"}
    left = await vans(tools, ManifestState.OPEN)
    assert all(each.created_at + LOADING + timedelta(seconds=15) > runtime.clock() for each in left)
    numbers = [x.number for each in closed for x in await tools.manifests.parcels(each.code)]
    moved = "select count(*) from orders where number = any($1) and stage <> 'arrived_at_point'"
    assert await pool.fetchval(moved, numbers) > 0
    assert (await audit(database_url, [SECRET])).findings == []


async def test_a_van_that_a_visitor_accepts_is_left_to_them_until_they_are_gone(
    tools: AcceptanceTools, living: LiveTown, runtime: StoreRuntime
) -> None:
    while not (dispatched := await vans(tools, ManifestState.DISPATCHED)):
        await live_for(runtime, living, 10)
    van = dispatched[-1]
    acceptances = Acceptances(tools)
    begun = await acceptances.open(uuid4(), van.point, van, VISITOR)
    await live_for(runtime, living, RIDE)
    stored = await tools.store.find(begun.id)
    assert stored is not None
    assert stored.closed_at is None
    listed = await tools.manifests.parcels(van.code)
    assert {each.acceptance for each in listed} == {None}
    runtime.clock.move(runtime.clock() + LEFT_TO_VISITORS)
    await live_for(runtime, living, 60)
    stored = await tools.store.find(begun.id)
    assert stored is not None
    assert stored.closed_by == f"point:desk-{van.point.lower()}"


async def test_a_town_that_is_started_again_goes_on_with_its_vans(
    tools: AcceptanceTools, runtime: StoreRuntime, living: LiveTown
) -> None:
    while not await vans(tools, ManifestState.OPEN):
        await live_for(runtime, living, 10)
    van = (await vans(tools, ManifestState.OPEN))[0]
    again = LiveTown(demo.SEED, runtime, vans=Vans(runtime.engine, tools))
    await live_for(runtime, again, RIDE)
    found = await tools.manifests.find(van.code)
    assert found is not None
    assert found.state is ManifestState.CLOSED
