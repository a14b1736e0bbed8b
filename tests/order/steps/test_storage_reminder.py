"""Reminders come before the deadline, one at a time."""

from gotovo.order.deadlines import next_due
from gotovo.order.facts import Decision
from gotovo.order.steps.storage_expiry import ExpireStorage
from gotovo.order.steps.storage_reminder import RemindOfStorage
from gotovo.order.values.order import Storage
from tests.support.order import stories
from tests.support.order.cast import Play


def storage_of(play: Play) -> Storage:
    assert play.order.storage is not None
    return play.order.storage


def test_reminders_fall_due_one_after_another_and_then_the_deadline() -> None:
    play = stories.shelved()
    sent: list[str] = []
    while (due := next_due(play.order)) is not None:
        play.now = due.at
        sent.append(due.what)
        play.do(RemindOfStorage() if due.what == "storage-reminder" else ExpireStorage())
    assert sent == ["storage-reminder"] * 3 + ["storage-expiry"]
    bodies = [x.body for x in play.history if x.type == "order.storage_expiring"]
    assert [hours in body for hours, body in zip((b"72", b"24", b"3"), bodies, strict=True)]


def test_reminders_that_were_missed_are_told_as_one() -> None:
    play = stories.shelved().wait(days=6, hours=12).do(RemindOfStorage())
    assert b'"hours":24' in play.history[-1].body
    assert [r.hours_before for r in storage_of(play).reminders] == [3]


def test_a_reminder_before_its_time_tells_nothing() -> None:
    assert stories.shelved().wait(days=3).try_(RemindOfStorage()) == Decision()
    assert stories.issued().wait(days=5).try_(RemindOfStorage()) == Decision()
