"""Drills with return boxes: goods that are not there, boxes that were opened, other points."""

import pytest

from tests.support.api.network import Api
from tests.support.desk.boxes import BoxDesk


@pytest.fixture
async def desk(api: Api) -> BoxDesk:
    """Give a desk at a point with a plan of its cells."""
    desk = BoxDesk(api)
    await desk.set_up()
    return desk


async def test_what_a_buyer_has_is_not_boxed_for_a_refund(desk: BoxDesk) -> None:
    (parcel,) = await desk.shelved()
    await desk.api.step(parcel[:12], "handover", code=desk.api.code(parcel[:12]))
    box = await desk.open_box()
    assert await desk.refused(f"/boxes/{box}/items", {"parcel": parcel}) == ("closed", 409)
    order = (await desk.api.get(f"/orders/{parcel[:12]}")).json()
    assert (order["outcome"], order["refunds"]) == ("issued", [])


async def test_a_shut_box_gives_nothing_back_and_takes_nothing_in(desk: BoxDesk) -> None:
    (first,), (second,) = await desk.cancelled(), await desk.cancelled()
    box, other = await desk.open_box(), await desk.open_box()
    await desk.put(box, first)
    await desk.seal(box)
    for path, parcel, code in (
        (f"/boxes/{box}/items", second, "box_closed"),
        (f"/boxes/{box}/removals", first, "box_closed"),
        (f"/boxes/{other}/items", first, "parcel_in_closed_box"),
    ):
        assert (await desk.refused(path, {"parcel": parcel}))[0] == code
    assert (await desk.refused("/boxes", {"kind": "ordinary", "box": box}))[0] == "box_taken"
    assert await desk.contents(box) == [first]


async def test_a_box_leaves_with_one_driver(desk: BoxDesk) -> None:
    (parcel,) = await desk.cancelled()
    box = await desk.open_box()
    await desk.put(box, parcel)
    await desk.seal(box)
    await desk.hand_over([box], driver="first")
    again = await desk.refused("/box-handovers", {"boxes": [box], "driver": "second"})
    assert again == ("box_not_sealed", 409)
    (act,) = (await desk.get("/box-handovers")).json()["items"]
    assert act["driver"] == "first"


async def test_a_parcel_of_another_point_is_not_boxed_here(desk: BoxDesk) -> None:
    other = BoxDesk(desk.api, "KZN-2", "other-point")
    (parcel,) = await desk.cancelled()
    box = await other.open_box()
    assert (await other.refused(f"/boxes/{box}/items", {"parcel": parcel}))[0] == "wrong_point"
    theirs = await desk.open_box()
    await desk.put(theirs, parcel)
    assert (await other.get(f"/boxes/{theirs}")).status_code == 404
    stolen = await other.refused(f"/boxes/{theirs}/removals", {"parcel": parcel})
    assert stolen == ("unknown_box", 404)
    assert await desk.contents(theirs) == [parcel]


async def test_a_parcel_that_stays_on_the_shelf_is_missed_until_it_is_in_a_box(
    desk: BoxDesk,
) -> None:
    """Withdrawn without a box, it is on the list, and the list says since when."""
    (parcel,) = await desk.cancelled()
    await desk.api.step(parcel[:12], "withdrawal", "point")
    (listed,) = (await desk.leaving())["items"]
    assert (listed["parcel"], listed["cell"]) == (parcel, None)
