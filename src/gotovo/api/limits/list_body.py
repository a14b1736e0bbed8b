"""A body that is one long list, decoded item by item in slices.

As a whole, two megabytes of JSON that nobody would send hold the event loop for most of a second:
each text is looked at in Python, and names are compared where the decoder can't tell. So the
decoder first finds only where the items are. None of them is larger than a body of its own may be.
"""

import re
from collections.abc import Sequence
from itertools import islice
from typing import Annotated, Any, Final, Generic, TypeVar

import msgspec
from msgspec import Meta, Raw

from gotovo.api.dispatch.errors import ApiError
from gotovo.api.dispatch.json_body import (
    ScannedJson,
    decode_json,
    read_json,
    scan_json,
)
from gotovo.api.dispatch.validation_errors import body_error
from gotovo.http.caps import JSON_BYTES_MAX
from gotovo.http.json_scan import DEPTH_MAX, has_zero_character
from gotovo.http.slices import Slices
from gotovo.words.request_errors import RequestErrorCode

T = TypeVar("T")

_HEAD: Final = re.compile(
    rb'[ \t\r\n]*+\{[ \t\r\n]*+"(?:[^"\\]|\\.)*+"[ \t\r\n]*+:[ \t\r\n]*+', re.DOTALL
)
_TAIL: Final = re.compile(rb"[ \t\r\n]*+\}[ \t\r\n]*+")

_DEPTH: Final = 2
"""How deep an item is in the body."""

_anything: Final = msgspec.json.Decoder(Raw)
_fields: Final = msgspec.json.Decoder(dict[str, Raw])
_items: Final = msgspec.json.Decoder(list[Raw])


class ListBody(Generic[T]):
    """The form of a body that is an object with one field: a list of 1 to `items_max` items."""

    def __init__(self, name: str, decoder: msgspec.json.Decoder[T], items_max: int) -> None:
        self._name = name
        self._decoder = decoder
        self._items_max = items_max
        length = Meta(min_length=1, max_length=items_max)
        self._outline = msgspec.defstruct(
            "Outline", [(name, Annotated[list[int], length])], forbid_unknown_fields=True
        )

    def items(self, body: bytes) -> list[Raw]:
        """Return the items as they stand; raise ApiError unless the body has this form."""
        if has_zero_character(body):
            raise ApiError(RequestErrorCode.UNFIT_TEXT)
        try:
            _anything.decode(body)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise ApiError(RequestErrorCode.MALFORMED_JSON) from error
        except RecursionError as error:
            raise ApiError(RequestErrorCode.TOO_DEEP, expected=f"0..{DEPTH_MAX}") from error
        items = self._found(body)
        if items is None:
            raise body_error(_outline_of(body), self._outline)
        if not 1 <= len(items) <= self._items_max:
            raise body_error({self._name: [0] * len(items)}, self._outline)
        return items

    async def decode(self, items: Sequence[Raw], slices: Slices, share: str | None) -> list[T]:
        """Return the items as structs, of `share`'s turns; raise ApiError with an item's index.

        As in other bodies, JSON that is wrong anywhere takes precedence over wrong values.
        """
        scanned = await slices.map(self._scan, enumerate(items), share)
        return await slices.map(self._decode, enumerate(scanned), share)

    def _found(self, body: bytes) -> list[Raw] | None:
        try:
            fields = _fields.decode(body)
            if list(fields) != [self._name]:
                return None
            items = _items.decode(fields[self._name])
        except msgspec.ValidationError:
            return None
        head = _HEAD.match(body)
        assert head is not None, self._name
        if not _TAIL.fullmatch(body, head.end() + memoryview(fields[self._name]).nbytes):
            raise ApiError(RequestErrorCode.DUPLICATE_NAME, self._name, expected="once")
        return items

    def _scan(self, item: tuple[int, Raw]) -> ScannedJson:
        index, raw = item
        text = bytes(raw)
        if len(text) > JSON_BYTES_MAX:
            field, expected = f"{self._name}[{index}]", str(JSON_BYTES_MAX)
            raise ApiError(RequestErrorCode.BODY_TOO_LARGE, field, expected=expected)
        try:
            return scan_json(text, DEPTH_MAX - _DEPTH)
        except ApiError as error:
            raise self._at(index, error) from error

    def _decode(self, item: tuple[int, ScannedJson]) -> T:
        index, scanned = item
        try:
            return decode_json(scanned, self._decoder)
        except ApiError as error:
            raise self._at(index, error) from error

    def _at(self, index: int, error: ApiError) -> ApiError:
        """Return the error of an item with the whole path of its field."""
        inner = error.field if error.field.startswith("[") else f".{error.field}"
        field = f"{self._name}[{index}]{inner}".rstrip(".")
        return ApiError(error.code, field, error.value, error.expected)


def _outline_of(body: bytes) -> Any:
    """Return the value of a body that has another form, as far as it shows which.

    That is two fields, one of which is unknown, and what they hold unless it is a list or an
    object.
    """
    if body.lstrip().startswith(b"{"):
        fields = islice(_fields.decode(body).items(), 2)
        return {name: _flat(bytes(raw)) for name, raw in fields}
    return _flat(body.lstrip())


def _flat(text: bytes) -> Any:
    if text.startswith(b"{"):
        return {}
    return [0] if text.startswith(b"[") else read_json(text)
