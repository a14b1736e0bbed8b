"""Redirection: another point, the courier, or another door, while that is possible."""

from datetime import date, datetime
from typing import Annotated

from msgspec import Meta, structs

from gotovo.order.checks.promise_terms import promised
from gotovo.order.facts import ALREADY_DONE, Decision, Facts, accept, refuse
from gotovo.order.refusals import Code
from gotovo.order.values.customer import Contact, contact_digest
from gotovo.order.values.order import (
    Courier,
    Delivery,
    Order,
    Pickup,
    Promised,
    Stage,
    no_longer_late,
)
from gotovo.order.values.promise import PromiseRule
from gotovo.value import Value

_IN_WAREHOUSE = frozenset({Stage.PLACED, Stage.PAID, Stage.PICKING, Stage.PACKED})


class Redirect(Value, frozen=True, tag="redirection", tag_field="step"):
    """Change where or how the order is handed over.

    A door's address comes beside the command; without one the courier goes where the shop said.
    """

    delivery: Delivery


class ChangePromise(Value, frozen=True, tag="promise", tag_field="step"):
    """Tell the buyer another day, and why."""

    promised_for: date
    promised_until: Annotated[datetime, Meta(tz=True)] | None
    reason: str


class DeliveryChanged(
    Value, frozen=True, tag="order.delivery_changed", tag_field="type", omit_defaults=True
):
    """The order goes somewhere else; `contact_digest` is of the contact with its new address."""

    delivery: Delivery
    contact_digest: str = ""


class PromiseChanged(
    Value, frozen=True, tag="order.promise_changed", tag_field="type", omit_defaults=True
):
    """Another day is promised from now on, for this reason."""

    promised_for: date
    promised_until: datetime | None
    reason: str
    promise_rule: PromiseRule | None = None


def redirect(order: Order, command: Redirect, facts: Facts) -> Decision:
    """Change the place before dispatch; a courier's parcels may still go to a point."""
    contact = _contact_after(command.delivery, facts)
    moves = contact is not None and contact != facts.contact
    if command.delivery == order.delivery and not moves:
        return ALREADY_DONE
    refused = _unfit(order, command.delivery, facts, contact)
    if refused:
        return refused
    digest = contact_digest(facts.world.secret, contact) if contact and moves else ""
    changed = DeliveryChanged(command.delivery, digest)
    if order.promise is None:
        return accept(changed)
    new = promised(order, command.delivery, facts)
    told = PromiseChanged(new.promised_for, new.promised_until, "redirection", new.rule)
    return accept(changed, told)


def change_promise(order: Order, command: ChangePromise, facts: Facts) -> Decision:
    """Accept a new day that is still ahead; the old one stays in the history.

    A carried-over life was promised a day that may be long past: that is history too.
    """
    until = command.promised_until
    if until is not None and until <= facts.now and not order.carried_over:
        expected = f"> {facts.now.isoformat()}"
        return refuse(Code.WRONG_TIME, "promised_until", until.isoformat(), expected)
    return accept(PromiseChanged(command.promised_for, command.promised_until, command.reason))


def delivery_changed(order: Order, event: DeliveryChanged, _at: datetime) -> Order:
    """Turn the parcels; what the courier had travels to the point."""
    parcels, stage = order.parcels, order.stage
    if stage not in _IN_WAREHOUSE:
        parcels = tuple(structs.replace(p, stage=Stage.DISPATCHED) for p in parcels)
        stage = Stage.DISPATCHED
    return structs.replace(
        order, delivery=event.delivery, parcels=parcels, stage=stage, called=False, slot=None
    )


def promise_changed(order: Order, event: PromiseChanged, _at: datetime) -> Order:
    """Promise the new day, by which nobody is late yet."""
    new = Promised(event.promised_for, event.promised_until)
    return structs.replace(order, promise=new, attention=no_longer_late(order))


def _contact_after(delivery: Delivery, facts: Facts) -> Contact | None:
    """Return how the buyer will be reached: an address counts with a courier alone."""
    if facts.contact is None or not facts.address or isinstance(delivery, Pickup):
        return facts.contact
    return structs.replace(facts.contact, address=facts.address)


def _unfit(
    order: Order, delivery: Delivery, facts: Facts, contact: Contact | None
) -> Decision | None:
    leaving = order.stage not in _IN_WAREHOUSE
    match delivery:
        case Courier() if leaving:
            return refuse(Code.WRONG_METHOD, "delivery.method", "courier", "pickup")
        case Courier() if contact is None or not contact.address:
            return refuse(Code.ADDRESS_MISSING, "delivery.address")
        case Pickup(code) if code not in facts.world.points:
            return refuse(Code.UNKNOWN_POINT, "delivery.point", code)
        case Pickup(code) if not facts.world.points[code].accepting:
            return refuse(Code.POINT_CLOSED, "delivery.point", code)
        case _:
            pass
    if order.stage is Stage.PACKED and any(p.stage is not Stage.PACKED for p in order.parcels):
        return refuse(Code.STAGE_FORBIDS, "parcels", "dispatched", Stage.PACKED)
    return None
