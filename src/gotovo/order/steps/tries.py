"""The desk's refusals in their order of precedence, and the tries a code allows."""

from datetime import datetime

from msgspec import Struct, structs

from gotovo.order.codes import (
    ROTATIONS_MAX,
    WRONG_TRIES_MAX,
    pickup_code,
    qr_is_right,
    same,
    trusted_code,
)
from gotovo.order.facts import Decision, Facts, refuse
from gotovo.order.order import Attention, Order, Outcome, Pickup, Reason, Stage, place_of
from gotovo.order.refusals import Code


class HandoverRefused(Struct, frozen=True, tag="order.handover_refused", tag_field="type"):
    """A wrong code was shown; it counts against the tries."""

    code: Code


class CodeChanged(Struct, frozen=True, tag="order.code_changed", tag_field="type"):
    """The counter moved on: the old code is dead, and the new one is sent.

    `asked` tells that the buyer asked for it, which also forgives the tries before.
    """

    asked: bool


def refused_at_desk(order: Order, facts: Facts) -> Decision:
    """Return the first refusal that holds, whatever else does."""
    place = place_of(order)
    if facts.actor.place and facts.actor.place != place:
        return refuse(Code.WRONG_POINT, "point", facts.actor.place, place)
    if order.outcome in {Outcome.ISSUED, Outcome.RETURNED}:
        return refuse(Code.ALREADY_ISSUED, "stage", order.stage)
    if order.outcome is Outcome.CANCELLED:
        expired = order.reason is Reason.NOT_COLLECTED
        return refuse(Code.EXPIRED if expired else Code.CANCELLED, "reason", order.reason)
    if order.stage is Stage.PLACED:
        return refuse(Code.UNPAID, "stage", order.stage)
    return refuse(Code.NOT_READY, "stage", order.stage, Stage.SHELVED)


def wrong_try(order: Order, code: str, qr: str, facts: Facts) -> bool | Decision:
    """Return whether the trusted person's code was shown, or the refusal of what was shown."""
    if Attention.DISPUTE in order.attention:
        return refuse(Code.BLOCKED, "attention", Attention.DISPUTE)
    if order.codes.rotations >= ROTATIONS_MAX:
        return refuse(Code.TOO_MANY_ATTEMPTS, "code", "", "code-renewal")
    place, secret = place_of(order), facts.world.secret
    policy = _policy(order, facts)
    if not code and not qr and policy == "number":
        return False
    counter = order.codes.counter
    if qr and qr_is_right(secret, order.number, place, counter, facts.at, qr):
        return False
    if code and policy != "qr":
        if same(pickup_code(secret, order.number, place, counter), code):
            return False
        if _trusted_is_shown(order, code, facts):
            return True
    if not code and not qr:
        return refuse(Code.WRONG_CODE, policy, "", policy)
    return _counted(order, _why(order, code, facts))


def handover_refused(order: Order, _event: HandoverRefused, _at: datetime) -> Order:
    """Count the try."""
    codes = structs.replace(order.codes, wrong_tries=order.codes.wrong_tries + 1)
    return structs.replace(order, codes=codes)


def code_changed(order: Order, event: CodeChanged, _at: datetime) -> Order:
    """Move the counter on."""
    codes = structs.replace(
        order.codes,
        counter=order.codes.counter + 1,
        wrong_tries=0,
        rotations=0 if event.asked else order.codes.rotations + 1,
    )
    return structs.replace(order, codes=codes)


def _policy(order: Order, facts: Facts) -> str:
    if isinstance(order.delivery, Pickup):
        return facts.world.points[order.delivery.point].handover
    return "code"


def _trusted_is_shown(order: Order, code: str, facts: Facts) -> bool:
    codes = order.codes
    if codes.trusted == 0 or codes.trusted == codes.trusted_used:
        return False
    expected = trusted_code(facts.world.secret, order.number, place_of(order), codes.trusted)
    return same(expected, code)


def _why(order: Order, code: str, facts: Facts) -> Code:
    """Tell a code that was right once from one that never was."""
    place, secret, codes = place_of(order), facts.world.secret, order.codes
    dead = [pickup_code(secret, order.number, place, n) for n in range(1, codes.counter)]
    dead += [trusted_code(secret, order.number, place, n) for n in range(1, codes.trusted_used + 1)]
    return Code.CODE_REVOKED if code in dead else Code.WRONG_CODE


def _counted(order: Order, why: Code) -> Decision:
    """Refuse, count the try, and move the counter on after the last one."""
    event = HandoverRefused(why)
    tries = order.codes.wrong_tries + 1
    if tries < WRONG_TRIES_MAX:
        return refuse(why, "code", "", f"{WRONG_TRIES_MAX - tries}", event)
    return refuse(Code.TOO_MANY_ATTEMPTS, "code", "", "", event, CodeChanged(asked=False))
