"""A scan at a point: what the code is, what it means there, and what to do next."""

import json
from datetime import timedelta
from typing import Any, Final
from urllib.parse import quote

import pytest

from gotovo.order.values.number import draw
from gotovo.order.values.pickup_codes import qr_text
from tests.support.api.network import ALINA, LAST, MUG, NOW, SECRET, Api, captured

PERSONAL: Final = (ALINA, "4547", "Каримова", "amount", "email")
"""What of a buyer is not told at a scan, and that there is money."""

NAMED: Final = {"phone": ALINA, "name": "Алина Каримова", "email": "alina@example.ru"}
FREE: Final = draw(7, 12_345)
"""A number that no order has."""

EAN: Final = "4601234567893"
TWO_PARCELS: Final = [{"contents": [{"line": 1, "quantity": 1}]}] * 2


async def scan(api: Api, code: str, by: str = "point", point: str = "KZN-1") -> dict[str, Any]:
    """Return the answer to a scan, which there has to be."""
    answer = await api.get(f"/points/{point}/scan?code={quote(code)}", by)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def packed(api: Api, **changes: Any) -> str:
    """Return the number of an order that is packed."""
    number = (await api.place(customer=NAMED, **changes))["number"]
    await api.step(number, "payment", **captured(number))
    await api.step(number, "picking")
    return (await api.step(number, "packing"))["number"]


async def stocked(api: Api, sku: str) -> None:
    """Put some units of a sku into the warehouse."""
    await api.network.pool.execute(
        "insert into stock (home, warehouse, sku, title, on_hand, reserved)"
        " values (0, 'KZN', $1, 'Кружка', 10, 0)",
        sku,
    )


async def test_a_parcel_goes_from_the_van_to_its_buyer_by_scans(api: Api) -> None:
    number = await packed(api)
    parcel = f"{number}01"
    assert (await scan(api, parcel))["next"] == "shelve"
    await api.step(number, "dispatch")
    assert (await scan(api, number))["next"] == "wait"
    await api.step(number, "arrival")
    assert (await scan(api, parcel))["next"] == "shelve"
    assert (await scan(api, number))["next"] == "shelve"
    await api.step(number, "shelving", cell="54-35")
    lying = await scan(api, parcel)
    assert (lying["next"], lying["parcel"]["cell"]) == ("already_here", "54-35")
    assert (await scan(api, number))["next"] == "issue"
    await api.step(number, "handover", code=api.code(number))
    assert [(await scan(api, x))["next"] for x in (parcel, number)] == ["take_back"] * 2
    api.network.clock.now += timedelta(days=8)
    assert [(await scan(api, x))["next"] for x in (parcel, number)] == ["closed"] * 2


async def test_every_cell_of_the_order_is_shown_with_its_count(api: Api) -> None:
    number = (await api.place(customer=NAMED))["number"]
    await api.step(number, "payment", **captured(number))
    await api.step(number, "picking")
    await api.step(number, "packing", boxes=TWO_PARCELS)
    await api.step(number, "dispatch")
    await api.step(number, "arrival")
    await api.step(number, "shelving", parcels=[f"{number}01"], cell="54-35")
    half = await scan(api, f"{number}01")
    assert half["next"] == "already_here"
    counts = [{"cell": None, "parcels": 1}, {"cell": "54-35", "parcels": 1}]
    assert (half["order"]["parcels"], half["order"]["here"]) == (2, 2)
    assert half["order"]["cells"] == counts
    assert (await scan(api, number))["next"] == "shelve"
    await api.step(number, "shelving", parcels=[f"{number}02"], cell="54-36")
    whole = (await scan(api, number))["order"]
    assert [each["cell"] for each in whole["cells"]] == ["54-35", "54-36"]


async def test_a_buyers_qr_leads_to_the_hand_over(api: Api) -> None:
    number = (await api.ready(customer=NAMED))["number"]
    shown = qr_text(SECRET, number, "KZN-1", 1, NOW)
    found = await scan(api, f"]Q1{shown}\r")
    assert (found["kind"], found["value"], found["next"]) == ("pickup_qr", shown, "issue")
    assert found["order"]["number"] == number


