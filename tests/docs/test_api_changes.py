"""No client of the last release breaks without having been told."""

import copy
import json
import tomllib
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import pytest

from tests.support.releases.api_changes import breaking_changes, compact
from tests.support.releases.record import FILE, document
from tests.tidy.tree import ROOT, text

RELEASED: Final = json.loads(FILE.read_text("utf-8"))
TOLD: Final = tomllib.loads((ROOT / "releases/breaking.toml").read_text("utf-8")).get("change", [])
ORDERS: Final = "/api/v1/orders"
ORDER: Final = "/api/v1/orders/{number}"


def test_every_breaking_change_of_the_api_is_told_to_who_upgrades() -> None:
    """When it is not: announce it in releases/breaking.toml, or leave the old way open."""
    assert breaking_changes(RELEASED, document()) == sorted(each["what"] for each in TOLD)
    unreleased = text(Path("CHANGELOG.md")).partition("\n## ")[2].partition("\n## ")[0]
    folded = " ".join(unreleased.split())
    assert [each["told"] for each in TOLD if each["told"] not in folded] == []
    assert not TOLD or version("gotovo").startswith("0."), "deprecate it first"


def test_the_released_document_is_written_as_it_is_compared() -> None:
    assert compact(RELEASED) == RELEASED


def _without_endpoint(api: Any) -> None:
    del api["paths"][ORDERS]["post"]


def _without_parameter(api: Any) -> None:
    parameters = api["paths"][ORDERS]["get"]["parameters"]
    parameters[:] = [each for each in parameters if each["name"] != "status"]


def _with_required_parameter(api: Any) -> None:
    new = {"name": "shop", "in": "query", "required": True, "schema": {"type": "string"}}
    api["paths"][ORDERS]["get"]["parameters"].append(new)


def _without_request_field(api: Any) -> None:
    del api["components"]["schemas"]["PlaceBody"]["properties"]["external_id"]


def _with_required_field(api: Any) -> None:
    api["components"]["schemas"]["PlaceBody"]["required"].append("external_id")


def _with_lower_limit(api: Any) -> None:
    api["components"]["schemas"]["LineBody"]["properties"]["quantity"]["maximum"] = 1


def _without_response_field(api: Any) -> None:
    del api["components"]["schemas"]["OrderView"]["properties"]["stage"]


def _with_other_type(api: Any) -> None:
    api["components"]["schemas"]["OrderView"]["properties"]["version"] = {"type": "string"}


def _without_status(api: Any) -> None:
    responses = api["paths"][ORDERS]["post"]["responses"]
    responses["202"] = responses.pop("201")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_without_endpoint, "POST /api/v1/orders: is gone"),
        (_without_parameter, "GET /api/v1/orders: query parameter `status`: is gone"),
        (_with_required_parameter, "GET /api/v1/orders: query parameter `shop`: is required"),
        (_without_request_field, "POST /api/v1/orders: request `external_id`: is gone"),
        (_with_required_field, "POST /api/v1/orders: request `external_id`: is required"),
        (_with_lower_limit, "POST /api/v1/orders: request `lines`[] `quantity`: maximum is 1"),
        (_without_response_field, "POST /api/v1/orders: response 201 `stage`: is gone"),
        (_with_other_type, "POST /api/v1/orders: response 201 `version`: is string, was integer"),
        (_without_status, "POST /api/v1/orders: response 201: is gone"),
    ],
    ids=lambda each: each.__name__.lstrip("_") if callable(each) else "",
)
def test_what_breaks_a_client_is_found(change: Callable[[Any], None], said: str) -> None:
    changed = copy.deepcopy(RELEASED)
    change(changed)
    found = breaking_changes(RELEASED, changed)
    assert any(each.startswith(said) for each in found), found


def test_what_was_deprecated_may_be_gone() -> None:
    released, changed = copy.deepcopy(RELEASED), copy.deepcopy(RELEASED)
    released["paths"][ORDERS]["post"]["deprecated"] = True
    released["components"]["schemas"]["OrderView"]["properties"]["stage"]["deprecated"] = True
    _without_endpoint(changed)
    _without_response_field(changed)
    changed["components"]["schemas"]["OrderView"]["required"].remove("stage")
    assert breaking_changes(released, changed) == []


def test_what_is_added_breaks_nobody() -> None:
    changed = copy.deepcopy(RELEASED)
    schemas = changed["components"]["schemas"]
    schemas["OrderView"]["properties"]["color"] = {"type": "string"}
    schemas["OrderView"]["required"].append("color")
    schemas["PlaceBody"]["properties"]["color"] = {"type": "string"}
    changed["paths"]["/api/v1/colors"] = changed["paths"][ORDERS]
    assert breaking_changes(RELEASED, changed) == []
