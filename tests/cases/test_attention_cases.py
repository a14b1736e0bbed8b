"""Which flags are cases: those that no queue of their own shows to a person."""

from datetime import UTC, datetime

import pytest
from msgspec import structs

from gotovo.cases.attention_cases import FLAG_EVENTS, ClearedFlag, FlagEvent, case_of_event
from gotovo.cases.case import NewCase
from gotovo.cases.case_kinds import CaseKind
from gotovo.order.refusals import Code
from gotovo.order.replay import TYPE_OF
from gotovo.order.steps.attention import AttentionRaised
from gotovo.order.steps.attention_clearance import AttentionCleared
from gotovo.order.steps.handover import HandoverContested
from gotovo.order.steps.handover_stop import HandoverStopped
from gotovo.order.values.order import Attention

EVENT = FlagEvent(
    number="200785804776",
    version=4,
    shop="bookshop",
    at=datetime(2026, 11, 22, 11, 5, tzinfo=UTC),
    role="point",
)
QUEUED = {Attention.LATE, Attention.UNANSWERED}


@pytest.mark.parametrize("flag", list(Attention))
def test_each_flag_opens_a_case_or_has_a_queue_of_its_own(flag: Attention) -> None:
    opened = case_of_event(AttentionRaised(flag), EVENT)
    cleared = case_of_event(AttentionCleared(flag), EVENT)
    if flag in QUEUED:
        assert (opened, cleared) == (None, None)
        return
    assert isinstance(opened, NewCase)
    assert (opened.number, opened.shop, opened.opened_at) == (
        EVENT.number,
        EVENT.shop,
        EVENT.at,
    )
    assert opened.proofs["flag"] == flag
    assert cleared == ClearedFlag(flag)


def test_a_failed_refund_is_a_case_of_another_kind() -> None:
    failed = AttentionRaised(Attention.MONEY, step="refund-failure")
    assert case_of_event(failed, structs.replace(EVENT, role="system")) is None
    told = case_of_event(failed, structs.replace(EVENT, role="support"))
    assert isinstance(told, NewCase)
    assert case_of_event(AttentionRaised(Attention.MONEY, step="payment"), EVENT) is not None


def test_each_event_is_a_case_of_its_own() -> None:
    first = case_of_event(AttentionRaised(Attention.MONEY), EVENT)
    later = FlagEvent(number=EVENT.number, version=5, shop="", at=EVENT.at, role="system")
    second = case_of_event(AttentionRaised(Attention.MONEY), later)
    assert isinstance(first, NewCase)
    assert isinstance(second, NewCase)
    assert first.id != second.id
    assert first.id.bytes[0] == second.id.bytes[0]


def test_a_dispute_at_the_desk_is_a_case_too() -> None:
    contested = case_of_event(HandoverContested(Code.CANCELLED), EVENT)
    stopped = case_of_event(HandoverStopped(by_buyer=True), EVENT)
    for found, step in ((contested, "handover"), (stopped, "handover-stop")):
        assert isinstance(found, NewCase)
        assert found.kind is CaseKind.DISPUTE
        assert found.proofs["step"] == step
    assert isinstance(contested, NewCase)
    assert contested.proofs["reason"] == "cancelled"
    assert case_of_event(HandoverStopped(), EVENT) is None


def test_the_events_that_are_followed_exist() -> None:
    assert set(TYPE_OF.values()) >= FLAG_EVENTS
