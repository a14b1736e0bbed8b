"""The laws of an order: a state that breaks one is named, a sound one is not."""

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from gotovo.order.values.invariants import broken
from gotovo.order.values.order import Order, Outcome, Reason, Stage, Units
from gotovo.order.values.payments.refund import RefundState
from tests.support.order import stories
from tests.support.order.cast import NOON


@pytest.mark.parametrize("stage", list(stories.AT))
def test_an_honest_life_breaks_no_law(stage: Stage) -> None:
    assert broken(stories.AT[stage]().order) == ()


def _line(order: Order, **changes: object) -> Order:
    return replace(order, lines=(replace(order.lines[0], **changes), *order.lines[1:]))


def _parcel(order: Order, **changes: object) -> Order:
    return replace(order, parcels=(replace(order.parcels[0], **changes), *order.parcels[1:]))


BROKEN: dict[str, Callable[[], Order]] = {
    "money was lost": lambda: replace(stories.issued().order, paid=1349),
    "money was made up": lambda: replace(stories.cancelled().order, refunds=()),
    "an order was refunded twice": lambda: replace(
        stories.cancelled().order, refunds=stories.cancelled().order.refunds * 2
    ),
    "a discount is more than the goods": lambda: _line(stories.placed().order, price=-500),
    "an order was cancelled for no reason": lambda: replace(stories.cancelled().order, reason=None),
    "an issued order has a reason": lambda: replace(stories.issued().order, reason=Reason.LOST),
    "units are in no parcel": lambda: _parcel(stories.packed().order, contents=(Units(1, 2),)),
    "units are in two parcels": lambda: replace(
        stories.packed().order, parcels=stories.packed().order.parcels * 2
    ),
    "units came back that nobody refused": lambda: _line(
        stories.refused_in_part().order, refused=0
    ),
    "more came back than was issued": lambda: _line(stories.issued().order, returned=3),
    "a count is negative": lambda: _line(stories.shelved().order, released=-1),
    "the rest of a part is nowhere": lambda: _line(stories.issued().order, issued=1, price=0),
    "goods were issued although the order was not": lambda: _line(
        stories.shelved().order, issued=1
    ),
    "an order is ready before its parcel": lambda: _parcel(
        stories.shelved().order, stage=Stage.ARRIVED_AT_POINT
    ),
    "an issued order lies on a shelf": lambda: replace(stories.issued().order, stage=Stage.SHELVED),
    "a turned parcel is forgotten": lambda: replace(
        stories.turned_round().order, stage=Stage.CANCELLED
    ),
    "an order closed at no time": lambda: replace(stories.issued().order, closed_at=None),
    "an open order has an end": lambda: replace(
        stories.shelved().order, closed_at=stories.shelved().now
    ),
    "an outcome came without an end": lambda: replace(
        stories.shelved().order, outcome=Outcome.CANCELLED
    ),
    "an order is paid without money": lambda: replace(stories.paid().order, paid=0),
}


@pytest.mark.parametrize("what", list(BROKEN))
def test_a_state_that_cannot_be_is_found(what: str) -> None:
    assert broken(BROKEN[what]())


def test_a_refund_without_what_its_state_needs_is_named() -> None:
    order = stories.cancelled().order
    (refund,) = order.refunds
    for change, told in (
        ({"state": RefundState.COMPLETED}, "has a wrong end"),
        ({"completed_at": NOON}, "has a wrong end"),
        ({"state": RefundState.SENT}, "was sent at no time"),
        ({"state": RefundState.FAILED}, "for no reason"),
        ({"state": RefundState.REROUTED}, "for no reason"),
        ({"paid_back": refund.amount}, "is paid back"),
        ({"paid_back": -1}, "is paid back"),
    ):
        found = broken(replace(order, refunds=(replace(refund, **change),)))
        assert any(told in sentence for sentence in found), (change, found)
