"""The promise is offered before payment, then expected or late, and in the end kept or missed."""

from datetime import date, timedelta

from gotovo.order.account.promise_status import (
    PromiseStatus,
    delivery_terms,
    offered_promise,
    promise_status,
)
from gotovo.order.steps.lateness import MarkLate
from gotovo.order.steps.promise import ChangePromise
from tests.support.order import stories
from tests.support.order.cast import KREMLIN, NOON, PETYA, TIMER, WAREHOUSES, Play
from tests.support.order.play_story import play_story

TERMS = delivery_terms(KREMLIN, WAREHOUSES["KZN"])
DAY = timedelta(days=1)


def status(play: Play) -> PromiseStatus | None:
    return promise_status(play.order, TERMS, play.now, play_story(play).promises)


def state(play: Play) -> str:
    shown = status(play)
    return shown.state if shown else ""


def test_before_payment_the_promise_is_offered_with_its_cut_off() -> None:
    shown = status(stories.placed())
    assert shown is not None
    assert (shown.state, shown.promised_for) == ("would_be", date(2026, 11, 24))
    assert shown.cut_off_at == NOON.replace(hour=17)


def test_what_is_offered_is_what_payment_promises() -> None:
    assert TERMS is not None
    offered, paid = offered_promise(TERMS, NOON), stories.placed().do(stories.pay())
    shown = status(paid)
    assert shown is not None
    assert (shown.promised_for, shown.promised_until) == (
        offered.promised_for,
        offered.promised_until,
    )
    assert shown.promise == offered.promise


def test_by_courier_the_warehouse_alone_decides() -> None:
    terms = delivery_terms(None, WAREHOUSES["KZN"])
    assert terms is not None
    assert offered_promise(terms, NOON).promised_for == date(2026, 11, 24)
    assert delivery_terms(None, None) is None
    assert promise_status(stories.placed().order, None, NOON) is None


def test_a_promise_is_late_as_soon_as_its_instant_has_passed() -> None:
    play = stories.paid()
    assert state(play) == "expected"
    play.wait(days=2)
    assert state(play) == "late"
    assert state(play.do(MarkLate(), TIMER)) == "late"


def test_a_promise_is_kept_or_missed_when_the_order_is_ready() -> None:
    kept = status(stories.shelved())
    assert kept is not None
    assert (kept.state, kept.met_at) == ("kept", NOON)
    late = stories.arrived().wait(days=2).do(stories.Shelve(cell="A1"))
    assert state(late) == "missed"


def test_a_cancelled_order_promises_nothing() -> None:
    assert status(stories.cancelled()) is None


def test_a_changed_promise_tells_what_it_was_before() -> None:
    play = stories.paid().do(ChangePromise(date(2026, 12, 1), None, "snow"), PETYA)
    shown = status(play)
    assert shown is not None
    assert [(x.was_for, x.reason) for x in shown.changes] == [(date(2026, 11, 24), "snow")]
    assert shown.promise is None
