"""Withdrawal: the parcels of a closed order leave the shelf, to be sent back."""

from datetime import datetime

from msgspec import structs

from gotovo.order.checks.parcel_scan import Found, Scan, barcodes, nothing_to_move, parcels_to_move
from gotovo.order.checks.place_check import working_place
from gotovo.order.facts import Circumstances, Decision, Facts, accept
from gotovo.order.values.actor import Actor
from gotovo.order.values.order import Order, Stage, slowest_backward, with_parcels
from gotovo.value import Value

_AT_POINT = frozenset({Stage.ARRIVED_AT_POINT, Stage.SHELVED})


_WITHDRAWN = frozenset({Stage.WITHDRAWN, Stage.IN_RETURN, Stage.RECEIVED_BACK})


class Withdraw(
    Scan, frozen=True, kw_only=True, tag="withdrawal", tag_field="step", omit_defaults=True
):
    """Take a closed order's parcels off the shelf, to be sent back."""


class ParcelWithdrawn(Value, frozen=True, tag="parcel.withdrawn", tag_field="type"):
    """Parcels were taken off the shelf to be sent back."""

    parcels: tuple[str, ...]


def may_withdraw(order: Order, circumstances: Circumstances) -> Decision | None:
    """Refuse while nothing of the closed order lies at the actor's point."""
    return nothing_to_move(_on_shelf(order, Scan(), circumstances.actor))


def withdraw(order: Order, command: Withdraw, facts: Facts) -> Decision:
    """Take off the shelf whatever of a closed order lies at the point."""
    found = _on_shelf(order, command, facts.actor)
    return found if isinstance(found, Decision) else accept(ParcelWithdrawn(barcodes(found)))


def withdrawn(order: Order, event: ParcelWithdrawn, _at: datetime) -> Order:
    """Empty the cells."""
    parcels = with_parcels(order, event.parcels, stage=Stage.WITHDRAWN, cell="")
    return structs.replace(order, parcels=parcels, stage=slowest_backward(parcels))


def _on_shelf(order: Order, scan: Scan, actor: Actor) -> Found:
    return parcels_to_move(order, scan, _AT_POINT, _WITHDRAWN, working_place(actor))
