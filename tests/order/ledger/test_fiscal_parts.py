"""Sums become units at whole prices, however they are divided."""

from hypothesis import given
from hypothesis import strategies as st

from gotovo.order.ledger.fiscal_parts import (
    FiscalPart,
    FiscalPhase,
    part_of_sum,
    sum_of,
    units_of_lines,
)
from gotovo.order.values.settlement.balance import paid_for_lines
from tests.support.order.cast import CHARGES, Play, basket

ADVANCE = FiscalPhase.ADVANCE


@given(amount=st.integers(0, 10**12), units=st.integers(1, 1_000))
def test_a_sum_is_kept_and_no_unit_is_free(amount: int, units: int) -> None:
    parts = part_of_sum(1, ADVANCE, amount, units)
    assert sum_of(parts) == amount
    assert all(part.price > 0 and part.quantity > 0 for part in parts)
    assert len(parts) <= 2
    if amount >= units:
        assert sum(part.quantity for part in parts) == units


@given(st.data())
def test_units_of_a_line_come_to_it_in_any_pieces(data: st.DataObject) -> None:
    order = Play().do(basket(charges=CHARGES)).order
    whole = [line.quantity for line in order.lines]
    first = [data.draw(st.integers(0, n)) for n in whole]
    rest = [n - taken for n, taken in zip(whole, first, strict=True)]
    parts = [
        *units_of_lines(order, ADVANCE, [0] * len(whole), first),
        *units_of_lines(order, ADVANCE, first, rest),
    ]
    assert sum_of(parts) == sum(paid_for_lines(order))


def test_a_sum_that_can_not_be_divided_has_two_prices() -> None:
    assert part_of_sum(1, ADVANCE, 100, 3) == [
        FiscalPart(1, ADVANCE, 1, 34),
        FiscalPart(1, ADVANCE, 2, 33),
    ]
    assert part_of_sum(1, ADVANCE, 2, 3) == (FiscalPart(1, ADVANCE, 1, 2),)
