"""Hand-over: the code in the message is the proof, and exactly one hand-over wins (rule 4.3)."""

from collections.abc import Iterator
from datetime import datetime

from msgspec import Struct, structs

from gotovo.order.checks.code_check import blocked, proof_shown, used_up
from gotovo.order.checks.goods_check import wrong_units
from gotovo.order.checks.handover.refusable import not_refusable
from gotovo.order.checks.handover.ticked_off import not_ticked_off
from gotovo.order.checks.handover.without_code import proved_without_code
from gotovo.order.checks.place_check import wrong_place
from gotovo.order.checks.promise_terms import kept_or_missed, promise_kept
from gotovo.order.facts import Circumstances, Decision, Facts, accept, refuse
from gotovo.order.refunds import start_refund
from gotovo.order.refusals import Code
from gotovo.order.steps.cancellation import closing
from gotovo.order.steps.departure import missed_departure
from gotovo.order.values.actor import is_person
from gotovo.order.values.handover.proofs import Proof, WithoutCode
from gotovo.order.values.handover.refused_units import RefusedUnits, plain, with_reason
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
from gotovo.order.values.texts.order_text import NO_TEXT, FreeText, TextDigest
from gotovo.value import Value


class HandOver(Value, frozen=True, tag="handover", tag_field="step", omit_defaults=True):
    """Give the parcels to the person who shows the message; `refused` units stay behind.

    `code` and `qr` are what was shown, `without_code` says why nothing was, `note` in words.
    `scanned` names the parcels in the clerk's hands: when given, none may be missing, save those
    whose goods are all refused; `every_parcel` asks for it where there are several. `fact` marks a
    hand-over that has already happened without the network: it can't be refused any more, only be
    recorded as contested. Units may say why they are refused (`RefusedUnits`).
    """

    code: str = ""
    qr: str = ""
    refused: tuple[Units, ...] = ()
    scanned: tuple[str, ...] = ()
    fact: bool = False
    every_parcel: bool = False
    without_code: WithoutCode | None = None
    note: FreeText = ""


class HandoverContested(Value, frozen=True, tag="order.handover_contested", tag_field="type"):
    """A desk without network handed over wrongly; a person has to decide (rule 4.12)."""

    code: Code


class OrderIssued(Value, frozen=True, tag="order.issued", tag_field="type", omit_defaults=True):
    """The buyer, or the person the buyer named, has the parcels.

    `known_at` is when a hand-over reported late became known; the return period counts from then.
    `proof` is what was shown, `without_code` why nothing was, both absent where the opening of the
    hand-over tells it. `issued_by` is the person who handed it over, absent for a program.
    """

    point: str
    by_trusted: bool = False
    promise_kept: bool | None = None
    known_at: datetime | None = None
    proof: Proof | None = None
    without_code: WithoutCode | None = None
    issued_by: str = ""
    text_digest: TextDigest = NO_TEXT


class LineRefused(Value, frozen=True, tag="order.line_refused", tag_field="type"):
    """The buyer left these units at the desk; they travel back in a parcel of their own.

    Defective ones have another parcel than the others.
    """

    units: tuple[RefusedUnits, ...]
    parcel: str
    point: str


def may_hand_over(order: Order, circumstances: Circumstances) -> Decision | None:
    """Refuse at another place, while it is disputed, and at a door when every code was used up.

    At a point a second person can still agree to go without a code.
    """
    wrong = wrong_place(order, circumstances.actor)
    if wrong or order.imported:
        return wrong
    is_at_point = isinstance(order.delivery, Pickup)
    return blocked(order) or (None if is_at_point else used_up(order))


def hand_over(order: Order, command: HandOver, facts: Facts) -> Decision:
    """Issue the order, whole or in part; what the desk's list refuses comes first."""
    refused = wrong_place(order, facts.actor) or _unpaid(order, command.refused)
    if refused:
        return refused
    proof = _proved(order, command, facts)
    if isinstance(proof, Decision):
        return proof
    return _unfit(order, command, facts) or _issue(order, command, facts, proof)


