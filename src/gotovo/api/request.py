"""A request as handlers see it: who asks, for what, in which language."""

import os
import re
from functools import lru_cache
from typing import Any, TypeVar
from urllib.parse import parse_qsl

import msgspec

from gotovo.access.programs.api_keys import KeyHolder
from gotovo.api.dispatch.errors import Fault
from gotovo.api.dispatch.validation_errors import query_fault_of
from gotovo.order.values.actor import Actor
from gotovo.value import Value
from gotovo.words.language import Language, preferred_language
from gotovo.words.request_errors import RequestFault

QUERY_BYTES_MAX = 8 * 1024
"""Longer than any sensible search; servers and proxies stop at about the same."""

RETURN_MINIMAL = b"return=minimal"

_PARAMETERS_MAX = 50
_LANGUAGES_CACHED = 512  # Browsers send some dozens of different headers.
_REQUEST_ID = re.compile(rb"[A-Za-z0-9._:-]{1,100}")

Q = TypeVar("Q")


class Request(Value, frozen=True):
    """One request after routing and authentication; `body` is read and within its limit."""

    method: str
    path: str
    names: dict[str, str]
    query: bytes
    headers: dict[bytes, bytes]
    language: Language
    holder: KeyHolder
    body: bytes

    @property
    def actor(self) -> Actor:
        """Who takes a step with this request."""
        return self.holder.actor


def wants_minimum(request: Request) -> bool:
    """Tell whether the asker prefers an answer without what it can read later (RFC 7240)."""
    preferences = request.headers.get(b"prefer", b"").lower().split(b",")
    return any(each.partition(b";")[0].strip() == RETURN_MINIMAL for each in preferences)


@lru_cache(_LANGUAGES_CACHED)
def language_of(accept_language: bytes) -> Language:
    """Return the reader's language; header bytes are Latin-1 by the protocol."""
    return preferred_language(accept_language.decode("latin-1"))


def request_id_of(headers: dict[bytes, bytes]) -> bytes:
    """Return the asker's request id if it is fit to be logged, else a new one."""
    told = headers.get(b"x-request-id", b"")
    return told if _REQUEST_ID.fullmatch(told) else os.urandom(8).hex().encode()


def query_of(request: Request, wanted: type[Q]) -> Q:
    """Return the query parameters as a struct; an empty parameter is the same as none."""
    parameters = _parameters(request.query)
    try:
        return msgspec.convert(parameters, wanted, strict=False)
    except msgspec.ValidationError as error:
        raise query_fault_of(error, parameters, wanted) from error


def _parameters(query: bytes) -> dict[str, str]:
    if not query:
        return {}
    if len(query) > QUERY_BYTES_MAX:
        raise Fault(RequestFault.INVALID_QUERY, expected=f"0..{QUERY_BYTES_MAX} bytes")
    try:
        pairs: Any = parse_qsl(
            query.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=_PARAMETERS_MAX,
        )
    except ValueError as error:  # Not ASCII, not UTF-8 once unquoted, or too many.
        raise Fault(RequestFault.INVALID_QUERY, expected="UTF-8, percent-encoded") from error
    parameters: dict[str, str] = {}
    for name, value in pairs:
        if "\x00" in name or "\x00" in value:
            raise Fault(RequestFault.UNFIT_TEXT, name.replace("\x00", ""))
        if name in parameters:
            raise Fault(RequestFault.INVALID_QUERY, name, value, "once")
        parameters[name] = value
    return {name: value for name, value in parameters.items() if value}
