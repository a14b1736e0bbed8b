"""Hand-over: the code in the message is the proof, and exactly one hand-over wins (rule 4.3)."""

from datetime import datetime

from msgspec import Struct, structs

from gotovo.order.checks.code_check import blocked, used_up, wrong_try
from gotovo.order.checks.goods_check import wrong_units
from gotovo.order.checks.place_check import wrong_place
from gotovo.order.checks.promise_terms import kept_or_missed, promise_kept
from gotovo.order.facts import Circumstances, Decision, Facts, accept, refuse
from gotovo.order.refunds import start_refund
from gotovo.order.refusals import Code
from gotovo.order.steps.cancellation import closing
from gotovo.order.steps.departure import missed_departure
from gotovo.order.values.number import barcode
from gotovo.order.values.order import (
    Attention,
    Order,
    Outcome,
    Parcel,
    Pickup,
    Reason,
    Stage,
    Units,
    all_units,
    no_longer_late,
    place_of,
    refunded,
    total,
    units_per_line,
)
from gotovo.order.values.payments.captured import is_due_at_point
from gotovo.order.values.settlement.balance import value_of
from gotovo.value import Value


class HandOver(Value, frozen=True, tag="handover", tag_field="step", omit_defaults=True):
    """Give the parcels to the person who shows the message; `refused` units stay behind.

    `code` and `qr` are what was shown. `scanned` names the parcels in the clerk's hands: when
    given, none may be missing. `fact` marks a hand-over that has already happened without the
    network: it can't be refused any more, only be recorded as contested.
    """

    code: str = ""
    qr: str = ""
    refused: tuple[Units, ...] = ()
    scanned: tuple[str, ...] = ()
    fact: bool = False


class HandoverContested(Value, frozen=True, tag="order.handover_contested", tag_field="type"):
    """A desk without network handed over wrongly; a person has to decide (rule 4.12)."""

    code: Code


class OrderIssued(Value, frozen=True, tag="order.issued", tag_field="type", omit_defaults=True):
    """The buyer, or the person the buyer named, has the parcels.

    `known_at` is when a hand-over reported late became known; the return period counts from then.
    """

    point: str
    by_trusted: bool = False
    promise_kept: bool | None = None
    known_at: datetime | None = None


class LineRefused(Value, frozen=True, tag="order.line_refused", tag_field="type"):
    """The buyer left these units at the desk; they travel back in a parcel of their own."""

    units: tuple[Units, ...]
    parcel: str
    point: str


def may_hand_over(order: Order, circumstances: Circumstances) -> Decision | None:
    """Refuse at another place, while it is disputed, and when every code was used up.

    An opened hand-over ends without showing the code again.
    """
    wrong = wrong_place(order, circumstances.actor)
    if wrong or order.imported:
        return wrong
    opened = order.stage is Stage.HANDING_OVER and not isinstance(_still_trusted(order), Decision)
    return blocked(order) or (None if opened else used_up(order))


def hand_over(order: Order, command: HandOver, facts: Facts) -> Decision:
    """Issue the order, whole or in part; what the desk's list refuses comes first."""
    checked = (
        wrong_place(order, facts.actor)
        or _unpaid(order, command.refused)
        or _checked(order, command, facts)
    )
    refused = checked if isinstance(checked, Decision) else _unfit(order, command)
    if refused:
        return refused
    return _issue(order, command, facts, by_trusted=checked is True)


def _issue(order: Order, command: HandOver, facts: Facts, *, by_trusted: bool) -> Decision:
    set_out = () if order.imported else missed_departure(order, facts.actor)
    if _everything(order, command.refused):
        return accept(*set_out, *closing(order, Reason.REFUSED_AT_DESK, facts))
    place = place_of(order)
    kept = None if isinstance(order.delivery, Pickup) else promise_kept(order, facts.at)
    known_at = facts.now if facts.reported_late else None
    issued_now = OrderIssued(place, by_trusted, kept, known_at)
    if not command.refused:
        return accept(*set_out, issued_now)
    left = LineRefused(command.refused, barcode(order.number, len(order.parcels) + 1), place)
    value = value_of(order, command.refused)
    if order.pays_at_point:
        value += order.paid - refunded(order) - total(order)  # Nothing, or part of it, was paid.
    refund = start_refund(order, value, Reason.REFUSED_AT_DESK, facts)
    return accept(*set_out, left, issued_now, *refund)


