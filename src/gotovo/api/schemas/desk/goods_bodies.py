"""Units with a reason in requests: those left at the desk, brought back, and not taken back.

A request names photos by their ids; which bytes they had is found out by the server.
"""

from typing import Annotated
from uuid import UUID

from msgspec import Meta

from gotovo.order.values.handover.declined_units import DeclinedUnits, ReturnDecline
from gotovo.order.values.handover.refused_units import (
    ATTACHMENTS_MAX,
    GoodsRefusal,
    RefusedUnits,
)
from gotovo.value import Value

_Attachments = Annotated[tuple[UUID, ...], Meta(max_length=ATTACHMENTS_MAX)]


class RefusedUnitsBody(Value, frozen=True, forbid_unknown_fields=True):
    """Units of one line that the buyer leaves, and why.

    `attachments` are ids of photos that were added to the order.
    """

    line: int
    quantity: int
    reason: GoodsRefusal | None = None
    attachments: _Attachments = ()


class DeclinedUnitsBody(Value, frozen=True, forbid_unknown_fields=True):
    """Units of one line that are not taken back, and why.

    `attachments` are ids of photos that were added to the order.
    """

    line: int
    quantity: int
    reason: ReturnDecline
    attachments: _Attachments = ()


def refused_units(body: RefusedUnitsBody) -> RefusedUnits:
    """Return the units of a body, whose photos nobody has looked at so far."""
    return RefusedUnits(body.line, body.quantity, body.reason, tuple(map(str, body.attachments)))


def declined_units(body: DeclinedUnitsBody) -> DeclinedUnits:
    """Return the units of a body, whose photos nobody has looked at so far."""
    return DeclinedUnits(body.line, body.quantity, body.reason, tuple(map(str, body.attachments)))
