"""What is measured, and what came out: plain values that every group and every report share.

A `Measure` is run once a round and gives a `Sample`; all samples of a measure make a `Figure`; a
`Budget` sets one figure against another, and what came of it is a `Ratio` of the `Report`.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime

from msgspec import Struct


class BenchError(Exception):
    """Something could not be measured; the message says what and why."""


class Plan(Struct, frozen=True):
    """How long a run may be: so many rounds, and about so many seconds a measure a round.

    `orders_max` is how large the largest filled database is to be, 0: as usual.
    """

    quick: bool
    rounds: int
    seconds: float
    orders_max: int = 0


class Latencies(Struct, frozen=True):
    """What half, 99 % and 99.9 % of all answers were quicker than, in milliseconds."""

    p50_ms: float
    p99_ms: float
    p999_ms: float


class Sample(Struct, frozen=True):
    """One round of one measure.

    `failures` counts answers other than the expected ones; they are shown, never hidden. `facts`
    are further figures by name, the unit last: `rss_mb`, `cpu_us_client`.
    """

    per_second: float
    latencies: Latencies | None = None
    failures: int = 0
    facts: dict[str, float] = {}


class Measure(Struct, frozen=True):
    """Something to measure; the name begins with its group, as in `limits.tx`.

    `run` gets the seconds that this round may take. `seconds` is what a round costs beyond them,
    for the estimate. A measure too long to be tried beforehand sets `warm_up` to false, and one
    too long to be repeated sets `rounds`, the most it takes part in (0: all of them).
    """

    name: str
    caption: str
    unit: str
    run: Callable[[float], Awaitable[Sample]]
    seconds: float = 0.0
    warm_up: bool = True
    rounds: int = 0


class Budget(Struct, frozen=True):
    """What a figure has to come to: at least `least` or at most `most`, times `against`.

    Without `against` the figure itself is meant. `of` names what is compared: nothing is the
    figure per second, else `p50_ms`, `p99_ms`, `p999_ms` or the name of a fact.
    """

    name: str
    measure: str
    against: str
    least: float | None
    caption: str
    most: float | None = None
    of: str = ""


class Figure(Struct, frozen=True):
    """All rounds of one measure: `values` in their order, and the median of everything.

    `spread` is (largest - smallest) / median of the values.
    """

    name: str
    caption: str
    unit: str
    values: tuple[float, ...]
    median: float
    spread: float
    latencies: Latencies | None
    failures: int
    facts: dict[str, float]


class Ratio(Struct, frozen=True):
    """A budget and what came of it.

    `value` is the median of the ratios of each round, as two figures of one round stand minutes
    of drift closer together than two medians do; `spread` is (largest - smallest) / median.
    `figure` and `limit` are what was compared; a budget without `against` has no limit.
    """

    name: str
    caption: str
    measure: str
    against: str
    figure: float
    limit: float | None
    value: float
    spread: float
    least: float | None
    most: float | None
    met: bool
    of: str = ""


class Machine(Struct, frozen=True):
    """Where it was measured."""

    cpu: str
    cores: int
    memory_gib: float
    kernel: str
    python: str
    postgres: str
    disk: str


class Report(Struct, frozen=True, kw_only=True):
    """Everything a run found, and what a reader needs to repeat it.

    `notes` are sentences about what was left out, and why.
    """

    commit: str
    dirty: bool
    machine: Machine
    load: str
    began_at: datetime
    seconds: float
    groups: tuple[str, ...]
    quick: bool
    rounds: int
    seconds_a_round: float
    figures: list[Figure]
    ratios: list[Ratio]
    notes: tuple[str, ...] = ()