async def test_the_buyer_is_masked_and_money_is_not_shown(api: Api) -> None:
    number = (await api.ready(customer=NAMED))["number"]
    found = await scan(api, number)
    assert found["order"]["buyer"] == {"name": "Алина К.", "phone": "+7 9** ***-**-47"}
    assert [x for x in PERSONAL if x in json.dumps(found, ensure_ascii=False)] == []


async def test_what_belongs_to_another_point_is_sent_there(api: Api) -> None:
    number = (await api.place(delivery={"method": "pickup", "point": "KZN-2"}))["number"]
    await api.step(number, "payment", **captured(number))
    for code in (number, f"{number}01"):
        found = await scan(api, code)
        assert (found["next"], found["point"]) == ("wrong_point", "KZN-2")
        assert (found["order"], found["parcel"]) == (None, None)


async def test_who_serves_every_point_is_told_the_same_as_the_clerk_there(api: Api) -> None:
    number = (await api.ready(customer=NAMED))["number"]
    clerk = await scan(api, number)
    assert await scan(api, number, "admin") == clerk
    assert (await scan(api, number, "admin", "KZN-2"))["next"] == "wrong_point"


async def test_a_clerk_has_the_desk_of_one_point(api: Api) -> None:
    for point in ("KZN-2", "KZN-404"):
        answer = await api.get(f"/points/{point}/scan?code={FREE}", "point")
        assert (answer.status_code, answer.json()["code"]) == (403, "wrong_point"), point
    unknown = await api.get(f"/points/KZN-404/scan?code={FREE}", "admin")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "unknown_point")


async def test_an_order_that_goes_to_its_buyer_is_the_couriers(api: Api) -> None:
    address = {"city": "Казань", "street": "Баумана", "house": "1", "postcode": "420111"}
    placed = await api.place(delivery={"method": "courier", "address": address})
    found = await scan(api, placed["number"])
    assert (found["next"], found["point"], found["order"]) == ("by_courier", None, None)


async def test_nobody_is_told_of_what_is_not_there(api: Api) -> None:
    number = await packed(api)
    for code in (FREE, f"{FREE}01", f"{number}07"):
        found = await scan(api, code)
        assert (found["next"], found["order"], found["parcel"]) == ("not_found", None, None)


async def test_orders_of_another_shop_do_not_exist_for_the_staff_of_a_shop(api: Api) -> None:
    number = (await api.ready(lines=[MUG]))["number"]
    for code in (number, f"{number}01", "CELL:A-1"):
        found = await scan(api, code, "book-admin")
        assert (found["order"], found["found"]) == (None, []), code
        assert found["next"] in {"not_found", "show_cell"}
    assert (await scan(api, number, "admin"))["next"] == "issue"


async def test_what_was_cancelled_on_its_way_goes_back(api: Api) -> None:
    number = (await api.ready(customer=NAMED))["number"]
    await api.step(number, "cancellation")
    for code in (number, f"{number}01"):
        assert (await scan(api, code))["next"] == "send_back"
    await api.step(number, "withdrawal", "point")
    assert (await scan(api, f"{number}01"))["next"] == "send_back"


async def test_goods_of_another_point_may_be_brought_and_their_buyer_is_not_shown(
    api: Api,
) -> None:
    number = (await api.ready(customer=NAMED))["number"]
    await api.step(number, "handover", code=api.code(number))
    found = await scan(api, number, "other-point", "KZN-2")
    assert found["next"] == "take_back"
    assert (found["order"]["buyer"], found["order"]["stage"]) == (None, None)
    assert "Алина" not in json.dumps(found, ensure_ascii=False)
    api.network.clock.now += timedelta(days=90)
    assert (await scan(api, number, "other-point", "KZN-2"))["next"] == "not_found"


