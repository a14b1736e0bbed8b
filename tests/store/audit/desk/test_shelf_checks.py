"""The audit names any search and any inventory that was changed by hand."""

from datetime import timedelta
from typing import Any

import pytest

from gotovo.store.audit.desk.shelf_checks import ShelfChecks
from tests.api.conftest import api, network
from tests.support.api.network import Api
from tests.support.desk.shelf import BORIS, ready

__all__ = ["api", "network"]

POINT = "/points/KZN-1"
CHANGES = {
    "update parcel_search set home = (home + 1) % 256": "parcel_search",
    "delete from event where type = 'order.attention_raised'": "parcel_search.result",
    "delete from inventory_scan where barcode <> ''": "inventory.scans",
    "update inventory set scans = scans + 1": "inventory.scans",
    "update inventory_scan set typed = true": "inventory.report",
    "update inventory set report = jsonb_set(report::jsonb, '{figures,people}', '7')::json": (
        "inventory.report"
    ),
}


async def findings(api: Api) -> list[str]:
    """Return where something was found."""
    async with api.network.pool.acquire() as connection:
        raw: Any = connection
        return [each.where for check in ShelfChecks(raw).checks.values() for each in await check()]


async def worked(api: Api) -> None:
    """Count a cell in which one parcel lies and one is missing, and give that one up."""
    here, gone = await ready(api), await ready(api, customer=BORIS)
    api.network.clock.now += timedelta(minutes=1)
    count = (await api.post(f"{POINT}/inventories", {}, "point")).json()["id"]
    path = f"{POINT}/inventories/{count}"
    await api.post(f"{path}/scans", {"cell": "54-35", "code": f"{here}01"}, "point")
    await api.post(f"{path}/scans", {"cell": "54-36"}, "point")
    await api.post(f"{path}/closing", {}, "point")
    found = (await api.post(f"{path}/searches", {}, "point")).json()["searches"]
    assert [each["parcel"] for each in found] == [f"{gone}01"]
    api.network.clock.now += timedelta(minutes=21)
    await api.network.dependencies.desk.shelves.searches.round()
    lost = await api.post(f"{POINT}/searches/{found[0]['id']}/loss", {}, "point")
    assert lost.status_code == 200, lost.text


async def test_sound_shelves_have_no_findings(api: Api) -> None:
    await worked(api)
    assert await findings(api) == []


@pytest.mark.parametrize("change", CHANGES)
async def test_a_change_by_hand_is_found(api: Api, change: str) -> None:
    await worked(api)
    await api.network.pool.execute(change)
    assert CHANGES[change] in await findings(api)
