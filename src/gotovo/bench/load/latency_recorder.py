"""Latency recorder of our own load generator: counts responses as they come in."""

import time
from array import array
from collections import Counter

from gotovo.bench.load.generator import LoadResult
from gotovo.bench.run.measure import Latencies


class LatencyRecorder:
    """Counts responses by status, how long each took, and the requests that were lost."""

    def __init__(self) -> None:
        self.statuses: Counter[int] = Counter()
        self.microseconds = array("Q")
        self.lost = 0
        self.began_at = time.perf_counter()
        self.ended_at = self.began_at

    def record(self, status: int, sent_at: float) -> None:
        """Record the response to a request that was sent at `sent_at`."""
        self.ended_at = time.perf_counter()
        self.statuses[status] += 1
        self.microseconds.append(int((self.ended_at - sent_at) * 1e6))

    def result(self) -> LoadResult:
        """Return the result of the load."""
        return LoadResult(
            count=self.statuses.total(),
            seconds=self.ended_at - self.began_at,
            latencies=latencies_of(self.microseconds),
            statuses=dict(self.statuses),
            lost=self.lost,
            tool="own",
        )


def latencies_of(microseconds: "array[int]") -> Latencies:
    """Return the three quantiles by nearest rank; all are 0 where nothing was measured."""
    ordered = sorted(microseconds)

    def quantile(part: float) -> float:
        rank = min(int(part * len(ordered)), len(ordered) - 1)
        return ordered[rank] / 1e3 if ordered else 0.0

    return Latencies(quantile(0.5), quantile(0.99), quantile(0.999))
