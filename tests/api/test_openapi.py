"""The OpenAPI document and its page."""

import re

import msgspec
import pytest

from gotovo.api.dispatch.endpoint import Endpoint
from gotovo.api.dispatch.problems import STATUS_OF
from gotovo.api.endpoints import ENDPOINTS
from gotovo.api.openapi import openapi, problems_of
from gotovo.http.hot_paths import RouteTree
from gotovo.order.values.settlement.currency import CURRENCIES
from gotovo.words.request_errors import RequestErrorCode
from tests.support.api.network import Api


async def test_the_document_is_served_to_everybody(api: Api) -> None:
    answer = await api.client.get("/api/openapi.json")

    assert answer.status_code == 200
    assert answer.json() == msgspec.json.decode(msgspec.json.encode(openapi()))
    assert answer.json()["openapi"] == "3.1.0"


def test_every_reference_in_the_document_leads_somewhere() -> None:
    document = openapi()

    names = set(re.findall(r"#/components/schemas/(\w+)", str(document)))

    assert names == names & set(document["components"]["schemas"])
    assert len({e.name for e in ENDPOINTS}) == len(ENDPOINTS)


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda endpoint: endpoint.name)
def test_every_endpoint_is_found_and_documents_every_problem_with_its_status(
    endpoint: Endpoint,
) -> None:
    tree = RouteTree((each.method, each.path, each) for each in ENDPOINTS)
    found = tree.find(endpoint.path.replace("{", "").replace("}", ""))

    operation = openapi()["paths"][endpoint.path][endpoint.method.lower()]

    assert found is not None
    assert found[0][endpoint.method] is endpoint
    for problem in problems_of(endpoint):
        assert (
            f"`{problem}`" in operation["responses"][str(STATUS_OF[problem].value)]["description"]
        )
    assert RequestErrorCode.UNAUTHORIZED in problems_of(endpoint)


@pytest.mark.parametrize(
    "endpoint", [e for e in ENDPOINTS if e.body is not None], ids=lambda endpoint: endpoint.name
)
def test_every_example_fits_its_body(endpoint: Endpoint) -> None:
    msgspec.json.decode(msgspec.json.encode(endpoint.body_example), type=endpoint.body)


@pytest.mark.parametrize(
    "endpoint", [e for e in ENDPOINTS if e.body is not None], ids=lambda endpoint: endpoint.name
)
def test_every_currency_of_a_body_is_one_of_the_list(endpoint: Endpoint) -> None:
    _, components = msgspec.json.schema_components([endpoint.body])
    for schema in components.values():
        currency = schema.get("properties", {}).get("currency", {"enum": sorted(CURRENCIES)})
        assert currency["enum"] == sorted(CURRENCIES)
