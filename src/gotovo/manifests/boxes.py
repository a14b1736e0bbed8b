"""Read this first: the lifecycle of a return box, and what may be put into one.

A return box carries parcels from a point back to the warehouse. It is open, is sealed by a scan of
its sticker, and is handed over to a driver. No step leads back: what was sealed stays as it is, so
that a dispute has an unbroken chain.
"""

import base64
import hashlib
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from gotovo.manifests.manifest import BOX_PREFIX
from gotovo.value import Value

ITEMS_MAX: Final = 60
"""Parcels of one box: what one person lifts, and what an act can be checked by."""

OPEN_MAX: Final = timedelta(hours=48)
"""How long a box takes parcels in: what waits longer is sealed with what it has."""

MOVES_MAX: Final = 2
"""How often a parcel moves from one box to another: more often is not tidying up."""

HANDOVER_BOXES_MAX: Final = 100
"""Boxes of one hand-over: more than a van takes from one point."""

_CODE_BYTES: Final = 5


class BoxKind(StrEnum):
    """What a box is for; the warehouse takes each to another place."""

    ORDINARY = "ordinary"  # unclaimed, refused or returned goods that can be sold again
    DEFECTIVE = "defective"  # goods that somebody found a fault with


class BoxState(StrEnum):
    """How far a box is."""

    OPEN = "open"  # parcels are put in
    SEALED = "sealed"  # what is in it is what travels
    HANDED_OVER = "handed_over"  # a driver has it


class ReturnBox(Value, frozen=True, kw_only=True):
    """A return box as it stands; times are UTC, None while it has not come to that.

    Each `…_by` is who did it, as in `event.actor`. `single` is set while its one parcel is a large
    one, which is a box of its own. `handover` is the act with which a driver took it.
    """

    code: str
    point: str
    kind: BoxKind
    state: BoxState
    items: int
    opened_at: datetime
    opened_by: str
    single: bool = False
    sealed_at: datetime | None = None
    sealed_by: str | None = None
    handover: UUID | None = None
    handed_over_at: datetime | None = None


class BoxItem(Value, frozen=True, kw_only=True):
    """A parcel in a box, or one that was: `moved_from` is the box that it came out of, if any.

    `left_out` says why its order did not leave with the box: a refusal's code; else it is empty.
    """

    barcode: str
    number: str
    box: str
    put_at: datetime
    put_by: str
    moved_from: str = ""
    taken_out_at: datetime | None = None
    taken_out_by: str | None = None
    left_out: str = ""


class BoxHandover(Value, frozen=True, kw_only=True):
    """What a driver took from a point: the act that both sides keep."""

    id: UUID
    point: str
    driver: str
    boxes: int
    parcels: int
    at: datetime
    by: str


class BoxRefusal(StrEnum):
    """Why a parcel does not go into a box or out of it, or a box is not sealed or handed over."""

    CLOSED = "closed"  # it is sealed, or has left
    OPEN_TOO_LONG = "open_too_long"
    FULL = "full"
    LARGE_ALONE = "large_alone"
    WRONG_KIND = "wrong_kind"
    MOVED_TOO_OFTEN = "moved_too_often"
    IN_CLOSED_BOX = "in_closed_box"
    NOT_IN_IT = "not_in_it"
    EMPTY = "empty"
    NOT_SEALED = "not_sealed"


class NewItem(Value, frozen=True, kw_only=True):
    """A parcel that is to go into a box.

    `moves` counts how often it went from one box to another, this time included.
    """

    large: bool = False
    defective: bool = False
    moves: int = 0


def is_open_too_long(box: ReturnBox, now: datetime) -> bool:
    """Return whether an open box has to be sealed before anything else."""
    return box.state is BoxState.OPEN and now - box.opened_at > OPEN_MAX


def refused_item(box: ReturnBox, item: NewItem, now: datetime) -> BoxRefusal | None:
    """Return why a parcel may not go into a box, None where it may.

    What is known to be defective is not mixed with what is sold again; a clerk may see a fault
    that nobody knew of, so the other way round it is fine.
    """
    limits = (
        (BoxRefusal.CLOSED, box.state is not BoxState.OPEN),
        (BoxRefusal.OPEN_TOO_LONG, is_open_too_long(box, now)),
        (BoxRefusal.FULL, box.items >= ITEMS_MAX),
        (BoxRefusal.LARGE_ALONE, box.single or (item.large and box.items > 0)),
        (BoxRefusal.WRONG_KIND, item.defective and box.kind is BoxKind.ORDINARY),
        (BoxRefusal.MOVED_TOO_OFTEN, item.moves > MOVES_MAX),
    )
    return next((refusal for refusal, is_met in limits if is_met), None)


def refused_sealing(box: ReturnBox) -> BoxRefusal | None:
    """Return why a box may not be sealed; one that was sealed before changes nothing."""
    return BoxRefusal.EMPTY if box.state is BoxState.OPEN and not box.items else None


def new_box_code(request: UUID) -> str:
    """Return the code of a box that a request opens: the same one when it is repeated."""
    digest = hashlib.sha256(b"gotovo box\0" + request.bytes).digest()[:_CODE_BYTES]
    return BOX_PREFIX + base64.b32encode(digest).decode().rstrip("=")