async def test_a_cell_shows_what_lies_in_it_and_nothing_else(api: Api) -> None:
    lying = (await api.ready())["number"]  # In A-1.
    gone = (await api.ready())["number"]
    await api.step(gone, "handover", code=api.code(gone))
    expired = (await api.ready())["number"]
    await api.step(expired, "cancellation")
    other = (await api.ready())["number"]
    await api.step(other, "shelving", cell="A-12")
    found = await scan(api, "CELL:A-1")
    assert (found["kind"], found["next"]) == ("cell", "show_cell")
    assert {x["number"]: x["is_ready"] for x in found["found"]} == {lying: True, expired: False}


async def test_a_product_leads_to_the_orders_that_have_it(api: Api) -> None:
    await stocked(api, EAN)
    line = {"sku": EAN, "title": "Кружка", "quantity": 1, "price": 49_900}
    number = (await api.place(lines=[line]))["number"]
    await api.step(number, "payment", **captured(number, 49_900))
    await api.step(number, "picking")
    await api.step(number, "packing")
    await api.ready(lines=[MUG])
    for code in (EAN, f"010{EAN}21abc\x1d93dGVz"):
        found = await scan(api, code)
        assert (found["kind"], found["next"]) == ("product", "choose_order")
        assert [x["number"] for x in found["found"]] == [number]
    assert found["product"] == {"gtin": f"0{EAN}", "serial": "abc"}


async def test_digits_that_could_be_both_are_the_order_if_there_is_one(api: Api) -> None:
    both = next(x for x in (draw(3, i) for i in range(200)) if _is_upc(x))
    assert (await scan(api, both))["next"] == "not_found"
    await stocked(api, both)
    line = {"sku": both, "title": "Кружка", "quantity": 1, "price": 100}
    number = (await api.place(lines=[line]))["number"]
    await api.step(number, "payment", **captured(number, 100))
    await api.step(number, "picking")
    await api.step(number, "packing")
    found = await scan(api, both)
    assert (found["kind"], [x["number"] for x in found["found"]]) == ("product", [number])


def _is_upc(digits: str) -> bool:
    odd, even = sum(map(int, digits[::2])), sum(map(int, digits[1::2]))
    return (odd * 3 + even) % 10 == 0


@pytest.mark.parametrize(
    ("code", "kind", "next_step"),
    [
        ("BOX-7F3K2", "box", "open_box"),
        ("MAN-2026", "manifest", "open_manifest"),
        ("042917", "pickup_code", "ask_number"),
        ("4547", "phone_digits", "ask_code"),
        ("https://example.ru", "unknown", "unknown_code"),
        ("\x1d\x1d\r\n\t", "unknown", "unknown_code"),
        ("кружка", "unknown", "unknown_code"),
    ],
)
async def test_every_code_has_an_answer(api: Api, code: str, kind: str, next_step: str) -> None:
    found = await scan(api, code)
    assert (found["kind"], found["next"]) == (kind, next_step)


async def test_a_scan_without_a_code_names_what_is_missing(api: Api) -> None:
    for query in ("", "?code=", f"?code={'7' * 600}"):
        answer = await api.get(f"/points/KZN-1/scan{query}", "point")
        assert (answer.status_code, answer.json()["field"]) == (422, "code"), query


async def test_each_look_is_logged_with_who_looked(api: Api) -> None:
    number = (await api.ready(customer=NAMED, lines=[MUG]))["number"]
    await api.network.pool.execute("delete from order_look")
    for code in (number, f"{number}01", "CELL:A-1", FREE):
        await scan(api, code)
    await api.network.dependencies.access_log.write()
    rows = await api.network.pool.fetch("select subject, actor, place, what, looks from order_look")
    by = f"point:{api.network.ids['point']}"
    assert {tuple(row) for row in rows} == {
        (number, by, "KZN-1", "order", 2),
        (number, by, "KZN-1", "list", 1),
    }
    assert str(LAST["sku"]) not in str(rows)
