"""A point's plan of cells is a setting like any other, with every mistake named."""

from typing import Any

import pytest

from tests.support.api.network import Api

RACK = {"number": 54, "shelves": [{"first": 1, "last": 35, "size": "S", "fits": 4}]}


async def test_a_plan_is_set_read_and_taken_off_again(api: Api) -> None:
    assert (await api.get("/points/KZN-1")).json()["cells"] == []
    answer = await patched(api, {"cells": [RACK]})
    (rack,) = answer.json()["cells"]
    assert (rack["number"], rack["floor"]) == (54, False)
    assert rack["shelves"] == RACK["shelves"]
    assert (await patched(api, {"cells": None})).json()["cells"] == []


@pytest.mark.parametrize(
    ("plan", "code", "field"),
    [
        ([RACK, RACK], "invalid_settings", "cells[1].number"),
        ([{"number": 1, "shelves": []}], "invalid_settings", "cells[0].shelves"),
        ([{"number": "1", "shelves": []}], "invalid_body", "cells[0].number"),
        (
            [{"number": 1, "shelves": [{"first": 1, "size": "XL"}]}],
            "invalid_body",
            "cells[0].shelves[0].size",
        ),
    ],
)
async def test_a_mistake_of_a_plan_is_an_error_with_its_field(
    api: Api, plan: list[dict[str, Any]], code: str, field: str
) -> None:
    answer = await patched(api, {"cells": plan})
    problem = answer.json()
    assert (answer.status_code, problem["code"], problem["field"]) == (422, code, field)


async def patched(api: Api, body: dict[str, Any]) -> Any:
    """Return the answer to a patch of the point."""
    headers = api.headers("admin", {"Content-Type": "application/json"})
    return await api.client.patch("/api/v1/points/KZN-1", json=body, headers=headers)
