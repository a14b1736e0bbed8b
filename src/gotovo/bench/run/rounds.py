"""Rounds: every measure runs once per round, so that drift of the machine affects all alike."""

from collections.abc import Callable, Sequence
from statistics import median

from gotovo.bench.run.measure import Latencies, Measure, Sample
from gotovo.bench.run.results import Figure

WARM_UP_PART = 0.25
"""The part of a round for which each measure is warmed up, without its sample being used:
connections are made, statements prepared, and code is read from disk."""

OnProgress = Callable[[str, float], None]
"""Called before each run of a measure with its name and the estimated seconds, and at the end once
more with an empty name."""


def taking_part(measure: Measure, rounds: int) -> int:
    """Return the number of rounds that the measure takes part in."""
    return min(rounds, measure.rounds) if measure.rounds else rounds


def estimate(measures: Sequence[Measure], rounds: int, seconds: float) -> float:
    """Return how many seconds all rounds take, warm-up included."""
    total = 0.0
    for measure in measures:
        total += taking_part(measure, rounds) * (seconds + measure.seconds)
        if measure.warm_up:
            total += WARM_UP_PART * seconds + measure.seconds
    return total


async def run_rounds(
    measures: Sequence[Measure], rounds: int, seconds: float, on_progress: OnProgress
) -> list[Figure]:
    """Run every measure once per round and return the figures in the order of the measures.

    Each round begins one measure further on, so that no measure always follows the same one.
    """
    samples: dict[str, list[Sample]] = {measure.name: [] for measure in measures}
    for measure in measures:
        if measure.warm_up:
            on_progress(measure.name, WARM_UP_PART * seconds + measure.seconds)
            await measure.run(WARM_UP_PART * seconds)
    for turn in range(rounds):
        begin = turn % len(measures) if measures else 0
        for measure in (*measures[begin:], *measures[:begin]):
            if turn < taking_part(measure, rounds):
                on_progress(measure.name, seconds + measure.seconds)
                samples[measure.name].append(await measure.run(seconds))
    on_progress("", 0.0)
    return [figure_of(measure, samples[measure.name]) for measure in measures]


def figure_of(measure: Measure, samples: Sequence[Sample]) -> Figure:
    """Return the medians of the rounds of a measure, of which there is at least one."""
    values = tuple(sample.per_second for sample in samples)
    known = [sample.latencies for sample in samples if sample.latencies is not None]
    latencies = None
    if known:
        latencies = Latencies(
            median(x.p50_ms for x in known),
            median(x.p99_ms for x in known),
            median(x.p999_ms for x in known),
        )
    facts: dict[str, list[float]] = {}
    for sample in samples:
        for name, value in sample.facts.items():
            facts.setdefault(name, []).append(value)
    return Figure(
        name=measure.name,
        caption=measure.caption,
        unit=measure.unit,
        values=values,
        median=median(values),
        spread=spread_of(values),
        latencies=latencies,
        failures=sum(sample.failures for sample in samples),
        facts={name: median(values) for name, values in facts.items()},
    )


def spread_of(values: Sequence[float]) -> float:
    """Return (largest - smallest) / median, 0 where the median is 0."""
    middle = median(values)
    return (max(values) - min(values)) / middle if middle else 0.0
