"""Departure: the courier sets out, never without an agreed time (rule 4.5)."""

from datetime import datetime

from msgspec import Struct, structs

from gotovo.order.checks.custody_check import taken_over
from gotovo.order.facts import Decision, Facts, accept
from gotovo.order.values.actor import Actor
from gotovo.order.values.order import Courier, Order, Outcome, Reason, Stage
from gotovo.value import Value


class Depart(Value, frozen=True, tag="departure", tag_field="step"):
    """Set out to the buyer."""


class Departed(Value, frozen=True, tag="courier.departed", tag_field="type", omit_defaults=True):
    """The courier is on the way. `inferred`: a later step shows it (rule 4.13).

    `courier` is present where a courier takes the order over by it.
    """

    inferred: bool = False
    courier: str = ""


def depart(order: Order, _command: Depart, facts: Facts) -> Decision:
    """Accept: the table requires an agreed time."""
    return accept(Departed(courier=taken_over(order, facts.actor)))


def missed_departure(order: Order, actor: Actor) -> tuple[Struct, ...]:
    """Return that the courier set out, where a time was agreed and nobody recorded it."""
    if order.stage is not Stage.SLOT_AGREED:
        return ()
    return (Departed(inferred=True, courier=taken_over(order, actor)),)


def departed_before(order: Order, _command: Depart, _facts: Facts) -> bool:
    """Return whether the courier is on the way, or ended it at the buyer's door."""
    if order.stage is Stage.OUT_FOR_DELIVERY:
        return True
    issued = order.outcome in {Outcome.ISSUED, Outcome.RETURNED}
    at_door = issued or order.reason is Reason.REFUSED_AT_DESK
    return at_door and isinstance(order.delivery, Courier)


def departed(order: Order, event: Departed, _at: datetime) -> Order:
    """Show the courier on the way."""
    courier = event.courier or order.courier
    return structs.replace(order, stage=Stage.OUT_FOR_DELIVERY, courier=courier)
