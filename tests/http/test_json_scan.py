"""What no body may contain is found outside of strings, and nowhere else."""

import json
from typing import cast

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gotovo.http.json_scan import (
    DEPTH_MAX,
    duplicate_name,
    has_zero_character,
    is_too_deep,
    oversized_integer,
)


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (b'{"a":"\x00"}', True),
        (rb'{"a":"\u0000"}', True),
        (rb'{"a":"\\u0000"}', False),
        (rb'{"a":"\\\u0000"}', True),
        (b'{"a":"0"}', False),
    ],
)
def test_the_zero_character_is_found_escaped_or_not(
    body: bytes,
    found: bool,  # noqa: FBT001  (an example's outcome)
) -> None:
    assert has_zero_character(body) is found


def test_brackets_in_strings_have_no_depth() -> None:
    assert not is_too_deep(b"[" * DEPTH_MAX + b"]" * DEPTH_MAX)
    assert is_too_deep(b"[" * (DEPTH_MAX + 1))
    assert not is_too_deep(b'{"a":"' + b"[" * 1_000 + b'"}')
    assert not is_too_deep(b"[" + b"[],".join([b""] * 1_000) + b"]")


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (b"[9223372036854775807]", ""),
        (b"[9223372036854775808]", "9223372036854775808"),
        (b"[-9223372036854775808]", ""),
        (b"[-9223372036854775809]", "-9223372036854775809"),
        (b'["9223372036854775808"]', ""),
        (b"[1.9223372036854775808]", ""),
        (b"[1000000000000000000,-999999999999999999]", ""),
        (b"[1234567890987654321098]", "1234567890987654321098"),
        (b"[" + b"1" * 1_000 + b"]", "1" * 40),
    ],
)
def test_an_integer_beyond_63_bits_is_named(body: bytes, found: str) -> None:
    assert oversized_integer(body) == found


names = st.sampled_from(["a", "b", "é", ":", "", 'q"', "\\", "\n"])
leaves = (
    st.none() | st.integers(-9, 9) | st.sampled_from(["", "x", ":y", '":', "\\", '"a": 1', "б"])
)


@st.composite
def written(draw: st.DrawFn, depth: int = 3) -> str:
    """Return JSON as somebody might write it: with any blanks and escapes, and names repeated."""
    blank = draw(st.sampled_from(["", "", " ", "\n\t"]))
    kind = draw(st.sampled_from(["leaf", "list", "object", "object"])) if depth else "leaf"
    if kind == "leaf":
        value = draw(leaves)
        return text_of(draw, value) if isinstance(value, str) else json.dumps(value)
    count = draw(st.integers(0, 4))
    inner = [draw(written(depth - 1)) for _ in range(count)]
    if kind == "list":
        return f"[{blank}{','.join(inner)}{blank}]"
    pairs = [f"{text_of(draw, draw(names))}{blank}:{blank}{each}" for each in inner]
    return f"{{{blank}{f'{blank},{blank}'.join(pairs)}}}"


def text_of(draw: st.DrawFn, text: str) -> str:
    """Return a text as JSON, each character perhaps escaped."""
    if draw(st.booleans()):
        return json.dumps(text, ensure_ascii=False)
    return '"' + "".join(f"\\u{ord(each):04{draw(st.sampled_from('xX'))}}" for each in text) + '"'


def repeats(value: object) -> bool:
    """Tell whether an object of pairs has a name twice; it is slow and plain."""
    if isinstance(value, tuple):
        pairs = cast("tuple[tuple[str, object], ...]", value)
        found = [name for name, _ in pairs]
        return len(found) != len(set(found)) or any(repeats(each) for _, each in pairs)
    return isinstance(value, list) and any(map(repeats, cast("list[object]", value)))


@given(written())
def test_a_name_that_stands_twice_in_an_object_is_found(text: str) -> None:
    body = text.encode()
    compact = msgspec.json.encode(msgspec.json.decode(body))
    is_repeated = repeats(json.loads(text, object_pairs_hook=tuple))
    assert (duplicate_name(body, compact) is not None) is is_repeated


@pytest.mark.parametrize(
    ("body", "path"),
    [
        (b'{"a":1,"a":2}', "a"),
        (b'{"a":1,"a":1}', "a"),
        (b'{"lines":[{"sku":"A"},{"sku":"B","x":{},"sku":"C"}]}', "lines[1].sku"),
        (b'{"a":{"b":{"c":1,"c" :2}}}', "a.b.c"),
        (rb'{"a":1,"\u0061":2}', "a"),
        (b'{"a":{"x":1},"a":":"}', "a"),
        (b'{"a":":","b":":"}', None),
        (b'{"a":{"a":{"a":[{"a":1},{"a":1}]}}}', None),
    ],
)
def test_a_duplicate_name_is_named_by_its_path(body: bytes, path: str | None) -> None:
    assert duplicate_name(body, msgspec.json.encode(msgspec.json.decode(body))) == path
