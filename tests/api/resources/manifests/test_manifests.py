"""A manifest lists what a van brings, and is read by both ends of the way."""

from typing import Any

import pytest

from tests.support.api.network import Api
from tests.support.desk.acceptance import Desk


@pytest.fixture
def desk(api: Api) -> Desk:
    """Give the warehouse and the point."""
    return Desk(api)


async def refused(desk: Desk, body: dict[str, Any], by: str = "warehouse") -> dict[str, Any]:
    """Return the problem of a manifest that can't be created."""
    whole = {"warehouse": "KZN", "point": "KZN-1"} | body
    answer = await desk.api.post("/manifests", whole, by)
    assert answer.status_code >= 400, answer.text
    return answer.json()


async def test_a_manifest_lists_parcels_of_any_shop_and_their_boxes(desk: Desk) -> None:
    (parcel,) = await desk.packed()
    (other,) = await desk.packed(by="book-storefront")
    code = await desk.manifest([parcel, other], {other: "BOX-7"}, dispatched=False)
    listed = (await desk.api.get(f"/manifests/{code}", "point")).json()
    assert (listed["state"], listed["parcels"], listed["boxes"]) == ("open", 2, 1)
    boxes = {each["parcel"]: each["box"] for each in listed["contents"]}
    assert boxes == {parcel: None, other: "BOX-7"}


async def test_a_manifest_without_a_code_gets_one_and_a_given_one_is_taken_once(desk: Desk) -> None:
    drawn = await desk.manifest([], dispatched=False)
    assert drawn.startswith("MAN-")
    assert await desk.manifest([], code="man-kzn-1", dispatched=False) == "MAN-KZN-1"
    problem = await refused(desk, {"code": "MAN-KZN-1", "point": "KZN-2"})
    assert problem["code"] == "manifest_taken"
    assert (await refused(desk, {"code": "7"}))["expected"] == "like MAN-KZN-104"


async def test_a_parcel_travels_with_one_van(desk: Desk) -> None:
    (parcel,) = await desk.packed()
    code = await desk.manifest([parcel], dispatched=False)
    problem = await refused(desk, {"contents": [{"parcel": parcel}]})
    assert (problem["code"], problem["value"], problem["expected"]) == (
        "parcel_on_manifest",
        parcel,
        code,
    )


async def test_what_can_not_travel_is_named_with_its_reason(desk: Desk) -> None:
    (elsewhere,) = await desk.packed(point="KZN-2")
    placed = (await desk.api.place())["number"]
    contents = [
        {"parcel": elsewhere},
        {"parcel": f"{placed}01"},
        {"parcel": "12345678901299"},
        {"parcel": elsewhere, "box": "sack"},
    ]
    problem = await refused(desk, {"contents": contents})
    assert problem["code"] == "invalid_settings"
    assert [(x["field"], x["expected"]) for x in problem["faults"]] == [
        ("contents[3].parcel", "a parcel listed once"),
        ("contents[3].box", "like BOX-104"),
        ("contents[0].parcel", "a parcel for KZN-1"),
        ("contents[1].parcel", "a packed parcel"),
        ("contents[2].parcel", "a parcel's barcode, 14 digits"),
        ("contents[3].parcel", "a parcel for KZN-1"),
    ]


@pytest.mark.parametrize(
    ("body", "by", "code"),
    [
        ({"warehouse": "MSK"}, "admin", "unknown_warehouse"),
        ({"point": "KZN-9"}, "admin", "unknown_point"),
        ({}, "other-warehouse", "not_in_custody"),
        ({}, "book-admin", "not_permitted"),
        ({}, "point", "not_permitted"),
    ],
)
async def test_a_manifest_goes_from_an_own_warehouse_to_a_point_that_exists(
    desk: Desk, body: dict[str, Any], by: str, code: str
) -> None:
    assert (await refused(desk, body, by))["code"] == code


async def test_an_open_manifest_takes_more_and_a_sealed_one_does_not(desk: Desk) -> None:
    first, second, third = await desk.packed_each(["KZN-1"] * 3)
    code = await desk.manifest([first], dispatched=False)
    path = f"/manifests/{code}/contents"
    contents = {"contents": [{"parcel": first}, {"parcel": second}]}
    answer = await desk.api.post(path, contents, "kzn-warehouse")
    assert answer.json()["parcels"] == 2
    await desk.api.post(f"/manifests/{code}/sealing", {}, "warehouse")
    answer = await desk.api.post(path, {"contents": [{"parcel": third}]}, "warehouse")
    problem = answer.json()
    assert (problem["code"], problem["value"], problem["expected"]) == (
        "manifest_state",
        "sealed",
        "open",
    )


async def test_lists_hold_the_manifests_of_the_warehouse_and_of_the_point(desk: Desk) -> None:
    codes = [await desk.manifest([], dispatched=False) for _ in range(3)]
    other = await desk.manifest([], point="KZN-2", dispatched=False)
    seen: list[str] = []
    after = ""
    while True:
        page = (await desk.api.get(f"/manifests?limit=2&after={after}", "point")).json()
        seen += [each["code"] for each in page["items"]]
        after = page["next"]
        if after is None:
            break
    assert sorted(seen) == sorted(codes)
    assert (await desk.api.get("/manifests?point=KZN-2", "point")).json()["items"] == []
    assert (await desk.api.get("/manifests", "other-warehouse")).json()["items"] == []
    listed = (await desk.api.get("/manifests?point=KZN-2&state=open", "kzn-warehouse")).json()
    assert [each["code"] for each in listed["items"]] == [other]
    answer = await desk.api.get("/manifests?after=x", "admin")
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_query")


async def test_the_sender_reads_what_came_of_a_manifest(desk: Desk) -> None:
    came, lost = await desk.packed_each(["KZN-1"] * 2)
    code = await desk.manifest([came, lost])
    answer = await desk.api.get(f"/manifests/{code}/report", "warehouse")
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_acceptance")
    acceptance = await desk.open(code)
    await desk.scan(acceptance, came)
    report = (await desk.api.get(f"/manifests/{code}/report", "warehouse")).json()
    assert (report["closed_at"], report["counts"]["accepted"]) == (None, 1)
    closed = await desk.close(acceptance)
    assert (await desk.api.get(f"/manifests/{code}/report", "warehouse")).json() == closed
    table = await desk.api.get(f"/manifests/{code}/report?format=csv", "warehouse")
    assert table.text.count("\r\n") == 3
    assert f"{code},{acceptance},missing,{lost}" in table.text


async def test_a_look_at_a_manifest_is_logged(desk: Desk) -> None:
    """Rule 4.16."""
    (parcel,) = await desk.packed()
    code = await desk.manifest([parcel], dispatched=False)
    await desk.api.get(f"/manifests/{code}", "warehouse")
    await desk.api.network.dependencies.access_log.write()
    rows = await desk.api.network.pool.fetch("select actor, subject from order_look")
    actor = f"warehouse:{desk.api.network.ids['warehouse']}"
    assert (actor, parcel[:12]) in [(row["actor"], row["subject"]) for row in rows]
