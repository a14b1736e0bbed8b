"""Which flags of an order are cases, and which case an event opens or resolves.

A missed promise and a late answer are none: each has a queue of its own.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from msgspec import Struct

from gotovo.cases.case import NewCase
from gotovo.cases.case_kinds import CaseKind
from gotovo.cases.proofs import Proof
from gotovo.order.steps.attention import AttentionRaised
from gotovo.order.steps.attention_clearance import AttentionCleared
from gotovo.order.steps.handover import HandoverContested
from gotovo.order.steps.handover_stop import HandoverStopped
from gotovo.order.values.actor import Role
from gotovo.order.values.order import Attention

KIND_OF_FLAG: Final[Mapping[Attention, CaseKind]] = {
    Attention.MONEY: CaseKind.HELD_MONEY,
    Attention.CONTRADICTION: CaseKind.CONTRADICTION,
    Attention.DISPUTE: CaseKind.DISPUTE,
    Attention.DAMAGED: CaseKind.DAMAGE,
    Attention.LOST: CaseKind.DAMAGE,
}
"""The kind of case that each flag opens; `late` and `unanswered` have queues of their own."""

TOLD_OTHERWISE: Final = frozenset({"refund-failure"})
"""Steps by which the program raises a flag for what is a case of another kind: whoever sends
refunds opens it. Told by a person or another program, the flag is all that there is."""

FLAG_EVENTS: Final = frozenset(
    {
        "order.attention_raised",
        "order.attention_cleared",
        "order.handover_contested",
        "order.handover_stopped",
    }
)
"""The types of events that put a flag up or take one down."""


class FlagEvent(Struct, frozen=True, kw_only=True):
    """Where an event happened, when it became known, and the role of who told of it."""

    number: str
    version: int
    shop: str
    at: datetime
    role: str


class ClearedFlag(Struct, frozen=True):
    """A flag that was taken down: the cases that earlier events of it opened are resolved."""

    flag: Attention


def case_of_event(body: Struct, event: FlagEvent) -> NewCase | ClearedFlag | None:
    """Return the case that an event opens, or the flag whose cases it resolves."""
    match body:
        case AttentionCleared():
            return ClearedFlag(body.flag) if body.flag in KIND_OF_FLAG else None
        case AttentionRaised() if body.step in TOLD_OTHERWISE and event.role == Role.SYSTEM:
            return None
        case AttentionRaised():
            return _case(body.flag, event, step=body.step)
        case HandoverContested():
            return _case(Attention.DISPUTE, event, step="handover", reason=body.code)
        case HandoverStopped() if body.by_buyer:
            return _case(Attention.DISPUTE, event, step="handover-stop")
        case _:
            return None


def _case(flag: Attention, event: FlagEvent, **details: str) -> NewCase | None:
    kind = KIND_OF_FLAG.get(flag)
    if kind is None:
        return None
    proofs: dict[str, Proof] = {
        "flag": flag.value,
        "version": str(event.version),
        "raised_at": event.at,
        "raised_by": event.role,
    }
    return NewCase(
        kind=kind,
        subject=f"{event.number}:{event.version}",
        opened_at=event.at,
        number=event.number,
        shop=event.shop,
        proofs=proofs | {name: each for name, each in details.items() if each},
    )
