"""Rounds: all measures take turns, and the medians are reported."""

import pytest

from gotovo.bench.run.measure import Latencies, Measure, Run, Sample
from gotovo.bench.run.rounds import WARM_UP_PART, estimate, run_rounds


class RunLog:
    """Records which measure ran for how long; each run returns the next sample."""

    def __init__(self) -> None:
        self.runs: list[tuple[str, float]] = []

    def measure(self, name: str, *samples: Sample, rounds: int = 0) -> Measure:
        """Return a measure without a warm-up."""
        run = self._runner(name, list(samples))
        return Measure(name, f"{name}, said", "runs/s", run, warm_up=False, rounds=rounds)

    def _runner(self, name: str, samples: list[Sample]) -> Run:
        async def run(seconds: float) -> Sample:
            self.runs.append((name, seconds))
            return samples.pop(0) if samples else Sample(1)

        return run


def _ignore(_name: str, _seconds: float) -> None:
    """Do nothing."""


async def test_every_measure_runs_once_a_round_and_no_two_rounds_begin_alike() -> None:
    log = RunLog()
    measures = [log.measure(name) for name in "abc"]
    await run_rounds(measures, 3, 0.5, _ignore)
    assert "".join(name for name, _ in log.runs) == "abcbcacab"
    assert {seconds for _, seconds in log.runs} == {0.5}


async def test_medians_and_spread_are_of_the_rounds() -> None:
    log = RunLog()
    samples = [
        Sample(100, Latencies(1, 10, 20), 0, {"rss_mb": 50}),
        Sample(120, Latencies(3, 30, 60), 2, {"rss_mb": 70}),
        Sample(110, Latencies(2, 20, 40), 1, {"rss_mb": 60}),
    ]
    [figure] = await run_rounds([log.measure("a", *samples)], 3, 1, _ignore)
    assert figure.values == (100, 120, 110)
    assert figure.median == 110
    assert figure.spread == pytest.approx(20 / 110)
    assert figure.latencies == Latencies(2, 20, 40)
    assert figure.failures == 3
    assert figure.facts == {"rss_mb": 60}
    assert (figure.name, figure.caption, figure.unit) == ("a", "a, said", "runs/s")


async def test_a_warm_up_is_shorter_and_does_not_count() -> None:
    log = RunLog()
    cold = log.measure("a", Sample(1), Sample(100))
    warmed = Measure(cold.name, cold.caption, cold.unit, cold.run)
    [figure] = await run_rounds([warmed], 1, 2, _ignore)
    assert log.runs == [("a", 2 * WARM_UP_PART), ("a", 2)]
    assert figure.values == (100,)


async def test_a_long_measure_takes_part_in_fewer_rounds() -> None:
    log = RunLog()
    figures = await run_rounds([log.measure("often"), log.measure("once", rounds=1)], 3, 1, _ignore)
    assert [len(figure.values) for figure in figures] == [3, 1]


async def test_the_progress_adds_up_to_the_estimate() -> None:
    log = RunLog()
    progress: list[tuple[str, float]] = []
    measures = [
        Measure("a", "", "s", log.measure("a").run, seconds=3),
        Measure("b", "", "s", log.measure("b").run, warm_up=False, rounds=2),
    ]
    await run_rounds(measures, 5, 2, lambda name, seconds: progress.append((name, seconds)))
    expected = (WARM_UP_PART * 2 + 3) + 5 * (2 + 3) + 2 * 2
    assert estimate(measures, 5, 2) == pytest.approx(expected)
    assert sum(seconds for _, seconds in progress) == pytest.approx(expected)
    assert progress[-1] == ("", 0)


async def test_without_measures_there_are_no_figures() -> None:
    assert await run_rounds([], 3, 1, _ignore) == []
