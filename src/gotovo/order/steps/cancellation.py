"""Cancellation: closed for the buyer at once, wherever the goods are (rule 4.6)."""

from datetime import datetime

from msgspec import Struct, structs

from gotovo.order.checks.custody_check import (
    holders_of_parcel,
    not_all_in_custody,
    still_carried_by,
)
from gotovo.order.checks.write_off import worth, writes_off_alone
from gotovo.order.facts import ALREADY_DONE, Circumstances, Decision, Facts, accept, refuse
from gotovo.order.refunds import start_refund
from gotovo.order.refusals import Code
from gotovo.order.values import stages
from gotovo.order.values.actor import Actor, Role
from gotovo.order.values.handover.refused_units import RefusedUnits
from gotovo.order.values.order import (
    Attention,
    Condition,
    Line,
    Order,
    Outcome,
    Parcel,
    Reason,
    Stage,
    find_parcel,
    no_longer_late,
    slowest_backward,
    units_away,
)
from gotovo.order.values.roles import HOLDERS
from gotovo.order.values.settlement.balance import balance, fee_of
from gotovo.order.values.texts.order_text import NO_TEXT, FreeText, TextDigest
from gotovo.value import Value

REASONS_OF = {
    Role.BUYER: frozenset({Reason.CUSTOMER_REQUEST}),
    Role.STOREFRONT: frozenset({Reason.CUSTOMER_REQUEST, Reason.SELLER_REQUEST}),
    Role.POINT: frozenset({Reason.REFUSED_AT_DESK, Reason.LOST, Reason.DAMAGED}),
    Role.COURIER: frozenset({Reason.REFUSED_AT_DESK, Reason.LOST, Reason.DAMAGED}),
    Role.WAREHOUSE: frozenset({Reason.OUT_OF_STOCK, Reason.LOST, Reason.DAMAGED}),
    Role.SUPPORT: frozenset(Reason) - {Reason.PAYMENT_EXPIRED},
    Role.ADMIN: frozenset(Reason),
}
"""Which reasons each role may give; the timer closes orders by steps of its own."""


FEE_KEPT_FOR = frozenset({Reason.CUSTOMER_REQUEST, Reason.NOT_COLLECTED, Reason.REFUSED_AT_DESK})
"""Reasons of the buyer's own, for which a delivery that has begun is not refunded (rule 4.8)."""


class Cancel(Value, frozen=True, tag="cancellation", tag_field="step", omit_defaults=True):
    """Close the order before it is handed over.

    `lost` names parcels that nobody will find again; a loss that names none is of all parcels
    outside the warehouse, or of those that its finder holds. `approved_by` is the actor id of the
    second person, where one agreed to write them off.
    """

    reason: Reason = Reason.CUSTOMER_REQUEST
    note: FreeText = ""
    lost: tuple[str, ...] = ()
    approved_by: str = ""


class OrderCancelled(
    Value, frozen=True, tag="order.cancelled", tag_field="type", omit_defaults=True
):
    """The order is closed; reserved goods are released, parcels outside are turned round.

    `fee_kept` is the delivery fee that is not refunded, in minor units. `payment_due_at` is present
    where it was not paid in time: until when it could be paid. `refused` tells why goods were left
    at the desk, as far as the buyer said. `approved_by` is the actor id of the second person, where
    one agreed.
    """

    reason: Reason
    note: str = ""
    lost: tuple[str, ...] = ()
    fee_kept: int = 0
    payment_due_at: datetime | None = None
    text_digest: TextDigest = NO_TEXT
    refused: tuple[RefusedUnits, ...] = ()
    approved_by: str = ""


_BEFORE_BUYER = stages.READY | stages.COURIER
"""Where the buyer stands before whoever holds the parcels, at the desk or at the door."""


def may_cancel(order: Order, circumstances: Circumstances) -> Decision | None:
    """Refuse a role that may give none of its reasons now."""
    reasons = reasons_of(order, circumstances.actor)
    if all(_being_handed_over(order, reason) for reason in reasons):
        return refuse(Code.STAGE_FORBIDS, "stage", order.stage, Stage.SHELVED)
    return None


def cancel(order: Order, command: Cancel, facts: Facts) -> Decision:
    """Close the order and start the refund of what was captured."""
    allowed = reasons_of(order, facts.actor)
    if command.reason not in allowed:
        expected = ", ".join(sorted(allowed))
        return refuse(Code.NOT_PERMITTED, "reason", command.reason, expected)
    if _being_handed_over(order, command.reason):
        return refuse(Code.STAGE_FORBIDS, "stage", order.stage, Stage.SHELVED)
    unknown = next((b for b in command.lost if find_parcel(order, b) is None), None)
    if unknown is not None:
        known = ", ".join(p.barcode for p in order.parcels)
        return refuse(Code.UNKNOWN_PARCEL, "lost", unknown, known)
    held_elsewhere = not_all_in_custody(order.parcels, command.lost, facts.actor)
    if held_elsewhere:
        return held_elsewhere
    lost = command.lost or (_outside(order, facts.actor) if command.reason is Reason.LOST else ())
    approved_by = "" if command.approved_by == facts.actor.id else command.approved_by
    if not approved_by and writes_off_alone(order, lost, facts):
        return refuse(Code.APPROVAL_REQUIRED, "approval", worth(order, lost), "granted")
    return accept(*closing(order, command.reason, facts, lost, approved_by=approved_by))


