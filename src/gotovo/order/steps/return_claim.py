"""Return claim: the buyer announces which issued goods come back (rule 4.7)."""

from datetime import datetime

from msgspec import structs

from gotovo.order.checks.goods_check import brought_back, units_with_buyer, wrong_return
from gotovo.order.checks.return_period import after_return_period
from gotovo.order.facts import ALREADY_DONE, Decision, Facts, accept
from gotovo.order.values.order import Claim, Order, Units
from gotovo.order.values.texts.order_text import NO_TEXT, FreeText, TextDigest
from gotovo.value import Value


class ClaimReturn(Value, frozen=True, tag="return-claim", tag_field="step", omit_defaults=True):
    """Announce that issued goods come back; no units named means all that was issued."""

    units: tuple[Units, ...] = ()
    note: FreeText = ""


class ReturnClaimed(
    Value, frozen=True, tag="order.return_claimed", tag_field="type", omit_defaults=True
):
    """The buyer announced that these units come back."""

    units: tuple[Units, ...]
    note: str = ""
    text_digest: TextDigest = NO_TEXT


def claim_return(order: Order, command: ClaimReturn, facts: Facts) -> Decision:
    """Accept a claim for goods that the buyer still has, within the return period."""
    if claimed_before(order, command, facts):
        return ALREADY_DONE
    late = after_return_period(order, facts.circumstances)
    if late:
        return late
    units = command.units or units_with_buyer(order)
    return wrong_return(order, units) or accept(ReturnClaimed(units, text_digest=facts.text_digest))


def claimed_before(order: Order, command: ClaimReturn, facts: Facts) -> bool:
    """Return whether exactly this was claimed, or was brought back since."""
    claim = order.claim
    units = command.units or units_with_buyer(order)
    same = claim is not None and claim.units == units and _same_text(claim, command, facts)
    return same or brought_back(order, command.units)


def return_claimed(order: Order, event: ReturnClaimed, at: datetime) -> Order:
    """Store the claim until the goods are brought."""
    return structs.replace(order, claim=Claim(event.units, event.note, at, event.text_digest))


def _same_text(claim: Claim, command: ClaimReturn, facts: Facts) -> bool:
    """Return whether the command adds nothing to the words of a claim."""
    if not command.note:
        return True
    if claim.note:  # of a claim that the first versions recorded
        return command.note == claim.note
    return facts.text_digest == claim.text_digest