def _issue(order: Order, command: HandOver, facts: Facts, proof: Proof | None) -> Decision:
    """Issue the order by this proof, None where the opening of the hand-over had one."""
    set_out = () if order.imported else missed_departure(order, facts.actor)
    refused = tuple(with_reason(each) for each in command.refused)
    if _everything(order, refused):
        told = tuple(each for each in refused if each.reason)
        closed = closing(order, Reason.REFUSED_AT_DESK, facts, refused=told)
        return accept(*set_out, *closed)
    issued_now = _issued_now(order, command, facts, proof)
    if not refused:
        return accept(*set_out, issued_now)
    value = value_of(order, refused)
    if order.pays_at_point:
        value += order.paid - refunded(order) - total(order)  # Nothing, or part of it, was paid.
    refund = start_refund(order, value, Reason.REFUSED_AT_DESK, facts)
    return accept(*set_out, *_left_behind(order, refused), issued_now, *refund)


def _issued_now(order: Order, command: HandOver, facts: Facts, proof: Proof | None) -> OrderIssued:
    is_bare = proof is Proof.WITHOUT_CODE
    return OrderIssued(
        place_of(order),
        by_trusted=order.handover_by_trusted if proof is None else proof is Proof.TRUSTED,
        promise_kept=(
            None if isinstance(order.delivery, Pickup) else promise_kept(order, facts.at)
        ),
        known_at=facts.now if facts.reported_late else None,
        proof=proof,
        without_code=command.without_code if is_bare else None,
        issued_by=facts.actor.id if is_person(facts.actor) else "",
        text_digest=facts.text_digest if is_bare else NO_TEXT,
    )


def _left_behind(order: Order, refused: tuple[RefusedUnits, ...]) -> Iterator[LineRefused]:
    """Yield a parcel of what was not wanted, and one of what is defective."""
    kinds = (
        tuple(each for each in refused if not each.is_defective),
        tuple(each for each in refused if each.is_defective),
    )
    for index, units in enumerate(filter(None, kinds), len(order.parcels) + 1):
        yield LineRefused(units, barcode(order.number, index), place_of(order))


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
    back = Parcel(
        event.parcel,
        plain(event.units),
        Stage.WITHDRAWN,
        at=event.point,
        back=True,
        defective=any(each.is_defective for each in event.units),
    )
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
        handover_proof=None,
        handover_proved_by="",
        issued_by=event.issued_by,
        issued_version=order.version + 1,
    )


def _unfit(order: Order, command: HandOver, facts: Facts) -> Decision | None:
    """Refuse units that the order has not, or that can't be refused, and forgotten parcels.

    What has happened without the network is recorded, whatever may be refused here.
    """
    refused, scanned = command.refused, command.scanned
    wrong = wrong_units("refused", refused, (line.quantity for line in order.lines))
    if not (wrong or command.fact or order.imported):
        wrong = not_refusable(order, refused, facts)
    asks_for_all = command.every_parcel and not order.imported
    return wrong or not_ticked_off(order, scanned, refused, every_parcel=asks_for_all)


def _unpaid(order: Order, refused: tuple[Units, ...]) -> Decision | None:
    """Refuse goods that are to be paid at the point, until what is taken of them was paid."""
    if not is_due_at_point(order) or _everything(order, refused):
        return None
    paid, due = order.paid - refunded(order), total(order) - value_of(order, refused)
    return None if paid >= due else refuse(Code.UNPAID, "paid", paid, due)


def _proved(order: Order, command: HandOver, facts: Facts) -> Proof | Decision | None:
    """Return what is proved now, None where it was when the hand-over was opened."""
    if command.fact or order.imported:
        return None
    if command.without_code is not None and order.stage is not Stage.HANDING_OVER:
        return proved_without_code(order, command.without_code, facts)
    if order.stage is Stage.HANDING_OVER and not (command.code or command.qr):
        return blocked(order) or _no_longer_trusted(order)
    return proof_shown(order, command.code, command.qr, facts)


def _no_longer_trusted(order: Order) -> Decision | None:
    """Refuse a trusted person whose code was revoked while the hand-over goes on."""
    codes = order.codes
    if order.handover_by_trusted and codes.trusted == codes.trusted_used:
        return refuse(Code.CODE_REVOKED, "code")
    return None


def _everything(order: Order, refused: tuple[Units, ...]) -> bool:
    return sum(u.quantity for u in refused) == sum(u.quantity for u in all_units(order))
