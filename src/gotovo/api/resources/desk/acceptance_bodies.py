"""Bodies and queries of acceptances, and what of them a type can't say."""

from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta

from gotovo.api.dispatch.errors import ApiError
from gotovo.api.dispatch.pagination import PAGE_ITEMS, PAGE_ITEMS_MAX
from gotovo.api.schemas.step_bodies import Instant
from gotovo.desk.acceptance.scan_request import (
    REASONS_OF,
    ItemCondition,
    ItemReason,
)
from gotovo.points.cells.plan import CellSize
from gotovo.value import Value
from gotovo.words.request_errors import RequestErrorCode

ATTACHMENTS_MAX = 10
"""Photos of one item: each side, the defect and the code, with some to spare."""

Text = Annotated[str, Meta(max_length=200)]


class AcceptanceBody(Value, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Opens an acceptance of what a manifest lists, or a loose one.

    `at` is when the client says that it happened; the acceptance has the server's own time.
    """

    manifest: Text | None = None
    at: Instant | None = None


class ScanBody(Value, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One item. `code` is what was read of it, as the scanner gave it.

    `damaged` and `no_order` need a `reason`. An item whose own code can't be read is `unreadable`;
    `box` and `product` are then what can be read of it. `second_item` says that another item with
    the same code was scanned before. `size` is what the clerk sees. `attachments` are ids of
    photos. `at` is when it was scanned.
    """

    code: Text = ""
    condition: ItemCondition = ItemCondition.INTACT
    size: CellSize = CellSize.MEDIUM
    reason: ItemReason | None = None
    box: Text = ""
    product: Text = ""
    attachments: Annotated[tuple[UUID, ...], Meta(max_length=ATTACHMENTS_MAX)] = ()
    at: Instant | None = None


class ClosingBody(Value, frozen=True, forbid_unknown_fields=True):
    """Closes an acceptance; `at` as for its opening."""

    at: Instant | None = None


class AcceptancesQuery(Value, frozen=True, forbid_unknown_fields=True):
    """A page of acceptances: those that are open, or all of them."""

    after: Annotated[str, Meta(max_length=200)] = ""
    limit: Annotated[int, Meta(ge=1, le=PAGE_ITEMS_MAX)] = PAGE_ITEMS
    filter: Literal["open", "all"] = "open"


class ReportQuery(Value, frozen=True, forbid_unknown_fields=True):
    """The form of a report."""

    format: Literal["json", "csv"] = "json"


def check_scan(body: ScanBody) -> None:
    """Raise the error of a scan that says nothing, or too little."""
    reasons = REASONS_OF.get(body.condition, frozenset[ItemReason]())
    if (body.reason is None) if reasons else (body.reason is not None):
        expected = ", ".join(sorted(reasons)) if reasons else "absent"
        raise ApiError(RequestErrorCode.INVALID_BODY, "reason", body.reason or "", expected)
    if body.reason is not None and body.reason not in reasons:
        expected = ", ".join(sorted(reasons))
        raise ApiError(RequestErrorCode.INVALID_BODY, "reason", body.reason, expected)
    without_code = {ItemCondition.UNREADABLE, ItemCondition.NO_ORDER}
    if not body.code and body.condition not in without_code:
        raise ApiError(RequestErrorCode.INVALID_BODY, "code", "", "what was read")
