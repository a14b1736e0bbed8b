"""Returns at a desk over the API: found, compared, taken back with a barcode, or declined."""

from typing import Any
from uuid import UUID

from gotovo.order.values.customer import customer_id
from gotovo.order.values.order import Attention
from gotovo.store.tables.access.access_log import AccessLogStore
from gotovo.store.tables.attachments.attachment import AttachmentPurpose
from tests.support.api.network import ALINA, SECRET, Api
from tests.support.api.things import new_attachment
from tests.support.desk.shelf import BORIS, TWO_BOXES, order_of, ready

DESK = "/points/KZN-1/returns"
ONE = {"line": 1, "quantity": 1}


def fits_not(**changes: Any) -> dict[str, Any]:
    """Return a unit that is taken back because it does not fit."""
    return ONE | {"reason": "not_fitting"} | changes


async def issued(api: Api, claimed: int = 0, **who: Any) -> str:
    """Return an order that was issued at KZN-1, some units of its line claimed."""
    number = await ready(api, **who)
    await api.step(number, "handover", "point", code=api.code(number))
    if claimed:
        units = [ONE | {"quantity": claimed}]
        await api.step(number, "return-claim", "storefront", units=units)
    return number


async def takes(api: Api, number: str, by: str = "point", key: str = "", **body: Any) -> Any:
    path = "/points/KZN-2/returns" if by == "other-point" else DESK
    sent = {"order": number, **body}
    return await (api.post(path, sent, by, key) if key else api.post(path, sent, by))


async def test_what_is_taken_back_has_a_barcode_and_its_refund_follows_the_inspection(
    api: Api,
) -> None:
    """Rule 4.7."""
    number = await issued(api, claimed=1)
    found = await api.post(f"{DESK}/search", {"scanned": f"{number}01"}, "point")
    assert found.status_code == 200, found.text
    (line,) = found.json()["lines"]
    assert (found.json()["number"], line["claimed"], line["problem"]) == (number, 1, None)
    taken = await takes(api, number, taken=[fits_not()], key="once")
    assert taken.status_code == 201, taken.text
    (parcel,) = taken.json()["parcels"]
    assert parcel == {"barcode": f"{number}02", "contents": [ONE], "defective": False}
    again = await takes(api, number, taken=[fits_not()], key="once")
    assert again.content == taken.content
    order = await order_of(api, number)
    assert ([line.returned for line in order.lines], order.refunds) == ([1], ())


async def test_defective_goods_have_a_parcel_of_their_own(api: Api) -> None:
    number = await issued(api, claimed=2)
    taken = await takes(api, number, taken=[fits_not(), fits_not(reason="defect")])
    assert [x["defective"] for x in taken.json()["parcels"]] == [False, True], taken.text


async def test_what_is_declined_stays_and_a_person_decides(api: Api) -> None:
    number = await issued(api, claimed=2)
    declined = [ONE | {"reason": "used"}]
    answer = await takes(api, number, taken=[fits_not()], declined=declined, note="washed")
    assert answer.status_code == 201, answer.text
    assert len(answer.json()["parcels"]) == 1
    order = await order_of(api, number)
    assert (order.lines[0].returned, order.attention) == (1, (Attention.DISPUTE,))
    events = (await api.get(f"/orders/{number}/timeline", "admin")).text
    assert "order.return_refused" in (await api.get("/events?limit=200", "admin")).text, events


async def test_goods_of_another_points_order_are_brought_with_the_photos_of_the_claim(
    api: Api,
) -> None:
    number = await issued(api, claimed=1)
    photo = await new_attachment(api, number, AttachmentPurpose.CLAIM)
    desk = "/points/KZN-2/returns"
    found = await api.post(f"{desk}/search", {"scanned": number}, "other-point")
    assert [x["id"] for x in found.json()["photos"]] == [photo], found.text
    assert "KZN-1" not in found.text
    shown = await api.get(f"{desk}/{number}/photos/{photo}", "other-point")
    assert (shown.status_code, shown.headers["content-type"]) == (200, "image/jpeg")
    log = api.network.dependencies.desk.returning.visiting.access_log
    await log.write()
    found_log = await AccessLogStore(api.network.pool).latest(customer_id(SECRET, ALINA), 100)
    assert ("point", "KZN-2", number) in {(x.role, x.place, x.number) for x in found_log}
    taken = await takes(api, number, "other-point", taken=[fits_not()])
    assert taken.status_code == 201, taken.text


