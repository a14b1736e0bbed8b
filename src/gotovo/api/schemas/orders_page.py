"""A page of orders, and the query that it answers."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from gotovo.api.dispatch.pagination import PAGE_ITEMS, PAGE_ITEMS_MAX
from gotovo.api.schemas.order_view import OrderView
from gotovo.order.values.order import Stage
from gotovo.value import Value

Text = Annotated[str, Meta(max_length=200)]


class OrdersQuery(Value, frozen=True, forbid_unknown_fields=True):
    """An order has to match every parameter. `customer` is a phone or an id; `q` is a number as
    people write it, a parcel's barcode, an external id (with е or ё) or a phone.
    """

    customer: Text = ""
    status: Literal["awaiting_payment", "processing", "ready_for_pickup", "closed"] | None = None
    point: Text = ""
    stage: Stage | None = None
    q: Text = ""
    after: Text = ""
    limit: Annotated[int, Meta(ge=1, le=PAGE_ITEMS_MAX)] = PAGE_ITEMS


class OrdersPage(Value, frozen=True):
    """A page, newest first; `next` is null on the last one."""

    items: list[OrderView]
    next: str | None


class SerializedPage(Value, frozen=True):
    """The same page, of orders that are serialized already."""

    items: list[msgspec.Raw]
    next: str | None
