"""Acceptance at a point: each item is scanned once, and the report says what came."""

import csv
import io
from datetime import timedelta
from uuid import UUID, uuid4

import httpx
import pytest
from msgspec import structs

from gotovo.api.application import api_app
from gotovo.desk.acceptance.tools import acceptance_tools
from tests.support.api.network import LAKE, Api
from tests.support.desk.acceptance import Desk, Photos

CRACKED = UUID(int=7)


@pytest.fixture
async def desk(api: Api) -> Desk:
    """Give a desk at a point with a plan of its cells."""
    desk = Desk(api)
    await desk.set_up()
    return desk


def results(report: dict[str, list[dict[str, str]]]) -> list[tuple[str, str]]:
    """Return what a report says of each parcel or code."""
    return [(each["result"], each["parcel"] or each["code"] or "") for each in report["items"]]


async def test_what_was_expected_and_came_is_accepted_with_a_cell_to_be_spoken(desk: Desk) -> None:
    (parcel,) = await desk.packed()
    acceptance = await desk.open(await desk.manifest([parcel]))
    told = await desk.scan(acceptance, parcel, size="S")
    assert (told["answer"], told["parcel"], told["order"]) == ("accepted", parcel, parcel[:12])
    assert (told["cell"], told["say"]) == ("1-1", "1, 1")
    assert told["next"] == "Put it into cell 1-1, and scan the cell."
    assert await desk.stage(parcel) == "arrived_at_point"


async def test_only_shelving_makes_an_order_ready(desk: Desk) -> None:
    first, second = await desk.packed(boxes=2)
    acceptance = await desk.open(await desk.manifest([first, second]))
    for each in (first, second):
        await desk.scan(acceptance, each)
    told = await desk.shelve(first, "CELL:2-1")
    assert (told["answer"], told["cell"], told["remaining"], told["ready"]) == (
        "shelved",
        "2-1",
        1,
        False,
    )
    told = await desk.shelve(second, "2–04")
    assert (told["cells"], told["remaining"], told["ready"]) == (["2-1", "2-4"], 0, True)
    assert (await desk.shelve(second, "2-4"))["answer"] == "already_there"
    assert (await desk.shelve(second, "9-1"))["answer"] == "moved"


async def test_an_order_stays_together_while_its_cell_has_room(desk: Desk) -> None:
    parcels = await desk.packed(boxes=4)
    acceptance = await desk.open()
    cells = [(await desk.scan(acceptance, each, size="S"))["cell"] for each in parcels]
    assert cells == ["1-1", "1-1", "1-2", "1-2"]


async def test_a_cell_that_the_point_does_not_have_is_refused(desk: Desk) -> None:
    (parcel,) = await desk.packed()
    acceptance = await desk.open()
    await desk.scan(acceptance, parcel)
    body = {"parcel": parcel, "cell": "7-7"}
    answer = await desk.api.post("/points/KZN-1/shelvings", body, "point")
    problem = answer.json()
    assert (answer.status_code, problem["code"], problem["value"]) == (404, "unknown_cell", "7-7")
    assert problem["expected"] == "1-1..4, 2-1..4, 9-1"
    assert await desk.stage(parcel) == "arrived_at_point"


async def test_a_second_scan_says_already_here_and_changes_nothing(desk: Desk) -> None:
    (parcel,) = await desk.packed()
    acceptance = await desk.open(await desk.manifest([parcel]))
    first = await desk.scan(acceptance, parcel, key="scan-1")
    version = (await desk.api.get(f"/orders/{parcel[:12]}")).json()["version"]
    told = await desk.scan(acceptance, parcel)
    assert told["answer"] == "already_here"
    assert (await desk.api.get(f"/orders/{parcel[:12]}")).json()["version"] == version
    again = await desk.scan(acceptance, parcel, key="scan-1")
    assert again == first
    assert results(await desk.close(acceptance)) == [("accepted", parcel)]


async def test_a_scan_whose_answer_was_lost_in_a_crash_gets_the_same_answer(desk: Desk) -> None:
    """The process stopped after the work and before its response was stored."""
    (parcel,) = await desk.packed()
    acceptance = await desk.open(await desk.manifest([parcel]))
    first = await desk.scan(acceptance, parcel, key="scan-1")
    await desk.api.network.pool.execute("delete from idempotency")
    assert await desk.scan(acceptance, parcel, key="scan-1") == first
    await desk.api.network.pool.execute("delete from idempotency")
    await desk.api.network.pool.execute("delete from acceptance_scan")
    assert await desk.scan(acceptance, parcel, key="scan-1") == first


