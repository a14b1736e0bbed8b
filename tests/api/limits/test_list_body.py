"""A body that is one long list is read item by item, and its errors name the item."""

import json
from typing import Annotated, Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Meta

from gotovo.api.dispatch.errors import ApiError
from gotovo.api.dispatch.json_body import decode_body
from gotovo.api.limits.list_body import ListBody
from gotovo.http.caps import JSON_BYTES_MAX
from gotovo.http.json_scan import DEPTH_MAX
from gotovo.http.slices import Slices
from gotovo.value import Value

ITEMS_MAX = 5


class Item(Value, frozen=True, forbid_unknown_fields=True):
    """What a list holds here."""

    name: Annotated[str, Meta(max_length=20)]
    count: int = 0
    rest: dict[str, list[int]] | None = None


class Whole(Value, frozen=True, forbid_unknown_fields=True):
    """The same list as a type, to be decoded at once."""

    items: Annotated[list[Item], Meta(min_length=1, max_length=ITEMS_MAX)]


FORM = ListBody("items", msgspec.json.Decoder(Item), ITEMS_MAX)
WHOLE = msgspec.json.Decoder(Whole)


async def decoded(body: bytes) -> list[Item]:
    return await FORM.decode(FORM.items(body), Slices(0), "")


async def found(body: bytes) -> tuple[str, str, str]:
    """Return the code, the field and what was expected of the error of a body."""
    with pytest.raises(ApiError) as raised:
        await decoded(body)
    return raised.value.code, raised.value.field, raised.value.expected


async def test_items_are_decoded_in_their_order_and_their_texts_are_in_one_form() -> None:
    body = ' { "items" : [ {"name":" a\u00a0 b "}, {"name":"\\"c\\"","count":3} ] } '.encode()
    assert await decoded(body) == [Item("a b"), Item('"c"', 3)]


@pytest.mark.parametrize(
    ("body", "code", "field", "expected"),
    [
        (b"", "malformed_json", "", ""),
        (b"{", "malformed_json", "", ""),
        (b"[1,]", "malformed_json", "", ""),
        (b'{"items":[{"name":"a"},{"name":}]}', "malformed_json", "", ""),
        (b'{"items":[{"name":"\xff"}]}', "malformed_json", "items[0]", ""),
        (b"[" * 100_000, "too_deep", "", f"0..{DEPTH_MAX}"),
        (b'{"items":[{"name":"a\\u0000"}]}', "unfit_text", "", ""),
        (b'{"items":[{"name":"a"},{"name":"\\u0007"}]}', "unfit_text", "items[1].name", ""),
        (b"[]", "invalid_body", "", "object"),
        (b"7", "invalid_body", "", "object"),
        (b'"items"', "invalid_body", "", "object"),
        (b"{}", "invalid_body", "items", "present"),
        (b'{"itens":[]}', "invalid_body", "itens", "items"),
        (b'{"items":[{"name":"a"}],"more":1}', "invalid_body", "more", "items"),
        (b'{"items":{}}', "invalid_body", "items", "array"),
        (b'{"items":null}', "invalid_body", "items", "array"),
        (b'{"items":99999999999999999999}', "integer_too_large", "", "-2^63..2^63-1"),
        (b'{"items":[]}', "invalid_body", "items", "array of length >= 1"),
        (b'{"items":[1,2,3,4,5,6]}', "invalid_body", "items", "array of length <= 5"),
        (b'{"items":[{"name":"a"},7]}', "invalid_body", "items[1]", "object"),
        (b'{"items":[["\\u0007"]]}', "unfit_text", "items[0][0]", ""),
        (b'{"items":[{"name":"a","count":"b"}]}', "invalid_body", "items[0].count", "int"),
        (b'{"items":[{"name":"a"}],"items":[]}', "duplicate_name", "items", "once"),
        (b'{"\\u0069tems":[],"items":[{"name":"a"}]}', "duplicate_name", "items", "once"),
        (b'{"items":[{"name":"a","name":"b"}]}', "duplicate_name", "items[0].name", "once"),
        (
            b'{"items":[{"name":"a","count":99999999999999999999}]}',
            "integer_too_large",
            "items[0]",
            "-2^63..2^63-1",
        ),
    ],
)
async def test_an_error_names_the_item_and_what_was_expected(
    body: bytes, code: str, field: str, expected: str
) -> None:
    got_code, got_field, got_expected = await found(body)
    assert (got_code, got_field) == (code, field)
    assert expected in got_expected


async def test_an_item_is_no_larger_and_no_deeper_than_in_a_body_of_its_own() -> None:
    large = json.dumps({"items": [{"name": "a", "rest": "b" * JSON_BYTES_MAX}]}).encode()
    assert await found(large) == ("body_too_large", "items[0]", str(JSON_BYTES_MAX))
    deep = b"[" * (DEPTH_MAX - 3) + b"]" * (DEPTH_MAX - 3)
    fits = b'{"items":[{"name":"a","rest":' + deep + b"}]}"
    assert (await found(fits))[:2] == ("invalid_body", "items[0].rest")
    too_deep = fits.replace(deep, b"[" + deep + b"]")
    assert (await found(too_deep))[:2] == ("too_deep", "items[0]")


NAMES = st.text(min_size=1, max_size=3)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.text(max_size=25),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner),
    max_leaves=6,
)
ITEMS = st.fixed_dictionaries(
    {"name": st.text(max_size=25)}, optional={"count": VALUES, "rest": VALUES}
)


@given(items=st.lists(ITEMS | VALUES, min_size=1, max_size=ITEMS_MAX), spaced=st.booleans())
async def test_a_list_is_decoded_as_it_would_be_at_once(items: list[Any], *, spaced: bool) -> None:
    text = json.dumps({"items": items}, ensure_ascii=spaced, indent=2 if spaced else None)
    body = text.encode(errors="surrogatepass")
    whole = whole_or_error(body)
    if isinstance(whole, ApiError):
        code, field, _ = await found(body)
        if len(items) == 1:  # Of several wrong items either may be named.
            assert code == whole.code
            assert field.startswith(whole.field)
    else:
        assert await decoded(body) == whole.items


def whole_or_error(body: bytes) -> Whole | ApiError:
    try:
        return decode_body(body, WHOLE)
    except ApiError as error:
        return error
