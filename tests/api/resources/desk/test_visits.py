"""Visits: a buyer is identified once, and all of their orders here end with one request."""

from datetime import timedelta
from typing import Any, Final

from msgspec import structs

from gotovo.order.values.pickup_codes import qr_text, trusted_code
from tests.support.api.network import ALINA, KREMLIN, MUG, SECRET, Api, captured
from tests.support.api.things import new_attachment

BORIS: Final = {"phone": "+79007654321", "name": "Борис Петров"}
TWO_PARCELS: Final = [{"contents": [{"line": 1, "quantity": 1}]}] * 2
TERMINAL: Final = {"amount": 99_800, "currency": "RUB", "reference": "slip 1"}


async def ready(api: Api, boxes: Any = None, cell: str = "54-35", **changes: Any) -> str:
    """Return the number of an order on its shelf at KZN-1."""
    number = (await api.place(**changes))["number"]
    if changes.get("payment") != "at_point":
        await api.step(number, "payment", **captured(number))
    await api.step(number, "picking")
    await api.step(number, "packing", **({"boxes": boxes} if boxes else {}))
    await api.step(number, "dispatch")
    await api.step(number, "arrival")
    await api.step(number, "shelving", cell=cell)
    return number


async def opened(api: Api, by: str = "point", key: str = "", **shown: Any) -> dict[str, Any]:
    """Return the visit that was opened, which it has to be."""
    answer = await api.post("/points/KZN-1/visits", shown, by, key)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def refused(api: Api, by: str = "point", point: str = "KZN-1", **shown: Any) -> str:
    """Return why nobody was identified."""
    answer = await api.post(f"/points/{point}/visits", shown, by)
    assert answer.status_code >= 400, answer.text
    return answer.json()["code"]


async def ended(
    api: Api, visit: dict[str, Any], *orders: dict[str, Any], by: str = "point", key: str = ""
) -> list[dict[str, Any]]:
    """Return what became of each order."""
    path = f"/points/KZN-1/visits/{visit['id']}/completion"
    answer = await api.post(path, {"orders": orders}, by, key)
    assert answer.status_code == 200, answer.text
    return answer.json()["orders"]


