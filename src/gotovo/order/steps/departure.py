"""Departure: the courier sets out, never without an agreed time (rule 4.5)."""

from datetime import datetime

from msgspec import Struct, structs

from gotovo.order.facts import Decision, Facts, accept
from gotovo.order.values.order import Courier, Order, Outcome, Reason, Stage
from gotovo.value import Value


class Depart(Value, frozen=True, tag="departure", tag_field="step"):
    """Set out to the buyer."""


class Departed(Value, frozen=True, tag="courier.departed", tag_field="type", omit_defaults=True):
    """The courier is on the way. `inferred`: a later step shows it (rule 4.13)."""

    inferred: bool = False


def depart(_order: Order, _command: Depart, _facts: Facts) -> Decision:
    """Accept: the table requires an agreed time."""
    return accept(Departed())


def missed_departure(order: Order) -> tuple[Struct, ...]:
    """Return that the courier set out, where a time was agreed and nobody recorded it."""
    return (Departed(inferred=True),) if order.stage is Stage.SLOT_AGREED else ()


def departed_before(order: Order, _command: Depart, _facts: Facts) -> bool:
    """Return whether the courier is on the way, or ended it at the buyer's door."""
    if order.stage is Stage.OUT_FOR_DELIVERY:
        return True
    issued = order.outcome in {Outcome.ISSUED, Outcome.RETURNED}
    at_door = issued or order.reason is Reason.REFUSED_AT_DESK
    return at_door and isinstance(order.delivery, Courier)


def departed(order: Order, _event: Departed, _at: datetime) -> Order:
    """Show the courier on the way."""
    return structs.replace(order, stage=Stage.OUT_FOR_DELIVERY)
