"""Return boxes: opened, filled by scan, sealed, and what must leave the shelves."""

import pytest
from msgspec.structs import replace

from gotovo.order.values.customer import customer_id
from gotovo.store.tables.access.access_log import AccessLogStore
from tests.support.api.network import ALINA, SECRET, Api
from tests.support.desk.acceptance import SHELVES
from tests.support.desk.boxes import BoxDesk


@pytest.fixture
async def desk(api: Api) -> BoxDesk:
    """Give a desk at a point with a plan of its cells."""
    desk = BoxDesk(api)
    await desk.set_up()
    return desk


async def test_what_must_leave_is_listed_along_the_racks_until_it_is_in_a_box(
    desk: BoxDesk,
) -> None:
    (far,) = await desk.cancelled("9-1")
    (near,) = await desk.cancelled("1-2")
    await desk.shelved("1-1")
    page = await desk.leaving()
    assert [(x["parcel"], x["cell"]) for x in page["items"]] == [(near, "1-2"), (far, "9-1")]
    assert page["racks"] == [{"rack": "1", "parcels": 1}, {"rack": "9", "parcels": 1}]
    assert {x["reason"] for x in page["items"]} == {"cancelled"}
    box = await desk.open_box()
    told = await desk.put(box, near)
    assert (told["answer"], told["parcel"], told["box"]["items"]) == ("put", near, 1)
    assert await desk.stage(near) == "withdrawn"
    assert [x["parcel"] for x in (await desk.leaving())["items"]] == [far]
    assert await desk.contents(box) == [near]


async def test_the_list_is_read_rack_by_rack_and_page_by_page(desk: BoxDesk) -> None:
    parcels = [(await desk.cancelled(cell))[0] for cell in ("1-1", "1-2", "2-1")]
    first = await desk.leaving("?limit=2")
    assert [x["parcel"] for x in first["items"]] == parcels[:2]
    await desk.put(await desk.open_box(), parcels[1])
    second = await desk.leaving(f"?limit=2&after={first['next']}")
    assert ([x["parcel"] for x in second["items"]], second["next"]) == (parcels[2:], None)
    assert [x["parcel"] for x in (await desk.leaving("?rack=2"))["items"]] == parcels[2:]
    assert (await desk.get("/leaving?after=no")).status_code == 422


async def test_an_order_that_was_not_collected_is_listed_with_that_reason(desk: BoxDesk) -> None:
    (parcel,) = await desk.shelved()
    desk.wait(days=8)
    await desk.expire(parcel)
    (listed,) = (await desk.leaving())["items"]
    assert (listed["parcel"], listed["reason"], listed["kind"]) == (
        parcel,
        "not_collected",
        "ordinary",
    )


async def test_goods_brought_back_to_another_point_leave_from_there(desk: BoxDesk) -> None:
    (parcel,) = await desk.shelved()
    number = parcel[:12]
    await desk.api.step(number, "handover", code=desk.api.code(number))
    other = BoxDesk(desk.api, "KZN-2", "other-point")
    await desk.api.step(number, "return", "other-point")
    assert (await desk.leaving())["items"] == []
    (listed,) = (await other.leaving())["items"]
    assert (listed["order"], listed["reason"], listed["cell"]) == (number, "returned", None)
    told = await other.put(await other.open_box(), parcel)
    assert told["parcel"] == listed["parcel"] != parcel
    assert (await other.leaving())["items"] == []


async def test_a_parcel_that_its_buyer_may_still_fetch_goes_into_no_box(desk: BoxDesk) -> None:
    (parcel,) = await desk.shelved()
    box = await desk.open_box()
    refused = await desk.refused(f"/boxes/{box}/items", {"parcel": parcel})
    assert refused == ("stage_forbids", 409)
    assert await desk.stage(parcel) == "shelved"


@pytest.mark.parametrize(
    ("parcel", "code"), [("rubbish", "unknown_parcel"), ("12345678901202", "unknown_parcel")]
)
async def test_what_is_no_parcel_is_named(desk: BoxDesk, parcel: str, code: str) -> None:
    box = await desk.open_box()
    assert await desk.refused(f"/boxes/{box}/items", {"parcel": parcel}) == (code, 404)


