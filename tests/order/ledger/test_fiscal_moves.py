"""What is told to the cash register comes to the order's money, to the kopeck."""

import os
from collections import Counter
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gotovo.order.ledger.fiscal_moves import FiscalMove, moves_of
from gotovo.order.ledger.fiscal_parts import DELIVERY, NO_GOODS, FiscalPhase
from gotovo.order.refunds import RefundCompleted
from gotovo.order.replay import Recorded, decode, replay
from gotovo.order.steps.cancellation import Cancel
from gotovo.order.steps.correction import Correct
from gotovo.order.steps.handover import HandOver
from gotovo.order.steps.packing import Pack
from gotovo.order.steps.payment import Pay
from gotovo.order.steps.picking import StartPicking
from gotovo.order.steps.placement import NewLine
from gotovo.order.steps.reception import Receive
from gotovo.order.steps.refund_completion import CompleteRefund
from gotovo.order.steps.reinstatement import Reinstate
from gotovo.order.steps.return_acceptance import AcceptReturn
from gotovo.order.steps.storage_expiry import ExpireStorage
from gotovo.order.steps.withdrawal import Withdraw
from gotovo.order.values.fiscal.fiscal_codes import FiscalKind
from gotovo.order.values.money import Money
from gotovo.order.values.order import Order, Outcome, RefundState, Units
from gotovo.order.values.payments.captured import payments_of
from gotovo.order.values.payments.payment import PaymentUse, was_taken_at_point
from gotovo.order.values.settlement.balance import balance
from gotovo.order.values.settlement.charge import Charge, ChargeKind
from tests.support.order import stories
from tests.support.order.cast import CHARGED_COST, CHARGES, SHOP, Play, basket
from tests.support.payments.kept_walk import KeptWalk

WALKS = 120 if os.environ.get("GOTOVO_TEST_FULL") == "1" else 12
STEPS = 400

SALES = (FiscalKind.PREPAYMENT, FiscalKind.SETTLEMENT)


def told(play: Play) -> list[tuple[str, int]]:
    return [(move.kind.value, move.amount) for move in moves_of(play.history)]


def lines_of(move: FiscalMove) -> list[tuple[int, int, int]]:
    return [(part.line, part.quantity, part.price) for part in move.parts]


def expect_books(history: Sequence[Recorded]) -> Counter[str]:
    """Compare the books with the order's own account of its money; return what was told."""
    order, moves = replay(history), moves_of(history)
    sums: Counter[str] = Counter()
    for move in moves:
        assert all(part.price > 0 and part.quantity > 0 for part in move.parts), move
        sums[move.kind] += move.amount
        sums["settled back"] += sum(
            part.amount
            for part in move.parts
            if move.kind is FiscalKind.REFUND and part.phase is FiscalPhase.SETTLED
        )
    captured = sum(
        each.amount
        for each in payments_of(order)
        if each.use in {PaymentUse.APPLIED, PaymentUse.RETURNED}
        and not was_taken_at_point(each.provider)
    )
    paid_back = sum(
        each.amount
        for each in order.refunds
        if each.state is RefundState.COMPLETED
        and not each.currency
        and not any(was_taken_at_point(source.provider) for source in each.sources)
    )
    assert sums[FiscalKind.PREPAYMENT] == captured
    assert sums[FiscalKind.REFUND] == paid_back
    settled = sums[FiscalKind.SETTLEMENT] - sums[FiscalKind.REVERSAL]
    handed_over = balance(order).issued + returned_value(order)
    if any(was_taken_at_point(each.provider) for each in payments_of(order)):
        assert settled <= handed_over  # The rest was told by the point's own register.
    else:
        assert settled == handed_over
    assert captured - settled >= paid_back - sums["settled back"]
    return Counter(move.kind for move in moves)


def returned_value(order: Order) -> int:
    """Return what was handed over and came back, or is on its way back."""
    if order.outcome not in {Outcome.ISSUED, Outcome.RETURNED}:
        return 0
    returned = sum(r.amount for r in order.refunds if r.reason == Outcome.RETURNED)
    return returned + balance(order).owed


def test_what_is_told_of_random_lives_comes_to_their_money() -> None:
    kinds: Counter[str] = Counter()
    orders = 0
    for seed in range(WALKS):
        walk = KeptWalk(seed)
        walk.run(STEPS)
        for play in walk.plays:
            if not play.order.imported:
                kinds += expect_books(play.history)
                orders += 1
    assert orders > WALKS
    assert set(kinds) == set(FiscalKind), kinds