def reasons_of(order: Order, actor: Actor) -> frozenset[Reason]:
    """Return which reasons the actor may give now.

    Whoever holds the parcels hears a refusal in person only where the buyer stands before them
    (rule 4.19).
    """
    reasons = REASONS_OF.get(actor.role, frozenset())
    if actor.role in HOLDERS and order.stage not in _BEFORE_BUYER:
        return reasons - {Reason.REFUSED_AT_DESK}
    return reasons


def cancel_again(order: Order, _circumstances: Circumstances) -> Decision:
    """Answer a second cancellation, and refuse one that lost the race to the hand-over."""
    if order.outcome is Outcome.CANCELLED:
        return ALREADY_DONE
    return refuse(Code.ALREADY_ISSUED, "stage", order.stage)


def closing(
    order: Order,
    reason: Reason,
    facts: Facts,
    lost: tuple[str, ...] = (),
    refused: tuple[RefusedUnits, ...] = (),
    *,
    approved_by: str = "",
) -> tuple[Struct, ...]:
    """Return the events that close an order: the cancellation, and the refund if money came."""
    owed, kept = balance(order).owed, fee_kept(order, reason)
    due_at = order.payment_due_at if reason is Reason.PAYMENT_EXPIRED else None
    cancelled_so = OrderCancelled(
        reason,
        lost=lost,
        fee_kept=kept,
        payment_due_at=due_at,
        text_digest=facts.text_digest,
        refused=refused,
        approved_by=approved_by,
    )
    return (cancelled_so, *start_refund(order, owed - kept, reason, facts))


def fee_kept(order: Order, reason: Reason) -> int:
    """Return the delivery fee that is not refunded when the order is cancelled now (rule 4.8).

    It is kept only for a delivery that has begun, and that fails neither by the shop nor by a
    promise that is being missed: then nothing was delivered through the shop's fault.
    """
    if not order.charges or reason not in FEE_KEPT_FOR or Attention.LATE in order.attention:
        return 0
    return min(fee_of(order), balance(order).owed) if any(units_away(order)) else 0


def cancelled(order: Order, event: OrderCancelled, at: datetime) -> Order:
    """Close the order: release what never left, turn round or write off what did."""
    defects = {each.line for each in event.refused if each.is_defective}
    parcels = tuple(
        _written_off(p) if p.barcode in event.lost else _with_defects(p, defects)
        for p in order.parcels
        if p.stage is not Stage.PACKED
    )
    return structs.replace(
        order,
        outcome=Outcome.CANCELLED,
        reason=event.reason,
        closed_at=at,
        lines=_released(order),
        parcels=parcels,
        stage=slowest_backward(parcels),
        attention=no_longer_late(order),
        payment_due_at=event.payment_due_at,
        handover_until=None,
        handover_proof=None,
        handover_proved_by="",
        slot=None,
        fee_kept=event.fee_kept,
        courier=still_carried_by(order, parcels),
    )


def _outside(order: Order, actor: Actor) -> tuple[str, ...]:
    """Return what a loss without names is of: all that has left, if the actor can know of it."""
    return tuple(
        parcel.barcode
        for parcel in order.parcels
        if parcel.stage is not Stage.PACKED
        and (actor.role not in HOLDERS or actor.role in holders_of_parcel(parcel))
    )


def _being_handed_over(order: Order, reason: Reason) -> bool:
    """Return whether the buyer cancels too late: the order is being handed over (rule 4.11)."""
    return reason is Reason.CUSTOMER_REQUEST and order.stage is Stage.HANDING_OVER


def _released(order: Order) -> tuple[Line, ...]:
    away = units_away(order)
    return tuple(
        structs.replace(line, released=line.quantity - gone)
        for line, gone in zip(order.lines, away, strict=True)
    )


def _with_defects(parcel: Parcel, lines: set[int]) -> Parcel:
    if any(units.line in lines for units in parcel.contents):
        return structs.replace(parcel, defective=True)
    return parcel


def _written_off(parcel: Parcel) -> Parcel:
    return structs.replace(parcel, stage=Stage.RECEIVED_BACK, condition=Condition.WRITTEN_OFF)
