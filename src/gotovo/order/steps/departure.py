"""Departure: the courier sets out, never without an agreed time (rule 4.5)."""

from datetime import datetime

from msgspec import structs

from gotovo.order.facts import Decision, Facts, accept
from gotovo.order.values.order import Order, Stage
from gotovo.value import Value


class Depart(Value, frozen=True, tag="departure", tag_field="step"):
    """Set out to the buyer."""


class Departed(Value, frozen=True, tag="courier.departed", tag_field="type"):
    """The courier is on the way."""


def depart(_order: Order, _command: Depart, _facts: Facts) -> Decision:
    """Accept: the table requires an agreed time."""
    return accept(Departed())


def departed(order: Order, _event: Departed, _at: datetime) -> Order:
    """Show the courier on the way."""
    return structs.replace(order, stage=Stage.OUT_FOR_DELIVERY)
