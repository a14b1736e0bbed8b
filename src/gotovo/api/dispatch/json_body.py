"""From the bytes of a body to a struct."""

from typing import TypeVar

import msgspec

from gotovo.api.dispatch.errors import ApiError
from gotovo.api.dispatch.validation_errors import body_error
from gotovo.http.json_scan import DEPTH_MAX, has_zero_character, is_too_deep, oversized_integer
from gotovo.words.request_errors import RequestErrorCode

T = TypeVar("T")


def decode_body(body: bytes, decoder: msgspec.json.Decoder[T]) -> T:
    """Return the struct; an empty body is an empty object.

    The decoder stops at the first value that does not fit, and the rest may still be no JSON:
    `body_error` parses the whole body again, and malformed JSON takes precedence.
    """
    _scan(body)
    text = body or b"{}"
    try:
        try:
            return decoder.decode(text)
        except msgspec.ValidationError as error:
            raise body_error(text, decoder.type) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ApiError(RequestErrorCode.MALFORMED_JSON) from error


def _scan(body: bytes) -> None:
    if has_zero_character(body):
        raise ApiError(RequestErrorCode.UNFIT_TEXT)
    if is_too_deep(body):
        raise ApiError(RequestErrorCode.TOO_DEEP, expected=f"0..{DEPTH_MAX}")
    value = oversized_integer(body)
    if value:
        raise ApiError(RequestErrorCode.INTEGER_TOO_LARGE, "", value, "-2^63..2^63-1")