async def test_what_belongs_elsewhere_is_put_aside_and_told_where(desk: Desk) -> None:
    (parcel,) = await desk.packed(point="KZN-2")
    acceptance = await desk.open()
    told = await desk.scan(acceptance, parcel)
    assert (told["answer"], told["belongs_to"], told["cell"]) == ("wrong_point", "KZN-2", None)
    assert told["say"] == "Not ours"
    assert await desk.stage(parcel) == "packed"
    report = await desk.close(acceptance)
    assert results(report) == [("put_aside", parcel)]
    assert await desk.cases() == [("put_aside", parcel, None)]


async def test_what_is_ours_and_not_listed_is_accepted_as_surplus(desk: Desk) -> None:
    (listed,), (other,) = await desk.packed(), await desk.packed()
    acceptance = await desk.open(await desk.manifest([listed]))
    await desk.scan(acceptance, listed)
    told = await desk.scan(acceptance, other)
    assert (told["answer"], told["surplus"]) == ("surplus", True)
    assert told["cell"] is not None
    assert await desk.stage(other) == "arrived_at_point"
    report = await desk.close(acceptance)
    assert results(report) == [("accepted", listed), ("surplus", other)]
    assert await desk.cases() == [("surplus", other, None)]


@pytest.mark.parametrize("code", ["4601546021298", "hello", "12345678901299", "123456789012"])
async def test_what_is_no_parcel_of_ours_is_unknown(desk: Desk, code: str) -> None:
    acceptance = await desk.open()
    told = await desk.scan(acceptance, code)
    assert (told["answer"], told["parcel"], told["order"]) == ("unknown", None, None)
    assert results(await desk.close(acceptance)) == [("put_aside", code)]


async def test_a_number_names_the_only_parcel_of_its_order(desk: Desk) -> None:
    (parcel,) = await desk.packed()
    acceptance = await desk.open()
    number = f"{parcel[:4]} {parcel[4:8]} {parcel[8:12]}"
    assert (await desk.scan(acceptance, number))["parcel"] == parcel
    first, _ = await desk.packed(boxes=2)
    assert (await desk.scan(acceptance, first[:12]))["answer"] == "unknown"


async def test_an_unreadable_item_is_known_by_its_box_and_product(desk: Desk) -> None:
    (parcel,), (other,) = await desk.packed(), await desk.packed()
    manifest = await desk.manifest([parcel, other], {parcel: "BOX-1", other: "BOX-2"})
    acceptance = await desk.open(manifest)
    told = await desk.scan(acceptance, condition="unreadable", box="box-1", product="MUG-RED")
    assert (told["answer"], told["parcel"]) == ("accepted", parcel)
    told = await desk.scan(acceptance, condition="unreadable", box="BOX-1", product="MUG-RED")
    assert (told["answer"], told["parcel"]) == ("unreadable", None)
    report = await desk.close(acceptance)
    assert results(report) == [("accepted", parcel), ("missing", other), ("put_aside", "")]


async def test_an_unreadable_item_that_could_be_several_is_put_aside(desk: Desk) -> None:
    (parcel,), (other,) = await desk.packed(), await desk.packed()
    manifest = await desk.manifest([parcel, other], {parcel: "BOX-1", other: "BOX-1"})
    acceptance = await desk.open(manifest)
    told = await desk.scan(acceptance, condition="unreadable", box="BOX-1", product="MUG-RED")
    assert told["answer"] == "unreadable"
    assert {await desk.stage(parcel), await desk.stage(other)} == {"dispatched"}


async def test_the_second_of_two_items_with_one_code_is_put_aside(desk: Desk) -> None:
    (parcel,) = await desk.packed()
    acceptance = await desk.open(await desk.manifest([parcel]))
    await desk.scan(acceptance, parcel)
    told = await desk.scan(acceptance, parcel, condition="second_item")
    assert (told["answer"], told["say"]) == ("duplicate_code", "Same code twice")
    report = await desk.close(acceptance)
    assert results(report) == [("accepted", parcel), ("put_aside", parcel)]


async def test_a_damaged_parcel_is_accepted_flagged_and_told_with_its_photos(desk: Desk) -> None:
    (parcel,) = await desk.packed()
    tools = desk.api.network.dependencies.desk.acceptance
    with_photos = acceptance_tools(
        desk.api.network.pool,
        desk.api.network.engine,
        tools.places,
        tools.clock,
        Photos(CRACKED),
    )
    dependencies = desk.api.network.dependencies
    at_desk = structs.replace(dependencies.desk, acceptance=with_photos)
    desk.api.network.dependencies = structs.replace(dependencies, desk=at_desk)
    transport = httpx.ASGITransport(app=api_app(desk.api.network.dependencies))
    async with httpx.AsyncClient(transport=transport, base_url="http://gotovo.test") as client:
        here = Desk(Api(client, desk.api.network))
        acceptance = await here.open(await here.manifest([parcel]))
        photos = [str(CRACKED)]
        told = await here.scan(
            acceptance, parcel, condition="damaged", reason="goods", attachments=photos
        )
        assert told["answer"] == "damaged"
        assert told["cell"] is not None
        order = (await here.api.get(f"/orders/{parcel[:12]}")).json()
        assert order["attention"] == ["damaged"]
        report = await here.close(acceptance)
    assert results(report) == [("damaged", parcel)]
    assert (report["items"][0]["reason"], report["items"][0]["attachments"]) == ("goods", photos)


