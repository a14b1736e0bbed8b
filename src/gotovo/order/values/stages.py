"""Groups of stages that the lifecycle table names together."""

from gotovo.order.values.order import Stage


def of(*stages: Stage) -> frozenset[Stage]:
    """Return a group that only one row names."""
    return frozenset(stages)


IN_WAREHOUSE = frozenset({Stage.PAID, Stage.PICKING, Stage.PACKED})
ON_ROUND = frozenset({Stage.WITH_COURIER, Stage.SLOT_AGREED, Stage.ATTEMPT_FAILED})
COURIER = ON_ROUND | {Stage.OUT_FOR_DELIVERY}
TO_POINT = frozenset({Stage.DISPATCHED, Stage.ARRIVED_AT_POINT})
READY = frozenset({Stage.SHELVED, Stage.HANDING_OVER})
OPEN = frozenset({Stage.PLACED}) | IN_WAREHOUSE | COURIER | TO_POINT | READY
WAY_BACK = frozenset({Stage.TURNED_ROUND, Stage.WITHDRAWN, Stage.IN_RETURN, Stage.RECEIVED_BACK})
CLOSED = WAY_BACK | {Stage.ISSUED, Stage.CANCELLED}
EVERY = OPEN | CLOSED

DISPATCHABLE = frozenset({Stage.PACKED}) | COURIER | TO_POINT | READY | CLOSED
"""Parcels leave the warehouse from here, also some of several, or go back to it."""

PICKED = COURIER | TO_POINT | READY | {Stage.PICKING, Stage.PACKED, Stage.ISSUED}
"""Stages after picking was started, so starting it again changes nothing."""

NO_OPEN_PROMISE = READY | {Stage.PLACED}
"""Open stages without a promise that can be missed: not paid yet, or already ready."""
