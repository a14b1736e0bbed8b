"""A visit is what is being handed over now, told apart by who came."""

from datetime import timedelta

from msgspec import structs

from gotovo.desk.handover.visit import lost_its_proof, may_belong_to, visit_id, visits_of
from gotovo.order.steps.handover_opening import OpenHandover
from gotovo.order.steps.handover_stop import StopHandover
from gotovo.order.steps.trusted_person import NameTrusted
from gotovo.order.values.order import Order
from tests.support.order import stories
from tests.support.order.cast import ANNA, Play


def opened_with(first: Play) -> Order:
    """Return another order of the same buyer, opened by what the first one proved."""
    order = stories.shelved().do(OpenHandover(same_buyer=first.order.number)).order
    return structs.replace(order, number="100000000007", stage_at=order.stage_at + timedelta(1))


def test_orders_that_the_buyer_proved_are_one_visit() -> None:
    first = stories.handing_over()
    second = opened_with(first)
    (visit,) = visits_of("KZN-1", (second, first.order)).items()
    assert visit == (visit_id("KZN-1", first.order), (first.order, second))


def test_who_was_sent_for_one_order_has_a_visit_of_their_own() -> None:
    play = stories.shelved().do(NameTrusted())
    sent = play.do(OpenHandover(code=play.trusted())).order
    own = structs.replace(stories.handing_over().order, number="100000000007")
    assert len(visits_of("KZN-1", (sent, own))) == 2


def test_the_same_people_at_another_point_are_another_visit() -> None:
    order = stories.handing_over().order
    assert visit_id("KZN-1", order) != visit_id("KZN-2", order)
    assert not may_belong_to(visit_id("KZN-2", order), "KZN-1", order)


def test_an_order_is_known_to_have_been_in_its_visit_once_that_is_over() -> None:
    play = stories.handing_over()
    visit = visit_id("KZN-1", play.order)
    play.do(StopHandover())
    assert visits_of("KZN-1", (play.order,)) == {}
    assert may_belong_to(visit, "KZN-1", play.order)


def test_what_relies_on_an_order_that_its_buyer_stopped_has_lost_its_proof() -> None:
    first = stories.handing_over()
    second = opened_with(first)
    assert not lost_its_proof(second, first.order)
    assert not lost_its_proof(first.order, None)
    first.do(StopHandover(), ANNA)
    assert lost_its_proof(second, first.order)
    assert lost_its_proof(second, None)
