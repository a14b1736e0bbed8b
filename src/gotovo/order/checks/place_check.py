"""Place check: clerks work at one point, couriers hand over at the address (rule 4.19)."""

from gotovo.order.facts import Decision, refuse
from gotovo.order.refusals import Code
from gotovo.order.values.actor import Actor, Role
from gotovo.order.values.order import COURIER_PLACE, Order, place_of


def working_place(actor: Actor) -> str:
    """Return the only place the actor may hand over at, empty for any."""
    match actor.role:
        case Role.POINT:
            return actor.place or ""
        case Role.COURIER:
            return COURIER_PLACE
        case _:
            return ""


def wrong_place(order: Order, actor: Actor) -> Decision | None:
    """Refuse an actor who does not work where this order is handed over."""
    place = working_place(actor)
    if place in {"", place_of(order)}:
        return None
    return refuse(Code.WRONG_POINT, "point", place, place_of(order))
