"""A step of a manifest is a batch of steps of its orders; taken again, it changes nothing."""

import pytest

from tests.support.api.network import Api
from tests.support.desk.acceptance import Desk


@pytest.fixture
def desk(api: Api) -> Desk:
    """Give the warehouse and the point."""
    return Desk(api)


async def test_a_dispatch_sends_every_parcel_off_under_the_code_of_the_manifest(desk: Desk) -> None:
    parcels = [*await desk.packed(boxes=2), *await desk.packed()]
    code = await desk.manifest(parcels, dispatched=False)
    answer = await desk.api.post(f"/manifests/{code}/dispatch", {}, "warehouse", "once")
    told = answer.json()
    assert told["state"] == "dispatched"
    assert told["sealed_at"] == told["dispatched_at"]
    assert {x["outcome"] for x in told["outcomes"]} == {"done"}
    assert sorted(p for x in told["outcomes"] for p in x["parcels"]) == sorted(parcels)
    assert {await desk.stage(each) for each in parcels} == {"dispatched"}
    timeline = (await desk.api.get(f"/orders/{parcels[0][:12]}/timeline")).text
    assert "dispatched" in timeline
    rows = await desk.api.network.pool.fetch(
        "select body ->> 'manifest' as manifest from event where type = 'parcel.dispatched'"
    )
    assert {row["manifest"] for row in rows} == {code}
    again = await desk.api.post(f"/manifests/{code}/dispatch", {}, "warehouse", "once")
    assert again.content == answer.content
    later = await desk.api.post(f"/manifests/{code}/dispatch", {}, "warehouse")
    assert (later.status_code, later.json()["outcomes"]) == (200, [])


async def test_a_step_whose_answer_was_lost_in_a_crash_gets_the_same_answer(desk: Desk) -> None:
    (parcel,) = await desk.packed()
    code = await desk.manifest([parcel], dispatched=False)
    pool = desk.api.network.pool
    path = f"/manifests/{code}/dispatch"
    first = await desk.api.post(path, {}, "warehouse", "once")
    await pool.execute("delete from idempotency")
    await pool.execute("update manifest set state = 'open', sealed_at = null, dispatched_at = null")
    assert (await desk.api.post(path, {}, "warehouse", "once")).json() == first.json()


async def test_what_was_cancelled_meanwhile_is_left_out_with_the_reason(desk: Desk) -> None:
    leaves, cancelled = await desk.packed_each(["KZN-1"] * 2)
    code = await desk.manifest([leaves, cancelled], dispatched=False)
    await desk.api.step(cancelled[:12], "cancellation", reason="customer_request")
    told = (await desk.api.post(f"/manifests/{code}/dispatch", {}, "warehouse")).json()
    refused = next(x for x in told["outcomes"] if x["order"] == cancelled[:12])
    assert refused["outcome"] == "refused"
    assert refused["detail"]
    assert (told["parcels"], told["state"]) == (1, "dispatched")
    listed = (await desk.api.get(f"/manifests/{code}", "warehouse")).json()["contents"]
    left_out = next(x["left_out"] for x in listed if x["parcel"] == cancelled)
    assert left_out == refused["code"]
    acceptance = await desk.open(code)
    report = await desk.close(acceptance)
    assert report["counts"]["expected"] == 1


async def test_arrived_is_not_accepted(desk: Desk) -> None:
    (parcel,) = await desk.packed()
    code = await desk.manifest([parcel])
    answer = await desk.api.post(f"/manifests/{code}/arrival", {}, "point")
    assert answer.json()["state"] == "arrived"
    assert await desk.stage(parcel) == "arrived_at_point"
    acceptance = await desk.open(code)
    report = (await desk.api.get(f"/points/KZN-1/acceptances/{acceptance}/report", "point")).json()
    assert report["counts"]["missing"] == 1
    assert (await desk.scan(acceptance, parcel))["answer"] == "accepted"
    assert (await desk.scan(acceptance, parcel))["answer"] == "already_here"


async def test_the_driver_is_named_at_dispatch(desk: Desk) -> None:
    (parcel,) = await desk.packed()
    code = await desk.manifest([parcel], dispatched=False)
    body = {"courier": desk.api.network.ids["courier"]}
    answer = await desk.api.post(f"/manifests/{code}/dispatch", body, "warehouse")
    assert answer.json()["outcomes"][0]["outcome"] == "done"
    answer = await desk.api.post(f"/manifests/{code}/dispatch", {"courier": "x"}, "warehouse")
    assert (answer.status_code, answer.json()["field"]) == (422, "courier")


async def test_a_manifest_is_closed_when_its_differences_were_looked_into(desk: Desk) -> None:
    (parcel,) = await desk.packed()
    code = await desk.manifest([parcel])
    answer = await desk.api.post(f"/manifests/{code}/closure", {}, "warehouse")
    assert (answer.status_code, answer.json()["code"]) == (409, "manifest_state")
    await desk.close(await desk.open(code))
    answer = await desk.api.post(f"/manifests/{code}/closure", {}, "warehouse")
    assert answer.json()["state"] == "closed"


async def test_without_differences_a_manifest_is_closed_with_its_acceptance(desk: Desk) -> None:
    (parcel,) = await desk.packed()
    code = await desk.manifest([parcel])
    acceptance = await desk.open(code)
    await desk.scan(acceptance, parcel)
    await desk.close(acceptance)
    told = (await desk.api.get(f"/manifests/{code}", "warehouse")).json()
    assert (told["state"], told["accepted"], told["missing"]) == ("closed", 1, 0)
    answer = await desk.api.post("/points/KZN-1/acceptances", {"manifest": code}, "point")
    assert (answer.status_code, answer.json()["code"]) == (409, "manifest_state")
    assert answer.json()["expected"] == "arrived, dispatched, open, sealed"


@pytest.mark.parametrize("by", ["other-point", "other-warehouse"])
async def test_a_manifest_of_others_is_unknown(desk: Desk, by: str) -> None:
    code = await desk.manifest([], dispatched=False)
    for name in (code, "MAN-NONE", "x"):
        answer = await desk.api.get(f"/manifests/{name}", by)
        assert (answer.status_code, answer.json()["code"]) == (404, "unknown_manifest")