LINES = st.lists(
    st.tuples(st.sampled_from(("tea", "cup")), st.integers(1, 5), st.integers(0, 9_999)),
    min_size=1,
    max_size=4,
)


@given(
    lines=LINES,
    fee=st.integers(0, 5_000),
    discount=st.integers(0, 20_000),
    shares=st.lists(st.integers(1, 9), min_size=1, max_size=4),
    refused=st.data(),
)
@settings(max_examples=150, deadline=None)
def test_orders_of_any_prices_are_told_to_the_kopeck(
    lines: list[tuple[str, int, int]],
    fee: int,
    discount: int,
    shares: list[int],
    refused: st.DataObject,
) -> None:
    goods = sum(quantity * price for _, quantity, price in lines)
    charges = [
        Charge(kind, "", amount)
        for kind, amount in (
            (ChargeKind.DELIVERY_FEE, fee),
            (ChargeKind.DISCOUNT, -min(discount, goods)),
        )
        if amount
    ]
    due = goods + sum(each.amount for each in charges)
    play = Play(stories.Stock(tea=100, cup=100))
    play.do(basket(lines=tuple(NewLine(s, s, n, p) for s, n, p in lines), charges=tuple(charges)))
    pay_in_parts(play, due, shares)
    play.do(StartPicking()).do(Pack()).do(stories.Dispatch(manifest="m"))
    play.do(stories.Arrive()).do(stories.Shelve(cell="A1"))
    left = [
        Units(line, n)
        for line, (_, quantity, _) in enumerate(lines, 1)
        if (n := refused.draw(st.integers(0, quantity)))
    ]
    play.do(HandOver(code=play.code(), refused=tuple(left)))
    expect_books(play.history)
    bring_all_back(play, refused)
    complete_refunds(play)
    counts = expect_books(play.history)
    assert counts[FiscalKind.PREPAYMENT] == len(payments_of(play.order))


