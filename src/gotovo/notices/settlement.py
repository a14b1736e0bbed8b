"""Settlement: when a message arrived or failed for good, and what has to follow from that."""

from datetime import datetime

from msgspec.structs import replace

from gotovo.order.steps.storage_recalculation import ARRIVES_AT_ONCE
from gotovo.store.tables.messages.messages import BuyerMessage, MessageOutcome, MessageState


def settled(outcome: MessageOutcome, message: BuyerMessage, at: datetime) -> MessageOutcome:
    """Return the outcome with its instant, where it settles a message.

    The storage deadline follows at once, save for a message that arrived so soon that the deadline
    stays (`order.steps.storage_recalculation`): most do, and cost no command.
    """
    if outcome.state not in {MessageState.DELIVERED, MessageState.FAILED}:
        return outcome
    is_delivered = outcome.state is MessageState.DELIVERED
    is_at_once = is_delivered and at - message.created_at <= ARRIVES_AT_ONCE
    return replace(outcome, settled_at=at, storage_at=None if is_at_once else at)
