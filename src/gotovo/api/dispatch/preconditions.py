"""Preconditions: a PUT names the version it replaces, so that nobody's change is lost (RFC 9110).

The entity tag of a resource is the number of its version in quotation marks.
"""

from typing import Final

from gotovo.api.dispatch.errors import ApiError
from gotovo.api.dispatch.request import ApiRequest
from gotovo.http.errors import Header
from gotovo.words.request_errors import RequestErrorCode

ABSENT: Final = 0
"""The version of what does not exist yet."""

_ANY: Final = "*"


def etag(version: int) -> Header:
    """Return the header with the tag of a version."""
    return (b"etag", f'"{version}"'.encode())


def check_preconditions(request: ApiRequest, version: int) -> None:
    """Raise the error of `If-Match` or `If-None-Match` that this version does not fulfil."""
    match, none_match = _tags(request, b"if-match"), _tags(request, b"if-none-match")
    if match is not None and not _fits(match, version):
        raise stale("If-Match", ", ".join(match), version)
    if none_match is not None and _fits(none_match, version):
        raise stale("If-None-Match", ", ".join(none_match), version)


def require_match(request: ApiRequest, version: int) -> None:
    """Raise the error of a request that would replace what it has not seen."""
    check_preconditions(request, version)
    if version != ABSENT and _tags(request, b"if-match") is None:
        raise ApiError(RequestErrorCode.PRECONDITION_REQUIRED, "If-Match", expected=f'"{version}"')


def stale(header: str, value: str, version: int) -> ApiError:
    """Return the error of a request about another version than the present one."""
    expected = "absent" if version == ABSENT else f'"{version}"'
    return ApiError(RequestErrorCode.PRECONDITION_FAILED, header, value, expected)


def _tags(request: ApiRequest, name: bytes) -> list[str] | None:
    """Return the tags of a header, None without it; one that names nothing fits no version."""
    sent = request.header_bytes.get(name)
    if sent is None:
        return None
    return [each.strip() for each in sent.decode("latin-1").split(",") if each.strip()]


def _fits(tags: list[str], version: int) -> bool:
    return version != ABSENT and (_ANY in tags or f'"{version}"' in tags)
