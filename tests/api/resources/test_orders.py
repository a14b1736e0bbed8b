"""Orders as programs place, read and find them."""

import asyncio
from datetime import timedelta
from urllib.parse import quote

import pytest

from tests.support.api.network import ALINA, LAST, MUG, PLACE, TOTAL, Api, captured


async def test_a_placed_order_is_answered_whole_and_can_be_read_again(api: Api) -> None:
    placed = await api.post("/orders", PLACE | {"external_id": "SHOP-1"}, "storefront")

    assert placed.status_code == 201
    order = placed.json()
    assert order["status"] == "awaiting_payment"
    assert order["status_label"] == "Awaiting payment"
    assert order["schema_org_status"] == "OrderPaymentDue"
    assert order["stage"] == "placed"
    assert order["total"] == {"amount": TOTAL, "currency": "RUB"}
    assert order["external_id"] == "SHOP-1"
    assert order["customer"]["phone"] == ALINA
    assert order["delivery"] == {"method": "pickup", "point": "KZN-1"}
    assert order["payment_due_at"] == "2026-11-23T11:05:00Z"
    again = await api.get(f"/orders/{order['number']}")
    assert again.json() == order


async def test_labels_and_the_storage_rule_speak_the_readers_language(api: Api) -> None:
    number = (await api.ready())["number"]

    ru = (await api.get(f"/orders/{number}", Accept_Language="ru")).json()
    en = (await api.get(f"/orders/{number}", Accept_Language="en-GB;q=0.9, fr")).json()

    assert ru["status_label"] == "Готово к выдаче"
    assert en["status_label"] == "Ready for pick-up"
    assert ru["storage_rule"].startswith("7 суток с 14:05 22.11")
    assert en["storage_rule"].startswith("7 days from 14:05 on 22 November")


async def test_a_price_may_be_a_sum_or_minor_units_of_the_orders_currency(api: Api) -> None:
    line = MUG | {"price": {"amount": 49_900, "currency": "RUB"}}

    assert (await api.place(lines=[line]))["total"] == (await api.place(lines=[MUG]))["total"]


async def test_a_price_in_another_currency_than_the_orders_names_its_line(api: Api) -> None:
    line = MUG | {"price": {"amount": 1, "currency": "EUR"}}

    answer = await api.post("/orders", PLACE | {"lines": [MUG, line]})

    problem = answer.json()
    assert answer.status_code == 422
    assert problem["field"] == "lines[1].price.currency"
    assert (problem["value"], problem["expected"]) == ("EUR", "RUB")


async def test_an_order_brought_by_courier_keeps_its_address_out_of_the_journal(api: Api) -> None:
    address = {"city": "Казань", "street": "Баумана", "house": "1", "comment": "код 7"}
    order = await api.place(delivery={"method": "courier", "address": address})

    assert order["delivery"]["address"]["text"] == "Казань, Баумана, 1 (код 7)"
    events = await api.get("/events")
    assert "Баумана" not in events.text
    assert ALINA not in events.text


async def test_an_order_for_a_point_is_sent_to_a_door_that_only_its_courier_is_told(
    api: Api,
) -> None:
    number = (await api.place())["number"]
    door = {"method": "courier", "address": {"text": "Казань, Новая, 8", "intercom": "12К"}}
    path = f"/orders/{number}/redirection"
    asked = {"delivery": door}

    first = await api.post(path, asked, key="door-1")
    again = await api.post(path, asked, key="door-1")
    other = {"delivery": {"method": "courier", "address": {"text": "Казань, Новая, 9"}}}
    reused = await api.post(path, other, key="door-1")

    assert first.json()["delivery"]["address"]["text"] == "Казань, Новая, 8, intercom 12К"
    assert (again.content, again.headers["gotovo-outcome"]) == (first.content, "done")
    assert (reused.status_code, reused.json()["code"]) == (422, "idempotency_key_reused")
    assert "Новая" not in (await api.get("/events")).text
    listed = {"id": "1", "order": number, "step": "redirection", **other}
    outcome = (await api.post("/commands", {"commands": [listed]})).json()["outcomes"][0]
    assert outcome["order"]["delivery"]["address"]["text"] == "Казань, Новая, 9"


