"""Slot: the time that buyer and courier agreed for the delivery (rule 4.5)."""

from datetime import datetime, timedelta
from typing import Annotated

from msgspec import Meta, structs

from gotovo.order.facts import ALREADY_DONE, Circumstances, Decision, Facts, accept, refuse
from gotovo.order.refusals import Code
from gotovo.order.values.actor import Role
from gotovo.order.values.order import Order, Stage
from gotovo.value import Value

SLOT_AHEAD_MAX = timedelta(days=60)
"""A time agreed further ahead than this is a typing mistake."""


class AgreeSlot(Value, frozen=True, tag="slot", tag_field="step"):
    """Agree the time between two instants; the buyer may also choose it without a call."""

    begins_at: Annotated[datetime, Meta(tz=True)]
    ends_at: Annotated[datetime, Meta(tz=True)]


class SlotAgreed(
    Value, frozen=True, tag="courier.slot_agreed", tag_field="type", omit_defaults=True
):
    """Buyer and courier agreed a time; `by_buyer`, who chose or confirmed it here."""

    begins_at: datetime
    ends_at: datetime
    by_buyer: bool = False


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
    if command.ends_at <= command.begins_at:
        return refuse(Code.WRONG_TIME, "ends_at", command.ends_at.isoformat(), "> begins_at")
    if command.ends_at <= facts.at:
        return refuse(Code.WRONG_TIME, "ends_at", command.ends_at.isoformat(), facts.at.isoformat())
    latest = facts.at + SLOT_AHEAD_MAX
    if command.ends_at > latest:
        ends_at = command.ends_at.isoformat()
        return refuse(Code.WRONG_TIME, "ends_at", ends_at, f"<= {latest.isoformat()}")
    by_buyer = facts.actor.role is Role.BUYER
    return accept(SlotAgreed(command.begins_at, command.ends_at, by_buyer))


def agreed_before(order: Order, command: AgreeSlot, facts: Facts) -> bool:
    """Return whether this slot holds already; that the buyer confirms it is another fact."""
    if order.slot != (command.begins_at, command.ends_at):
        return False
    return order.slot_by_buyer or facts.actor.role is not Role.BUYER


def slot_agreed(order: Order, event: SlotAgreed, _at: datetime) -> Order:
    """Store the time."""
    return structs.replace(
        order,
        stage=Stage.SLOT_AGREED,
        slot=(event.begins_at, event.ends_at),
        slot_by_buyer=event.by_buyer,
    )
