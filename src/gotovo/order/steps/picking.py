"""Picking: somebody in the warehouse has begun to collect the goods."""

from datetime import datetime

from msgspec import structs

from gotovo.order.facts import Decision, Facts, accept
from gotovo.order.values.order import Order, Stage
from gotovo.value import Value


class StartPicking(Value, frozen=True, tag="picking", tag_field="step", omit_defaults=True):
    """Begin to collect the order; `wave` names the round it is picked in."""

    wave: str = ""


class PickingStarted(
    Value, frozen=True, tag="order.picking_started", tag_field="type", omit_defaults=True
):
    """The warehouse has begun to collect the order."""

    wave: str = ""


def start_picking(_order: Order, command: StartPicking, _facts: Facts) -> Decision:
    """Accept: the table has checked the stage."""
    return accept(PickingStarted(command.wave))


def picking_started(order: Order, _event: PickingStarted, _at: datetime) -> Order:
    """Move the order to picking."""
    return structs.replace(order, stage=Stage.PICKING)
