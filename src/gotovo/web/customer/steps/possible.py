"""What a buyer can do with an order as it stands; the lifecycle has the last word on each."""

from datetime import datetime, timedelta

from msgspec import Struct

from gotovo.order.facts import Terms
from gotovo.order.lifecycle import ROW_OF
from gotovo.order.steps.redirection import Redirect
from gotovo.order.steps.slot import AgreeSlot
from gotovo.order.values.order import Order, Outcome, Stage, place_of
from gotovo.order.values.pickup_codes import trusted_code
from gotovo.points.point import Point

RATING_DAYS = 7
"""How long a rating may be changed; what is rated later is no longer fresh in anybody's mind."""


class Possible(Struct, frozen=True):
    """Each field is a page that is worth leading to."""

    cancel: bool
    extend: bool
    redirect: bool
    trust: bool
    slot: bool
    claim: bool
    rate: bool


def possible(order: Order, point: Point | None, terms: Terms, now: datetime) -> Possible:
    """Return what can be done with an order at an instant."""
    storage = order.storage
    waits = order.stage is Stage.SHELVED and storage is not None and not storage.extended
    return Possible(
        cancel=order.outcome is None and order.stage is not Stage.HANDING_OVER,
        extend=bool(waits and point and point.extension_days),
        redirect=order.stage in ROW_OF[Redirect].taken_from and not _partly_sent(order),
        trust=order.outcome is None and order.stage not in {Stage.PLACED, Stage.HANDING_OVER},
        slot=order.stage in ROW_OF[AgreeSlot].taken_from,
        claim=now <= claim_until(order, terms, now) and order.outcome is Outcome.ISSUED,
        rate=order.issued_version > 0 and order.outcome is not None,
    )


def claim_until(order: Order, terms: Terms, now: datetime) -> datetime:
    """Return until when issued goods can be claimed back; an open order's time is not begun."""
    kept = any(line.issued > line.returned for line in order.lines)
    if order.closed_at is None or not kept:
        return now - timedelta.resolution
    return order.closed_at + timedelta(days=terms.return_days)


def living_code(order: Order, secret: bytes) -> str:
    """Return the trusted person's code while it works, else nothing."""
    codes = order.codes
    if order.outcome is not None or codes.trusted == codes.trusted_used:
        return ""
    return trusted_code(secret, order.number, place_of(order), codes.trusted)


def _partly_sent(order: Order) -> bool:
    return order.stage is Stage.PACKED and any(p.stage is not Stage.PACKED for p in order.parcels)
