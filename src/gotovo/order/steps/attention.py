"""Attention: a flag beside the status, never a status of its own."""

from datetime import datetime

from msgspec import structs

from gotovo.order.facts import ALREADY_DONE, Decision, Facts, accept, refuse
from gotovo.order.refusals import Code
from gotovo.order.values.actor import OFFICE, Role
from gotovo.order.values.order import Attention, Order
from gotovo.order.values.texts.order_text import NO_TEXT, FreeText, TextDigest
from gotovo.value import Value

_BY_TIMERS = frozenset({Attention.UNANSWERED})
_BY_STAFF = frozenset(Attention) - {Attention.CONTRADICTION} - _BY_TIMERS


MISSING_REST = "missing-rest"
"""The step that flags an incomplete parcel; it does so once."""

_BY_IMPORTER = frozenset(Attention) - _BY_TIMERS
_BY_BUYER = frozenset({Attention.DISPUTE})


class RaiseAttention(Value, frozen=True, tag="attention", tag_field="step", omit_defaults=True):
    """Put a flag beside the status; `dispute` also blocks the hand-over."""

    flag: Attention
    note: FreeText = ""


class AttentionRaised(
    Value, frozen=True, tag="order.attention_raised", tag_field="type", omit_defaults=True
):
    """A flag went up, by a step that raises it. For a contradiction: what it contradicts, too.

    `told_at` is a time that cannot be, as a payment was told with it.
    """

    flag: Attention
    note: str = ""
    step: str = ""
    earlier_step: str = ""
    earlier_at: datetime | None = None
    text_digest: TextDigest = NO_TEXT
    told_at: datetime | None = None


def raise_attention(order: Order, command: RaiseAttention, facts: Facts) -> Decision:
    """Raise the flag; a further note on a raised flag is kept too.

    A buyer can only dispute, and nobody can claim a contradiction or a missed answer: the times
    show it. An imported order may contradict itself in its status too, which only its importer can
    see.
    """
    allowed = _allowed(order, facts.actor.role)
    if command.flag not in allowed:
        return refuse(Code.NOT_PERMITTED, "flag", command.flag, ", ".join(sorted(allowed)))
    if command.flag in order.attention and not command.note:
        return ALREADY_DONE
    return accept(AttentionRaised(command.flag, text_digest=facts.text_digest))


def attention_raised(order: Order, event: AttentionRaised, _at: datetime) -> Order:
    """Show the flag."""
    promise = order.promise
    if event.flag is Attention.LATE and promise is not None:
        promise = structs.replace(promise, was_flagged_late=True)
    attention = tuple(sorted({*order.attention, event.flag}))
    rest = None if event.step == MISSING_REST else order.rest_expected_until
    clock = order.help
    if event.flag is Attention.UNANSWERED and clock is not None:
        clock = structs.replace(clock, was_flagged=True)
    return structs.replace(
        order, attention=attention, promise=promise, rest_expected_until=rest, help=clock
    )


def _allowed(order: Order, role: Role) -> frozenset[Attention]:
    if role is Role.BUYER:
        return _BY_BUYER
    return _BY_IMPORTER if order.imported and role in OFFICE else _BY_STAFF
