"""Code check: the desk's refusals by precedence, and the limit of wrong tries (rules 4.3, 4.4)."""

from datetime import datetime

from msgspec import structs

from gotovo.keyring.keyring import Keys
from gotovo.order.checks.place_check import wrong_place
from gotovo.order.facts import Circumstances, Decision, Facts, refuse
from gotovo.order.refusals import Code
from gotovo.order.values.handover.proofs import Proof
from gotovo.order.values.order import Attention, Order, Outcome, Pickup, Reason, Stage, place_of
from gotovo.order.values.pickup_codes import (
    ROTATIONS_MAX,
    WRONG_TRIES_MAX,
    pickup_code,
    qr_is_right,
    same,
    trusted_code,
)
from gotovo.value import Value

REMEMBERED = 10
"""Revoked codes that are still recognized as such: nobody has an older message at hand, and each
further one makes every wrong try more expensive."""


class HandoverRefused(Value, frozen=True, tag="order.handover_refused", tag_field="type"):
    """A wrong code was shown; it counts against the tries."""

    code: Code


class CodeChanged(
    Value, frozen=True, tag="order.code_changed", tag_field="type", omit_defaults=True
):
    """A new code was issued and sent; the old one is revoked.

    `asked`: the buyer asked for it, which also resets the wrong tries. `key` is the version of the
    secret that it is made under.
    """

    asked: bool
    key: int = 1


def refused_at_desk(order: Order, circumstances: Circumstances) -> Decision:
    """Return the first refusal that applies in a stage without hand-over (rule 4.4)."""
    wrong_point = wrong_place(order, circumstances.actor)
    if wrong_point:
        return wrong_point
    if order.outcome in {Outcome.ISSUED, Outcome.RETURNED}:
        return refuse(Code.ALREADY_ISSUED, "stage", order.stage)
    if order.outcome is Outcome.CANCELLED:
        expired = order.reason is Reason.NOT_COLLECTED
        return refuse(Code.EXPIRED if expired else Code.CANCELLED, "reason", order.reason)
    if order.stage is Stage.PLACED:
        return refuse(Code.UNPAID, "stage", order.stage)
    return refuse(Code.NOT_READY, "stage", order.stage, Stage.SHELVED)


def blocked(order: Order) -> Decision | None:
    """Refuse while somebody disputes the order."""
    if Attention.DISPUTE in order.attention:
        return refuse(Code.BLOCKED, "attention", Attention.DISPUTE)
    return None


def proof_shown(order: Order, code: str, qr: str, facts: Facts) -> Proof | Decision:
    """Return what was proved by what was shown, or its refusal; a wrong try is counted."""
    stopped = blocked(order) or used_up(order)
    if stopped:
        return stopped
    policy = policy_of(order, facts)
    if not code and not qr:
        return Proof.NUMBER if policy == "number" else refuse(Code.WRONG_CODE, policy, "", policy)
    proof = right_proof(order, code, qr, policy=policy, keys=facts.world.code_keys, now=facts.now)
    return proof or _counted(order, _why(order, code, facts), facts)


def right_proof(
    order: Order, code: str, qr: str, *, policy: str, keys: Keys, now: datetime
) -> Proof | None:
    """Return what a code or a QR proves at the place of hand-over, None if it is wrong."""
    place, counter = place_of(order), order.codes.counter
    secret = keys.of(order.codes.key)
    if qr and qr_is_right(secret, order.number, place, counter, now, qr):
        return Proof.QR
    if policy != "qr" and same(pickup_code(secret, order.number, place, counter), code):
        return Proof.CODE
    return Proof.TRUSTED if _is_the_trusted(order, code, keys) else None


def handover_refused(order: Order, _event: HandoverRefused, _at: datetime) -> Order:
    """Count the try."""
    codes = structs.replace(order.codes, wrong_tries=order.codes.wrong_tries + 1)
    return structs.replace(order, codes=codes)


def code_changed(order: Order, event: CodeChanged, _at: datetime) -> Order:
    """Issue the next code."""
    codes = structs.replace(
        order.codes,
        counter=order.codes.counter + 1,
        wrong_tries=0,
        rotations=0 if event.asked else order.codes.rotations + 1,
        key=event.key,
    )
    return structs.replace(order, codes=codes)


def policy_of(order: Order, facts: Facts) -> str:
    """Return what the place of hand-over demands to be shown."""
    if isinstance(order.delivery, Pickup):
        return facts.world.points[order.delivery.point].handover
    return "code"


def used_up(order: Order) -> Decision | None:
    """Refuse when wrong tries have used up every code, until the buyer asks for a new one."""
    if order.codes.rotations >= ROTATIONS_MAX:
        return refuse(Code.TOO_MANY_ATTEMPTS, "code", "", "code-renewal")
    return None


def _is_the_trusted(order: Order, code: str, keys: Keys) -> bool:
    """Compare with the trusted person's code, which is valid at every point."""
    codes = order.codes
    if codes.trusted == codes.trusted_used:
        return False
    secret = keys.of(codes.trusted_key)
    expected = trusted_code(secret, order.number, place_of(order), codes.trusted)
    return same(expected, code)


def _why(order: Order, code: str, facts: Facts) -> Code:
    """Distinguish a revoked code from a wrong one, under whichever secret it was made."""
    place, codes, secrets = place_of(order), order.codes, facts.world.code_keys.newest_first
    own = range(max(1, codes.counter - REMEMBERED), codes.counter)
    trusted = range(max(1, codes.trusted_used + 1 - REMEMBERED), codes.trusted_used + 1)
    dead = [pickup_code(secret, order.number, place, n) for secret in secrets for n in own]
    dead += [trusted_code(secret, order.number, place, n) for secret in secrets for n in trusted]
    return Code.CODE_REVOKED if code in dead else Code.WRONG_CODE


def _counted(order: Order, why: Code, facts: Facts) -> Decision:
    """Refuse and count the try; the last one issues the next code."""
    event = HandoverRefused(why)
    tries = order.codes.wrong_tries + 1
    if tries < WRONG_TRIES_MAX:
        return refuse(why, "code", "", f"{WRONG_TRIES_MAX - tries}", event)
    changed = CodeChanged(asked=False, key=facts.world.code_keys.version)
    return refuse(Code.TOO_MANY_ATTEMPTS, "code", "", "", event, changed)