async def test_a_photo_is_of_this_order_and_its_digest_is_in_the_event(api: Api) -> None:
    number, other = await issued(api, claimed=1), await issued(api, customer=BORIS)
    stolen = await new_attachment(api, other)
    refused = await takes(api, number, taken=[fits_not(attachments=[stolen])])
    assert refused.json()["code"] == "unknown_attachment", refused.text
    assert refused.json()["field"] == "taken[0].attachments"
    own = await new_attachment(api, number)
    taken = await takes(api, number, taken=[fits_not(attachments=[own])])
    assert taken.status_code == 201, taken.text
    known = await api.network.dependencies.attachments.digests_of([UUID(own)])
    assert known[UUID(own)] in (await api.get("/events?limit=200", "admin")).text


async def test_a_photo_of_a_refusal_at_the_hand_over_is_of_this_order_too(api: Api) -> None:
    number, other = await ready(api), await ready(api, customer=BORIS)
    stolen = await new_attachment(api, other)
    refused = [ONE | {"reason": "defect", "attachments": [stolen]}]
    body = {"code": api.code(number), "refused": refused}
    answer = await api.post(f"/orders/{number}/handover", body, "point")
    assert answer.json()["code"] == "unknown_attachment", answer.text
    listed = {"id": "1", "order": number, "step": "handover", **body}
    answer = await api.post("/commands", {"commands": [listed]}, "point")
    assert answer.json()["code"] == "unknown_attachment", answer.text
    refused[0]["attachments"] = [await new_attachment(api, number)]
    done = await api.step(number, "handover", "point", code=api.code(number), refused=refused)
    assert done["lines"][0]["refused"] == 1


async def test_of_several_parcels_each_is_scanned_whoever_hands_over(api: Api) -> None:
    number = await ready(api, TWO_BOXES)
    body = {"code": api.code(number)}
    answer = await api.post(f"/orders/{number}/handover", body, "point")
    assert answer.json()["code"] == "parcel_missing", answer.text
    scanned = [f"{number}01", f"{number}02"]
    await api.step(number, "handover", "point", code=api.code(number), scanned=scanned)


async def test_the_list_has_the_claims_of_this_point_page_by_page(api: Api) -> None:
    first, second = await issued(api, claimed=1), await issued(api, claimed=1, customer=BORIS)
    await issued(api)
    page = (await api.get(f"{DESK}?limit=1", "point")).json()
    rest = (await api.get(f"{DESK}?limit=1&after={page['next']}", "point")).json()
    assert {x["number"] for x in (*page["items"], *rest["items"])} == {first, second}
    assert rest["next"] is None
    assert (await api.get("/points/KZN-2/returns", "other-point")).json()["items"] == []


async def test_a_search_names_one_way_and_an_odd_body_is_an_error(api: Api) -> None:
    number = await issued(api)
    for body in ({}, {"scanned": number, "code": "1"}, {"phone_last4": "4547"}):
        answer = await api.post(f"{DESK}/search", body, "point")
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_body")
    answer = await takes(api, number)
    assert answer.json()["code"] == "wrong_quantity", answer.text
    answer = await takes(api, number, declined=[ONE | {"reason": "other"}])
    assert (answer.json()["code"], answer.json()["field"]) == ("invalid_body", "note")
    forged = [fits_not(digests=["00"])]
    assert (await takes(api, number, taken=forged)).json()["code"] == "invalid_body"
    body = {"units": [ONE], "approved_by": "staff-1"}
    answer = await api.post(f"/orders/{number}/return", body, "point")
    assert answer.json()["code"] == "invalid_body"
