"""Closures of a point extend running deadlines, never shorten them; a buyer hears of each once."""

from datetime import date, time, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from gotovo.notices.policy import notice_of
from gotovo.notices.rules import Purpose
from gotovo.order.deadlines import next_due
from gotovo.order.steps.storage_expiry import ExpireStorage
from gotovo.order.steps.storage_recalculation import RecalculateStorage
from gotovo.order.values.order import Stage, Storage
from gotovo.points.closures.closure import Closure, ClosureKind
from gotovo.points.closures.entry import LiftRefusal, with_closure, without_closure
from gotovo.points.storage_term import recompute
from gotovo.points.timetable import Timetable
from tests.support.order import stories
from tests.support.order.cast import KREMLIN, TIMER, Play
from tests.support.order.changed_points import under

DAY = timedelta(days=1)
MONDAY = date(2026, 11, 23)
"""The day on which the orders of the stories are shelved, at noon."""


def closure(first: int, last: int | None, number: int = 1, **changes: object) -> Closure:
    """Return a closure from so many days after Monday until so many."""
    ends = None if last is None else MONDAY + last * DAY
    made = Closure(id=UUID(int=number), starts_on=MONDAY + first * DAY, ends_on=ends)
    return replace(made, **changes)


def having(play: Play, timetable: Timetable) -> Play:
    return under(play, replace(KREMLIN, timetable=timetable))


def closed(play: Play, each: Closure) -> Play:
    """Enter a closure and let the order follow it."""
    timetable = play.world.points[KREMLIN.code].timetable
    having(play, with_closure(timetable, each, play.now))
    return play.do(RecalculateStorage(), TIMER)


def storage_of(play: Play) -> Storage:
    storage = play.order.storage
    assert storage is not None
    return storage


def purpose_of_last(play: Play) -> Purpose | None:
    notice = notice_of(play.history, len(play.history))
    return notice.purpose if notice else None


def test_two_closed_days_add_two_days_and_are_told_once() -> None:
    play = stories.shelved()
    before = storage_of(play).deadline_at
    closed(play, closure(2, 3))
    after = storage_of(play)
    assert after.deadline_at == before + 2 * DAY
    assert after.rule.closed_dates == (MONDAY + 2 * DAY, MONDAY + 3 * DAY)
    assert purpose_of_last(play) is Purpose.POINT_CLOSED
    assert play.is_already_done(RecalculateStorage(), TIMER)


def test_an_afternoon_moves_no_deadline_and_the_buyer_hears_of_it_all_the_same() -> None:
    play = stories.shelved()
    before = storage_of(play).deadline_at
    closed(play, closure(1, 1, starts_at=time(16)))
    assert storage_of(play).deadline_at == before
    assert purpose_of_last(play) is Purpose.POINT_CLOSED
    assert play.is_already_done(RecalculateStorage(), TIMER)


def test_what_ends_before_the_closure_begins_is_not_told() -> None:
    play = stories.shelved()
    timetable = with_closure(KREMLIN.timetable, closure(20, 22), play.now)
    assert having(play, timetable).is_already_done(RecalculateStorage(), TIMER)


def test_nothing_expires_while_a_point_is_closed_until_further_notice() -> None:
    play = stories.shelved()
    before = storage_of(play).deadline_at
    closed(play, closure(1, None))
    held = storage_of(play)
    assert (held.deadline_at, held.rule.opens_again) == (before, False)
    assert len(held.rule.closed_dates) == 0
    play.wait(days=9)
    lifted = without_closure(play.world.points[KREMLIN.code].timetable, UUID(int=1), play.now)
    assert isinstance(lifted, Timetable)
    having(play, lifted).do(ExpireStorage(), TIMER)
    assert play.order.stage is Stage.SHELVED
    assert storage_of(play).deadline_at == before + 8 * DAY


def test_nobody_is_reminded_of_a_deadline_that_waits() -> None:
    play = stories.shelved()
    closed(play, closure(1, None))
    assert storage_of(play).reminders
    assert next_due(play.order) is None
    play.wait(days=6)
    lifted = without_closure(play.world.points[KREMLIN.code].timetable, UUID(int=1), play.now)
    assert isinstance(lifted, Timetable)
    having(play, lifted).do(RecalculateStorage(), TIMER)
    due = next_due(play.order)
    assert due is not None
    assert due.at > play.now


def test_a_closure_taken_back_leaves_the_deadline_that_was_told_and_is_told() -> None:
    play = stories.shelved()
    closed(play, closure(3, 5))
    told = storage_of(play).deadline_at
    lifted = without_closure(play.world.points[KREMLIN.code].timetable, UUID(int=1), play.now)
    assert isinstance(lifted, Timetable)
    assert not lifted.closures
    having(play, lifted).do(RecalculateStorage(), TIMER)
    assert (storage_of(play).deadline_at, storage_of(play).closed) == (told, None)
    assert purpose_of_last(play) is Purpose.POINT_CLOSED
    assert play.is_already_done(RecalculateStorage(), TIMER)


def test_an_outage_that_is_entered_afterwards_gives_its_days_back() -> None:
    play = stories.shelved().wait(days=4)
    before = storage_of(play).deadline_at
    closed(play, closure(1, 3, kind=ClosureKind.OUTAGE))
    assert storage_of(play).deadline_at == before + 3 * DAY
    assert storage_of(play).closed is None
    assert purpose_of_last(play) is Purpose.STORAGE_MOVED


entries = st.lists(
    st.tuples(
        st.integers(0, 12),
        st.one_of(st.none(), st.integers(0, 6)),
        st.sampled_from([None, time(14), time(16, 30)]),
        st.booleans(),
    ),
    max_size=5,
)


@given(entries)
def test_every_deadline_is_the_latest_that_any_of_its_timetables_led_to(
    entered: list[tuple[int, int | None, time | None, bool]],
) -> None:
    """Rule 4.2, over random closings and undoings, each followed before the next one."""
    play = stories.shelved()
    timetable = KREMLIN.timetable
    latest = storage_of(play).deadline_at
    for number, (first, length, at, is_lifted) in enumerate(entered, 1):
        last = None if length is None else first + length
        timetable = with_closure(timetable, closure(first, last, number, starts_at=at), play.now)
        steps = [timetable]
        if is_lifted:
            changed = without_closure(timetable, UUID(int=number), play.now)
            assert not isinstance(changed, LiftRefusal)
            timetable = changed
            steps.append(timetable)
        for each in steps:
            point = replace(KREMLIN, timetable=each)
            under(play, point)
            computed = recompute(storage_of(play).rule, point)
            latest = max(latest, computed.at)
            play.try_(RecalculateStorage(), TIMER)
            assert storage_of(play).deadline_at == latest
            assert storage_of(play).rule.opens_again == computed.rule.opens_again
            assert play.is_already_done(RecalculateStorage(), TIMER)
