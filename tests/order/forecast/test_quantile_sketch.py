"""The sketch: adding up in any order, a bounded error, and times that never run backwards."""

import math
from bisect import bisect_right

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gotovo.order.forecast.quantile_sketch import (
    BUCKETS_MAX,
    RELATIVE_ERROR,
    SECONDS_MAX,
    SECONDS_MIN,
    QuantileSketch,
    bucket_of,
    convolved,
    merged,
    quantile,
    sketch_of,
    total_weight,
    weight_after,
)

SECONDS = st.floats(SECONDS_MIN * 2, SECONDS_MAX / 2)
DURATIONS = st.lists(SECONDS, min_size=1, max_size=60)
SHARES = st.floats(0.01, 1.0)


def of(durations: list[float]) -> QuantileSketch:
    """Return a sketch in which every duration weighs the same."""
    return sketch_of((seconds, 1.0) for seconds in durations)


@given(DURATIONS, DURATIONS, DURATIONS)
def test_merging_is_adding_in_any_order(a: list[float], b: list[float], c: list[float]) -> None:
    whole = of(a + b + c)
    assert merged(merged(of(a), of(b)), of(c)) == whole
    assert merged(of(c), merged(of(b), of(a))) == whole
    assert merged(whole, QuantileSketch()) == whole


@given(DURATIONS, SHARES)
def test_a_quantile_is_off_by_its_error_at_most(durations: list[float], share: float) -> None:
    ranked = sorted(durations)
    true = ranked[max(math.ceil(share * len(ranked) - 1e-9), 1) - 1]
    found = quantile(of(durations), share)
    assert found == pytest.approx(true, rel=RELATIVE_ERROR + 1e-9)


@given(DURATIONS, SHARES, SHARES, st.floats(0, SECONDS_MAX / 2))
def test_a_larger_share_is_never_earlier(
    durations: list[float], one: float, other: float, elapsed: float
) -> None:
    low, high = sorted((one, other))
    assert quantile(of(durations), low, elapsed) <= quantile(of(durations), high, elapsed)


@given(DURATIONS, SHARES, st.floats(0, SECONDS_MAX / 2), st.floats(0, SECONDS_MAX / 2))
def test_what_has_lasted_longer_is_never_expected_earlier(
    durations: list[float], share: float, one: float, other: float
) -> None:
    sooner, later = sorted((one, other))
    before, after = (quantile(of(durations), share, x) for x in (sooner, later))
    assert after >= before - 1e-6 * before
    assert after >= later


@given(DURATIONS, st.floats(SECONDS_MIN, SECONDS_MAX / 4))
def test_the_share_that_lasts_longer_is_right_to_a_bucket(
    durations: list[float], elapsed: float
) -> None:
    ranked = sorted(durations)
    longer = len(ranked) - bisect_right(ranked, elapsed * (1 + RELATIVE_ERROR))
    perhaps = len(ranked) - bisect_right(ranked, elapsed / (1 + RELATIVE_ERROR))
    assert longer - 1e-6 <= weight_after(of(durations), elapsed) <= perhaps + 1e-6


@given(st.lists(st.floats(0, 1e12), max_size=2000))
def test_a_sketch_is_bounded_whatever_it_sees(durations: list[float]) -> None:
    sketch = of(durations)
    assert len(sketch.buckets) <= BUCKETS_MAX
    assert total_weight(sketch) == pytest.approx(len(durations))
    assert list(sketch.buckets) == sorted(set(sketch.buckets))


def test_no_more_than_three_hundred_buckets_span_a_minute_to_four_months() -> None:
    assert BUCKETS_MAX < 300
    assert bucket_of(0) == 0
    assert bucket_of(SECONDS_MAX * 10) == BUCKETS_MAX - 1


def test_heavier_durations_count_more() -> None:
    sketch = sketch_of([(600, 1.0), (60_000, 9.0)])
    assert quantile(sketch, 0.5) == pytest.approx(60_000, rel=RELATIVE_ERROR)


def test_the_sum_of_two_durations_lies_where_both_lie() -> None:
    sketch = convolved(of([3600.0] * 10), of([7200.0] * 10))
    assert quantile(sketch, 0.5) == pytest.approx(10_800, rel=2 * RELATIVE_ERROR)
    assert convolved(sketch, QuantileSketch()) == QuantileSketch()
