"""The audit names any return box, any item and any act that was changed by hand."""

from typing import Any

import pytest

from gotovo.store.audit.box_checks import BoxChecks
from tests.api.conftest import api, network
from tests.support.api.network import Api
from tests.support.desk.boxes import BoxDesk

__all__ = ["api", "network"]

CHANGES = {
    "update return_box set items = items + 1 where state = 'sealed'": "return_box.items",
    "delete from return_box_item": "return_box.items",
    "drop index return_box_item_in_one_box;"
    "insert into return_box_item select home, gen_random_uuid(), barcode, number, 'BOX-X', '',"
    " put_at, put_by, taken_out_at, taken_out_by, left_out from return_box_item": "return_box_item",
    "update return_box_item set home = (home + 1) % 256": "return_box_item.box",
    "update return_box_item set box = (select code from return_box where state = 'handed_over')": (
        "return_box_item.box"
    ),
    "update box_handover set parcels = parcels + 1": "box_handover",
    "delete from return_box where state = 'handed_over'": "box_handover",
}


async def findings(api: Api) -> list[str]:
    """Return where something was found."""
    async with api.network.pool.acquire() as connection:
        raw: Any = connection
        return [each.where for check in BoxChecks(raw).checks.values() for each in await check()]


async def boxed(api: Api) -> None:
    """Let one box leave, keep a sealed one, and move a parcel into an open one."""
    desk = BoxDesk(api)
    await desk.set_up()
    parcels = [(await desk.cancelled())[0] for _ in range(3)]
    boxes = [await desk.open_box() for _ in parcels]
    for box, parcel in zip(boxes, parcels, strict=True):
        await desk.put(box, parcel)
    for box in boxes[:2]:
        await desk.seal(box)
    await desk.hand_over(boxes[:1])
    await desk.put(await desk.open_box(), parcels[2])


async def test_sound_boxes_have_no_findings(api: Api) -> None:
    await boxed(api)
    assert await findings(api) == []


@pytest.mark.parametrize("change", CHANGES)
async def test_a_change_by_hand_is_found(api: Api, change: str) -> None:
    await boxed(api)
    await api.network.pool.execute(change)
    assert CHANGES[change] in await findings(api)
