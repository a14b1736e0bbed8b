"""Return refusal: a point does not take issued goods back, and says why (rule 4.7)."""

from datetime import datetime

from gotovo.order.checks.goods_check import wrong_return
from gotovo.order.checks.place_check import working_place
from gotovo.order.facts import Decision, Facts, accept, refuse
from gotovo.order.refusals import Code
from gotovo.order.steps.attention import AttentionRaised
from gotovo.order.values.handover.declined_units import DeclinedUnits
from gotovo.order.values.order import Attention, Order, place_of
from gotovo.order.values.texts.order_text import NO_TEXT, FreeText, TextDigest
from gotovo.value import Value


class RefuseReturn(Value, frozen=True, tag="return-refusal", tag_field="step", omit_defaults=True):
    """Leave goods with the buyer who brought them, with a reason for each."""

    units: tuple[DeclinedUnits, ...]
    point: str = ""
    note: FreeText = ""


class ReturnRefused(
    Value, frozen=True, tag="order.return_refused", tag_field="type", omit_defaults=True
):
    """These units were brought to a point and not taken back; the buyer has them still."""

    units: tuple[DeclinedUnits, ...]
    point: str
    text_digest: TextDigest = NO_TEXT


def refuse_return(order: Order, command: RefuseReturn, facts: Facts) -> Decision:
    """Record why goods were not taken back; of what was claimed a person has to decide."""
    if not command.units:
        return refuse(Code.WRONG_QUANTITY, "units", 0, "1..")
    at = working_place(facts.actor)
    point = command.point or at or place_of(order)
    if at and point != at:
        return refuse(Code.WRONG_POINT, "point", point, at)
    if point not in facts.world.points:
        known = ", ".join(sorted(facts.world.points))
        return refuse(Code.UNKNOWN_POINT, "point", point, known)
    wrong = wrong_return(order, command.units)
    if wrong:
        return wrong
    refused = ReturnRefused(command.units, point, facts.text_digest)
    if order.claim is None or Attention.DISPUTE in order.attention:
        return accept(refused)
    return accept(refused, AttentionRaised(Attention.DISPUTE))


def return_refused(order: Order, _event: ReturnRefused, _at: datetime) -> Order:
    """Change nothing: the goods are where they were, and the claim stands."""
    return order