async def test_a_parcel_of_another_point_goes_into_no_box_here(desk: BoxDesk) -> None:
    other = BoxDesk(desk.api, "KZN-2", "other-point")
    (parcel,) = await other.packed()
    for step in ("dispatch", "arrival"):
        await desk.api.step(parcel[:12], step)
    await desk.api.step(parcel[:12], "cancellation", reason="customer_request")
    box = await desk.open_box()
    assert (await desk.refused(f"/boxes/{box}/items", {"parcel": parcel}))[0] == "wrong_point"


async def test_a_parcel_moves_between_open_boxes_twice_at_most(desk: BoxDesk) -> None:
    (parcel,) = await desk.cancelled()
    first, second = await desk.open_box(), await desk.open_box()
    await desk.put(first, parcel)
    assert (await desk.put(first, parcel))["answer"] == "already_there"
    told = await desk.put(second, parcel)
    assert (told["answer"], told["moved_from"]) == ("moved", first)
    assert (await desk.contents(first), await desk.contents(second)) == ([], [parcel])
    await desk.put(first, parcel)
    refused = await desk.refused(f"/boxes/{second}/items", {"parcel": parcel})
    assert refused == ("box_moved_too_often", 409)
    assert await desk.contents(first) == [parcel]


async def test_a_large_item_is_a_box_of_its_own(desk: BoxDesk) -> None:
    (large,), (small,) = await desk.cancelled("9-1"), await desk.cancelled()
    box, own = await desk.open_box(), await desk.open_box()
    await desk.put(box, small)
    wanted = {"parcel": large, "size": "L"}
    assert (await desk.refused(f"/boxes/{box}/items", wanted))[0] == "box_large_alone"
    assert (await desk.put(own, large, size="L"))["box"]["single"] is True
    assert (await desk.refused(f"/boxes/{own}/items", {"parcel": small}))[0] == "box_large_alone"


async def test_a_full_box_takes_no_more(desk: BoxDesk) -> None:
    (parcel,) = await desk.cancelled()
    box = await desk.open_box()
    await desk.api.network.pool.execute("update return_box set items = 60 where code = $1", box)
    refused = await desk.refused(f"/boxes/{box}/items", {"parcel": parcel})
    assert refused == ("box_full", 409)


async def test_a_box_that_was_open_for_two_days_is_sealed_first(desk: BoxDesk) -> None:
    (first,), (second,) = await desk.cancelled(), await desk.cancelled()
    box = await desk.open_box()
    await desk.put(box, first)
    desk.wait(hours=48, minutes=1)
    refused = await desk.refused(f"/boxes/{box}/items", {"parcel": second})
    assert refused == ("box_open_too_long", 409)
    assert (await desk.get("/boxes?state=open")).json()["items"][0]["overdue"] is True
    assert (await desk.seal(box))["state"] == "sealed"


async def test_a_sealed_box_is_not_opened_again(desk: BoxDesk) -> None:
    (first,), (second,) = await desk.cancelled(), await desk.cancelled()
    box, other = await desk.open_box(), await desk.open_box()
    assert await desk.refused(f"/boxes/{box}/sealing", {"box": box}) == ("box_empty", 409)
    await desk.put(box, first)
    wrong = await desk.refused(f"/boxes/{box}/sealing", {"box": other})
    assert wrong == ("other_box", 409)
    sealed = await desk.seal(box)
    assert await desk.seal(box) == sealed
    assert (await desk.refused(f"/boxes/{box}/items", {"parcel": second}))[0] == "box_closed"
    assert (await desk.refused(f"/boxes/{box}/removals", {"parcel": first}))[0] == "box_closed"
    refused = await desk.refused(f"/boxes/{other}/items", {"parcel": first})
    assert refused == ("parcel_in_closed_box", 409)


