"""What is refunded for units is what was paid for them, in whatever order they come back."""

from hypothesis import given, settings
from hypothesis import strategies as st

from gotovo.order.steps.cancellation import Cancel
from gotovo.order.steps.dispatch import Dispatch
from gotovo.order.steps.handover import HandOver
from gotovo.order.steps.packing import Pack
from gotovo.order.steps.placement import NewLine
from gotovo.order.steps.reception import Receive
from gotovo.order.steps.return_acceptance import AcceptReturn
from gotovo.order.values.order import Condition, ReceivedUnits, Units, total
from gotovo.order.values.settlement.balance import balance, fee_of, paid_for_lines, value_of
from gotovo.order.values.settlement.charge import Charge, ChargeKind
from tests.support.order import stories
from tests.support.order.cast import CHARGED_COST, CHARGES, LENA, Play, Stock, basket

ALL_UNITS = (Units(1, 2), Units(2, 1), Units(3, 1))


@st.composite
def priced_orders(draw: st.DrawFn) -> tuple[tuple[NewLine, ...], tuple[Charge, ...]]:
    """Return lines of few units, and charges that fit them; something is left to pay."""
    lines = tuple(
        NewLine("tea", "Чай", draw(st.integers(1, 3)), draw(st.sampled_from([0, 1, 2, 99, 10_000])))
        for _ in range(draw(st.integers(1, 3)))
    )
    goods = sum(line.quantity * line.price for line in lines)
    fee = draw(st.sampled_from([1, 199]))
    off = draw(st.integers(0, goods + fee - 1))
    coupon = draw(st.integers(0, off))
    rounding = draw(st.integers(0, 99))
    amounts = {
        ChargeKind.DELIVERY_FEE: fee,
        ChargeKind.DISCOUNT: coupon - off,
        ChargeKind.COUPON: -coupon,
        ChargeKind.ROUNDING: rounding,
    }
    return lines, tuple(Charge(kind, "", amount) for kind, amount in amounts.items())


def handed_over(
    lines: tuple[NewLine, ...], charges: tuple[Charge, ...], refused: tuple[Units, ...] = ()
) -> Play:
    play = Play(Stock(tea=100)).do(basket(lines=lines, charges=charges))
    play.do(stories.pay(total(play.order))).do(Pack()).do(Dispatch())
    play.do(stories.Arrive()).do(stories.Shelve(cell="A1"))
    return play.do(HandOver(code=play.code(), refused=refused))


@settings(max_examples=60, deadline=None)
@given(priced_orders(), st.data())
def test_refusals_and_returns_in_any_order_and_grouping_add_up_to_what_was_paid(
    order: tuple[tuple[NewLine, ...], tuple[Charge, ...]], data: st.DataObject
) -> None:
    """Rule 4.8."""
    lines, charges = order
    units = [index for index, line in enumerate(lines, 1) for _ in range(line.quantity)]
    refused = data.draw(st.integers(0, len(units) - 1))
    mixed = data.draw(st.permutations(units))
    play = handed_over(lines, charges, tuple(Units(line, 1) for line in mixed[:refused]))
    left = mixed[refused:]
    while left:
        size = data.draw(st.integers(1, len(left)))
        play.do(AcceptReturn(tuple(Units(line, 1) for line in left[:size]))).do(Dispatch(), LENA)
        left = left[size:]
    paid = paid_for_lines(play.order)
    received = data.draw(st.permutations(play.barcodes[1:]))
    for barcode in received:
        play.do(Receive(parcels=(barcode,)))
        assert balance(play.order).holds
    sums = balance(play.order)
    assert (sums.refunded, sums.issued, sums.owed) == (sum(paid), fee_of(play.order), 0)