def as_fact(command: Struct, refused: Decision) -> Decision:
    """Refuse, but record a hand-over that has happened all the same: a person has to decide."""
    if not (isinstance(command, HandOver) and command.fact and refused.refusal):
        return refused
    return Decision((HandoverContested(refused.refusal.code),), refused.refusal)


def handover_contested(order: Order, _event: HandoverContested, _at: datetime) -> Order:
    """Flag the conflict."""
    return structs.replace(order, attention=tuple(sorted({*order.attention, Attention.DISPUTE})))


def line_refused(order: Order, event: LineRefused, _at: datetime) -> Order:
    """Box the refused units."""
    counts = units_per_line(order, event.units)
    lines = tuple(
        structs.replace(line, refused=line.refused + n)
        for line, n in zip(order.lines, counts, strict=True)
    )
    back = Parcel(event.parcel, event.units, Stage.WITHDRAWN, at=event.point, back=True)
    return structs.replace(
        order,
        lines=lines,
        parcels=(*order.parcels, back),
    )


def issued(order: Order, event: OrderIssued, at: datetime) -> Order:
    """Close the order: what was not refused belongs to the buyer, and a trusted code is used.

    What the buyer takes of an order that is paid at its point was paid by now.
    """
    lines = tuple(structs.replace(x, issued=x.quantity - x.refused) for x in order.lines)
    parcels = tuple(
        p if p.back else structs.replace(p, stage=Stage.ISSUED, cell="") for p in order.parcels
    )
    codes, promise = order.codes, order.promise
    if event.by_trusted:
        codes = structs.replace(codes, trusted_used=codes.trusted)
    if event.promise_kept is not None:
        promise = kept_or_missed(promise, event.promise_kept)
    return structs.replace(
        order,
        stage=Stage.ISSUED,
        outcome=Outcome.ISSUED,
        closed_at=at,
        paid_at=order.paid_at or at if order.pays_at_point else order.paid_at,
        returnable_since=event.known_at,
        lines=lines,
        parcels=parcels,
        promise=promise,
        codes=codes,
        attention=no_longer_late(order),
        handover_until=None,
        handover_by_trusted=False,
        issued_version=order.version + 1,
    )


def _unfit(order: Order, command: HandOver) -> Decision | None:
    wrong = wrong_units("refused", command.refused, (line.quantity for line in order.lines))
    if wrong:
        return wrong
    if command.scanned:
        expected = {p.barcode for p in order.parcels if not p.back}
        if set(command.scanned) != expected:
            shown, wanted = ", ".join(command.scanned), ", ".join(sorted(expected))
            return refuse(Code.PARCEL_MISSING, "scanned", shown, wanted)
    return None


def _unpaid(order: Order, refused: tuple[Units, ...]) -> Decision | None:
    """Refuse goods that are to be paid at the point, until what is taken of them was paid."""
    if not is_due_at_point(order) or _everything(order, refused):
        return None
    paid, due = order.paid - refunded(order), total(order) - value_of(order, refused)
    return None if paid >= due else refuse(Code.UNPAID, "paid", paid, due)


def _checked(order: Order, command: HandOver, facts: Facts) -> bool | Decision:
    """Return whether the trusted person came, or the refusal."""
    if command.fact or order.imported:
        return order.handover_by_trusted
    if order.stage is Stage.HANDING_OVER and not (command.code or command.qr):
        return blocked(order) or _still_trusted(order)
    return wrong_try(order, command.code, command.qr, facts)


def _still_trusted(order: Order) -> bool | Decision:
    """Return who the hand-over was opened for; a code may be revoked while it goes on."""
    codes = order.codes
    if order.handover_by_trusted and codes.trusted == codes.trusted_used:
        return refuse(Code.CODE_REVOKED, "code")
    return order.handover_by_trusted


def _everything(order: Order, refused: tuple[Units, ...]) -> bool:
    return sum(u.quantity for u in refused) == sum(u.quantity for u in all_units(order))
