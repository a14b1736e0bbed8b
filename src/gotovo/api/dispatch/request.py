"""A request as handlers of the API see it: authenticated, its body read, its query parsed."""

from collections.abc import Collection
from functools import lru_cache
from typing import Any, Final, TypeVar
from urllib.parse import parse_qsl

import msgspec
from starlette.requests import Request
from starlette.types import Receive, Scope

from gotovo.access.programs.api_keys import KeyHolder
from gotovo.access.programs.scopes import KeyScope
from gotovo.access.rate_limits import wide_network_of
from gotovo.api.dispatch.errors import ApiError
from gotovo.api.dispatch.validation_errors import query_error
from gotovo.http.caps import QUERY_BYTES_MAX, QUERY_PARAMETERS_MAX
from gotovo.order.values.actor import Actor
from gotovo.store.tables.security.entries import VISITOR, Author
from gotovo.text import UnfitText, single_line
from gotovo.words.language import Language
from gotovo.words.request_errors import RequestErrorCode

RETURN_MINIMAL: Final = b"return=minimal"

MINIMAL_APPLIED: Final = (b"preference-applied", RETURN_MINIMAL)
"""The header of a response that is minimal because the client prefers that (RFC 7240)."""

_ADDRESSES_CACHED: Final = 4_096
"""A flood of refused requests comes from few addresses: each is read as an address once."""

_ANY_FILE: Final = "application/octet-stream"

Q = TypeVar("Q", bound=msgspec.Struct)


class ApiRequest(Request):
    """starlette's request with what the hot path has read already.

    `header_bytes` are the headers by name in lower case, `content` is the body within its cap,
    `holder` is the holder of the API key.
    """

    def __init__(
        self,
        scope: Scope,
        receive: Receive,
        *,
        header_bytes: dict[bytes, bytes],
        language: Language,
        holder: KeyHolder,
        content: bytes,
    ) -> None:
        super().__init__(scope, receive)
        self.header_bytes: Final = header_bytes
        self.language: Final[Language] = language
        self.holder: Final = holder
        self.content: Final = content

    def held_by(self, holder: KeyHolder) -> "ApiRequest":
        """Return the same request of another holder; its body has been read."""
        return ApiRequest(
            self.scope,
            self.receive,
            header_bytes=self.header_bytes,
            language=self.language,
            holder=holder,
            content=self.content,
        )

    @property
    def path(self) -> str:
        """The path, percent-decoded."""
        return self.scope["path"]

    @property
    def actor(self) -> Actor:
        """The actor of every step taken with this request."""
        return self.holder.actor

    @property
    def author(self) -> Author:
        """The author of what this request changes, for the security log."""
        return author_of(self.scope, self.holder.actor)


def author_of(scope: Scope, actor: Actor | None) -> Author:
    """Return who sent a request and from where; without a valid key it is a visitor."""
    network = _wide_network(client_address(scope))
    return Author(f"{actor.role}:{actor.id}" if actor else VISITOR, network)


_wide_network = lru_cache(_ADDRESSES_CACHED)(wide_network_of)


def prefers_minimal(request: ApiRequest) -> bool:
    """Tell whether the client prefers a response without what it can read later (RFC 7240)."""
    told = request.header_bytes.get(b"prefer")
    if told is None:
        return False
    preferences = told.lower().split(b",")
    return any(each.partition(b";")[0].strip() == RETURN_MINIMAL for each in preferences)


def client_address(scope: Scope) -> str:
    """Return the client's address, behind a trusted proxy the one it tells; empty without one."""
    client = scope.get("client")
    return client[0] if client else ""


def has_scope(holder: KeyHolder, scope: KeyScope | None) -> bool:
    """Tell whether a key may do what needs this scope; None needs none."""
    return scope is None or scope in holder.scopes


