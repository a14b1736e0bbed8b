"""Measures and budgets: what a group measures, and what its figures have to come to.

A `Measure` is run once per round and returns a `Sample`. A `Budget` sets the figure of one measure
against that of another. What comes of both is in `results`.
"""

from collections.abc import Awaitable, Callable

from msgspec import Struct


class BenchError(Exception):
    """Something could not be measured; the message says what and why."""


class RunPlan(Struct, frozen=True):
    """Length of a run: the number of rounds, and the seconds of each measure in a round.

    `orders_max` is the size of the largest filled database, 0 for the default.
    """

    quick: bool
    rounds: int
    seconds: float
    orders_max: int = 0


class Latencies(Struct, frozen=True):
    """Quantiles of the response times in milliseconds: the median, 99 % and 99.9 %."""

    p50_ms: float
    p99_ms: float
    p999_ms: float


class Sample(Struct, frozen=True):
    """One round of one measure.

    `failures` counts responses other than the expected ones; they are shown, never hidden. `facts`
    are further figures by name, the unit last: `rss_mb`, `cpu_us_client`.
    """

    per_second: float
    latencies: Latencies | None = None
    failures: int = 0
    facts: dict[str, float] = {}


Run = Callable[[float], Awaitable[Sample]]
"""Runs one round of a measure; takes how many seconds it may last."""


class Measure(Struct, frozen=True):
    """Something to measure; the name begins with its group, as in `limits.tx`.

    `seconds` is what a round costs beyond those that `run` is given, for the estimate. A measure
    that takes too long to be warmed up sets `warm_up` to false, and one that takes too long to be
    repeated sets `rounds`, the number of rounds it takes part in (0: all of them).
    """

    name: str
    caption: str
    unit: str
    run: Run
    seconds: float = 0.0
    warm_up: bool = True
    rounds: int = 0


class Budget(Struct, frozen=True):
    """What a figure has to come to: at least `least` or at most `most`, times `against`.

    Without `against` the limit applies to the figure itself. `of` names what is compared: the
    figure per second if it is empty, else `p50_ms`, `p99_ms`, `p999_ms` or the name of a fact.
    """

    name: str
    measure: str
    against: str
    least: float | None
    caption: str
    most: float | None = None
    of: str = ""
