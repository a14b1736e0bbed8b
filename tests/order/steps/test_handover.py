"""Hand-over: the message is enough, the code proves it, and exactly one of many wins."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from gotovo.order.refusals import Code
from gotovo.order.steps.attention import RaiseAttention
from gotovo.order.steps.cancellation import Cancel
from gotovo.order.steps.handover import HandOver
from gotovo.order.steps.handover_opening import OpenHandover
from gotovo.order.steps.trusted_person import NameTrusted
from gotovo.order.steps.trusted_person_revocation import RevokeTrusted
from gotovo.order.values.order import Attention, Outcome, Pickup, Reason, Stage, Units
from gotovo.order.values.settlement.balance import balance
from tests.support.order import stories
from tests.support.order.cast import AT_HOME, BASKET_COST, KOLYA, LENA, NOON, OLEG, SONYA, Play

ALL_UNITS = (Units(1, 2), Units(2, 1), Units(3, 1))


def test_the_right_code_issues_the_order() -> None:
    """Rule 4.3."""
    play = stories.shelved()
    play.do(HandOver(code=play.code()), LENA)
    assert (play.status, play.order.outcome) == ("closed", Outcome.ISSUED)
    assert play.order.closed_at == NOON
    assert balance(play.order).issued == BASKET_COST
    assert play.stock.on_hand == {"tea": 7, "cup": 9}


def test_a_second_hand_over_of_one_order_is_refused() -> None:
    play = stories.issued()
    assert play.refused(HandOver(code=play.code())) is Code.ALREADY_ISSUED


def test_the_qr_of_this_minute_or_the_one_before_is_as_good_as_the_code() -> None:
    play = stories.shelved().wait(seconds=90)
    assert play.refused(HandOver(qr=play.qr(NOON - timedelta(minutes=1)))) is Code.WRONG_CODE
    assert play.do(HandOver(qr=play.qr(play.now - timedelta(minutes=1)))).stage is Stage.ISSUED


def test_a_point_may_demand_the_qr() -> None:
    play = stories.shelved(Pickup("KZN-2"))
    assert play.refused(HandOver(code=play.code())) is Code.WRONG_CODE
    assert play.refused(HandOver()) is Code.WRONG_CODE
    assert play.do(HandOver(qr=play.qr())).stage is Stage.ISSUED


def test_who_is_sent_to_a_point_that_demands_the_qr_still_has_only_a_code() -> None:
    play = stories.shelved(Pickup("KZN-2")).do(NameTrusted())
    assert play.do(HandOver(code=play.trusted())).stage is Stage.ISSUED


def test_a_point_may_be_content_with_the_number() -> None:
    assert stories.shelved(Pickup("KZN-3")).do(HandOver()).stage is Stage.ISSUED


def test_a_code_that_was_not_shown_is_no_try() -> None:
    play = stories.shelved()
    assert play.refused(HandOver()) is Code.WRONG_CODE
    assert play.order.codes.wrong_tries == 0


def test_units_refused_at_the_desk_are_refunded_and_travel_back_in_a_parcel_of_their_own() -> None:
    """Rule 4.3."""
    play = stories.refused_in_part()
    assert (play.order.outcome, play.stage) == (Outcome.ISSUED, Stage.ISSUED)
    sums = balance(play.order)
    assert (sums.issued, sums.refunded, sums.owed) == (1050, 300, 0)
    back = play.order.parcels[-1]
    assert (back.contents, back.stage, back.at) == ((Units(1, 1),), Stage.WITHDRAWN, "KZN-1")
    assert play.types(8) == ["order.line_refused", "order.issued", "refund.started"]


def test_refusing_everything_closes_the_order_as_refused() -> None:
    play = stories.shelved()
    play.do(HandOver(code=play.code(), refused=ALL_UNITS))
    assert (play.order.outcome, play.order.reason) == (Outcome.CANCELLED, Reason.REFUSED_AT_DESK)
    assert play.stage is Stage.TURNED_ROUND
    assert balance(play.order).refunded == BASKET_COST


@pytest.mark.parametrize(
    ("refused", "code"),
    [
        ((Units(4, 1),), Code.UNKNOWN_LINE),
        ((Units(0, 1),), Code.UNKNOWN_LINE),
        ((Units(1, 3),), Code.WRONG_QUANTITY),
        ((Units(1, 0),), Code.WRONG_QUANTITY),
        ((Units(1, 1), Units(1, 2)), Code.WRONG_QUANTITY),
    ],
)
def test_nobody_refuses_what_was_not_ordered(refused: tuple[Units, ...], code: Code) -> None:
    play = stories.shelved()
    assert play.refused(HandOver(code=play.code(), refused=refused)) is code
    assert play.status == "ready_for_pickup"


def test_no_parcel_of_several_is_forgotten() -> None:
    """Rule 4.3."""
    play = stories.shelved(boxes=stories.TWO_BOXES)
    first, second = play.barcodes
    code = play.code()
    assert play.refused(HandOver(code=code, scanned=(first,))) is Code.PARCEL_MISSING
    assert play.refused(HandOver(code=code, scanned=(first, "99"))) is Code.PARCEL_MISSING
    assert play.do(HandOver(code=code, scanned=(second, first))).stage is Stage.ISSUED


def test_a_dispute_blocks_a_hand_over_that_is_under_way() -> None:
    play = stories.handing_over().do(RaiseAttention(Attention.DISPUTE))
    assert play.refused(HandOver()) is Code.BLOCKED


def test_a_trusted_code_revoked_meanwhile_does_not_end_the_hand_over() -> None:
    play = stories.shelved().do(NameTrusted())
    play.do(OpenHandover(code=play.trusted())).do(RevokeTrusted())
    assert play.refused(HandOver()) is Code.CODE_REVOKED
    assert play.do(HandOver(code=play.code())).stage is Stage.ISSUED


def test_the_courier_hands_over_at_the_door_by_code() -> None:
    """Rule 4.5."""
    play = stories.out_for_delivery()
    assert play.refused(HandOver(code=play.wrong()), KOLYA) is Code.WRONG_CODE
    play.do(HandOver(code=play.code()), KOLYA)
    assert play.order.promise is not None
    assert play.order.promise.kept is True


def test_units_refused_at_the_door_go_back_with_the_courier() -> None:
    play = stories.out_for_delivery()
    play.do(HandOver(code=play.code(), refused=(Units(2, 1),)), KOLYA)
    assert (play.order.parcels[-1].at, balance(play.order).refunded) == ("courier", 500)


def test_clerk_and_courier_do_not_hand_over_each_others_orders() -> None:
    play = stories.shelved()
    assert play.refused(HandOver(code=play.code()), KOLYA) is Code.NOT_IN_CUSTODY
    play = stories.out_for_delivery()
    assert play.refused(HandOver(code=play.code()), LENA) is Code.WRONG_POINT


def test_a_courier_does_not_hand_over_before_a_time_is_agreed() -> None:
    """Rule 4.5."""
    play = stories.with_courier()
    assert play.refused(HandOver(code=play.code()), KOLYA) is Code.NOT_READY


def test_a_departure_that_nobody_recorded_is_inferred_from_the_hand_over() -> None:
    """Rule 4.13."""
    play = stories.slot_agreed()
    before = len(play.history)
    play.do(HandOver(code=play.code()), KOLYA)
    assert play.types(before) == ["courier.departed", "order.issued"]
    assert play.is_already_done(stories.Depart())


def test_what_a_desk_without_network_handed_over_is_a_fact() -> None:
    """Rule 4.12."""
    play = stories.shelved().do(HandOver(fact=True))
    assert play.order.outcome is Outcome.ISSUED


def test_a_fact_stands_although_the_order_was_disputed() -> None:
    play = stories.shelved().do(RaiseAttention(Attention.DISPUTE)).do(HandOver(fact=True))
    assert (play.order.outcome, play.order.attention) == (Outcome.ISSUED, (Attention.DISPUTE,))


@pytest.mark.parametrize(
    ("story", "code"),
    [
        (stories.turned_round, Code.CANCELLED),
        (stories.expired, Code.EXPIRED),
        (stories.issued, Code.ALREADY_ISSUED),
        (stories.arrived, Code.NOT_READY),
        (stories.placed, Code.UNPAID),
    ],
)
def test_a_fact_that_should_not_be_is_recorded_as_contested(
    story: Callable[[], Play], code: Code
) -> None:
    """Rule 4.12."""
    play = story()
    stage, events = play.stage, len(play.history)
    assert play.refused(HandOver(fact=True)) is code
    assert (play.stage, play.order.attention) == (stage, (Attention.DISPUTE,))
    assert play.types(events) == ["order.handover_contested"]


def test_a_fact_at_another_point_or_without_all_parcels_is_contested_too() -> None:
    play = stories.shelved(boxes=stories.TWO_BOXES)
    events = len(play.history)
    first = play.barcodes[0]
    assert play.refused(HandOver(fact=True, scanned=(first,))) is Code.PARCEL_MISSING
    assert play.refused(HandOver(fact=True), OLEG) is Code.WRONG_POINT
    assert play.types(events) == ["order.handover_contested"] * 2
    assert play.stage is Stage.SHELVED


def test_cancelling_and_handing_over_have_one_winner_either_way() -> None:
    """Rule 4.11."""
    first = stories.shelved()
    code = first.code()
    first.do(Cancel())
    assert first.refused(HandOver(code=code)) is Code.CANCELLED
    second = stories.issued()
    assert second.refused(Cancel()) is Code.ALREADY_ISSUED
    assert second.refused(Cancel(Reason.CUSTOMER_REQUEST), SONYA) is Code.ALREADY_ISSUED


def test_a_life_carried_over_is_handed_over_without_code_and_from_on_the_way() -> None:
    play = Play().do(stories.basket(imported=True)).do(stories.pay())
    assert play.do(stories.Dispatch()).do(HandOver()).stage is Stage.ISSUED
    door = Play().do(stories.basket(AT_HOME, imported=True)).do(stories.pay())
    assert door.do(stories.Dispatch()).do(HandOver()).stage is Stage.ISSUED
