"""Whereabouts: a clerk works at one point, and a courier hands over at the door alone."""

from gotovo.order.facts import Decision, Facts, refuse
from gotovo.order.refusals import Code
from gotovo.order.values.actor import Actor, Role
from gotovo.order.values.order import AT_THE_DOOR, Order, place_of


def working_place(actor: Actor) -> str:
    """Return the only place the actor may hand over at, empty for any."""
    match actor.role:
        case Role.POINT:
            return actor.place or ""
        case Role.COURIER:
            return AT_THE_DOOR
        case _:
            return ""


def elsewhere(order: Order, facts: Facts) -> Decision | None:
    """Refuse whoever does not work where this order is handed over."""
    place = working_place(facts.actor)
    if place in {"", place_of(order)}:
        return None
    return refuse(Code.WRONG_POINT, "point", place, place_of(order))
