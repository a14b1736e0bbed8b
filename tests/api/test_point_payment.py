"""Payment at the point through the API: the setting, the placement, the desk and the refund."""

from typing import Any

import pytest

from tests.support.api.network import PLACE, TOTAL, Api, captured

AT_POINT = {"payment": "at_point"}
SLIP: dict[str, Any] = {
    "amount": {"amount": TOTAL, "currency": "RUB"},
    "point": "KZN-1",
    "reference": "633412345678",
}


async def offer(api: Api, *, pays_at_point: bool = True) -> None:
    """Let KZN-1 take money, or no longer."""
    body = {"pays_at_point": pays_at_point}
    headers = api.headers("admin", {})
    answer = await api.client.patch("/api/v1/points/KZN-1", json=body, headers=headers)
    assert answer.json()["pays_at_point"] is pays_at_point


async def shelved(api: Api) -> str:
    """Return the number of an unpaid order on its shelf."""
    await offer(api)
    number = (await api.place(**AT_POINT))["number"]
    for step in ("picking", "packing", "dispatch", "arrival"):
        await api.step(number, step)
    await api.step(number, "shelving", cell="A-1")
    return number


async def test_no_point_takes_money_unless_it_says_so(api: Api) -> None:
    answer = await api.post("/orders", PLACE | AT_POINT)

    assert answer.status_code == 422
    problem = answer.json()
    assert (problem["code"], problem["field"]) == ("prepayment_required", "payment")
    assert (problem["value"], problem["expected"]) == ("at_point", "in_advance")


async def test_the_order_is_in_processing_and_says_what_is_due(api: Api) -> None:
    await offer(api)

    order = await api.place(**AT_POINT)

    assert (order["status"], order["payment"], order["paid_at"]) == ("processing", "at_point", None)
    assert order["due"] == {"amount": TOTAL, "currency": "RUB"}
    assert order["payment_due_at"] is None
    assert order["promised_for"] is not None
    assert "payment" not in await api.place()


async def test_the_desk_takes_the_money_and_hands_over(api: Api) -> None:
    number = await shelved(api)
    code = {"code": api.code(number)}

    unpaid = await api.post(f"/orders/{number}/handover", code, "point")
    assert (unpaid.status_code, unpaid.json()["code"]) == (409, "unpaid")

    paid = await api.step(number, "point-payment", "point", **SLIP)
    assert (paid["due"]["amount"], paid["status"]) == (0, "ready_for_pickup")
    again = await api.step(number, "point-payment", "point", **SLIP)
    assert again["version"] == paid["version"]
    assert (await api.step(number, "handover", "point", **code))["outcome"] == "issued"


async def test_a_point_that_stops_taking_money_keeps_what_was_placed(api: Api) -> None:
    number = await shelved(api)
    await offer(api, pays_at_point=False)

    await api.step(number, "point-payment", "point", **SLIP)

    assert (await api.post("/orders", PLACE | AT_POINT)).status_code == 422


async def test_the_same_slip_for_another_order_is_left_to_a_person(api: Api) -> None:
    await api.step(await shelved(api), "point-payment", "point", **SLIP)

    other = await api.step(await shelved(api), "point-payment", "point", **SLIP)

    assert (other["attention"], other["paid"]["amount"]) == (["money"], 0)


async def test_paid_online_as_well_the_desks_money_goes_back_there(api: Api) -> None:
    number = await shelved(api)
    await api.step(number, "payment", **captured(number))

    late = await api.post(f"/orders/{number}/point-payment", SLIP, "point")

    assert late.json()["code"] == "already_paid"
    order = (await api.get(f"/orders/{number}", "admin")).json()
    assert [(x["amount"]["amount"], x["route"]) for x in order["refunds"]] == [(TOTAL, "at_point")]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"reference": ""}, "reference"),
        ({"point": ""}, "point"),
        ({"method": "cheque"}, "method"),
        ({"amount": {"amount": -1, "currency": "RUB"}}, "amount.amount"),
    ],
)
async def test_a_body_that_makes_no_sense_is_refused(
    api: Api, changed: dict[str, Any], field: str
) -> None:
    number = await shelved(api)

    answer = await api.post(f"/orders/{number}/point-payment", SLIP | changed, "point")

    assert (answer.status_code, answer.json()["field"]) == (422, field)
