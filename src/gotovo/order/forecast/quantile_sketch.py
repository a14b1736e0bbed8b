"""Quantile sketch (DDSketch): weights in buckets whose bounds grow by a constant ratio.

Merging is adding, so the sketch of a month is the sum of its days in any order. A quantile is in
the same bucket as the true one: it is off by `RELATIVE_ERROR` at most (Masson, Rim, Lee: DDSketch,
2019, with interpolation in the bucket instead of its middle).
"""

import math
from bisect import bisect_left
from collections.abc import Iterable

from gotovo.value import Value

RELATIVE_ERROR = 0.05
"""A promise of 20 hours may be an hour off; finer buckets would double what is stored."""

SECONDS_MIN = 60.0
"""Everything shorter is one bucket: no buyer is shown seconds."""

SECONDS_MAX = 120 * 86_400.0
"""Everything longer is in the last bucket: what takes four months is not expected any more."""

_NEAR = 1 + 1e-9
"""Tolerance: weights are sums of fractions, so their last digits may differ."""

_GROWTH = math.log1p(RELATIVE_ERROR)
_BOUNDS = tuple(
    SECONDS_MIN * (1 + RELATIVE_ERROR) ** i
    for i in range(math.ceil(math.log(SECONDS_MAX / SECONDS_MIN) / _GROWTH) + 1)
)
"""The upper bound of each bucket, itself included."""

BUCKETS_MAX = len(_BOUNDS)
"""A sketch has no more, however many durations were added: about three kilobytes at worst."""


class QuantileSketch(Value, frozen=True):
    """Buckets in rising order, each with its weight."""

    buckets: tuple[int, ...] = ()
    weights: tuple[float, ...] = ()


def bucket_of(seconds: float) -> int:
    """Return the bucket of a duration."""
    return min(bisect_left(_BOUNDS, seconds), BUCKETS_MAX - 1)


def sketch_of(durations: Iterable[tuple[float, float]]) -> QuantileSketch:
    """Return the sketch of durations in seconds, each with its weight."""
    found: dict[int, float] = {}
    for seconds, weight in durations:
        bucket = bucket_of(seconds)
        found[bucket] = found.get(bucket, 0.0) + weight
    return _sketch(found)


def merged(one: QuantileSketch, other: QuantileSketch) -> QuantileSketch:
    """Return the sum of two sketches."""
    found = dict(zip(one.buckets, one.weights, strict=True))
    for bucket, weight in zip(other.buckets, other.weights, strict=True):
        found[bucket] = found.get(bucket, 0.0) + weight
    return _sketch(found)


def total_weight(sketch: QuantileSketch) -> float:
    """Return the weight of all buckets."""
    return math.fsum(sketch.weights)


def weight_after(sketch: QuantileSketch, elapsed: float) -> float:
    """Return the weight of what took longer than `elapsed` seconds."""
    return math.fsum(
        weight * _share_after(bucket, elapsed)
        for bucket, weight in zip(sketch.buckets, sketch.weights, strict=True)
    )


def quantile(sketch: QuantileSketch, share: float, elapsed: float = 0.0) -> float:
    """Return the seconds within which a share of those is over that took longer than `elapsed`.

    P(T ≤ t | T > elapsed) = share, solved for t; the longest seen when none took longer.
    """
    wanted = share * weight_after(sketch, elapsed)
    end = elapsed
    for bucket, weight in zip(sketch.buckets, sketch.weights, strict=True):
        left = weight * _share_after(bucket, elapsed)
        if left <= 0.0:
            continue
        begin, end = max(_lower(bucket), elapsed), _BOUNDS[bucket]
        if wanted <= left * _NEAR:
            return begin + (end - begin) * min(max(wanted / left, 0.0), 1.0)
        wanted -= left
    return end


def convolved(one: QuantileSketch, other: QuantileSketch) -> QuantileSketch:
    """Return the sketch of the sum of two independent durations.

    Each pair of buckets counts at the sum of their middles, with the weight of the lighter one.
    """
    first, second = total_weight(one), total_weight(other)
    if not first or not second:
        return QuantileSketch()
    scale = min(first, second) / (first * second)
    return sketch_of(
        (_middle(a) + _middle(b), u * v * scale)
        for a, u in zip(one.buckets, one.weights, strict=True)
        for b, v in zip(other.buckets, other.weights, strict=True)
    )


def _sketch(found: dict[int, float]) -> QuantileSketch:
    buckets = tuple(sorted(found))
    return QuantileSketch(buckets, tuple(found[bucket] for bucket in buckets))


def _lower(bucket: int) -> float:
    return _BOUNDS[bucket - 1] if bucket else 0.0


def _middle(bucket: int) -> float:
    return (_lower(bucket) + _BOUNDS[bucket]) / 2


def _share_after(bucket: int, elapsed: float) -> float:
    """Return the share of a bucket above `elapsed`, as if it were spread evenly."""
    lower, upper = _lower(bucket), _BOUNDS[bucket]
    if elapsed <= lower:
        return 1.0
    return max(upper - elapsed, 0.0) / (upper - lower)
