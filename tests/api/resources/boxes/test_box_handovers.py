"""Hand-over of sealed boxes to a driver, and the act of it."""

import csv
import io
from uuid import uuid4

import pytest

from tests.support.api.network import Api
from tests.support.desk.boxes import BoxDesk


@pytest.fixture
async def desk(api: Api) -> BoxDesk:
    """Give a desk at a point with a plan of its cells."""
    desk = BoxDesk(api)
    await desk.set_up()
    return desk


async def sealed(desk: BoxDesk, *parcels: str) -> str:
    """Return the code of a sealed box with these parcels."""
    box = await desk.open_box()
    for each in parcels:
        await desk.put(box, each)
    await desk.seal(box)
    return box


async def test_a_driver_takes_sealed_boxes_and_the_act_lists_every_parcel(desk: BoxDesk) -> None:
    first, second = await desk.cancelled(boxes=2)
    box, other = await sealed(desk, first), await sealed(desk, second)
    act = await desk.hand_over([box, other.lower(), box], driver="Иванов, А123ВС")
    head = act["handover"]
    assert (head["boxes"], head["parcels"], head["driver"]) == (2, 2, "Иванов, А123ВС")
    assert {(x["parcel"], x["box"]) for x in act["contents"]} == {(first, box), (second, other)}
    assert {x["state"] for x in act["boxes"]} == {"handed_over"}
    assert [await desk.stage(x) for x in (first, second)] == ["in_return", "in_return"]
    bodies = await desk.api.network.pool.fetch(
        "select body ->> 'manifest' as box from event where type = 'parcel.dispatched'"
    )
    assert {box, other} <= {row["box"] for row in bodies}
    assert (await desk.get(f"/box-handovers/{head['id']}")).json() == act


async def test_the_act_as_csv_has_a_line_for_each_parcel_and_no_formula(desk: BoxDesk) -> None:
    (parcel,) = await desk.cancelled()
    act = await desk.hand_over([await sealed(desk, parcel)], driver="=1+1")
    answer = await desk.get(f"/box-handovers/{act['handover']['id']}?format=csv")
    (line,) = csv.DictReader(io.StringIO(answer.text))
    assert (line["parcel"], line["driver"], line["kind"]) == (parcel, "'=1+1", "ordinary")


async def test_nothing_leaves_unless_every_box_is_sealed_and_here(desk: BoxDesk) -> None:
    (first,), (second,) = await desk.cancelled(), await desk.cancelled()
    box, still_open = await sealed(desk, first), await desk.open_box()
    await desk.put(still_open, second)
    refused = await desk.refused("/box-handovers", {"boxes": [box, still_open]})
    assert refused == ("box_not_sealed", 409)
    assert await desk.refused("/box-handovers", {"boxes": [box, "BOX-1"]}) == ("unknown_box", 404)
    assert await desk.refused("/box-handovers", {"boxes": ["?"]}) == ("invalid_body", 422)
    assert await desk.stage(first) == "withdrawn"
    elsewhere = BoxDesk(desk.api, "KZN-2", "other-point")
    assert await elsewhere.refused("/box-handovers", {"boxes": [box]}) == ("unknown_box", 404)


async def test_a_box_leaves_once_and_a_repetition_gets_the_same_act(desk: BoxDesk) -> None:
    (parcel,) = await desk.cancelled()
    box = await sealed(desk, parcel)
    act = await desk.hand_over([box], "van-1")
    await desk.api.network.pool.execute("delete from idempotency")
    assert await desk.hand_over([box], "van-1") == act
    assert await desk.refused("/box-handovers", {"boxes": [box]}) == ("box_not_sealed", 409)


async def test_an_act_names_the_order_that_did_not_leave_with_its_box(desk: BoxDesk) -> None:
    (parcel,) = await desk.cancelled()
    box = await sealed(desk, parcel)
    gone = parcel[:12] + "77"
    await desk.api.network.pool.execute("update return_box_item set barcode = $1", gone)
    (item,) = (await desk.hand_over([box]))["contents"]
    assert (item["parcel"], item["left_out"]) == (gone, "unknown_parcel")


async def test_acts_are_listed_page_by_page_and_an_unknown_one_is_named(desk: BoxDesk) -> None:
    made: list[str] = []
    for _ in range(3):
        (parcel,) = await desk.cancelled()
        made.append((await desk.hand_over([await sealed(desk, parcel)]))["handover"]["id"])
    first = (await desk.get("/box-handovers?limit=2")).json()
    second = (await desk.get(f"/box-handovers?limit=2&after={first['next']}")).json()
    assert {x["id"] for x in first["items"] + second["items"]} == set(made)
    for id_ in ("nonsense", str(uuid4())):
        answer = await desk.get(f"/box-handovers/{id_}")
        assert (answer.status_code, answer.json()["code"]) == (404, "unknown_act")
    assert (await desk.get("/box-handovers?after=no")).status_code == 422
