"""A discount is spread over lines and units without losing or making a single minor unit."""

from fractions import Fraction
from itertools import accumulate, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gotovo.order.values.settlement.allocation import paid_for_units, paid_per_line, spread

VALUES = st.lists(st.one_of(st.integers(0, 3), st.integers(0, 10**12)), min_size=1, max_size=200)
QUANTITIES = st.one_of(st.integers(1, 5), st.integers(1, 10_000))
PAID = st.one_of(st.integers(0, 20), st.integers(0, 10**12))


@given(VALUES, st.integers(-(10**13), 10**13))
def test_shares_add_up_to_the_amount_and_differ_from_the_exact_ones_by_less_than_one(
    weights: list[int], amount: int
) -> None:
    """Rule 4.8."""
    weights[0] += 1
    shares = spread(amount, weights)
    assert sum(shares) == amount
    whole = sum(weights)
    for share, weight in zip(shares, weights, strict=True):
        assert abs(share - Fraction(amount * weight, whole)) < 1


@given(VALUES, st.integers(0, 10**13))
def test_a_discount_leaves_no_line_below_nothing(values: list[int], discount: int) -> None:
    """Rule 4.8."""
    paid = paid_per_line(values, -discount)
    assert min(paid) >= 0
    assert sum(paid) == max(0, sum(values) - discount)
    assert all(now <= before for now, before in zip(paid, values, strict=True))


@given(VALUES, st.integers(1, 10**10))
def test_what_is_added_by_rounding_is_paid_for_the_goods(values: list[int], added: int) -> None:
    paid = paid_per_line(values, added)
    assert sum(paid) == sum(values) + (added if sum(values) else 0)
    assert all(now >= before for now, before in zip(paid, values, strict=True))


def test_goods_that_cost_nothing_share_no_discount() -> None:
    assert paid_per_line([0, 500, 0], -100) == (0, 400, 0)
    assert paid_per_line([0, 0], -100) == (0, 0)


def test_a_discount_of_everything_leaves_nothing_to_refund() -> None:
    assert paid_per_line([1, 1, 998], -1000) == (0, 0, 0)
    assert paid_for_units(0, 10_000, 0, 10_000) == 0


@pytest.mark.parametrize(
    ("values", "discount", "paid"),
    [
        ([1, 1, 1], 1, (0, 1, 1)),  # of equal remainders the first line gets more off
        ([1, 1, 1], 2, (0, 0, 1)),
        ([600, 500, 250], 100, (556, 463, 231)),  # 44.4, 37.04 and 18.5 off
        ([100_000, 1], 50_000, (50_000, 1)),
    ],
)
def test_the_largest_remainder_gets_the_last_minor_unit(
    values: list[int], discount: int, paid: tuple[int, ...]
) -> None:
    assert paid_per_line(values, -discount) == paid


@given(PAID, QUANTITIES, st.data())
def test_parts_of_a_line_add_up_to_it_however_it_is_divided(
    paid: int, quantity: int, data: st.DataObject
) -> None:
    """Rule 4.8."""
    cuts = data.draw(st.lists(st.integers(0, quantity), max_size=12))
    ends = [0, *sorted(cuts), quantity]
    parts = [paid_for_units(paid, quantity, a, b - a) for a, b in pairwise(ends)]
    assert sum(parts) == paid
    assert min(parts) >= 0


@given(PAID, st.integers(1, 300))
def test_units_of_a_line_differ_by_one_minor_unit_at_most(paid: int, quantity: int) -> None:
    prices = [paid_for_units(paid, quantity, before, 1) for before in range(quantity)]
    assert sum(prices) == paid
    assert max(prices) - min(prices) <= 1
    assert [0, *accumulate(prices)] == [
        paid_for_units(paid, quantity, 0, units) for units in range(quantity + 1)
    ]