def require_scope(request: ApiRequest, scope: KeyScope | None, field: str = "scope") -> None:
    """Raise the error of a key without the scope that is needed, which names it (RFC 6750)."""
    if scope is None or has_scope(request.holder, scope):
        return
    challenge = f'Bearer realm="gotovo", error="insufficient_scope", scope="{scope}"'
    headers = ((b"www-authenticate", challenge.encode()),)
    raise ApiError(RequestErrorCode.INSUFFICIENT_SCOPE, field, expected=scope, headers=headers)


def query_of(request: ApiRequest, kind: type[Q], as_sent: Collection[str] = ()) -> Q:
    """Return the query parameters as a struct; an empty parameter is the same as none.

    Those named in `as_sent` keep their spaces and control characters, as codes of scanners do.
    """
    parameters = _parameters(request.scope["query_string"], as_sent)
    try:
        return msgspec.convert(parameters, kind, strict=False)
    except msgspec.ValidationError as error:
        raise query_error(parameters, kind) from error


def check_media_type(headers: dict[bytes, bytes]) -> None:
    """Raise unless the body says that it is JSON, or says nothing."""
    sent = headers.get(b"content-type", b"application/json").decode("latin-1")
    media_type, _, parameters = sent.lower().partition(";")
    media_type = media_type.strip()
    is_json = media_type == "application/json" or (
        media_type.startswith("application/") and media_type.endswith("+json")
    )
    charset = parameters.strip().removeprefix("charset=").strip('"')
    code = RequestErrorCode.UNSUPPORTED_MEDIA_TYPE
    if not is_json or charset not in {"", "utf-8"}:
        raise ApiError(code, "Content-Type", sent, "application/json")
    _check_encoding(headers)


def check_file_type(headers: dict[bytes, bytes], types: tuple[str, ...]) -> None:
    """Raise for a form or JSON: the file itself is the body. What it is its bytes say."""
    sent = headers.get(b"content-type", _ANY_FILE.encode()).decode("latin-1")
    media_type = sent.lower().partition(";")[0].strip()
    is_picture = media_type.startswith("image/")
    if not is_picture and media_type not in {*types, _ANY_FILE}:
        expected = ", ".join((*types, _ANY_FILE))
        raise ApiError(RequestErrorCode.UNSUPPORTED_MEDIA_TYPE, "Content-Type", sent, expected)
    _check_encoding(headers)


def _parameters(query: bytes, as_sent: Collection[str]) -> dict[str, str]:
    """Return each parameter once, its text in one form; starlette would replace bad UTF-8."""
    if not query:
        return {}
    if len(query) > QUERY_BYTES_MAX:
        raise ApiError(RequestErrorCode.INVALID_QUERY, expected=f"0..{QUERY_BYTES_MAX} bytes")
    try:
        pairs: Any = parse_qsl(
            query.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=QUERY_PARAMETERS_MAX,
        )
    except ValueError as error:  # Not ASCII, not UTF-8 once unquoted, or too many.
        raise ApiError(RequestErrorCode.INVALID_QUERY, expected="UTF-8, percent-encoded") from error
    parameters: dict[str, str] = {}
    for name, value in pairs:
        if "\x00" in name or "\x00" in value:
            raise ApiError(RequestErrorCode.UNFIT_TEXT, name.replace("\x00", ""))
        if name in parameters:
            raise ApiError(RequestErrorCode.INVALID_QUERY, name, value, "once")
        parameters[name] = value if name in as_sent else _normal(name, value)
    return {name: value for name, value in parameters.items() if value}


def _normal(name: str, value: str) -> str:
    """Return a value in one form; a blank at its beginning is kept, for it may have been a plus."""
    try:
        normal = single_line(value)
    except UnfitText as error:
        raise ApiError(RequestErrorCode.UNFIT_TEXT, name, value, error.expected) from error
    return f" {normal}" if normal and value[0] == " " else normal


def _check_encoding(headers: dict[bytes, bytes]) -> None:
    encoding = headers.get(b"content-encoding", b"identity").decode("latin-1")
    if encoding != "identity":
        code = RequestErrorCode.UNSUPPORTED_MEDIA_TYPE
        raise ApiError(code, "Content-Encoding", encoding, "identity")