async def test_damage_that_is_seen_after_the_scan_is_told_all_the_same(desk: Desk) -> None:
    (parcel,) = await desk.packed()
    acceptance = await desk.open(await desk.manifest([parcel]))
    assert (await desk.scan(acceptance, parcel))["answer"] == "accepted"
    told = await desk.scan(acceptance, parcel, condition="damaged", reason="packaging")
    assert told["answer"] == "damaged"
    again = await desk.scan(acceptance, parcel, condition="damaged", reason="packaging")
    assert again["answer"] == "already_here"
    order = (await desk.api.get(f"/orders/{parcel[:12]}")).json()
    assert order["attention"] == ["damaged"]
    report = await desk.close(acceptance)
    assert results(report) == [("damaged", parcel)]
    assert report["items"][0]["reason"] == "packaging"


async def test_what_is_no_order_is_noted_and_gets_no_cell(desk: Desk) -> None:
    acceptance = await desk.open()
    told = await desk.scan(acceptance, condition="no_order", reason="consumables")
    assert (told["answer"], told["cell"]) == ("no_order", None)
    report = await desk.close(acceptance)
    assert (report["counts"]["no_order"], report["counts"]["put_aside"]) == (1, 0)
    assert await desk.cases() == []


async def test_a_parcel_whose_order_was_closed_on_the_way_goes_to_the_return_shelf(
    desk: Desk,
) -> None:
    (parcel,) = await desk.packed()
    acceptance = await desk.open(await desk.manifest([parcel]))
    await desk.api.step(parcel[:12], "cancellation", reason="customer_request")
    told = await desk.scan(acceptance, parcel)
    assert (told["answer"], told["cell"], told["say"]) == ("to_return", None, "Return shelf")
    assert await desk.stage(parcel) == "arrived_at_point"
    assert (await desk.scan(acceptance, parcel))["answer"] == "already_here"
    report = await desk.close(acceptance)
    assert results(report) == [("to_return", parcel)]


async def test_a_shelved_parcel_that_nobody_scanned_in_is_inferred(desk: Desk) -> None:
    """Rule 4.13."""
    (parcel,) = await desk.packed()
    acceptance = await desk.open(await desk.manifest([parcel]))
    await desk.shelve(parcel, "1-1")
    report = await desk.close(acceptance)
    assert results(report) == [("accepted", parcel)]
    assert report["items"][0]["inferred"] is True


async def test_what_is_missing_is_told_with_who_and_when(desk: Desk) -> None:
    (came,), (lost,) = await desk.packed(), await desk.packed()
    code = await desk.manifest([came, lost])
    acceptance = await desk.open(code)
    await desk.scan(acceptance, came)
    report = await desk.close(acceptance)
    assert results(report) == [("accepted", came), ("missing", lost)]
    assert report["items"][1]["by"] == f"point:{desk.api.network.ids['point']}"
    assert report["items"][1]["at"] == report["closed_at"]
    counts = report["counts"]
    assert (counts["expected"], counts["accepted"], counts["missing"]) == (2, 1, 1)
    manifest = (await desk.api.get(f"/manifests/{code}", "warehouse")).json()
    assert (manifest["state"], manifest["missing"]) == ("accepted_with_differences", 1)
    assert await desk.cases() == [("shortage", lost, None)]


async def test_a_missing_parcel_that_turns_up_closes_its_shortage(desk: Desk) -> None:
    (lost,) = await desk.packed()
    code = await desk.manifest([lost])
    await desk.close(await desk.open(code))
    assert await desk.cases() == [("shortage", lost, None)]
    told = await desk.scan(await desk.open(), lost)
    assert told["answer"] == "accepted"
    assert await desk.cases() == [("shortage", lost, "settled")]
    listed = (await desk.api.get(f"/manifests/{code}", "warehouse")).json()
    assert listed["missing"] == 0
    assert listed["contents"][0]["found_at"] is not None


async def test_closing_again_gives_the_same_report(desk: Desk) -> None:
    (parcel,) = await desk.packed()
    acceptance = await desk.open(await desk.manifest([parcel]))
    report = await desk.close(acceptance)
    desk.api.network.clock.now += timedelta(hours=1)
    assert await desk.close(acceptance) == report
    answer = await desk.api.get(f"/points/KZN-1/acceptances/{acceptance}/report", "point")
    assert answer.json() == report
    assert len(await desk.cases()) == 1


