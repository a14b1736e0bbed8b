"""Replaying: the state is the fold of its events, and any change of the past breaks the chain."""

from datetime import UTC, datetime, timedelta, timezone
from functools import cache

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from gotovo.order.lifecycle import TABLE
from gotovo.order.replay import (
    EFFECTS,
    EVENTS,
    TYPE_OF,
    HistoryBroken,
    Recorded,
    as_stored_before,
    record,
    replay,
)
from gotovo.order.steps.handover import HandOver
from gotovo.order.steps.picking import PickingStarted, StartPicking
from gotovo.order.values.chain import GENESIS, header_of, link
from gotovo.order.values.invariants import broken
from gotovo.order.values.order import Order, Stage
from tests.support.order import stories
from tests.support.order.cast import NOON, Play
from tests.support.order.first_version import StoredBefore, first_version_orders

LATER = timedelta(microseconds=1)


@cache
def history() -> tuple[Recorded, ...]:
    """A history with contradictory times, a wrong code and a partial refusal: 13 events."""
    play = stories.paid().wait(hours=1).do(StartPicking()).wait(hours=1)
    play.do(stories.Pack(stories.TWO_BOXES), told=NOON)
    play.do(stories.Dispatch()).do(stories.Arrive()).do(stories.Shelve(cell="A1"))
    play.refused(HandOver(code=play.wrong()))
    play.do(HandOver(code=play.code(), refused=(stories.Units(1, 1),)))
    return tuple(play.history)


@pytest.mark.parametrize("stage", list(stories.AT))
def test_the_history_of_an_order_leads_to_its_state(stage: Stage) -> None:
    play = stories.AT[stage]()
    assert replay(play.history) == play.order


@pytest.mark.parametrize("stage", list(stories.AT))
def test_a_state_survives_being_written_down_and_read(stage: Stage) -> None:
    order = stories.AT[stage]().order
    assert msgspec.json.decode(msgspec.json.encode(order), type=Order) == order


@pytest.mark.parametrize("before", first_version_orders(), ids=lambda each: each.history[0].number)
def test_the_history_of_the_first_version_leads_to_the_state_that_it_stored(
    before: StoredBefore,
) -> None:
    """A field that came later may be missing there, and nothing else may differ."""
    replayed = replay(before.history)
    stored = msgspec.json.decode(before.document, type=Order)
    assert as_stored_before(replayed, stored) == stored
    assert broken(replayed) == broken(stored) == ()


def test_versions_count_from_one_without_a_gap() -> None:
    assert [x.version for x in history()] == list(range(1, len(history()) + 1))


def _changed(x: Recorded, field: str, salt: int) -> Recorded:
    match getattr(x, field):
        case datetime() as at:
            return replace(x, **{field: at + LATER * (salt + 1)})
        case int() as version:
            return replace(x, **{field: version + salt + 1})
        case bytes() as raw:
            i = salt % len(raw)
            return replace(
                x, **{field: raw[:i] + bytes([raw[i] ^ (1 + salt % 255)]) + raw[i + 1 :]}
            )
        case str() as text:
            i = salt % len(text)
            return replace(x, **{field: text[:i] + chr(ord(text[i]) ^ 1) + text[i + 1 :]})
        case other:
            raise AssertionError(other)


@given(st.integers(0, 11), st.sampled_from(Recorded.__struct_fields__), st.integers(0, 10_000))
def test_a_change_of_any_field_of_any_event_breaks_the_chain(
    index: int, field: str, salt: int
) -> None:
    """Rule 4.14."""
    events = list(history())
    events[index] = _changed(events[index], field, salt)
    with pytest.raises(HistoryBroken):
        replay(events)


@given(st.permutations(range(12)))
def test_events_in_any_other_order_are_no_history(order: list[int]) -> None:
    events = history()[:12]
    if order == sorted(order):
        assert replay(events[i] for i in order).version == 12
        return
    with pytest.raises(HistoryBroken):
        replay(events[i] for i in order)


@given(st.integers(0, 10))
def test_an_event_left_out_breaks_the_chain(index: int) -> None:
    events = history()
    with pytest.raises(HistoryBroken):
        replay(events[:index] + events[index + 1 :])


def test_an_event_cannot_be_moved_to_another_order() -> None:
    first, second = Play(number="1"), Play(number="2")
    first.do(stories.basket(number="1"))
    second.do(stories.basket(number="2")).do(stories.Cancel())
    with pytest.raises(HistoryBroken):
        replay([first.history[0], second.history[1]])


def test_a_line_break_cannot_hide_in_what_is_hashed() -> None:
    play = stories.paid()
    event, at = PickingStarted(), play.now
    for actor, command_id in (("admin:a\nb", "c"), ("admin:a", "b\nc")):
        with pytest.raises(ValueError, match="admin"):
            record(play.order, event, play.number, at, at, actor, command_id)
        head = header_of(play.number, 3, at, at, actor, command_id)
        body = msgspec.json.encode(event)
        forged = Recorded(
            play.number,
            3,
            TYPE_OF[PickingStarted],
            at,
            at,
            actor,
            command_id,
            body,
            link(play.order.last_hash, head, body),
        )
        with pytest.raises(HistoryBroken):
            replay([*play.history, forged])


def test_an_empty_history_is_no_order_and_the_first_event_is_the_placement() -> None:
    with pytest.raises(HistoryBroken):
        replay([])
    at = NOON
    head = header_of("1", 1, at, at, "a:b", "c")
    body = msgspec.json.encode(PickingStarted())
    first = Recorded("1", 1, "order.picking_started", at, at, "a:b", "c", body, b"")
    with pytest.raises(HistoryBroken):
        replay([replace(first, hash=link(GENESIS, head, body))])


def test_an_order_is_placed_once() -> None:
    play = stories.placed()
    again = play.history[0]
    head = header_of(play.number, 2, NOON, NOON, again.actor, again.command_id)
    hash_ = link(play.order.last_hash, head, again.body)
    with pytest.raises(HistoryBroken):
        replay([again, replace(again, version=2, hash=hash_)])


def test_one_instant_has_one_hash_in_whatever_zone_it_is_told() -> None:
    kazan = timezone(timedelta(hours=3))
    there = header_of("1", 1, NOON.astimezone(kazan), NOON, "a:b", "c")
    assert there == header_of("1", 1, NOON, NOON.astimezone(UTC), "a:b", "c")
    assert there.splitlines()[2:4] == ["2026-11-23T09:00:00.000000+00:00"] * 2


def test_every_event_has_a_name_in_the_past_tense_and_an_effect() -> None:
    assert len(set(TYPE_OF.values())) == len(EVENTS) == len(EFFECTS) + 1
    for name in TYPE_OF.values():
        subject, _, action = name.partition(".")
        assert subject in {"order", "parcel", "refund", "courier"}
        assert action.replace("_", "").isalpha()


def test_an_event_moves_an_order_only_by_a_step_of_the_table() -> None:
    steps = {row.step for row in TABLE}
    assert {step for step, _ in EFFECTS.values() if step} <= steps