def by_number(visit: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {each["number"]: each for each in visit["orders"]}


async def stage(api: Api, number: str) -> str:
    return (await api.get(f"/orders/{number}")).json()["stage"]


async def test_one_code_opens_every_order_of_the_buyer_and_one_request_ends_them(api: Api) -> None:
    """Rule 4.3."""
    first, second = await ready(api), await ready(api, cell="12-1")
    stranger = await ready(api, customer=BORIS)
    visit = await opened(api, number=first, code=api.code(first))
    orders = by_number(visit)
    assert set(orders) == {first, second}
    assert [(x["proof"], x["cells"]) for x in orders.values()] == [
        ("code", ["54-35"]),
        ("same_buyer", ["12-1"]),
    ]
    assert visit["buyer"] == {"name_masked": "Алина", "phone_last4": "4547"}
    assert ALINA not in str(visit)
    results = await ended(api, visit, {"number": first}, {"number": second})
    assert [each["ending"] for each in results] == ["done", "done"]
    assert [await stage(api, x) for x in (first, second)] == ["issued", "issued"]
    assert await stage(api, stranger) == "shelved"


async def test_a_buyer_is_found_by_the_qr_and_by_the_phone_with_a_code(api: Api) -> None:
    number = await ready(api)
    shown = qr_text(SECRET, number, "KZN-1", 1, api.network.clock.now)
    visit = await opened(api, qr=shown)
    assert [x["proof"] for x in visit["orders"]] == ["qr"]
    path = f"/points/KZN-1/visits/{visit['id']}/stop"
    stopped = await api.post(path, {}, "point")
    assert [x["ending"] for x in stopped.json()["orders"]] == ["left"]
    visit = await opened(api, phone_last4="4547", code=api.code(number))
    assert [x["number"] for x in visit["orders"]] == [number]


async def test_what_is_not_here_yet_is_shown_with_the_reason_and_the_day(api: Api) -> None:
    number = await ready(api)
    coming = (await api.place())["number"]
    await api.step(coming, "payment", **captured(coming))
    unpaid = (await api.place())["number"]
    orders = by_number(await opened(api, number=number, code=api.code(number)))
    assert set(orders) == {number, coming}, unpaid
    assert orders[coming]["refusal"]["code"] == "not_ready"
    assert orders[coming]["promised_for"] == "2026-11-23"
    assert orders[number]["refusal"] is None


async def test_a_visit_is_the_same_on_every_device_until_it_is_over(api: Api) -> None:
    number = await ready(api)
    visit = await opened(api, number=number, code=api.code(number))
    await api.network.reopen()
    listed = (await api.get("/points/KZN-1/visits", "point")).json()["items"]
    assert [each["id"] for each in listed] == [visit["id"]]
    read = await api.get(f"/points/KZN-1/visits/{visit['id']}", "admin")
    assert read.json()["orders"] == visit["orders"]
    api.network.clock.now += timedelta(minutes=11)
    await ended(api, visit, {"number": number})
    assert (await api.get(f"/points/KZN-1/visits/{visit['id']}", "point")).status_code == 404
    assert (await api.get("/points/KZN-1/visits", "point")).json()["items"] == []


async def test_several_visits_are_open_at_once(api: Api) -> None:
    alinas, boriss = await ready(api), await ready(api, customer=BORIS)
    one = await opened(api, number=alinas, code=api.code(alinas))
    other = await opened(api, number=boriss, code=api.code(boriss))
    assert one["id"] != other["id"]
    assert len((await api.get("/points/KZN-1/visits", "point")).json()["items"]) == 2
    assert [x["ending"] for x in await ended(api, other, {"number": boriss})] == ["done"]
    assert await stage(api, alinas) == "handing_over"


async def test_a_repeated_request_gets_the_same_bytes_and_does_nothing_twice(api: Api) -> None:
    """Rule 4.13."""
    number = await ready(api)
    shown = {"number": number, "code": api.code(number)}
    visit = await opened(api, key="open", **shown)
    assert await opened(api, key="open", **shown) == visit
    path = f"/points/KZN-1/visits/{visit['id']}/completion"
    body = {"orders": [{"number": number}]}
    first, again = [await api.post(path, body, "point", "end") for _ in range(2)]
    assert first.content == again.content
    other = await api.post(path, {"orders": [{"number": number}]}, "point", "other")
    assert other.json()["orders"][0]["problem"]["code"] == "already_issued"


async def test_half_an_order_does_not_leave_by_mistake(api: Api) -> None:
    number = await ready(api, TWO_PARCELS)
    visit = await opened(api, number=number, code=api.code(number))
    assert len(visit["orders"][0]["parcels"]) == 2
    for scanned in ([], [f"{number}01"]):
        (result,) = await ended(api, visit, {"number": number, "scanned": scanned})
        assert (result["ending"], result["problem"]["code"]) == ("refused", "parcel_missing")
        assert result["missing"][-1] == {"barcode": f"{number}02", "cell": "54-35"}
    half = {"line": 1, "quantity": 1, "reason": "not_fitting"}
    end = {"number": number, "scanned": [f"{number}01"], "refused": [half]}
    (result,) = await ended(api, visit, end)
    assert (result["ending"], result["outcome"]) == ("done", "issued")


async def test_an_order_of_the_visit_that_nobody_mentions_stops_the_completion(api: Api) -> None:
    first, second = await ready(api), await ready(api)
    visit = await opened(api, number=first, code=api.code(first))
    path = f"/points/KZN-1/visits/{visit['id']}/completion"
    answer = await api.post(path, {"orders": [{"number": first}]}, "point")
    assert (answer.status_code, answer.json()["code"]) == (422, "parcel_missing")
    assert answer.json()["expected"] == second
    assert await stage(api, first) == "handing_over"
    results = await ended(api, visit, {"number": first}, {"number": second, "leaves": True})
    assert [x["ending"] for x in results] == ["done", "left"]
    assert await stage(api, second) == "shelved"


async def test_one_order_that_was_stopped_meanwhile_stops_no_other(api: Api) -> None:
    """Rule 4.11."""
    first, second, third = [await ready(api) for _ in range(3)]
    visit = await opened(api, number=first, code=api.code(first))
    await api.step(second, "handover-stop", "storefront")
    results = await ended(api, visit, *({"number": x} for x in (first, second, third)))
    assert [x["ending"] for x in results] == ["done", "refused", "done"]
    assert results[1]["problem"]["code"] == "blocked"
    assert results[1]["stopped_by_buyer"]


async def test_goods_of_some_classes_stay_behind_only_with_a_defect(api: Api) -> None:
    point = structs.replace(KREMLIN, not_refusable=("hygiene",))
    await api.network.directory.put_point(point, api.network.clock.now)
    number = await ready(api, lines=[MUG | {"goods_class": "hygiene"}])
    visit = await opened(api, number=number, code=api.code(number))
    assert [x["refusable"] for x in visit["orders"][0]["lines"]] == [False]
    units = {"line": 1, "quantity": 1}
    for reason in ({}, {"reason": "changed_mind"}):
        (result,) = await ended(api, visit, {"number": number, "refused": [units | reason]})
        assert result["problem"]["code"] == "not_refusable"
    photo = await new_attachment(api, number)
    defect = units | {"reason": "defect", "attachments": [photo]}
    (result,) = await ended(api, visit, {"number": number, "refused": [defect]})
    assert result["ending"] == "done"
    events = (await api.get("/events?limit=100", "admin")).text
    assert photo in events


async def test_what_is_due_is_confirmed_with_the_same_request(api: Api) -> None:
    point = structs.replace(KREMLIN, pays_at_point=True)
    await api.network.directory.put_point(point, api.network.clock.now)
    number = await ready(api, payment="at_point")
    visit = await opened(api, number=number, code=api.code(number))
    assert visit["orders"][0]["due"] == {"amount": 99_800, "currency": "RUB"}
    (result,) = await ended(api, visit, {"number": number})
    assert result["problem"]["code"] == "unpaid"
    (result,) = await ended(api, visit, {"number": number, "payment": TERMINAL})
    assert (result["ending"], result["stage"]) == ("done", "issued")


async def test_a_trusted_person_gets_the_one_order_and_hears_of_no_other(api: Api) -> None:
    first, second = await ready(api), await ready(api)
    await api.step(first, "trusted-person")
    sent = trusted_code(SECRET, first, "KZN-1", 1)
    visit = await opened(api, number=first, code=sent)
    assert (visit["by_trusted"], [x["number"] for x in visit["orders"]]) == (True, [first])
    assert second not in str(visit)
    await ended(api, visit, {"number": first})
    assert await stage(api, second) == "shelved"


async def test_each_look_is_logged(api: Api) -> None:
    """Rule 4.16."""
    number = await ready(api)
    await opened(api, number=number, code=api.code(number))
    await api.get("/points/KZN-1/visits", "point")
    await api.network.dependencies.desk.visiting.access_log.write()
    rows = await api.network.pool.fetch(
        "select what, actor from order_look where subject = $1", number
    )
    looks = {(row["what"], row["actor"].partition(":")[0]) for row in rows}
    assert looks >= {("order", "point"), ("list", "point")}