async def test_a_closed_acceptance_takes_no_further_scan(desk: Desk) -> None:
    (parcel,) = await desk.packed()
    acceptance = await desk.open()
    await desk.close(acceptance)
    path = f"/points/KZN-1/acceptances/{acceptance}/scans"
    answer = await desk.api.post(path, {"code": parcel}, "point")
    assert (answer.status_code, answer.json()["code"]) == (409, "acceptance_closed")


async def test_several_people_accept_one_van_together(desk: Desk) -> None:
    (parcel,) = await desk.packed()
    manifest = await desk.manifest([parcel])
    first = await desk.open(manifest)
    answer = await desk.api.post("/points/KZN-1/acceptances", {"manifest": manifest}, "admin")
    assert (answer.status_code, answer.json()["id"]) == (200, first)
    loose = await desk.open()
    listed = (await desk.api.get("/points/KZN-1/acceptances", "point")).json()["items"]
    assert {each["id"] for each in listed} == {first, loose}


async def test_a_van_for_another_point_is_sent_there(desk: Desk) -> None:
    (parcel,) = await desk.packed(point="KZN-2")
    manifest = await desk.manifest([parcel], point="KZN-2")
    answer = await desk.api.post("/points/KZN-1/acceptances", {"manifest": manifest}, "point")
    problem = answer.json()
    assert (problem["code"], problem["expected"]) == ("wrong_point", "KZN-2")


async def test_a_report_is_a_table_for_a_spreadsheet_too(desk: Desk) -> None:
    acceptance = await desk.open()
    await desk.scan(acceptance, "=1+1")
    path = f"/points/KZN-1/acceptances/{acceptance}/report?format=csv"
    answer = await desk.api.get(path, "point")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    (row,) = csv.DictReader(io.StringIO(answer.text))
    assert (row["result"], row["answer"], row["code"]) == ("put_aside", "unknown", "'=1+1")


@pytest.mark.parametrize(
    ("body", "field", "expected"),
    [
        ({"code": "1", "condition": "damaged"}, "reason", "goods, opened, packaging"),
        (
            {"code": "1", "condition": "no_order", "reason": "goods"},
            "reason",
            "consumables, hand_in, to_check",
        ),
        ({"code": "1", "reason": "goods"}, "reason", "absent"),
        ({}, "code", "what was read"),
        ({"code": "1", "condition": "broken"}, "condition", None),
        ({"code": "1", "size": "XL"}, "size", None),
        ({"code": "1", "attachments": ["x"]}, "attachments[0]", None),
    ],
)
async def test_a_scan_that_says_too_little_is_an_error_that_says_what_is_missing(
    desk: Desk, body: dict[str, object], field: str, expected: str | None
) -> None:
    acceptance = await desk.open()
    path = f"/points/KZN-1/acceptances/{acceptance}/scans"
    answer = await desk.api.post(path, body, "point")
    problem = answer.json()
    assert (answer.status_code, problem["code"], problem["field"]) == (422, "invalid_body", field)
    if expected is not None:
        assert problem["expected"] == expected


async def test_a_photo_that_nobody_has_sent_can_not_be_named(desk: Desk) -> None:
    (parcel,) = await desk.packed()
    acceptance = await desk.open()
    path = f"/points/KZN-1/acceptances/{acceptance}/scans"
    photo = str(uuid4())
    body = {"code": parcel, "condition": "damaged", "reason": "goods", "attachments": [photo]}
    answer = await desk.api.post(path, body, "point")
    problem = answer.json()
    assert (answer.status_code, problem["code"], problem["value"]) == (
        404,
        "unknown_attachment",
        photo,
    )
    assert await desk.stage(parcel) == "packed"


@pytest.mark.parametrize("path", ["acceptances", "shelvings"])
async def test_nobody_accepts_at_a_point_that_they_do_not_work_at(desk: Desk, path: str) -> None:
    bodies = {"acceptances": {}, "shelvings": {"parcel": "1", "cell": "1"}}
    answer = await desk.api.post(f"/points/{LAKE.code}/{path}", bodies[path], "point")
    assert (answer.status_code, answer.json()["code"]) == (403, "wrong_point")
    answer = await desk.api.post(f"/points/KZN-9/{path}", bodies[path], "admin")
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_point")


async def test_an_acceptance_of_another_point_is_unknown(desk: Desk) -> None:
    acceptance = await desk.open()
    for id_ in (acceptance, str(uuid4()), "x"):
        path = f"/points/KZN-2/acceptances/{id_}/report"
        answer = await desk.api.get(path, "other-point")
        assert (answer.status_code, answer.json()["code"]) == (404, "unknown_acceptance")
