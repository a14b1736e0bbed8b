"""Attention clearance: staff take a flag down."""

from datetime import datetime

from msgspec import structs

from gotovo.order.facts import ALREADY_DONE, Circumstances, Decision, Facts, accept
from gotovo.order.values.order import Attention, Order
from gotovo.value import Value


class ClearAttention(
    Value, frozen=True, tag="attention-clearance", tag_field="step", omit_defaults=True
):
    """Take a flag away."""

    flag: Attention
    note: str = ""


class AttentionCleared(
    Value, frozen=True, tag="order.attention_cleared", tag_field="type", omit_defaults=True
):
    """A flag went down."""

    flag: Attention
    note: str = ""


def may_clear_attention(order: Order, _circumstances: Circumstances) -> Decision | None:
    """Answer "already done" while no flag is up."""
    return None if order.attention else ALREADY_DONE


def clear_attention(order: Order, command: ClearAttention, _facts: Facts) -> Decision:
    """Lower the flag if it is up."""
    if command.flag not in order.attention:
        return ALREADY_DONE
    return accept(AttentionCleared(command.flag, command.note))


def attention_cleared(order: Order, event: AttentionCleared, _at: datetime) -> Order:
    """Hide the flag."""
    return structs.replace(order, attention=tuple(a for a in order.attention if a != event.flag))
