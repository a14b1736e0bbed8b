"""What does not fit is named: the field, its value and what was expected of it."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any, cast

import msgspec
import pytest
from msgspec import inspect

from gotovo.api.dispatch.endpoint import Endpoint
from gotovo.api.dispatch.validation_errors import first_mismatch, query_error
from gotovo.api.endpoints import ENDPOINTS
from gotovo.api.resources.points import PointBody
from gotovo.api.schemas.examples import PLACE_EXAMPLE, POINT_EXAMPLE
from gotovo.api.schemas.orders_page import OrdersQuery
from gotovo.api.schemas.placement import PlaceBody

CLOSED_DAY = "timetable.exceptions.2026-12-31"

WITH_BODY = [each for each in ENDPOINTS if each.body is not None]
WRONG: tuple[Any, ...] = (
    None,
    True,
    -1,
    10**13,
    1.5,
    "",
    "x" * 5_000,
    "2025-01-01T00:00:00",
    [],
    [1],
    ["x"] * 1_500,
    {},
    {"method": "z"},
    {"method": 5},
    {"unknown": 1},
)


def changed(example: Any, path: tuple[Any, ...], value: Any) -> Any:
    """Return the example with another value at a path."""
    if not path:
        return value
    whole = deepcopy(example)
    at = whole
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = value
    return whole


def paths(example: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of every value in an example."""
    yield path
    if isinstance(example, dict | list):
        for step in example if isinstance(example, dict) else range(len(example)):
            yield from paths(example[step], (*path, step))


def structs_of(info: Any) -> Iterator[type[msgspec.Struct]]:
    """Yield every struct in a type."""
    if isinstance(info, inspect.StructType):
        yield info.cls
    if isinstance(info, tuple):
        for each in cast("tuple[Any, ...]", info):
            yield from structs_of(each)
    elif isinstance(info, inspect.Type | inspect.Field):
        for name in info.__struct_fields__:
            yield from structs_of(getattr(info, name))


@pytest.mark.parametrize("endpoint", WITH_BODY, ids=lambda endpoint: endpoint.name)
def test_whatever_msgspec_refuses_has_a_field_and_an_expectation(endpoint: Endpoint) -> None:
    example = msgspec.json.decode(msgspec.json.encode(endpoint.body_example))
    names = msgspec.json.schema(endpoint.body).get("properties", {})
    bodies = [changed(example, path, value) for path in paths(example) for value in WRONG]
    bodies += [{**example, name: value} for name in (*names, "unknown") for value in WRONG]
    refused = 0
    for body in bodies:
        try:
            msgspec.json.decode(msgspec.json.encode(body), type=endpoint.body)
        except msgspec.ValidationError:
            refused += 1
            found = first_mismatch(body, endpoint.body)
            assert found.expected, body
            assert found.field or not isinstance(body, dict), body
    assert refused > len(WRONG) / 2


@pytest.mark.parametrize(
    ("path", "value", "field", "expected"),
    [
        (("customer",), [], "customer", "object"),
        (("customer", "phone"), 5, "customer.phone", "str"),
        (("customer",), {"locale": "ru"}, "customer.phone", "present"),
        (("customer", "age"), 5, "customer.age", "phone, name, email, locale"),
        (("lines",), [], "lines", "array of length >= 1"),
        (("lines", 0, "quantity"), 0, "lines[0].quantity", "int >= 1"),
        (("lines", 0, "quantity"), 1.5, "lines[0].quantity", "int"),
        (("lines", 0, "sku"), "", "lines[0].sku", "str of length >= 1"),
        (("delivery",), {"point": "KZN-1"}, "delivery.method", "present"),
        (("delivery", "method"), "drone", "delivery.method", "pickup, courier"),
        (("delivery", "method"), 5, "delivery.method", "str"),
        (("at",), 5, "at", "datetime | null"),
        (("at",), "soon", "at", "RFC 3339 with an offset, like 2025-11-22T14:05:00Z"),
        (("at",), "2025-11-22T14:05:00", "at", "datetime with a timezone component"),
    ],
)
def test_a_mismatch_is_named_by_its_path(
    path: tuple[Any, ...], value: Any, field: str, expected: str
) -> None:
    found = first_mismatch(changed(PLACE_EXAMPLE, path, value), PlaceBody)
    assert (found.field, found.expected) == (field, expected)


@pytest.mark.parametrize(
    ("path", "value", "field", "expected"),
    [
        (("week",), [[]], "timetable.week", "array of length 7"),
        (("week", 0, 0, "opens"), 9, "timetable.week[0][0].opens", "time"),
        (("exceptions", "2026-12-31"), 5, "timetable.exceptions.2026-12-31", "object"),
        (("exceptions", "2026-12-31", "hours"), 5, f"{CLOSED_DAY}.hours", "array"),
        (("exceptions", "2026-12-31", "hours"), [{}], f"{CLOSED_DAY}.hours[0].opens", "present"),
        (("exceptions", "tomorrow"), {}, "timetable.exceptions", "RFC 3339, like 2025-11-22"),
    ],
)
def test_a_mismatch_in_a_map_is_named_by_its_key(
    path: tuple[Any, ...], value: Any, field: str, expected: str
) -> None:
    found = first_mismatch(changed(POINT_EXAMPLE, ("timetable", *path), value), PointBody)
    assert (found.field, found.expected) == (field, expected)


def test_every_type_of_a_field_is_known() -> None:
    kinds = [kind for each in ENDPOINTS for kind in (each.body, each.query) if kind is not None]
    structs = {each for kind in kinds for each in structs_of(inspect.type_info(kind))}
    assert set(kinds) < structs
    for struct in structs:
        for field in msgspec.structs.fields(struct):
            for value in WRONG:
                assert first_mismatch({field.encode_name: value}, struct).expected


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("limit", "many", "int"),
        ("limit", "0", "int >= 1"),
        ("limit", "1000", "int <= 200"),
        ("q", "x" * 201, "str of length <= 200"),
        ("status", "lost", "awaiting_payment, closed, processing, ready_for_pickup"),
    ],
)
def test_a_parameter_is_judged_by_its_text(name: str, value: str, expected: str) -> None:
    error = query_error({"q": "lamp", name: value}, OrdersQuery)
    assert (error.field, error.value, error.expected) == (name, value, expected)


@pytest.mark.parametrize("endpoint", WITH_BODY, ids=lambda endpoint: endpoint.name)
def test_a_wrong_type_anywhere_is_named_by_its_whole_path(endpoint: Endpoint) -> None:
    example = msgspec.json.decode(msgspec.json.encode(endpoint.body_example))
    decoder = msgspec.json.Decoder(endpoint.body)
    for path in paths(example):
        wrong = changed(example, path, [[[]]])
        try:
            decoder.decode(msgspec.json.encode(wrong))
        except msgspec.ValidationError:
            named = "".join(f"[{x}]" if isinstance(x, int) else f".{x}" for x in path)
            assert first_mismatch(wrong, endpoint.body).field.startswith(named.removeprefix("."))