async def test_nobody_is_sent_to_a_door_that_was_never_told(api: Api) -> None:
    number = (await api.place())["number"]

    for extra in ({}, {"address": {}}, {"address": {"comment": "код 7"}}):
        answer = await api.post(
            f"/orders/{number}/redirection", {"delivery": {"method": "courier", **extra}}
        )
        assert (answer.status_code, answer.json()["code"]) == (422, "address_missing"), extra


@pytest.mark.parametrize(
    ("by", "phone", "address"),
    [
        ("storefront", ALINA, True),
        ("support", ALINA, True),
        ("admin", ALINA, True),
        ("courier", "+7 9** ***-**-47", True),
        ("warehouse", "+7 9** ***-**-47", True),
    ],
)
async def test_only_who_needs_a_phone_sees_it(
    api: Api,
    by: str,
    phone: str,
    address: bool,  # noqa: FBT001
) -> None:
    delivery = {"method": "courier", "address": {"text": "Казань, Баумана, 1"}}
    number = (await api.place(delivery=delivery))["number"]
    await api.step(number, "payment", **captured(number))
    for step in ("picking", "packing"):
        await api.step(number, step)
    await api.step(number, "dispatch", courier=api.network.ids["courier"])

    order = (await api.get(f"/orders/{number}", by)).json()

    assert order["customer"]["phone"] == phone
    assert (order["delivery"]["address"]["text"] is not None) is address


async def test_a_desk_sees_masked_phones(api: Api) -> None:
    number = (await api.place())["number"]

    order = (await api.get(f"/orders/{number}", "point")).json()

    assert order["customer"]["phone"] == "+7 9** ***-**-47"


async def test_an_unknown_number_and_a_wrong_one_are_the_same_problem(api: Api) -> None:
    for number in ("123456789012", "000000000000", "abc"):
        answer = await api.get(f"/orders/{number}")
        assert answer.status_code == 404
        assert answer.json()["code"] == "unknown_order"


async def test_the_same_external_id_from_one_storefront_is_one_order(api: Api) -> None:
    await api.place(external_id="SHOP-7")

    answer = await api.post("/orders", PLACE | {"external_id": "SHOP-7"}, "storefront")

    assert answer.status_code == 409
    assert answer.json()["code"] == "external_id_taken"


async def test_orders_are_found_by_number_barcode_external_id_and_phone(api: Api) -> None:
    order = await api.ready(external_id="Ёлка-9")
    number, barcode = order["number"], order["parcels"][0]["barcode"]
    spaced = f"{number[:4]} {number[4:8]} {number[8:]}"
    await api.place(customer={"phone": "+79005550000"})

    ids = ("Ёлка-9", "Елка-9", " Е\u0308лка-9\u200b")
    for text in (number, spaced, f"№ {spaced}", barcode, *ids, ALINA, "8 900 123-45-47"):
        found = (await api.get(f"/orders?q={quote(text)}")).json()
        assert [x["number"] for x in found["items"]] == [number], text
    assert (await api.get("/orders?q=nothing")).json() == {"items": [], "next": None}


async def test_an_order_is_read_by_its_number_as_people_write_it(api: Api) -> None:
    number = (await api.place())["number"]

    written = quote(f"№ {number[:4]}–{number[4:8]}\u00a0{number[8:]}")

    assert (await api.get(f"/orders/{written}")).json()["number"] == number


async def test_a_customer_is_named_by_phone_or_by_id(api: Api) -> None:
    order = await api.place()
    await api.place(customer={"phone": "+79005550000"})

    for text in (ALINA, order["customer"]["id"]):
        found = (await api.get(f"/orders?customer={text}")).json()
        assert [x["number"] for x in found["items"]] == [order["number"]]


