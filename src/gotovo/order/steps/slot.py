"""Slot: the time that buyer and courier agreed for the delivery (rule 4.5).

On the phone any sensible time can be agreed. A buyer who chooses alone takes one of the times that
couriers are planned for, at whatever entrance.
"""

from datetime import datetime, timedelta
from typing import Annotated

from msgspec import Meta, structs

from gotovo.order.checks.custody_check import taken_over
from gotovo.order.facts import ALREADY_DONE, Circumstances, Decision, Facts, accept, refuse
from gotovo.order.refusals import Code
from gotovo.order.values.actor import Role
from gotovo.order.values.order import Order, Stage
from gotovo.points.delivery_slots import DeliverySlot, delivery_slots
from gotovo.value import Value

SLOT_AHEAD_MAX = timedelta(days=60)
"""A time agreed further ahead than this is a typing mistake."""

SLOT_BEGAN_MAX = timedelta(hours=1)
"""The usual hours may have begun when they are agreed; a slot of this morning is no slot."""

SLOT_LEFT_MIN = timedelta(minutes=10)
"""Less is no time in which somebody can be expected."""

SLOT_LENGTH_MAX = timedelta(hours=12)
"""All day, nine to nine: nobody waits at home longer than that."""


class AgreeSlot(Value, frozen=True, tag="slot", tag_field="step"):
    """Agree the time between two instants; a buyer may choose an offered one without a call."""

    begins_at: Annotated[datetime, Meta(tz=True)]
    ends_at: Annotated[datetime, Meta(tz=True)]


class SlotAgreed(
    Value, frozen=True, tag="courier.slot_agreed", tag_field="type", omit_defaults=True
):
    """Buyer and courier agreed a time; `by_buyer`, who chose or confirmed it here.

    `courier` is present where a courier takes the order over by it.
    """

    begins_at: datetime
    ends_at: datetime
    by_buyer: bool = False
    courier: str = ""


def may_agree_slot(order: Order, circumstances: Circumstances) -> Decision | None:
    """Refuse a courier who has not reached the buyer on the phone (rule 4.5)."""
    if not order.called and circumstances.actor.role is not Role.BUYER:
        return refuse(Code.CALL_FIRST, "call", "", "answered")
    return None


def agree_slot(order: Order, command: AgreeSlot, facts: Facts) -> Decision:
    """Accept a time ahead that was agreed on the phone, or chosen by the buyer."""
    if agreed_before(order, command, facts):
        return ALREADY_DONE
    call_first = may_agree_slot(order, facts.circumstances)
    if call_first:
        return call_first
    by_buyer = facts.actor.role is Role.BUYER
    wrong = _not_offered(order, command, facts) if by_buyer else _senseless(command, facts.at)
    if wrong:
        return wrong
    courier = taken_over(order, facts.actor)
    return accept(SlotAgreed(command.begins_at, command.ends_at, by_buyer, courier))


def agreed_before(order: Order, command: AgreeSlot, facts: Facts) -> bool:
    """Return whether this slot holds already; that the buyer confirms it is another fact."""
    if order.slot != (command.begins_at, command.ends_at):
        return False
    return order.slot_by_buyer or facts.actor.role is not Role.BUYER


def _not_offered(order: Order, command: AgreeSlot, facts: Facts) -> Decision | None:
    """Refuse a time that is neither the agreed one nor one that couriers are planned for."""
    chosen = DeliverySlot(command.begins_at, command.ends_at)
    if chosen == order.slot and chosen.ends_at > facts.now:
        return None
    offered = tuple(delivery_slots(facts.world.warehouses[order.warehouse].timetable, facts.now))
    if chosen in offered:
        return None
    expected = ", ".join(map(_interval, offered))
    return refuse(Code.WRONG_TIME, "begins_at", _interval(chosen), expected)


def _interval(slot: DeliverySlot) -> str:
    """Return a slot by ISO 8601."""
    return f"{slot.begins_at.isoformat()}/{slot.ends_at.isoformat()}"


def _senseless(command: AgreeSlot, at: datetime) -> Decision | None:
    """Refuse what nobody agrees on the phone: a time that is over, far ahead, or very long.

    `at` is when they agreed it, which may be reported late: it was still ahead then.
    """
    return _out_of_range(
        "begins_at", command.begins_at, at - SLOT_BEGAN_MAX, at + SLOT_AHEAD_MAX
    ) or _out_of_range(
        "ends_at",
        command.ends_at,
        max(at, command.begins_at) + SLOT_LEFT_MIN,
        command.begins_at + SLOT_LENGTH_MAX,
    )


def _out_of_range(
    field: str, instant: datetime, earliest: datetime, latest: datetime
) -> Decision | None:
    if earliest <= instant <= latest:
        return None
    expected = f"{earliest.isoformat()}..{latest.isoformat()}"
    return refuse(Code.WRONG_TIME, field, instant.isoformat(), expected)


def slot_agreed(order: Order, event: SlotAgreed, _at: datetime) -> Order:
    """Store the time."""
    return structs.replace(
        order,
        stage=Stage.SLOT_AGREED,
        slot=(event.begins_at, event.ends_at),
        slot_by_buyer=event.by_buyer,
        courier=event.courier or order.courier,
    )
