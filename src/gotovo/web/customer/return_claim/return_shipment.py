"""Way back: how far goods are that a buyer brings back, round by round."""

from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct, structs

from gotovo.order.replay import Recorded, decode
from gotovo.order.steps.reception import ParcelReceivedBack
from gotovo.order.steps.return_acceptance import OrderReturned
from gotovo.order.steps.return_claim import ReturnClaimed
from gotovo.order.values.order import Order, Units

_TYPES = frozenset({"order.return_claimed", "order.returned", "parcel.received_back"})


class WayBack(Struct, frozen=True):
    """One round of goods coming back; an instant is None while it is still ahead.

    Goods can be brought without a word before, so `claimed_at` may stay None.
    """

    units: tuple[Units, ...]
    claimed_at: datetime | None = None
    brought_at: datetime | None = None
    looked_at: datetime | None = None
    point: str = ""


def ways_back(order: Order, history: Iterable[Recorded]) -> tuple[WayBack, ...]:
    """Return every round, oldest first; the claim that waits to be brought comes last."""
    rounds: dict[str, WayBack] = {}
    claimed_at: datetime | None = None
    for recorded in history:
        if recorded.type not in _TYPES:
            continue
        event = decode(recorded.type, recorded.body)
        if isinstance(event, ReturnClaimed):
            claimed_at = recorded.at
        elif isinstance(event, OrderReturned):
            rounds[event.parcel] = WayBack(event.units, claimed_at, recorded.at, point=event.point)
            claimed_at = None
        elif isinstance(event, ParcelReceivedBack):
            for parcel in event.parcels:
                if parcel in rounds:
                    rounds[parcel] = structs.replace(rounds[parcel], looked_at=recorded.at)
    waiting = (WayBack(order.claim.units, order.claim.claimed_at),) if order.claim else ()
    return (*rounds.values(), *waiting)
