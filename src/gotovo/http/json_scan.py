"""What no JSON body may contain: zero characters, deep nesting, integers beyond 63 bits, repeated
names in an object.

The scan runs beside the decoder, which accepts what nothing behind it can store: PostgreSQL holds
neither the zero character nor an integer beyond 63 bits. Of a name that stands twice in an object
it takes the last value and drops the other without a word (RFC 8259, section 4).
"""

import json
import re
from itertools import accumulate
from typing import Any, Final, cast

DEPTH_MAX: Final = 64
"""No struct here is deeper than 6; beyond 64 it is an attack on a recursive decoder."""

_INTEGER_MAX: Final = 2**63 - 1
_INTEGER_MIN: Final = -(2**63)

_ZERO_ESCAPED: Final = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
_DIGITS: Final = bytes.maketrans(b"123456789", b"0" * 9)
_DIGITS_MAX: Final = b"0" * 18
"""Every integer of so many digits fits."""
# An unfinished string ends with the body, so that nothing is scanned twice.
_STRING: Final = re.compile(rb'"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)', re.DOTALL)
_STEPS: Final = bytes.maketrans(b"[{]}", b"\x01\x01\xff\xff")
"""One deeper, one back, as signed bytes."""
_NO_BRACKETS: Final = bytes(set(range(256)) - set(b"[]{}"))
_NAME_ENDS: Final = re.compile(rb'"[ \t\r\n]+:')
# A quote, a backslash or a colon that is escaped: with them, `":` says nothing about names.
_HIDING: Final = re.compile(rb'\\["\\]|\\u00(?:22|3[aA]|5[cC])')
_INTEGER: Final = re.compile(rb"(?<![0-9.eE+])-?[0-9]{19,}(?![0-9.eE])")


def has_zero_character(body: bytes) -> bool:
    """Tell whether a string has U+0000 in it, plain or escaped."""
    if b"\x00" in body:
        return True
    return b"\\" in body and b"\\u0000" in body and bool(_ZERO_ESCAPED.search(body))


def is_too_deep(body: bytes, depth_max: int = DEPTH_MAX) -> bool:
    """Tell whether brackets are nested deeper than so."""
    if len(body) <= depth_max:
        return False
    return body.count(b"[") + body.count(b"{") > depth_max and _depth(body) > depth_max


def oversized_integer(body: bytes) -> str:
    """Return the first integer beyond 63 bits, cut to 40 characters; empty when there is none."""
    if b"0" + _DIGITS_MAX not in body.translate(_DIGITS):
        return ""
    for found in _INTEGER.findall(_STRING.sub(b'""', body)):
        # Twenty characters hold every 63-bit integer; a longer one isn't worth computing.
        if len(found) > len(str(_INTEGER_MIN)) or not _INTEGER_MIN <= int(found) <= _INTEGER_MAX:
            return found[:40].decode()
    return ""


def duplicate_name(body: bytes, compact: bytes) -> str | None:
    """Return the path of the first name that its object has twice, None when there is none.

    `compact` is the body decoded and encoded again, which drops all but one of equal names: while
    `":` stands in both equally often, nothing was dropped. Only where that can't tell, or something
    is missing, the names themselves are compared.
    """
    if body == compact:
        return None
    is_told = body.count(b'":') == compact.count(b'":')
    if is_told and not (b"\\" in body and _HIDING.search(body)) and not _NAME_ENDS.search(body):
        return None
    return _repeated(json.loads(body, object_pairs_hook=_Pairs), "")


class _Pairs(list[tuple[str, Any]]):
    """The names and values of an object, as they stand."""


def _repeated(value: Any, path: str) -> str | None:
    if isinstance(value, _Pairs):
        names: set[str] = set()
        for name, each in value:
            inner = f"{path}.{name}" if path else name
            found = inner if name in names else _repeated(each, inner)
            if found is not None:
                return found
            names.add(name)
    elif isinstance(value, list):
        for index, each in enumerate(cast("list[Any]", value)):
            found = _repeated(each, f"{path}[{index}]")
            if found is not None:
                return found
    return None


def _depth(body: bytes) -> int:
    """Return how deep brackets are nested outside of strings."""
    steps = _STRING.sub(b"", body).translate(_STEPS, _NO_BRACKETS)
    return max(accumulate(memoryview(steps).cast("b")), default=0)
