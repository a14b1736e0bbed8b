"""Measures run in turns: every one once a round, so that the machine's drift meets all alike."""

from collections.abc import Callable, Sequence
from statistics import median

from gotovo.bench.run.figure import Figure, Latencies, Measure, Sample

WARM_UP_PART = 0.25
"""How much of a round each measure is run beforehand, its sample forgotten: connections are made,
statements prepared, and code is read from disk."""

OnProgress = Callable[[str, float], None]
"""Told before each run of a measure: its name, and how many seconds it will take by the estimate;
and at the end once more, with an empty name."""


def taking_part(measure: Measure, rounds: int) -> int:
    """Return in how many of these rounds the measure is run."""
    return min(rounds, measure.rounds) if measure.rounds else rounds


def estimate(measures: Sequence[Measure], rounds: int, seconds: float) -> float:
    """Return how many seconds all rounds will take, the warm-up included."""
    total = 0.0
    for measure in measures:
        total += taking_part(measure, rounds) * (seconds + measure.seconds)
        if measure.warm_up:
            total += WARM_UP_PART * seconds + measure.seconds
    return total


async def run_rounds(
    measures: Sequence[Measure], rounds: int, seconds: float, on_progress: OnProgress
) -> list[Figure]:
    """Run every measure once a round and return the figures in the order of the measures.

    Each round begins one measure further on, so that none always follows the same one.
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
    """Return the medians of a measure's rounds; there is at least one."""
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
        facts={name: median(several) for name, several in facts.items()},
    )


def spread_of(values: Sequence[float]) -> float:
    """Return (largest - smallest) / median, 0 where the median is 0."""
    middle = median(values)
    return (max(values) - min(values)) / middle if middle else 0.0