@pytest.mark.parametrize("role", ["courier", "warehouse", "point"])
async def test_who_sees_half_of_a_phone_cannot_guess_the_rest(api: Api, role: str) -> None:
    order = await api.ready()
    assert (await api.get(f"/orders?q={ALINA}", by=role)).json()["items"] == []
    refused = await api.get(f"/orders?customer={ALINA}", by=role)
    assert refused.status_code == 422
    assert "customer" in refused.text
    text = order["customer"]["id"]
    found = (await api.get(f"/orders?customer={text}", by=role)).json()
    own = [order["number"]] if role == "point" else []  # It lies at a point by now.
    assert [x["number"] for x in found["items"]] == own


async def test_filters_hold_together(api: Api) -> None:
    ready = await api.ready()
    placed = await api.place()
    elsewhere = await api.place(delivery={"method": "pickup", "point": "KZN-2"})

    async def numbers(query: str) -> set[str]:
        items = (await api.get(f"/orders?{query}")).json()["items"]
        return {item["number"] for item in items}

    assert await numbers("status=ready_for_pickup") == {ready["number"]}
    assert await numbers("stage=placed") == {placed["number"], elsewhere["number"]}
    assert await numbers("stage=placed&point=KZN-1") == {placed["number"]}
    assert await numbers("point=KZN-1&status=&stage=") == {ready["number"], placed["number"]}
    assert await numbers("stage=placed&status=closed") == set()
    assert await numbers(f"customer={ALINA}&point=KZN-2") == {elsewhere["number"]}


async def test_pages_go_through_every_order_once_newest_first(api: Api) -> None:
    placed: list[str] = []
    for _ in range(7):
        api.network.clock.now += timedelta(seconds=1)
        placed.append((await api.place())["number"])

    found: list[str] = []
    after = ""
    while True:
        page = (await api.get(f"/orders?limit=3&after={after}")).json()
        found += [item["number"] for item in page["items"]]
        if page["next"] is None:
            break
        after = page["next"]

    assert found == placed[::-1]


async def test_the_timeline_tells_when_each_stage_began_who_did_it_and_its_hash(api: Api) -> None:
    number = (await api.ready())["number"]

    timeline = (await api.get(f"/orders/{number}/timeline", Accept_Language="ru")).json()

    assert [s["status_label"] for s in timeline["statuses"]] == [
        "Ожидает оплаты",
        "В обработке",
        "Готово к выдаче",
    ]
    processing = timeline["statuses"][1]
    assert processing["ended_at"] is not None
    assert [s["stage"] for s in processing["stages"]] == [
        "paid",
        "picking",
        "packed",
        "dispatched",
        "arrived_at_point",
    ]
    first = processing["stages"][0]
    assert first["actor"] == f"admin:{api.network.ids['admin']}"
    assert len(first["hash"]) == 64


async def test_an_arrival_shows_a_missed_dispatch_as_inferred(api: Api) -> None:
    number = (await api.place())["number"]
    await api.step(number, "payment", **captured(number))
    await api.step(number, "packing")

    arrived = await api.post(f"/orders/{number}/arrival", {}, "point")
    timeline = (await api.get(f"/orders/{number}/timeline")).json()
    events = (await api.get("/events?types=parcel.dispatched")).json()["items"]

    assert (arrived.status_code, arrived.json()["stage"]) == (200, "arrived_at_point")
    stages = [(s["stage"], s["inferred"]) for s in timeline["statuses"][1]["stages"]]
    assert stages[-2:] == [("dispatched", True), ("arrived_at_point", False)]
    assert [event["event"]["inferred"] for event in events] == [True]


async def test_what_was_done_is_already_done_at_every_later_stage(api: Api) -> None:
    number = (await api.ready())["number"]
    issued = await api.post(f"/orders/{number}/handover", {"code": api.code(number)}, "point")
    assert issued.status_code == 200

    for step, body in (("shelving", {"cell": "A-1"}), ("arrival", {}), ("dispatch", {})):
        again = await api.post(f"/orders/{number}/{step}", body)
        assert (again.status_code, again.headers["Gotovo-Outcome"]) == (200, "already_done"), step
        assert again.json()["version"] == issued.json()["version"]
    returned = await api.step(number, "return", point="KZN-1")
    again = await api.post(f"/orders/{number}/return", {"point": "KZN-1"})
    assert (again.status_code, again.headers["Gotovo-Outcome"]) == (200, "already_done")
    assert again.json()["version"] == returned["version"]


