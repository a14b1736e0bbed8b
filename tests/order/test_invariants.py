"""The laws of an order: a state that breaks one is named, a sound one is not."""

import pytest
from msgspec.structs import replace

from gotovo.order.invariants import broken
from gotovo.order.order import Order, Outcome, Stage, Units
from tests.order import stories


@pytest.mark.parametrize("stage", list(stories.AT))
def test_an_honest_life_breaks_no_law(stage: Stage) -> None:
    assert broken(stories.AT[stage]().order) == ()


def _line(order: Order, **changes: object) -> Order:
    return replace(order, lines=(replace(order.lines[0], **changes), *order.lines[1:]))


def _parcel(order: Order, **changes: object) -> Order:
    return replace(order, parcels=(replace(order.parcels[0], **changes), *order.parcels[1:]))


BROKEN = {
    "money was lost": replace(stories.issued().order, paid=1349),
    "money was made up": replace(stories.cancelled().order, refunds=()),
    "an order was refunded twice": replace(
        stories.cancelled().order, refunds=stories.cancelled().order.refunds * 2
    ),
    "units are in no parcel": _parcel(stories.packed().order, contents=(Units(1, 2),)),
    "units are in two parcels": replace(
        stories.packed().order, parcels=stories.packed().order.parcels * 2
    ),
    "units came back that nobody refused": _line(stories.refused_in_part().order, refused=0),
    "more came back than was issued": _line(stories.issued().order, returned=3),
    "a count is negative": _line(stories.shelved().order, released=-1),
    "the rest of a part is nowhere": _line(stories.issued().order, issued=1, price=0),
    "goods were issued although the order was not": _line(stories.shelved().order, issued=1),
    "an order is ready before its parcel": _parcel(
        stories.shelved().order, stage=Stage.ARRIVED_AT_POINT
    ),
    "an issued order lies on a shelf": replace(stories.issued().order, stage=Stage.SHELVED),
    "a turned parcel is forgotten": replace(stories.turned_round().order, stage=Stage.CANCELLED),
    "an order closed at no time": replace(stories.issued().order, closed_at=None),
    "an open order has an end": replace(stories.shelved().order, closed_at=stories.shelved().now),
    "an outcome came without an end": replace(stories.shelved().order, outcome=Outcome.CANCELLED),
    "an order is paid without money": replace(stories.paid().order, paid=0),
}


@pytest.mark.parametrize("what", list(BROKEN))
def test_a_state_that_cannot_be_is_found(what: str) -> None:
    assert broken(BROKEN[what])
