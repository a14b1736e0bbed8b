"""Bodies: what is ambiguous is refused, and every text of every body is in one form."""

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gotovo.api.dispatch.endpoint import Endpoint
from gotovo.api.dispatch.errors import ApiError
from gotovo.api.dispatch.json_body import decode_body
from gotovo.api.dispatch.normal_texts import texts_are_plain
from gotovo.api.endpoints import ENDPOINTS
from gotovo.api.schemas.placement import PlaceBody
from gotovo.api.schemas.step_bodies import STEP_BODIES
from gotovo.text import UnfitText, single_line
from gotovo.words.request_errors import RequestErrorCode
from tests.support.api.network import PLACE

WITH_BODY = [each for each in ENDPOINTS if each.body_example]

_place = msgspec.json.Decoder(PlaceBody)


def encoded(value: Any) -> bytes:
    return msgspec.json.encode(value)


def placed(**changes: object) -> PlaceBody:
    return decode_body(encoded(PLACE | changes), _place)


def texts(value: Any) -> Iterator[str]:
    """Yield every text of a value, names of maps included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.items() if isinstance(value, dict) else value:
            yield from texts(list(each) if isinstance(each, tuple) else each)


def padded(value: Any, exact: frozenset[str]) -> Any:
    """Return the value with an invisible space in front of each text and a blank around it."""
    if isinstance(value, str):
        return f" \u200b{value}\u00a0\u00a0"
    if isinstance(value, list):
        return [padded(each, exact) for each in value]
    if isinstance(value, dict):
        return {
            padded(name, exact): each if name in exact else padded(each, exact)
            for name, each in value.items()
        }
    return value


def exact_fields(kind: Any) -> frozenset[str]:
    """Return the names of the fields that are one of a list or have a pattern."""
    _, components = msgspec.json.schema_components([kind], ref_template="{name}")
    properties = [
        pair for schema in components.values() for pair in schema.get("properties", {}).items()
    ]
    resolved = [(name, components.get(schema.get("$ref"), schema)) for name, schema in properties]
    return frozenset(name for name, schema in resolved if {"enum", "pattern"} & set(schema))


@pytest.mark.parametrize("endpoint", WITH_BODY, ids=lambda endpoint: endpoint.name)
def test_every_text_of_every_body_is_in_one_form(endpoint: Endpoint) -> None:
    decoder = msgspec.json.Decoder(endpoint.body)
    example = msgspec.json.decode(encoded(endpoint.body_example))
    written = encoded(padded(example, exact_fields(endpoint.body)))
    assert decode_body(written, decoder) == decoder.decode(encoded(example))


@pytest.mark.parametrize("name", ["currency", "locale"])
@pytest.mark.parametrize("around", ["{}\n", " {}", "{}\u200b"])
def test_a_code_is_written_as_it_is(name: str, around: str) -> None:
    customer: dict[str, Any] = PLACE["customer"] | {"locale": "ru"}
    body: dict[str, Any] = PLACE | {"customer": customer, "currency": "RUB"}
    place = body if name in body else customer
    place[name] = around.format(place[name])
    with pytest.raises(ApiError) as refused:
        decode_body(encoded(body), _place)
    assert refused.value.code is RequestErrorCode.INVALID_BODY
    assert refused.value.field.endswith(name)


@pytest.mark.parametrize("endpoint", WITH_BODY, ids=lambda endpoint: endpoint.name)
def test_a_name_that_stands_twice_is_refused_in_every_body(endpoint: Endpoint) -> None:
    body = encoded(endpoint.body_example)
    name = next(iter(msgspec.json.decode(body)))
    twice = b"{" + encoded(name) + b":1," + body[1:]
    with pytest.raises(ApiError) as refused:
        decode_body(twice, msgspec.json.Decoder(endpoint.body))
    assert refused.value.code is RequestErrorCode.DUPLICATE_NAME
    assert refused.value.field == name


@given(
    st.recursive(
        st.text() | st.integers(0, 9), lambda x: st.lists(x) | st.dictionaries(st.text(), x)
    )
)
def test_what_is_plain_as_a_whole_is_plain_text_by_text(value: Any) -> None:
    compact = encoded(value)
    if texts_are_plain(compact):
        assert [each for each in texts(value) if single_line(each) != each] == []


@given(st.text(max_size=100))
def test_a_title_is_stored_as_it_is_read_anywhere_else(title: str) -> None:
    if "\0" in title:
        return
    line = PLACE["lines"][0] | {"title": title}
    try:
        expected = single_line(title)
    except UnfitText:
        expected = ""
    if expected:
        assert placed(lines=[line]).lines[0].title == expected
    else:
        with pytest.raises(ApiError) as refused:
            placed(lines=[line])
        assert refused.value.field == "lines[0].title"


def test_two_ids_that_differ_only_in_form_are_the_same() -> None:
    assert (
        placed(external_id="Йод-7").external_id
        == placed(external_id=" И\u0306од-7\ufeff").external_id
    )


def test_a_length_is_that_of_the_text_as_it_is_stored() -> None:
    assert placed(external_id="  " + "x" * 100 + " ").external_id == "x" * 100
    with pytest.raises(ApiError) as refused:
        placed(external_id="x" * 101)
    assert (refused.value.field, refused.value.expected) == (
        "external_id",
        "str of length <= 100",
    )


def test_a_note_keeps_its_lines_and_a_name_does_not() -> None:
    note = " звонил,\r\nне ответил "
    call = msgspec.json.Decoder(STEP_BODIES["call"])
    body = decode_body(encoded({"answered": False, "note": note}), call)
    assert msgspec.to_builtins(body)["note"] == "звонил,\nне ответил"
    assert placed(customer=PLACE["customer"] | {"name": note}).customer.name == "звонил, не ответил"


@pytest.mark.parametrize(
    ("title", "expected"),
    [("a\x1bb", "no control characters"), ("\u200b\u2060", "visible characters")],
)
def test_a_text_that_does_not_fit_is_named_by_its_path(title: str, expected: str) -> None:
    with pytest.raises(ApiError) as refused:
        placed(lines=[PLACE["lines"][0] | {"title": title}])
    assert refused.value.code is RequestErrorCode.UNFIT_TEXT
    assert (refused.value.field, refused.value.expected) == ("lines[0].title", expected)


def test_names_of_a_map_that_differ_only_in_form_stand_twice() -> None:
    decoder = msgspec.json.Decoder(dict[str, int])
    with pytest.raises(ApiError) as refused:
        decode_body('{"й":1,"и\u0306":2}'.encode(), decoder)
    assert refused.value.code is RequestErrorCode.DUPLICATE_NAME
