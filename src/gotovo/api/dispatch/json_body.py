"""From the bytes of a body to a struct: JSON without ambiguity, and its texts in one form."""

from typing import Any, Final, TypeVar

import msgspec

from gotovo.api.dispatch.errors import ApiError
from gotovo.api.dispatch.normal_texts import normal_texts, texts_are_plain
from gotovo.api.dispatch.validation_errors import body_error
from gotovo.http.json_scan import (
    DEPTH_MAX,
    duplicate_name,
    has_zero_character,
    is_too_deep,
    oversized_integer,
)
from gotovo.words.request_errors import RequestErrorCode

T = TypeVar("T")

_any: Final = msgspec.json.Decoder()
_encoder: Final = msgspec.json.Encoder()


def decode_body(body: bytes, decoder: msgspec.json.Decoder[T]) -> T:
    """Return the struct; an empty body is an empty object.

    The whole body is read before its values are compared with their types, so malformed JSON takes
    precedence. A length is that of a text as it will be stored, without the blanks around it.
    """
    text = body or b"{}"
    value, compact = _read(text)
    if texts_are_plain(compact):
        return _decoded(text, value, decoder)
    return decode_value(value, decoder)


def read_json(body: bytes) -> Any:
    """Return the value of a body as it stands, for what is no complete value of a type."""
    return _read(body or b"{}")[0]


def decode_value(value: Any, decoder: msgspec.json.Decoder[T]) -> T:
    """Return the struct of a body's value, its texts in one form."""
    normal = normal_texts(value, decoder.type)
    return _decoded(_encoder.encode(normal), normal, decoder)


def _decoded(text: bytes, value: Any, decoder: msgspec.json.Decoder[T]) -> T:
    try:
        return decoder.decode(text)
    except msgspec.ValidationError as error:
        raise body_error(value, decoder.type) from error


def _read(body: bytes) -> tuple[Any, bytes]:
    """Return the value of JSON and its shortest encoding."""
    if has_zero_character(body):
        raise ApiError(RequestErrorCode.UNFIT_TEXT)
    if is_too_deep(body):
        raise ApiError(RequestErrorCode.TOO_DEEP, expected=f"0..{DEPTH_MAX}")
    oversized = oversized_integer(body)
    if oversized:
        raise ApiError(RequestErrorCode.INTEGER_TOO_LARGE, "", oversized, "-2^63..2^63-1")
    try:
        value = _any.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ApiError(RequestErrorCode.MALFORMED_JSON) from error
    compact = _encoder.encode(value)
    repeated = duplicate_name(body, compact)
    if repeated is not None:
        raise ApiError(RequestErrorCode.DUPLICATE_NAME, repeated, expected="once")
    return value, compact
