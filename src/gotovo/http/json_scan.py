"""What no JSON body may contain: zero characters, deep nesting, integers beyond 63 bits.

The scan runs before the decoder, which may accept what nothing behind it can store: PostgreSQL
holds neither the zero character nor an integer beyond 63 bits.
"""

import re
from itertools import accumulate
from typing import Final

DEPTH_MAX: Final = 64
"""No struct here is deeper than 6; beyond 64 it is an attack on a recursive decoder."""

_INTEGER_MAX: Final = 2**63 - 1
_INTEGER_MIN: Final = -(2**63)

_ZERO_ESCAPED: Final = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
_DIGITS: Final = re.compile(rb"[0-9]{19}")
# An unfinished string ends with the body, so that nothing is scanned twice.
_STRING: Final = re.compile(rb'"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)', re.DOTALL)
_NO_BRACKETS: Final = bytes(set(range(256)) - set(b"[]{}"))
_INTEGER: Final = re.compile(rb"(?<![0-9.eE+])-?[0-9]{19,}(?![0-9.eE])")


def has_zero_character(body: bytes) -> bool:
    """Tell whether a string has U+0000 in it, plain or escaped."""
    return b"\x00" in body or (b"\\u0000" in body and bool(_ZERO_ESCAPED.search(body)))


def is_too_deep(body: bytes) -> bool:
    """Tell whether brackets are nested deeper than DEPTH_MAX."""
    return body.count(b"[") + body.count(b"{") > DEPTH_MAX and _depth(body) > DEPTH_MAX


def oversized_integer(body: bytes) -> str:
    """Return the first integer beyond 63 bits, cut to 40 characters; empty when there is none."""
    if not _DIGITS.search(body):
        return ""
    for found in _INTEGER.findall(_STRING.sub(b'""', body)):
        # Twenty characters hold every 63-bit integer; a longer one isn't worth computing.
        if len(found) > len(str(_INTEGER_MIN)) or not _INTEGER_MIN <= int(found) <= _INTEGER_MAX:
            return found[:40].decode()
    return ""


def _depth(body: bytes) -> int:
    """Return how deep brackets are nested outside of strings."""
    brackets = _STRING.sub(b"", body).translate(None, _NO_BRACKETS)
    return max(accumulate(1 if byte in b"[{" else -1 for byte in brackets), default=0)
