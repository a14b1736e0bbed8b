"""Hand-over opening: the code was right, and the buyer sees "being issued now" (rule 4.3)."""

from datetime import datetime, timedelta

from msgspec import structs

from gotovo.order.checks.code_check import blocked, proof_shown, refused_at_desk, used_up
from gotovo.order.checks.handover.without_code import proved_without_code
from gotovo.order.facts import ALREADY_DONE, Circumstances, Decision, Facts, accept
from gotovo.order.values.handover.proofs import Proof, WithoutCode
from gotovo.order.values.order import Order, Stage
from gotovo.order.values.texts.order_text import NO_TEXT, FreeText, TextDigest
from gotovo.value import Value


class OpenHandover(
    Value, frozen=True, tag="handover-opening", tag_field="step", omit_defaults=True
):
    """Check the code and tell the buyer that the order is being issued now.

    `same_buyer` is the number of another order of this buyer whose code was right at this desk;
    the desk has checked that. `without_code` says why nothing was shown, `note` in words.
    """

    code: str = ""
    qr: str = ""
    same_buyer: str = ""
    without_code: WithoutCode | None = None
    note: FreeText = ""


class HandoverStarted(
    Value, frozen=True, tag="order.handover_started", tag_field="type", omit_defaults=True
):
    """The code was right; the clerk is fetching the parcels, at the latest until `until`.

    `proof` is what was shown, `proved_by` the other order of this buyer that was proved, and
    `without_code` why nothing was.
    """

    until: datetime
    by_trusted: bool = False
    proof: Proof | None = None
    proved_by: str = ""
    without_code: WithoutCode | None = None
    text_digest: TextDigest = NO_TEXT


def may_open_handover(order: Order, _circumstances: Circumstances) -> Decision | None:
    """Refuse while the order is disputed.

    When every code was used up by wrong tries, a second person can still agree.
    """
    return blocked(order)


def cannot_open_handover(order: Order, circumstances: Circumstances) -> Decision:
    """Refuse by precedence (rule 4.4); an order being handed over already is no error."""
    if order.stage is Stage.HANDING_OVER:
        return ALREADY_DONE
    return refused_at_desk(order, circumstances)


def open_handover(order: Order, command: OpenHandover, facts: Facts) -> Decision:
    """Tell the buyer, once the code is right."""
    proof = _proved(order, command, facts)
    if isinstance(proof, Decision):
        return proof
    until = facts.now + timedelta(minutes=facts.world.terms.handover_minutes)
    is_bare = proof is Proof.WITHOUT_CODE
    started = HandoverStarted(
        until,
        by_trusted=proof is Proof.TRUSTED,
        proof=proof,
        proved_by=command.same_buyer if proof is Proof.SAME_BUYER else "",
        without_code=command.without_code if is_bare else None,
        text_digest=facts.text_digest if is_bare else NO_TEXT,
    )
    return accept(started)


def handover_started(order: Order, event: HandoverStarted, _at: datetime) -> Order:
    """Show the buyer that it is being issued now."""
    return structs.replace(
        order,
        stage=Stage.HANDING_OVER,
        handover_until=event.until,
        handover_by_trusted=event.by_trusted,
        handover_proof=event.proof,
        handover_proved_by=event.proved_by,
    )


def _proved(order: Order, command: OpenHandover, facts: Facts) -> Proof | Decision:
    if command.same_buyer:
        return blocked(order) or used_up(order) or Proof.SAME_BUYER
    if command.without_code is not None:
        return proved_without_code(order, command.without_code, facts)
    return proof_shown(order, command.code, command.qr, facts)
