"""Goods that can't be refused stay behind only with a defect, and then in a parcel of their own."""

import pytest
from msgspec import structs

from gotovo.order.facts import OrderTerms
from gotovo.order.refusals import Code
from gotovo.order.replay import decode, replay
from gotovo.order.steps.arrival import Arrive
from gotovo.order.steps.cancellation import OrderCancelled
from gotovo.order.steps.dispatch import Dispatch
from gotovo.order.steps.handover import HandOver
from gotovo.order.steps.packing import Pack
from gotovo.order.steps.placement import NewLine
from gotovo.order.steps.shelving import Shelve
from gotovo.order.values.handover.refused_units import GoodsRefusal, RefusedUnits
from gotovo.order.values.order import Outcome, Stage, Units
from gotovo.order.values.settlement.balance import balance
from tests.support.order import stories
from tests.support.order.cast import LENA, POINTS, Play, basket

RING = NewLine("cup", "Кольцо", 1, 500, "jewellery")
SHIRT = NewLine("tea", "Рубашка", 2, 300)


def shelved(*, of_point: tuple[str, ...] = (), of_network: tuple[str, ...] = ()) -> Play:
    play = Play().do(basket(lines=(SHIRT, RING))).do(stories.pay(1100))
    play = play.do(Pack()).do(Dispatch()).do(Arrive()).do(Shelve(cell="A1"))
    point = structs.replace(POINTS["KZN-1"], not_refusable=of_point)
    terms = OrderTerms(not_refusable=of_network)
    play.world = structs.replace(play.world, points=POINTS | {"KZN-1": point}, terms=terms)
    return play


@pytest.mark.parametrize("terms", [{"of_point": ("jewellery",)}, {"of_network": ("jewellery",)}])
def test_a_class_may_be_closed_by_the_point_or_by_the_network(
    terms: dict[str, tuple[str, ...]],
) -> None:
    play = shelved(**terms)
    for reason in (None, *GoodsRefusal):
        if reason is not GoodsRefusal.DEFECT:
            left = RefusedUnits(2, 1, reason)
            assert play.refused(HandOver(play.code(), refused=(left,))) is Code.NOT_REFUSABLE
    play.do(HandOver(play.code(), refused=(RefusedUnits(2, 1, GoodsRefusal.DEFECT),)))
    assert play.order.outcome is Outcome.ISSUED
    assert balance(play.order).refunded == 500


def test_everything_is_no_way_round_it() -> None:
    play = shelved(of_point=("jewellery",))
    everything = (RefusedUnits(1, 2), RefusedUnits(2, 1))
    assert play.refused(HandOver(play.code(), refused=everything)) is Code.NOT_REFUSABLE


def test_other_classes_and_other_points_are_free() -> None:
    play = shelved(of_point=("hygiene",))
    assert play.do(HandOver(play.code(), refused=(RefusedUnits(2, 1),))).stage is Stage.ISSUED


def test_defective_goods_travel_apart_from_what_was_not_wanted() -> None:
    play = shelved()
    defect = RefusedUnits(2, 1, GoodsRefusal.DEFECT, ("a1",))
    unwanted = RefusedUnits(1, 1, GoodsRefusal.NOT_FITTING)
    play.do(HandOver(play.code(), refused=(defect, unwanted)), LENA)
    back = [(p.contents, p.defective) for p in play.order.parcels if p.back]
    assert back == [((Units(1, 1),), False), ((Units(2, 1),), True)]
    assert len({p.barcode for p in play.order.parcels}) == 3
    assert b'"reason":"defect","attachments":["a1"]' in play.history[-3].body
    assert replay(play.history) == play.order


def test_why_everything_was_refused_is_kept_with_the_cancellation() -> None:
    play = shelved()
    everything = (RefusedUnits(1, 2), RefusedUnits(2, 1, GoodsRefusal.DEFECT, ("a1",)))
    play.do(HandOver(play.code(), refused=everything), LENA)
    closed = next(decode(e.type, e.body) for e in play.history if e.type == "order.cancelled")
    assert isinstance(closed, OrderCancelled)
    assert closed.refused == everything[1:]
    assert [p.defective for p in play.order.parcels] == [True]


def test_units_without_a_reason_are_written_as_they_always_were() -> None:
    play = stories.refused_in_part()
    refused = next(e for e in play.history if e.type == "order.line_refused")
    assert b'"units":[{"line":1,"quantity":1}]' in refused.body
