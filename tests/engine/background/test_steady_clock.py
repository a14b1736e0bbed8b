"""The installation's clock follows the machine's, but no jump of it."""

from datetime import UTC, datetime, timedelta

import pytest

from gotovo.engine.background.ports import Tick
from gotovo.engine.background.steady_clock import SteadyClock
from tests.support.engine.machine import SetMachine

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)
DAYS = timedelta(days=10)


def test_a_clock_that_is_corrected_by_some_minutes_is_followed() -> None:
    machine = SetMachine(NOON)
    clock = SteadyClock(machine)
    machine.wait(seconds=60)
    machine.jump(timedelta(minutes=-59))
    assert clock() == NOON - timedelta(minutes=58)
    assert clock.fault() is None


@pytest.mark.parametrize("jump", [DAYS, -DAYS, timedelta(hours=1, seconds=1)])
def test_a_jump_is_not_followed(jump: timedelta) -> None:
    machine = SetMachine(NOON)
    clock = SteadyClock(machine)
    machine.wait(seconds=60)
    machine.jump(jump)
    expected = NOON + timedelta(seconds=60)
    assert clock() == expected
    fault = clock.fault()
    assert fault is not None
    assert (fault.expected_at, fault.shown_at) == (expected, expected + jump)
    machine.wait(seconds=6)
    assert clock() == expected + timedelta(seconds=6)


def test_a_clock_that_comes_back_is_right_again() -> None:
    machine = SetMachine(NOON)
    clock = SteadyClock(machine)
    machine.jump(DAYS)
    machine.wait(seconds=6)
    assert clock.fault() is not None
    machine.jump(-DAYS)
    assert clock.fault() is None
    assert clock() == NOON + timedelta(seconds=6)


def test_a_time_service_does_not_excuse_a_jump_while_the_machine_runs() -> None:
    machine = SetMachine(NOON, is_synchronized=True)
    clock = SteadyClock(machine)
    machine.jump(DAYS)
    assert clock.fault() is not None


def test_a_released_clock_is_believed_from_then_on() -> None:
    machine = SetMachine(NOON)
    clock = SteadyClock(machine)
    machine.jump(DAYS)
    tick = clock.accept()
    assert (tick.at, clock(), clock.fault()) == (NOON + DAYS, NOON + DAYS, None)


def test_a_program_that_starts_after_a_jump_goes_on_from_the_last_tick() -> None:
    machine = SetMachine(NOON)
    tick = machine.tick()
    machine.wait(seconds=3_600 * 5)
    machine.jump(DAYS)
    clock = SteadyClock(machine)
    clock.begin([Tick("another", NOON + DAYS, 9.0), tick], NOON)
    assert clock() == NOON + timedelta(hours=5)
    assert clock.fault() is not None


def test_a_program_that_was_stopped_for_days_believes_a_machine_that_ran_on() -> None:
    machine = SetMachine(NOON)
    tick = machine.tick()
    machine.wait(seconds=3_600 * 24 * 3)
    clock = SteadyClock(machine)
    clock.begin([tick], NOON)
    assert clock() == NOON + timedelta(days=3)
    assert clock.fault() is None


def test_after_a_restart_a_clock_far_ahead_of_what_was_written_waits_for_somebody() -> None:
    """Also without any tick, where the newest record is all that is known."""
    for ticks, newest in (([Tick("before", NOON, 9.0)], None), ([], NOON)):
        machine = SetMachine(NOON + DAYS)
        clock = SteadyClock(machine)
        clock.begin(ticks, newest)
        assert clock() == NOON + DAYS, "nothing else tells the time"
        fault = clock.fault()
        assert fault is not None
        assert (fault.expected_at, fault.shown_at) == (NOON, NOON + DAYS)
        machine.is_kept = True
        assert clock.fault() is None
        machine.is_kept = False
        assert clock.fault() is None


def test_after_a_restart_a_clock_behind_what_was_written_goes_on_from_there() -> None:
    """A machine without a battery starts in 1970."""
    machine = SetMachine(datetime(1970, 1, 1, tzinfo=UTC))
    clock = SteadyClock(machine)
    clock.begin([Tick("before", NOON, 9.0)], None)
    machine.wait(seconds=5)
    assert clock() == NOON + timedelta(seconds=5)
    assert clock.fault() is not None
    machine.jump(NOON - machine.tick().at + timedelta(seconds=8))
    assert clock.fault() is None


def test_a_first_start_and_a_kept_clock_after_a_restart_are_believed() -> None:
    machine = SetMachine(NOON + DAYS)
    clock = SteadyClock(machine)
    clock.begin([], None)
    assert clock.fault() is None
    machine.is_kept = True
    clock.begin([Tick("before", NOON, 9.0)], None)
    assert clock.fault() is None
    assert clock() == NOON + DAYS
