"""How long a new command would wait, estimated from the last commits without idle times."""

import asyncio
from collections.abc import Sequence
from uuid import uuid4

import pytest
from typing_extensions import override

from gotovo.engine.batch import Rules
from gotovo.engine.engine import Engine, EngineLimits
from gotovo.engine.memory import MemoryJournal
from gotovo.engine.ports import Batch, QueueFull
from gotovo.engine.submission import Submission
from gotovo.engine.throughput import Throughput
from gotovo.order.steps.picking import StartPicking
from gotovo.order.values.actor import Actor, Role
from gotovo.order.values.number import draw
from tests.support.web.cast import NOW, SECRET

SLOW_SECONDS = 0.05


def test_nothing_is_known_at_first() -> None:
    assert Throughput().seconds_for(1_000) == 0


def test_a_steady_pace_is_told_as_it_is() -> None:
    throughput = Throughput()
    throughput.start(100.0)
    for commit in range(1, 30):
        throughput.record(50, 100.0 + commit / 10)
    assert throughput.seconds_for(1_000) == pytest.approx(2.0)


def test_idle_time_does_not_count_as_slow() -> None:
    throughput = Throughput()
    throughput.start(0.0)
    throughput.record(100, 0.1)
    throughput.start(9_000.0)
    throughput.record(100, 9_000.1)
    assert throughput.seconds_for(1_000) == pytest.approx(1.0)


def test_a_change_is_followed_within_some_commits() -> None:
    throughput = Throughput()
    throughput.start(0.0)
    for commit in range(1, 100):
        throughput.record(100, commit / 100)
    for commit in range(1, 51):
        throughput.record(100, 0.99 + commit)
    assert throughput.seconds_for(100) == pytest.approx(1.0, rel=0.05)


class SlowJournal(MemoryJournal):
    """Takes its time with each commit."""

    @override
    async def write(self, batch: Batch) -> None:
        await asyncio.sleep(SLOW_SECONDS)
        await super().write(batch)


async def test_who_would_wait_too_long_is_turned_away_and_the_rest_is_answered() -> None:
    limits = EngineLimits(batch=4, queue_seconds=2 * SLOW_SECONDS, batches_in_flight=1)
    engine = Engine(SlowJournal(), lambda: ({}, {}), Rules(SECRET), lambda: NOW, limits=limits)
    await engine.submit_each(submissions(8))  # now the throughput is known
    results = await asyncio.gather(
        *(engine.submit_now(each) for each in submissions(100)), return_exceptions=True
    )
    turned_away = [result for result in results if isinstance(result, QueueFull)]
    answered = [result for result in results if not isinstance(result, BaseException)]
    await engine.close()
    assert len(turned_away) + len(answered) == len(results)
    assert len(turned_away) > len(results) // 2
    assert len(answered) >= 2 * limits.batch


async def test_two_batches_always_fit_however_slow_the_last_commit_was() -> None:
    limits = EngineLimits(batch=4, queue_seconds=SLOW_SECONDS / 1_000, batches_in_flight=1)
    engine = Engine(SlowJournal(), lambda: ({}, {}), Rules(SECRET), lambda: NOW, limits=limits)
    await engine.submit_each(submissions(4))
    outcomes = await asyncio.gather(*(engine.submit_now(each) for each in submissions(8)))
    await engine.close()
    assert len(outcomes) == 8


def submissions(count: int) -> Sequence[Submission]:
    actor = Actor(Role.WAREHOUSE, "w")
    return [
        Submission(uuid4(), draw(0, place), StartPicking(), actor, b"f" * 16)
        for place in range(count)
    ]
