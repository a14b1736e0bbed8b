"""What can't be done with a return box, as errors of the API."""

from collections.abc import Mapping
from typing import Final

from gotovo.api.dispatch.errors import ApiError
from gotovo.desk.boxes.boxes import BoxRefused
from gotovo.manifests.boxes import ITEMS_MAX, BoxRefusal
from gotovo.words.request_errors import RequestErrorCode

_ERRORS: Final[Mapping[BoxRefusal, tuple[RequestErrorCode, str]]] = {
    BoxRefusal.CLOSED: (RequestErrorCode.BOX_CLOSED, "box"),
    BoxRefusal.OPEN_TOO_LONG: (RequestErrorCode.BOX_OPEN_TOO_LONG, "box"),
    BoxRefusal.FULL: (RequestErrorCode.BOX_FULL, "box"),
    BoxRefusal.LARGE_ALONE: (RequestErrorCode.BOX_LARGE_ALONE, "box"),
    BoxRefusal.WRONG_KIND: (RequestErrorCode.BOX_WRONG_KIND, "box"),
    BoxRefusal.MOVED_TOO_OFTEN: (RequestErrorCode.BOX_MOVED_TOO_OFTEN, "parcel"),
    BoxRefusal.IN_CLOSED_BOX: (RequestErrorCode.PARCEL_IN_CLOSED_BOX, "parcel"),
    BoxRefusal.NOT_IN_IT: (RequestErrorCode.PARCEL_NOT_IN_BOX, "parcel"),
    BoxRefusal.EMPTY: (RequestErrorCode.BOX_EMPTY, "box"),
    BoxRefusal.NOT_SEALED: (RequestErrorCode.BOX_NOT_SEALED, "boxes"),
}
"""The error of each refusal, and the field that it is about."""

_EXPECTED: Final[Mapping[BoxRefusal, str]] = {BoxRefusal.FULL: f"..{ITEMS_MAX}"}


def box_error(refused: BoxRefused) -> ApiError:
    """Return the error that says why something can't be done with a box."""
    code, field = _ERRORS[refused.reason]
    expected = refused.expected or _EXPECTED.get(refused.reason, "")
    return ApiError(code, field, refused.value, expected)
