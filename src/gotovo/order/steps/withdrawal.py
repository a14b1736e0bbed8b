"""Withdrawal: the parcels of a closed order leave the shelf, to be sent back.

One that was still on its way to this point has arrived there without a scan (rule 4.13).
"""

from datetime import datetime

from msgspec import structs

from gotovo.order.checks.parcel_scan import (
    Found,
    Scan,
    ScanStages,
    barcodes,
    nothing_to_move,
    parcels_to_move,
)
from gotovo.order.checks.place_check import working_place, wrong_place
from gotovo.order.facts import Circumstances, Decision, Facts, accept
from gotovo.order.parcel_movements import ParcelWithdrawn, missed_arrival
from gotovo.order.values.actor import Actor
from gotovo.order.values.order import Order, Pickup, Stage, slowest_backward, with_parcels

_AT_POINT = frozenset({Stage.ARRIVED_AT_POINT, Stage.SHELVED})

_WITHDRAWN = frozenset({Stage.WITHDRAWN, Stage.IN_RETURN, Stage.RECEIVED_BACK})

_LYING = ScanStages(_AT_POINT, _WITHDRAWN)
_OR_COME = ScanStages(_AT_POINT, _WITHDRAWN, missed=frozenset({Stage.DISPATCHED}))


class Withdraw(
    Scan, frozen=True, kw_only=True, tag="withdrawal", tag_field="step", omit_defaults=True
):
    """Take a closed order's parcels off the shelf, to be sent back."""


def may_withdraw(order: Order, circumstances: Circumstances) -> Decision | None:
    """Refuse while nothing of the closed order lies at the actor's point."""
    return nothing_to_move(_on_shelf(order, None, circumstances.actor))


def withdraw(order: Order, command: Withdraw, facts: Facts) -> Decision:
    """Take off the shelf whatever of a closed order lies at the point."""
    found = _on_shelf(order, command, facts.actor)
    if isinstance(found, Decision):
        return found
    return accept(*missed_arrival(order, found), ParcelWithdrawn(barcodes(found)))


def withdrawn_before(order: Order, command: Withdraw, _facts: Facts) -> bool:
    """Return whether these are goods of an issued order that stayed at the desk or came back."""
    back = {p.barcode for p in order.parcels if p.back and p.stage in _WITHDRAWN}
    return bool(back) and back >= set(command.parcels)


def withdrawn(order: Order, event: ParcelWithdrawn, _at: datetime) -> Order:
    """Empty the cells."""
    parcels = with_parcels(order, event.parcels, stage=Stage.WITHDRAWN, cell="")
    return structs.replace(order, parcels=parcels, stage=slowest_backward(parcels))


def _on_shelf(order: Order, scan: Scan | None, actor: Actor) -> Found:
    here = isinstance(order.delivery, Pickup) and wrong_place(order, actor) is None
    return parcels_to_move(order, scan, _OR_COME if here else _LYING, working_place(actor))
