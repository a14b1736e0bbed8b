"""From the bytes of a body to a struct: JSON without ambiguity, and its texts in one form."""

from typing import Any, Final, NamedTuple, TypeVar

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


class ScannedJson(NamedTuple):
    """JSON without ambiguity, and whether no text of it needs a change.

    Its value is read again where it is needed: a thousand of them would keep the garbage collector
    busy.
    """

    text: bytes
    is_plain: bool


def decode_body(body: bytes, decoder: msgspec.json.Decoder[T]) -> T:
    """Return the struct; an empty body is an empty object.

    The whole body is read before its values are compared with their types, so malformed JSON takes
    precedence. A length is that of a text as it will be stored, without the blanks around it.
    """
    return decode_json(scan_json(body or b"{}"), decoder)


def read_json(body: bytes) -> Any:
    """Return the value of a body as it stands, for what is no complete value of a type."""
    return _any.decode(scan_json(body or b"{}").text)


def scan_json(body: bytes, depth_max: int = DEPTH_MAX) -> ScannedJson:
    """Read JSON without ambiguity; raise ApiError for any other."""
    if has_zero_character(body):
        raise ApiError(RequestErrorCode.UNFIT_TEXT)
    if is_too_deep(body, depth_max):
        raise ApiError(RequestErrorCode.TOO_DEEP, expected=f"0..{depth_max}")
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
    return ScannedJson(body, texts_are_plain(compact))


def decode_json(scanned: ScannedJson, decoder: msgspec.json.Decoder[T]) -> T:
    """Return the struct of a text that was scanned, its texts in one form."""
    if not scanned.is_plain:
        return decode_value(_any.decode(scanned.text), decoder)
    try:
        return decoder.decode(scanned.text)
    except msgspec.ValidationError as error:
        raise body_error(_any.decode(scanned.text), decoder.type) from error


def decode_value(value: Any, decoder: msgspec.json.Decoder[T]) -> T:
    """Return the struct of a body's value, its texts in one form."""
    normal = normal_texts(value, decoder.type)
    try:
        return decoder.decode(_encoder.encode(normal))
    except msgspec.ValidationError as error:
        raise body_error(normal, decoder.type) from error
