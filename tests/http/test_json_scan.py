"""What no body may contain is found outside of strings, and nowhere else."""

import pytest

from gotovo.http.json_scan import DEPTH_MAX, has_zero_character, is_too_deep, oversized_integer


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
        (b"[" + b"1" * 1_000 + b"]", "1" * 40),
    ],
)
def test_an_integer_beyond_63_bits_is_named(body: bytes, found: str) -> None:
    assert oversized_integer(body) == found
