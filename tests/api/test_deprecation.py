"""What will go is announced in responses and in the OpenAPI document, long before it goes."""

from datetime import date
from typing import Annotated

import pytest
from httpx import ASGITransport, AsyncClient
from msgspec import Struct, structs

from gotovo.api.application import api_app
from gotovo.api.deprecation import Deprecation, deprecated, deprecation_of
from gotovo.api.dispatch.endpoint import Endpoint
from gotovo.api.endpoints import ENDPOINTS
from gotovo.api.openapi import openapi
from tests.support.api.network import Api

SINCE, SUNSET = date(2027, 1, 1), date(2027, 7, 1)
END = Deprecation(SINCE, SUNSET, "`GET /api/v1/orders`")
LATER = Deprecation(SINCE, date(2028, 1, 1))
POINTS = next(each for each in ENDPOINTS if each.name == "listPoints")


class OldPoints(Struct):
    """A response with a field that will go."""

    items: list[str]
    total: Annotated[int, deprecated(SINCE, SUNSET, "the length of `items`")] = 0


async def headers_of(api: Api, endpoint: Endpoint) -> dict[str, str]:
    """Ask a program that has the endpoint in its table, and return the headers."""
    app = api_app(api.network.dependencies, (endpoint,))
    async with AsyncClient(transport=ASGITransport(app=app), base_url="http://x") as client:
        headers = {"Authorization": f"Bearer {api.network.tokens['admin']}"}
        answer = await client.get(endpoint.path, headers=headers)
    assert answer.status_code == 200
    return dict(answer.headers)


@pytest.mark.parametrize(
    "endpoint",
    [structs.replace(POINTS, deprecation=END), structs.replace(POINTS, response=OldPoints)],
    ids=["endpoint", "field"],
)
async def test_every_response_announces_the_end(api: Api, endpoint: Endpoint) -> None:
    headers = await headers_of(api, endpoint)
    assert headers["deprecation"] == "@1798761600"
    assert headers["sunset"] == "Thu, 01 Jul 2027 00:00:00 GMT"
    assert headers["link"] == '</api/docs>; rel="deprecation"; type="text/html"'


async def test_what_stays_announces_nothing(api: Api) -> None:
    assert not {"deprecation", "sunset"} & (await headers_of(api, POINTS)).keys()


def test_of_several_ends_the_next_one_is_announced() -> None:
    both = structs.replace(POINTS, response=OldPoints, deprecation=LATER)
    found = deprecation_of(both)
    assert found is not None
    assert found.sunset == SUNSET


def test_the_document_marks_endpoint_and_field() -> None:
    both = structs.replace(POINTS, response=OldPoints, deprecation=LATER)
    document = openapi([both])
    operation = document["paths"][POINTS.path]["get"]
    field = document["components"]["schemas"]["OldPoints"]["properties"]["total"]
    assert (operation["deprecated"], operation["x-sunset"]) == (True, "2028-01-01")
    assert operation["description"].endswith("may be gone from 2028-01-01 on.")
    assert (field["deprecated"], field["x-sunset"]) == (True, "2027-07-01")
    assert field["description"].endswith("Use the length of `items` instead.")


def test_nobody_is_given_less_notice_than_was_promised() -> None:
    with pytest.raises(AssertionError, match="179 days of notice: 180 are promised"):
        Deprecation(date(2027, 1, 1), date(2027, 6, 29))
