"""What comes back to our own generator, counted as it comes."""

import time
from array import array
from collections import Counter

from gotovo.bench.load.generator import LoadResult
from gotovo.bench.run.figure import Latencies


class LatencyRecorder:
    """Answers by status and how long each took, and what was lost."""

    def __init__(self) -> None:
        """Count from now on."""
        self.statuses: Counter[int] = Counter()
        self.microseconds = array("Q")
        self.lost = 0
        self.began_at = time.perf_counter()
        self.ended_at = self.began_at

    def count(self, status: int, since: float) -> None:
        """Note an answer to what was sent at `since`."""
        self.ended_at = time.perf_counter()
        self.statuses[status] += 1
        self.microseconds.append(int((self.ended_at - since) * 1e6))

    def result(self) -> LoadResult:
        """Return what came of the load."""
        return LoadResult(
            count=self.statuses.total(),
            seconds=self.ended_at - self.began_at,
            latencies=latencies_of(self.microseconds),
            statuses=dict(self.statuses),
            lost=self.lost,
            tool="own",
        )


def latencies_of(microseconds: "array[int]") -> Latencies:
    """Return the three quantiles, by the nearest rank; all are 0 where nothing was measured."""
    ordered = sorted(microseconds)

    def quantile(part: float) -> float:
        at = min(int(part * len(ordered)), len(ordered) - 1)
        return ordered[at] / 1e3 if ordered else 0.0

    return Latencies(quantile(0.5), quantile(0.99), quantile(0.999))