def pay_in_parts(play: Play, due: int, shares: list[int]) -> None:
    left = due
    for index, share in enumerate(shares):
        is_last = index == len(shares) - 1
        part = left if is_last else min(left, due * share // sum(shares))
        if part:
            play.do(stories.pay(part, f"p{index}"), by=SHOP)
            left -= part


def bring_all_back(play: Play, choice: st.DataObject) -> None:
    """Bring some of what was issued back, in a parcel or two, and inspect it."""
    for _ in range(2):
        back = [
            Units(index, n)
            for index, line in enumerate(play.order.lines, 1)
            if (n := choice.draw(st.integers(0, line.issued - line.returned)))
        ]
        if back:
            play.do(AcceptReturn(tuple(back)))
            play.do(Receive(parcels=play.barcodes[-1:]))
            expect_books(play.history)


def complete_refunds(play: Play) -> None:
    for each in play.order.refunds:
        play.do(CompleteRefund(each.id, f"provider-{each.id}"), by=SHOP)


def test_an_order_paid_at_once_is_told_when_paid_and_when_handed_over() -> None:
    play = stories.issued()
    paid, handed_over = moves_of(play.history)
    assert told(play) == [("prepayment", 1350), ("settlement", 1350)]
    assert paid.is_whole
    assert paid.payment.payment_id == "first"
    assert lines_of(handed_over) == [(1, 2, 300), (2, 1, 500), (3, 1, 250)]


def test_units_that_a_discount_splits_unevenly_are_two_items() -> None:
    play = Play().do(basket(charges=CHARGES)).do(stories.pay(CHARGED_COST))
    (paid,) = moves_of(play.history)
    assert lines_of(paid) == [(1, 2, 278), (2, 1, 463), (3, 1, 231), (DELIVERY, 1, 199)]
    assert paid.amount == CHARGED_COST


def test_goods_left_at_the_desk_are_a_refund_of_what_was_paid_in_advance() -> None:
    play = stories.refused_in_part()
    assert told(play) == [("prepayment", 1350), ("settlement", 1050)]
    complete_refunds(play)
    refund = moves_of(play.history)[-1]
    assert (refund.kind, refund.refund) == (FiscalKind.REFUND, f"provider-{play.number}-R1")
    assert [part.phase for part in refund.parts] == [FiscalPhase.ADVANCE]
    assert lines_of(refund) == [(1, 1, 300)]


def test_a_refund_is_told_only_when_it_was_paid() -> None:
    play = stories.paid().do(Cancel())
    assert told(play) == [("prepayment", 1350)]
    complete_refunds(play)
    assert told(play)[1:] == [("refund", 1350)]


def test_goods_that_were_brought_back_are_a_refund_of_what_was_settled() -> None:
    play = stories.issued().do(AcceptReturn((Units(2, 1),)))
    play.do(Receive(parcels=play.barcodes[-1:]))
    complete_refunds(play)
    refund = moves_of(play.history)[-1]
    assert [(part.line, part.phase, part.amount) for part in refund.parts] == [
        (2, FiscalPhase.SETTLED, 500)
    ]


def test_too_much_money_is_an_advance_for_no_goods() -> None:
    play = stories.placed().do(stories.pay(1400))
    complete_refunds(play)
    paid, refund = moves_of(play.history)
    assert (NO_GOODS, 1, 50) in lines_of(paid)
    assert paid.amount == 1400
    assert lines_of(refund) == [(NO_GOODS, 1, 50)]


def test_money_for_a_cancelled_order_comes_and_goes() -> None:
    play = stories.paid().do(Cancel())
    play.refused(stories.pay(700, "late"), by=SHOP)
    complete_refunds(play)
    assert told(play)[-3:] == [("prepayment", 700), ("refund", 1350), ("refund", 700)]


def test_parts_of_the_sum_are_no_whole_prepayment() -> None:
    play = stories.placed().do(stories.pay(1000, "a")).do(stories.pay(350, "b"))
    moves = moves_of(play.history)
    assert [move.amount for move in moves] == [1000, 350]
    assert not any(move.is_whole for move in moves)


def test_a_delivery_that_is_kept_is_settled_and_taken_back_with_the_order() -> None:
    play = Play().do(basket(charges=CHARGES)).do(stories.pay(CHARGED_COST))
    play.do(StartPicking()).do(Pack()).do(stories.Dispatch(manifest="m"))
    play.do(stories.Arrive()).do(stories.Shelve(cell="A1"))
    play.wait(days=9).do(ExpireStorage())
    assert told(play)[1:] == [("settlement", 199)]
    play.do(Reinstate())
    assert told(play)[2:] == [("reversal", 199)]
    play.do(HandOver(code=play.code()))
    assert told(play)[3:] == [("settlement", CHARGED_COST)]


def test_a_hand_over_recorded_by_mistake_is_taken_back() -> None:
    play = stories.issued()
    play.do(Correct(play.order.issued_version, ""))
    assert told(play)[1:] == [("settlement", 1350), ("reversal", 1350)]


@pytest.mark.parametrize("currency", ["USD", "KZT"])
def test_other_money_is_not_told(currency: str) -> None:
    play = stories.placed()
    play.try_(stories.pay(500, "foreign", currency), by=SHOP)
    assert not told(play)


def test_an_order_of_nothing_has_no_receipt() -> None:
    play = Play().do(basket(lines=(NewLine("tea", "Чай", 1, 0),)))
    assert play.order.paid_at is not None
    assert not told(play)


def test_an_order_that_was_not_collected_is_refunded_without_its_delivery() -> None:
    play = Play().do(basket(charges=CHARGES)).do(stories.pay(CHARGED_COST))
    play.do(StartPicking()).do(Pack()).do(stories.Dispatch(manifest="m"))
    play.do(stories.Arrive()).do(stories.Shelve(cell="A1"))
    play.wait(days=9).do(ExpireStorage()).do(Withdraw())
    complete_refunds(play)
    assert told(play)[1:] == [("settlement", 199), ("refund", CHARGED_COST - 199)]
    assert isinstance(decode(play.history[-1].type, play.history[-1].body), RefundCompleted)


def test_what_a_point_takes_is_told_there() -> None:
    play = stories.placed().do(stories.pay(1000, "a"))
    play.do(Pay(Money(350, "RUB"), "terminal:KZN-1", "t-1"), by=SHOP)
    assert told(play) == [("prepayment", 1000)]
    play.do(StartPicking()).do(Pack()).do(stories.Dispatch(manifest="m"))
    play.do(stories.Arrive()).do(stories.Shelve(cell="A1"))
    play.do(HandOver(code=play.code()))
    assert told(play)[1:] == [("settlement", 1000)]
