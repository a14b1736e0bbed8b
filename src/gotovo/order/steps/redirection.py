"""Redirection: another point, a courier, or another address, while that is possible."""

from datetime import datetime
from typing import Final

from msgspec import structs

from gotovo.order.checks.delivery_check import (
    in_advance,
    point_elsewhere,
    prepayment_required,
    unfit_delivery,
)
from gotovo.order.checks.promise_terms import promised
from gotovo.order.checks.warehouse_choice import region_not_served, warehouse_for
from gotovo.order.facts import ALREADY_DONE, Circumstances, Decision, Facts, accept, refuse
from gotovo.order.refusals import Code
from gotovo.order.steps.promise import PromiseChanged
from gotovo.order.values.customer import Contact, contact_digest
from gotovo.order.values.order import Courier, Delivery, Order, Pickup, Stage, place_of
from gotovo.order.values.payments.captured import is_due_at_point
from gotovo.value import Value

REDIRECTION: Final = "redirection"
"""The reason of the promise that a new place brings."""

_IN_WAREHOUSE = frozenset({Stage.PLACED, Stage.PAID, Stage.PICKING, Stage.PACKED})


class Redirect(Value, frozen=True, tag="redirection", tag_field="step"):
    """Change where or how the order is handed over.

    An address comes beside the command; without one the courier goes where the shop said.
    """

    delivery: Delivery


class DeliveryChanged(
    Value, frozen=True, tag="order.delivery_changed", tag_field="type", omit_defaults=True
):
    """The place of hand-over changed; `contact_digest` is of the contact with its new address.

    `warehouse` serves the unpaid order there, if that is another one than before.
    """

    delivery: Delivery
    contact_digest: str = ""
    warehouse: str = ""


def may_redirect(order: Order, circumstances: Circumstances) -> Decision | None:
    """Refuse once some of the parcels have left the warehouse, and where no place is left to go.

    What is to be paid at its point goes to others that offer this alone.
    """
    refused = _partly_dispatched(order)
    if refused or not is_due_at_point(order):
        return refused
    return None if point_elsewhere(place_of(order), circumstances.points) else in_advance()


def redirect(order: Order, command: Redirect, facts: Facts) -> Decision:
    """Change the place before dispatch; a courier's parcels may still go to a point."""
    if goes_there_already(order, command, facts):
        return ALREADY_DONE
    contact = _contact_after(command.delivery, facts)
    moves = contact is not None and contact != facts.contact
    refused = _unfit(order, command.delivery, facts, contact)
    if refused:
        return refused
    warehouse = _warehouse(order, command.delivery, contact, facts)
    if isinstance(warehouse, Decision):
        return warehouse
    digest = contact_digest(facts.world.secret, contact) if contact and moves else ""
    changed = DeliveryChanged(
        command.delivery, digest, "" if warehouse == order.warehouse else warehouse
    )
    if order.promise is None:
        return accept(changed)
    new = promised(warehouse, command.delivery, facts)
    since = new.rule.paid_at
    promise = PromiseChanged(new.promised_for, new.promised_until, REDIRECTION, new.rule, since)
    return accept(changed, promise)


def goes_there_already(order: Order, command: Redirect, facts: Facts) -> bool:
    """Return whether the order is handed over there, or was."""
    contact = _contact_after(command.delivery, facts)
    return command.delivery == order.delivery and (contact is None or contact == facts.contact)


def can_take_courier(order: Order) -> bool:
    """Return whether a courier can still take the order: only from the warehouse."""
    return order.stage in _IN_WAREHOUSE


def delivery_changed(order: Order, event: DeliveryChanged, _at: datetime) -> Order:
    """Turn the parcels; what the courier had travels to the point."""
    parcels, stage = order.parcels, order.stage
    if not can_take_courier(order):
        parcels = tuple(structs.replace(p, stage=Stage.DISPATCHED) for p in parcels)
        stage = Stage.DISPATCHED
    return structs.replace(
        order,
        delivery=event.delivery,
        warehouse=event.warehouse or order.warehouse,
        parcels=parcels,
        stage=stage,
        called=False,
        slot=None,
    )


def _contact_after(delivery: Delivery, facts: Facts) -> Contact | None:
    """Return how the buyer will be reached: an address counts with a courier alone."""
    if facts.contact is None or facts.address is None or isinstance(delivery, Pickup):
        return facts.contact
    return structs.replace(facts.contact, address=facts.address, postcode=facts.postcode)


def _warehouse(
    order: Order, delivery: Delivery, contact: Contact | None, facts: Facts
) -> str | Decision:
    """Return the warehouse at the new place; the one that reserved the goods stays."""
    postcode = contact.postcode if contact else ""
    if order.stage is Stage.PLACED and order.warehouse_unnamed:
        skus = [line.sku for line in order.lines]
        return warehouse_for(delivery, skus, postcode, "", facts.world)
    by_courier = isinstance(delivery, Courier)
    refused = region_not_served(order, postcode, facts.world) if by_courier else None
    return refused or order.warehouse


def _unfit(
    order: Order, delivery: Delivery, facts: Facts, contact: Contact | None
) -> Decision | None:
    if isinstance(delivery, Courier) and not can_take_courier(order):
        return refuse(Code.WRONG_METHOD, "delivery.method", "courier", "pickup")
    unpaid = prepayment_required(delivery, facts.world) if is_due_at_point(order) else None
    if unpaid:
        return unpaid
    unfit = unfit_delivery(delivery, contact, facts.world, facts.known_at, place_of(order))
    return unfit or _partly_dispatched(order)


def _partly_dispatched(order: Order) -> Decision | None:
    if order.stage is Stage.PACKED and any(p.stage is not Stage.PACKED for p in order.parcels):
        return refuse(Code.STAGE_FORBIDS, "parcels", "dispatched", Stage.PACKED)
    return None
