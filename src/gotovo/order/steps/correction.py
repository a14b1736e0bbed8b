"""Correction: history is never edited; a further event names the mistake (rule 4.14)."""

from datetime import datetime

from msgspec import structs

from gotovo.order.checks.handover.correction_limits import (
    beyond_correction,
    needs_second_person,
)
from gotovo.order.checks.place_check import wrong_place
from gotovo.order.facts import Circumstances, Decision, Facts, accept, refuse
from gotovo.order.refusals import Code
from gotovo.order.values.order import Order, Pickup, Stage
from gotovo.order.values.texts.order_text import NO_TEXT, FreeText, TextDigest
from gotovo.value import Value


class Correct(Value, frozen=True, tag="correction", tag_field="step", omit_defaults=True):
    """Undo a hand-over recorded by mistake; `version` names the event that is wrong.

    `approved_by` is the actor id of the second person, where one agreed.
    """

    version: int
    note: FreeText
    approved_by: str = ""


class Corrected(Value, frozen=True, tag="order.corrected", tag_field="type", omit_defaults=True):
    """The event of this version was a mistake; the order is on its shelf again.

    `approved_by` is the actor id of the second person, where one agreed.
    """

    version: int
    note: str = ""
    text_digest: TextDigest = NO_TEXT
    approved_by: str = ""


def may_correct(order: Order, circumstances: Circumstances) -> Decision | None:
    """Refuse at another point, once goods or money have moved on, and when it is too late."""
    wrong_point = wrong_place(order, circumstances.actor)
    if wrong_point:
        return wrong_point
    if any(p.back for p in order.parcels):
        return refuse(Code.STAGE_FORBIDS, "parcels", len(order.parcels))
    return beyond_correction(order, circumstances)


def correct(order: Order, command: Correct, facts: Facts) -> Decision:
    """Undo the hand-over that the command names."""
    refused = may_correct(order, facts.circumstances)
    if refused:
        return refused
    if command.version != order.issued_version:
        return refuse(Code.STAGE_FORBIDS, "version", command.version, order.issued_version)
    approved_by = "" if command.approved_by == facts.actor.id else command.approved_by
    if not approved_by and needs_second_person(order, facts.circumstances):
        minutes = facts.world.terms.correction_minutes
        return refuse(Code.APPROVAL_REQUIRED, "approval", "", f"{minutes} min")
    corrected_now = Corrected(
        command.version, text_digest=facts.text_digest, approved_by=approved_by
    )
    return accept(corrected_now)


def corrected_before(order: Order, command: Correct, _facts: Facts) -> bool:
    """Return whether nothing has moved since the hand-over was undone."""
    undone = order.outcome is None and order.last_step == "correction"
    return undone and command.version < order.version


def corrected(order: Order, _event: Corrected, _at: datetime) -> Order:
    """Put everything back where it was handed over from, as if it had never left."""
    shelf = isinstance(order.delivery, Pickup)
    stage = Stage.SHELVED if shelf else Stage.WITH_COURIER
    promise = order.promise
    if promise is not None and not shelf:
        promise = structs.replace(promise, kept=None)
    return structs.replace(
        order,
        outcome=None,
        closed_at=None,
        returnable_since=None,
        stage=stage,
        issued_version=0,
        issued_by="",
        lines=tuple(structs.replace(x, issued=0) for x in order.lines),
        parcels=tuple(structs.replace(p, stage=stage) for p in order.parcels),
        promise=promise,
        claim=None,
        called=False,
        slot=None,
        courier="" if shelf else order.courier,
    )