@settings(max_examples=60, deadline=None)
@given(priced_orders(), st.data())
def test_a_parcel_is_refunded_with_one_sum_whichever_is_received_first_and_however_it_arrives(
    order: tuple[tuple[NewLine, ...], tuple[Charge, ...]], data: st.DataObject
) -> None:
    """Rule 4.8."""
    lines, charges = order
    play = handed_over(lines, charges)
    units = data.draw(
        st.permutations([i for i, x in enumerate(lines, 1) for _ in range(x.quantity)])
    )
    cut = data.draw(st.integers(1, len(units)))
    expected: dict[str, int] = {}
    for part in filter(None, (units[:cut], units[cut:])):
        brought = tuple(Units(line, 1) for line in part)
        value = value_of(play.order, brought)
        play.do(AcceptReturn(brought)).do(Dispatch(), LENA)
        expected[play.barcodes[-1]] = value
    for barcode in data.draw(st.permutations(list(expected))):
        before = balance(play.order).refunded
        came: dict[tuple[int, Condition], int] = {}
        parcel = next(p for p in play.order.parcels if p.barcode == barcode)
        for each in data.draw(st.permutations(parcel.contents)):
            condition = data.draw(st.sampled_from(Condition))
            came[each.line, condition] = came.get((each.line, condition), 0) + 1
            listed = tuple(ReceivedUnits(line, n, what) for (line, what), n in came.items())
            play.do(Receive(parcels=(barcode,), units=listed))
            assert balance(play.order).holds
        assert balance(play.order).refunded - before == expected[barcode]


def test_a_partial_refusal_refunds_the_discounted_price() -> None:
    """The tea costs 556 for two, not 600: one of them is 278 and not 300."""
    play = (
        Play().do(basket(charges=CHARGES)).do(stories.pay(CHARGED_COST)).do(Pack()).do(Dispatch())
    )
    play.do(stories.Arrive()).do(stories.Shelve(cell="A1"))
    play.do(HandOver(code=play.code(), refused=(Units(1, 1),)))
    assert [refund.amount for refund in play.order.refunds] == [278]
    sums = balance(play.order)
    assert (sums.issued, sums.owed) == (CHARGED_COST - 278, 0)


def test_the_buyer_of_everything_returned_paid_for_its_delivery() -> None:
    lines = (NewLine("tea", "Чай", 3, 300),)
    play = handed_over(lines, CHARGES)
    play.do(AcceptReturn()).do(Dispatch(), LENA).do(Receive())
    assert balance(play.order).refunded == 800
    assert balance(play.order).issued == 199


def test_a_discount_beyond_the_goods_lowers_what_is_kept_of_the_fee() -> None:
    lines = (NewLine("tea", "Чай", 1, 300),)
    fee = Charge(ChargeKind.DELIVERY_FEE, "", 500)
    play = handed_over(lines, (fee, Charge(ChargeKind.COUPON, "", -450)))
    assert (total(play.order), fee_of(play.order), paid_for_lines(play.order)) == (350, 350, (0,))
    play.do(AcceptReturn()).do(Dispatch(), LENA).do(Receive())
    assert play.order.refunds == ()


def test_ten_thousand_units_are_refunded_to_the_last_kopeck() -> None:
    lines = (NewLine("tea", "Чай", 10_000, 1),)
    play = Play(Stock(tea=10_000)).do(
        basket(lines=lines, charges=(Charge(ChargeKind.COUPON, "", -3_333),))
    )
    play.do(stories.pay(6_667)).do(Pack()).do(Dispatch()).do(stories.Arrive())
    play.do(stories.Shelve(cell="A1")).do(HandOver(code=play.code(), refused=(Units(1, 1),)))
    play.do(AcceptReturn((Units(1, 6_666),))).do(Dispatch(), LENA).do(Receive())
    assert [refund.amount for refund in play.order.refunds] == [1, 6_666]
    assert balance(play.order).issued == 0


def test_a_cancelled_order_without_charges_gives_everything_back() -> None:
    play = stories.shelved().do(Cancel())
    assert balance(play.order).refunded == 1350
