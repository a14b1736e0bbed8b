"""A row becomes the steps of a life at exactly the times it tells."""

from datetime import UTC, date, datetime, timedelta

import pytest
from msgspec import structs

from gotovo.exchange.imports.order_steps import ImportStep, OrderIdentity, steps_of
from gotovo.exchange.imports.record import ImportedOrder, Status
from gotovo.order.steps.attention import RaiseAttention
from gotovo.order.steps.cancellation import Cancel
from gotovo.order.steps.payment import Pay
from gotovo.order.steps.placement import Place
from gotovo.order.steps.promise import ChangePromise
from gotovo.order.values.money import Money
from gotovo.order.values.order import Attention, Reason
from gotovo.order.values.settlement.charge import Charge, ChargeKind

PLACED = datetime(2018, 7, 24, 20, tzinfo=UTC)
PAID = PLACED + timedelta(hours=1)
SENT = PLACED + timedelta(days=1)
GIVEN = PLACED + timedelta(days=5)

IDENTITY = OrderIdentity("123456789012", "a" * 32, "olist", "OLIST")
WHOLE = ImportedOrder(
    external_id="o-1",
    customer="c-1",
    placed_at=PLACED,
    utc_offset=timedelta(hours=-3),
    status=Status.DELIVERED,
    status_word="delivered",
    paid_at=PAID,
    dispatched_at=SENT,
    issued_at=GIVEN,
    promised_for=date(2018, 8, 1),
    currency="BRL",
    value=10_000,
    paid=12_000,
)


def steps(**changes: object) -> list[tuple[str, datetime]]:
    return [(step.name.partition(":")[0], step.at) for step in life(**changes)]


def life(**changes: object) -> tuple[ImportStep, ...]:
    return steps_of(structs.replace(WHOLE, **changes), IDENTITY)


def notes(**changes: object) -> list[str]:
    return [
        step.command.note for step in life(**changes) if isinstance(step.command, RaiseAttention)
    ]


def placement(**changes: object) -> Place:
    command = life(**changes)[0].command
    assert isinstance(command, Place)
    return command


def test_a_delivered_order_lives_from_placement_to_hand_over() -> None:
    assert steps() == [
        ("placement", PLACED),
        ("promise", PLACED),
        ("payment", PAID),
        ("dispatch", SENT),
        ("handover", GIVEN),
    ]


def test_the_promised_day_lasts_until_its_end_where_it_was_promised() -> None:
    promise = life()[1].command
    assert promise == ChangePromise(date(2018, 8, 1), datetime(2018, 8, 2, 3, tzinfo=UTC), "")


@pytest.mark.parametrize("currency", ["BRL", "JPY", "OMR"])
def test_freight_is_a_charge_and_no_line_and_the_payment_is_goods_and_charges(
    currency: str,
) -> None:
    place = placement(currency=currency, discount=-300)
    assert [(line.quantity, line.price) for line in place.lines] == [(1, 10_000)]
    assert place.charges == (
        Charge(ChargeKind.DELIVERY_FEE, "", 2_300),
        Charge(ChargeKind.DISCOUNT, "", -300),
    )
    pay = next(x.command for x in life(currency=currency) if isinstance(x.command, Pay))
    assert (place.currency, pay.amount) == (currency, Money(12_000, currency))


def test_the_number_of_items_and_a_missing_price_stand_in_the_title() -> None:
    (line,) = placement(value=None, paid=None, items=3).lines
    assert line.title == "Goods, 3 items, price not told"


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (Status.CANCELLED, Reason.CUSTOMER_REQUEST),
        (Status.UNAVAILABLE, Reason.OUT_OF_STOCK),
    ],
)
def test_an_end_without_a_time_stands_at_the_last_time_known_and_says_so(
    status: Status, reason: Reason
) -> None:
    last = life(status=status, status_word="canceled", issued_at=None)[-1]
    assert last.at == SENT
    assert isinstance(last.command, Cancel)
    assert last.command.reason is reason
    assert "without a time" in last.command.note


def test_a_step_the_status_cannot_do_without_is_taken_and_named() -> None:
    assert steps(issued_at=None)[-2:] == [("handover", SENT), ("contradiction", SENT)]
    (note,) = notes(issued_at=None)
    assert note.startswith("issued_at is not told although the status is delivered")


def test_a_time_the_status_does_not_allow_is_kept_and_named() -> None:
    taken = steps(status=Status.SHIPPED, status_word="shipped")
    assert taken[-2:] == [("handover", GIVEN), ("contradiction", GIVEN)]
    (note,) = notes(status=Status.SHIPPED, status_word="shipped")
    assert note == "issued_at 2018-07-29T20:00:00Z is told although the status is shipped"


def test_times_out_of_order_are_not_put_into_order() -> None:
    early = PLACED - timedelta(days=1)
    assert steps(dispatched_at=early)[3] == ("dispatch", early)


def test_a_step_between_two_told_ones_is_taken_and_named() -> None:
    assert steps(paid_at=None, status=None, status_word="")[2] == ("payment", PLACED)
    (note,) = notes(paid_at=None, status=None, status_word="")
    assert note.startswith("paid_at is not told although a later step is told")


def test_an_order_without_a_status_ends_where_its_times_end() -> None:
    names = [name for name, _ in steps(status=None, status_word="", issued_at=None)]
    assert names == ["placement", "promise", "payment", "dispatch"]


def test_a_contradiction_is_flagged_as_one() -> None:
    last = life(issued_at=None)[-1].command
    assert isinstance(last, RaiseAttention)
    assert last.flag is Attention.CONTRADICTION
