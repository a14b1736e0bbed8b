"""The body of a request: read within limits, scanned, then decoded into a struct.

The scan comes first because a decoder may be right to accept what nothing behind it can keep:
PostgreSQL holds neither the zero character nor an integer beyond 63 bits.
"""

import asyncio
import re
from itertools import accumulate
from typing import TypeVar

import msgspec

from gotovo.api.asgi import Receive
from gotovo.api.dispatch.errors import Fault
from gotovo.api.dispatch.validation_errors import fault_of
from gotovo.words.request_errors import RequestFault

BODY_BYTES_MAX = 256 * 1024
"""An order of 200 lines with long titles has 60 KiB; four times that is nobody's order."""

BODY_SECONDS_MAX = 5.0
"""How long the whole body may take: the server itself waits for ever."""

DEPTH_MAX = 64
"""No struct here is deeper than 6; beyond 64 it is an attack on a recursive reader."""

_INTEGER_MAX = 2**63 - 1
_INTEGER_MIN = -(2**63)

T = TypeVar("T")

_ZERO_ESCAPED = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
_DIGITS = re.compile(rb"[0-9]{19}")
# An unfinished string ends with the body, so that nothing is looked at twice.
_STRING = re.compile(rb'"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)', re.DOTALL)
_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_INTEGER = re.compile(rb"(?<![0-9.eE+])-?[0-9]{19,}(?![0-9.eE])")


async def read_body(receive: Receive, declared: bytes, bytes_max: int) -> bytes:
    """Return the whole body, or raise when it is too large, too slow, or its sender went away."""
    length_told = int(declared) if declared.isdigit() else -1
    if length_told > bytes_max:
        raise _too_large(bytes_max)
    if length_told == 0:
        return b""
    try:
        async with asyncio.timeout(BODY_SECONDS_MAX):
            return await _whole(receive, length_told, bytes_max)
    except TimeoutError as error:
        raise Fault(
            RequestFault.SLOW_BODY, expected=f"{BODY_SECONDS_MAX:g} s", headers=_CLOSE
        ) from error


def decode_body(body: bytes, decoder: msgspec.json.Decoder[T]) -> T:
    """Return the struct; an empty body is an empty object.

    A value may be found not to fit before the rest is found to be no JSON, so what the fault is
    can only be told after all of it was read.
    """
    scan(body)
    text = body or b"{}"
    try:
        try:
            return decoder.decode(text)
        except msgspec.ValidationError as error:
            raise fault_of(error, text, decoder.type) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Fault(RequestFault.MALFORMED_JSON) from error


def scan(body: bytes) -> None:
    """Refuse what may not come in; a body without anything suspicious costs four searches."""
    if b"\x00" in body or (b"\\u0000" in body and _ZERO_ESCAPED.search(body)):
        raise Fault(RequestFault.UNFIT_TEXT)
    if body.count(b"[") + body.count(b"{") > DEPTH_MAX and _depth(body) > DEPTH_MAX:
        raise Fault(RequestFault.TOO_DEEP, expected=f"0..{DEPTH_MAX}")
    if _DIGITS.search(body):
        _check_integers(body)


_CLOSE = ((b"connection", b"close"),)
"""The rest of the body was not read, so the connection can't carry another request."""


def _too_large(bytes_max: int) -> Fault:
    return Fault(RequestFault.BODY_TOO_LARGE, expected=str(bytes_max), headers=_CLOSE)


async def _whole(receive: Receive, length_told: int, bytes_max: int) -> bytes:
    """Read until the end, or until the declared length is there.

    The server ends a body at its declared length but says so in a further message only. Each
    message comes through two threads of the server, and to wait for that one costs a fifth of what
    the server itself spends on a request.
    """
    chunks: list[bytes] = []
    length = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Fault(RequestFault.MALFORMED_JSON)
        chunk: bytes = message.get("body", b"")
        chunks.append(chunk)
        length += len(chunk)
        if length > bytes_max:
            raise _too_large(bytes_max)
        if length == length_told or not message.get("more_body", False):
            return chunk if length == len(chunk) else b"".join(chunks)


def _depth(body: bytes) -> int:
    """Return how deep brackets are nested outside of strings."""
    brackets = _STRING.sub(b"", body).translate(None, _NO_BRACKETS)
    return max(accumulate(1 if byte in b"[{" else -1 for byte in brackets), default=0)


def _check_integers(body: bytes) -> None:
    for found in _INTEGER.findall(_STRING.sub(b'""', body)):
        # Twenty characters hold every 63-bit integer; a longer one isn't worth computing.
        if len(found) > len(str(_INTEGER_MIN)) or not _INTEGER_MIN <= int(found) <= _INTEGER_MAX:
            value = found[:40].decode()
            raise Fault(RequestFault.INTEGER_TOO_LARGE, "", value, "-2^63..2^63-1")