async def test_a_parcel_comes_out_of_an_open_box_and_is_listed_again(desk: BoxDesk) -> None:
    (parcel,) = await desk.cancelled()
    box = await desk.open_box()
    await desk.put(box, parcel)
    answer = await desk.post(f"/boxes/{box}/removals", {"parcel": parcel})
    assert (answer.status_code, answer.json()["box"]["items"]) == (200, 0)
    assert [x["parcel"] for x in (await desk.leaving())["items"]] == [parcel]
    refused = await desk.refused(f"/boxes/{box}/removals", {"parcel": parcel})
    assert refused == ("parcel_not_in_box", 409)


async def test_what_was_left_because_of_a_defect_goes_into_a_box_for_that(desk: BoxDesk) -> None:
    (parcel,) = await desk.shelved()
    number = parcel[:12]
    refused = [{"line": 1, "quantity": 1, "reason": "defect"}]
    await desk.api.step(number, "handover", code=desk.api.code(number), refused=refused)
    (listed,) = (await desk.leaving())["items"]
    assert (listed["kind"], listed["reason"]) == ("defective", "refused")
    box = await desk.open_box()
    wrong = await desk.refused(f"/boxes/{box}/items", {"parcel": listed["parcel"]})
    assert wrong == ("box_wrong_kind", 409)
    proper = await desk.open_box("defective")
    assert (await desk.put(proper, listed["parcel"]))["answer"] == "put"


async def test_the_sticker_of_a_box_is_used_once(desk: BoxDesk) -> None:
    assert await desk.open_box(box="box-104") == "BOX-104"
    assert await desk.open_box(box="BOX-104") == "BOX-104"
    other = {"kind": "defective", "box": "BOX-104"}
    assert await desk.refused("/boxes", other) == ("box_taken", 409)
    elsewhere = BoxDesk(desk.api, "KZN-2", "other-point")
    assert (await elsewhere.refused("/boxes", other))[0] == "box_taken"
    assert await elsewhere.refused("/boxes/BOX-104/sealing", {"box": "BOX-104"}) == (
        "unknown_box",
        404,
    )
    wrong = {"kind": "ordinary", "box": "104"}
    assert await desk.refused("/boxes", wrong) == ("invalid_body", 422)


async def test_a_repeated_scan_has_the_same_answer(desk: BoxDesk) -> None:
    (parcel,) = await desk.cancelled()
    box = await desk.open_box()
    told = await desk.put(box, parcel, "scan-1")
    await desk.api.network.pool.execute("delete from idempotency")
    assert await desk.put(box, parcel, "scan-1") == told


async def test_boxes_are_listed_page_by_page_with_a_cursor_that_is_checked(desk: BoxDesk) -> None:
    codes = [await desk.open_box() for _ in range(3)]
    first = (await desk.get("/boxes?limit=2")).json()
    second = (await desk.get(f"/boxes?limit=2&after={first['next']}")).json()
    assert {x["code"] for x in first["items"] + second["items"]} == set(codes)
    assert second["next"] is None
    for cursor in ("no", "WyIwMDAxLTAxLTAxVDAwOjAwOjAwKzE0OjAwIiwiQk9YLTEiXQ"):
        assert (await desk.get(f"/boxes?after={cursor}")).status_code == 422


async def test_each_look_into_a_box_is_logged_with_its_orders(desk: BoxDesk) -> None:
    (parcel,) = await desk.cancelled()
    box = await desk.open_box()
    await desk.put(box, parcel)
    await desk.get(f"/boxes/{box}")
    network = desk.api.network
    await network.dependencies.access_log.write()
    customer = customer_id(SECRET, ALINA)
    looks = await AccessLogStore(network.pool).latest(customer, 100)
    seen = {(x.role, x.what) for x in looks if x.number == parcel[:12]}
    assert {("point", "list"), ("point", "order")} <= seen


async def test_a_point_without_a_plan_lists_its_cells_by_name(desk: BoxDesk) -> None:
    network = desk.api.network
    await network.directory.put_point(replace(SHELVES, cells=()), network.clock())
    parcels = [(await desk.cancelled(cell))[0] for cell in ("A", "B")]
    assert [x["parcel"] for x in (await desk.leaving())["items"]] == parcels
