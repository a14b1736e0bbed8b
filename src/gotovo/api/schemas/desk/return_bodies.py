"""The bodies of returns at a desk: whose goods they are, what is taken back, and what is not."""

from typing import Annotated
from uuid import UUID

from msgspec import Meta

from gotovo.api.dispatch.errors import ApiError
from gotovo.api.dispatch.normal_texts import MULTILINE
from gotovo.api.dispatch.pagination import PAGE_ITEMS, PAGE_ITEMS_MAX
from gotovo.api.schemas.desk.goods_bodies import (
    DeclinedUnitsBody,
    RefusedUnitsBody,
    declined_units,
    refused_units,
)
from gotovo.api.schemas.step_bodies import (
    LIST_ITEMS_MAX,
    NOTE_CHARACTERS_MAX,
    Instant,
)
from gotovo.desk.returns.returning import BroughtGoods
from gotovo.desk.scan.code_forms import CODE_LENGTH_MAX
from gotovo.order.values.handover.declined_units import ReturnDecline
from gotovo.value import Value
from gotovo.words.request_errors import RequestErrorCode

_Number = Annotated[str, Meta(min_length=1, max_length=64)]


class ReturnSearchBody(Value, frozen=True, forbid_unknown_fields=True):
    """What the buyer shows, in one of two ways.

    `scanned` is the number of the order, its QR or a parcel of it, as a scanner reads them; or the
    last four digits of the phone with the code that the order was handed over with.
    """

    scanned: Annotated[str, Meta(min_length=1, max_length=CODE_LENGTH_MAX)] | None = None
    phone_last4: Annotated[str, Meta(pattern=r"^[0-9]{4}\Z")] | None = None
    code: _Number | None = None


class ReturnBody(Value, frozen=True, forbid_unknown_fields=True):
    """Goods that were brought: `taken` back, each with a reason, and `declined` with another.

    `note` says in words why they were declined; the reason `other` needs it. `approval` is of a
    second person, for what nobody claimed.
    """

    order: _Number
    taken: Annotated[tuple[RefusedUnitsBody, ...], Meta(max_length=LIST_ITEMS_MAX)] = ()
    declined: Annotated[tuple[DeclinedUnitsBody, ...], Meta(max_length=LIST_ITEMS_MAX)] = ()
    note: Annotated[str, Meta(max_length=NOTE_CHARACTERS_MAX, extra={MULTILINE: True})] = ""
    approval: UUID | None = None
    at: Instant | None = None


class ReturnsQuery(Value, frozen=True, forbid_unknown_fields=True):
    """A page of orders that a claim waits for."""

    after: Annotated[str, Meta(max_length=200)] = ""
    limit: Annotated[int, Meta(ge=1, le=PAGE_ITEMS_MAX)] = PAGE_ITEMS


def checked_search(body: ReturnSearchBody) -> ReturnSearchBody:
    """Return a body, or raise the error of one that mixes the ways or names none."""
    names = ("scanned", "phone_last4", "code")
    given = {name for name in names if getattr(body, name) is not None}
    if given not in ({"scanned"}, {"phone_last4", "code"}):
        shown = " + ".join(sorted(given))
        raise ApiError(RequestErrorCode.INVALID_BODY, "", shown, "scanned | phone_last4 + code")
    return body


def brought_goods(body: ReturnBody) -> BroughtGoods:
    """Return what the clerk says, or raise the error of a reason that says nothing."""
    says_other = any(each.reason is ReturnDecline.OTHER for each in body.declined)
    if says_other and not body.note:
        raise ApiError(RequestErrorCode.INVALID_BODY, "note", "", "1..")
    return BroughtGoods(
        taken=tuple(map(refused_units, body.taken)),
        declined=tuple(map(declined_units, body.declined)),
        note=body.note,
        approval=body.approval,
    )
