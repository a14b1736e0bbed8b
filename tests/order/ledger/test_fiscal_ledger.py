"""The ledger keeps each line's sums, and loses nothing however it is divided."""

from hypothesis import given
from hypothesis import strategies as st

from gotovo.order.ledger.fiscal_ledger import FiscalLedger
from gotovo.order.ledger.fiscal_parts import (
    DELIVERY,
    NO_GOODS,
    FiscalPart,
    FiscalPhase,
    sum_of,
)
from tests.support.order.cast import CHARGED_COST, CHARGES, Play, basket


def ledger() -> FiscalLedger:
    return FiscalLedger(Play().do(basket(charges=CHARGES)).order)


@given(st.lists(st.integers(1, 900), max_size=6))
def test_payments_fill_the_lines_and_no_line_gets_more_than_it_costs(amounts: list[int]) -> None:
    book = ledger()
    for amount in amounts:
        assert sum_of(book.capture(amount)) == amount
    book.capture(max(CHARGED_COST - sum(amounts), 0))
    sums = {1: 0, 2: 0, 3: 0, DELIVERY: 0, NO_GOODS: 0}
    for part in book.advances():
        sums[part.line] += part.amount
    assert sums == {1: 556, 2: 463, 3: 231, DELIVERY: 199, NO_GOODS: sums[NO_GOODS]}
    assert sums[NO_GOODS] == max(sum(amounts) - CHARGED_COST, 0)


@given(st.integers(1, CHARGED_COST), st.booleans())
def test_a_refund_of_any_sum_is_taken_whole(amount: int, is_settled: bool) -> None:  # noqa: FBT001
    book = ledger()
    book.capture(CHARGED_COST)
    if is_settled:
        book.settle(book.delivery())
    taken = book.take(amount, expected=())
    assert sum_of(taken) == amount
    book.put_back(taken)
    assert sum_of(book.take(CHARGED_COST, expected=())) == CHARGED_COST


def test_what_is_settled_can_be_reversed() -> None:
    book = ledger()
    book.capture(CHARGED_COST)
    whole = book.advances()
    settled = book.settle(whole)
    assert {part.phase for part in settled} == {FiscalPhase.SETTLED}
    assert not book.advances()
    book.reverse(settled)
    assert book.advances() == whole


def test_a_delivery_is_kept_up_to_a_sum() -> None:
    book = ledger()
    book.capture(CHARGED_COST)
    assert sum_of(book.delivery(50)) == 50
    assert sum_of(book.delivery()) == 199


def test_a_part_of_the_sum_is_for_what_is_handed_over() -> None:
    book = ledger()
    book.capture(700)
    handed = [FiscalPart(1, FiscalPhase.ADVANCE, 2, 278)]
    assert [(part.line, part.amount) for part in book.settle(handed)] == [(1, 556)]
    assert sum_of(book.advances()) == 700 - 556


def test_what_was_paid_elsewhere_is_not_settled_here() -> None:
    book = ledger()
    book.capture(100)
    handed = [
        FiscalPart(1, FiscalPhase.ADVANCE, 2, 278),
        FiscalPart(2, FiscalPhase.ADVANCE, 1, 463),
        FiscalPart(3, FiscalPhase.ADVANCE, 1, 231),
        FiscalPart(DELIVERY, FiscalPhase.ADVANCE, 1, 199),
    ]
    assert sum_of(book.settle(handed)) == 100
    assert not book.advances()
