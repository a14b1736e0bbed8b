"""Results of a run: figures and ratios, with the machine and the commit they belong to.

`--json` prints a `Report` and `--against` reads one, so the names of these fields stay.
"""

from datetime import datetime

from msgspec import Struct

from gotovo.bench.run.measure import Latencies


class Figure(Struct, frozen=True):
    """All rounds of one measure: `values` in order, and the medians of everything.

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

    `value` is the median of the ratios of each round: within one round the machine drifts less
    than between two medians. `spread` is (largest - smallest) / median. `figure` and `limit` are
    what was compared; a budget without `against` has no limit.
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
    """Where the run took place."""

    cpu: str
    cores: int
    memory_gib: float
    kernel: str
    python: str
    postgres: str
    disk: str


class Report(Struct, frozen=True, kw_only=True):
    """Everything a run found, and what is needed to repeat it.

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
