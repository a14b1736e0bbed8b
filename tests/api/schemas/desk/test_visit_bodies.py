"""The ways to identify a buyer, and every mix of them that is none."""

from typing import Any

import pytest

from tests.support.api.network import Api


@pytest.mark.parametrize(
    "shown",
    [
        {},
        {"code": "123456"},
        {"phone_last4": "4547"},
        {"phone_last4": "45", "code": "1"},
        {"qr": "x", "number": "1"},
        {"number": "1", "code": "1", "without_code": {"reason": "no_phone"}},
        {"number": "1", "without_code": {"reason": "other"}},
        {"number": "1", "without_code": {"reason": "because"}},
        {"number": "1", "at": "0001-01-01T00:00:00Z"},
        {"at": None, "number": 5},
    ],
)
async def test_what_identifies_nobody_is_a_wrong_body(api: Api, shown: dict[str, Any]) -> None:
    answer = await api.post("/points/KZN-1/visits", shown, "point")
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_body"), answer.text


async def test_an_order_is_named_once_in_a_completion(api: Api) -> None:
    path = "/points/KZN-1/visits/00000000-0000-0000-0000-000000000000/completion"
    orders = [{"number": "1234 5678 9012"}, {"number": "123456789012"}]
    answer = await api.post(path, {"orders": orders}, "point")
    assert (answer.status_code, answer.json()["field"]) == (422, "orders[1].number")
    assert (await api.post(path, {"orders": []}, "point")).status_code == 422
