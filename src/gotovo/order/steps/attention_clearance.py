"""Attention clearance: the office takes a flag down, and says what becomes of held money."""

from datetime import datetime

from msgspec import structs

from gotovo.order.facts import ALREADY_DONE, Circumstances, Decision, Facts, accept, refuse
from gotovo.order.refunds import RefundStarted, refund_started, start_refund
from gotovo.order.refusals import Code
from gotovo.order.values.actor import Role
from gotovo.order.values.order import Attention, Order
from gotovo.order.values.payments.captured import held_balances
from gotovo.order.values.texts.order_text import NO_TEXT, FreeText, TextDigest
from gotovo.value import Value


class ClearAttention(
    Value, frozen=True, tag="attention-clearance", tag_field="step", omit_defaults=True
):
    """Take a flag away.

    With `money`, `refund` sends back what is held in a currency that is not the order's.
    """

    flag: Attention
    note: FreeText = ""
    refund: bool = False


HELD_MONEY = "held_money"
"""Why a refund was started: somebody decided that held money goes back."""


class AttentionCleared(
    Value, frozen=True, tag="order.attention_cleared", tag_field="type", omit_defaults=True
):
    """A flag went down."""

    flag: Attention
    note: str = ""
    text_digest: TextDigest = NO_TEXT


def may_clear_attention(order: Order, _circumstances: Circumstances) -> Decision | None:
    """Answer "already done" while no flag is up."""
    return None if order.attention else ALREADY_DONE


def clear_attention(order: Order, command: ClearAttention, facts: Facts) -> Decision:
    """Lower the flag if it is up; held money is refunded when the command says so (rule 4.8).

    Gotovo itself takes down only what it raised: a parcel that was looked for has turned up.
    """
    if facts.actor.role is Role.SYSTEM and command.flag is not Attention.LOST:
        return refuse(Code.NOT_PERMITTED, "flag", command.flag, Attention.LOST)
    if command.refund and command.flag is not Attention.MONEY:
        return refuse(Code.NOT_PERMITTED, "refund", command.flag, Attention.MONEY)
    if command.flag not in order.attention:
        return ALREADY_DONE
    refunds = _refunds_of_held(order, facts) if command.refund else ()
    return accept(AttentionCleared(command.flag, text_digest=facts.text_digest), *refunds)


def attention_cleared(order: Order, event: AttentionCleared, _at: datetime) -> Order:
    """Hide the flag."""
    return structs.replace(order, attention=tuple(a for a in order.attention if a != event.flag))


def _refunds_of_held(order: Order, facts: Facts) -> tuple[RefundStarted, ...]:
    """Return a refund for each currency in which money is held."""
    started: list[RefundStarted] = []
    for currency, sums in held_balances(order).items():
        for event in start_refund(order, sums.owed, HELD_MONEY, facts, currency):
            started.append(event)
            order = refund_started(order, event, facts.at)
    return tuple(started)
