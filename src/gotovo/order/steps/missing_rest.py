"""Missing rest: what is left of a partly received parcel does not come, and a person is asked.

Until somebody finds it or writes it off, what was paid for it stays owed (rule 4.8).
"""

from gotovo.order.facts import ALREADY_DONE, Decision, Facts, accept
from gotovo.order.steps.attention import MISSING_REST, AttentionRaised
from gotovo.order.values.order import Attention, Order, is_partly_received
from gotovo.value import Value


class MarkRestMissing(Value, frozen=True, tag=MISSING_REST, tag_field="step"):
    """Flag an order of which a part of a parcel has not come back in time."""


def mark_rest_missing(order: Order, _command: MarkRestMissing, facts: Facts) -> Decision:
    """Flag the order with its incomplete parcels, when the time is really over."""
    if order.rest_expected_until is None or facts.now < order.rest_expected_until:
        return ALREADY_DONE
    incomplete = ", ".join(p.barcode for p in order.parcels if is_partly_received(p))
    return accept(AttentionRaised(Attention.LOST, incomplete, MISSING_REST))
