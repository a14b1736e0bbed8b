"""Who works at one point has no other desk, and hears of none."""

import pytest

from tests.support.api.network import Api


@pytest.mark.parametrize("point", ["KZN-2", "KZN-9"])
async def test_a_clerk_does_not_hear_whether_there_is_another_desk(api: Api, point: str) -> None:
    answer = await api.get(f"/points/{point}/visits", "point")
    assert (answer.status_code, answer.json()["code"]) == (403, "wrong_point")
    assert answer.json()["expected"] == "KZN-1"


async def test_an_administrator_has_every_desk_there_is(api: Api) -> None:
    assert (await api.get("/points/KZN-2/visits", "admin")).status_code == 200
    assert (await api.get("/points/KZN-9/visits", "admin")).json()["code"] == "unknown_point"