async def test_fifty_hand_overs_at_once_are_one_issued_and_forty_nine_told_so(api: Api) -> None:
    number = (await api.ready())["number"]
    body = {"code": api.code(number)}

    answers = await asyncio.gather(
        *(api.post(f"/orders/{number}/handover", body, "point") for _ in range(50))
    )

    codes = [answer.json().get("code", "issued") for answer in answers]
    assert codes.count("issued") == 1
    assert codes.count("already_issued") == 49
    assert {answer.status_code for answer in answers} == {200, 409}


async def test_of_two_payments_for_the_last_one_the_second_is_cancelled_and_refunded(
    api: Api,
) -> None:
    orders = [await api.place(lines=[LAST]) for _ in range(2)]

    first, second = (each["number"] for each in orders)
    await api.step(first, "payment", **captured(first, 100))
    second = await api.step(second, "payment", **captured(second, 100))

    assert (second["outcome"], second["reason"]) == ("cancelled", "out_of_stock")
    assert second["refunded"] == {"amount": 100, "currency": "RUB"}
    (refund,) = second["refunds"]
    assert refund["state"] == "started"
    paid = captured(second["number"], 100)
    assert refund["payments"] == [paid]
    in_warehouse = (await api.get(f"/orders/{second['number']}", "warehouse")).json()
    assert in_warehouse["refunds"][0]["payments"] == []


async def test_an_erased_buyer_leaves_an_order_without_a_person(api: Api) -> None:
    number = (await api.place())["number"]
    await api.step(number, "cancellation")

    order = await api.step(number, "contact-erasure")

    assert order["customer"]["phone"] is None
    assert order["customer"]["name"] is None


def charge(kind: str, amount: int, currency: str = "RUB") -> dict[str, object]:
    return {"kind": kind, "title": "Плата", "amount": {"amount": amount, "currency": currency}}


async def test_an_order_has_charges_beside_its_goods(api: Api) -> None:
    charges = [charge("delivery_fee", 19_900), charge("coupon", -10_000), charge("rounding", -50)]

    order = await api.place(charges=charges)

    assert order["charges"] == charges
    assert order["total"] == {"amount": TOTAL + 19_900 - 10_050, "currency": "RUB"}
    assert sum(line["total"]["amount"] for line in order["lines"]) == TOTAL - 10_050
    assert (await api.place())["charges"] == []


@pytest.mark.parametrize(
    ("charges", "field", "value"),
    [
        ([charge("delivery_fee", -1)], "charges[0].amount", "-1"),
        ([charge("delivery_fee", 1), charge("coupon", 1)], "charges[1].amount", "1"),
        ([charge("discount", -TOTAL - 1)], "charges", "-1"),
        ([charge("delivery_fee", 1, "EUR")], "charges[0].amount.currency", "EUR"),
    ],
)
async def test_a_charge_that_makes_no_sense_is_named(
    api: Api, charges: list[object], field: str, value: str
) -> None:
    """Rule 4.8."""
    answer = await api.post("/orders", PLACE | {"charges": charges}, "storefront")

    problem = answer.json()
    assert answer.status_code == 422
    assert (problem["field"], problem["value"]) == (field, value)


async def test_a_parcel_received_in_parts_shows_what_has_come(api: Api) -> None:
    order = await api.ready()
    path = f"/orders/{order['number']}"
    await api.post(f"{path}/cancellation", {"reason": "seller_request"})
    await api.post(f"{path}/withdrawal", {})
    contents = order["parcels"][0]["contents"][0]
    came = [{"line": contents["line"], "quantity": 1, "condition": "defective"}]

    answer = await api.post(f"{path}/reception", {"units": came})
    again = await api.post(f"{path}/reception", {"units": came})

    parcel = answer.json()["parcels"][0]
    assert (answer.status_code, parcel["received"]) == (200, came)
    assert again.headers["gotovo-outcome"] == "already_done"
    too_many = [{**came[0], "quantity": contents["quantity"] + 1}]
    refused = await api.post(f"{path}/reception", {"units": too_many})
    assert (refused.status_code, refused.json()["field"]) == (422, "units")
