"""The default refusal: a closed order is told apart from one that is not that far."""

from gotovo.order.checks.default_refusal import forbid
from gotovo.order.facts import Circumstances, OrderTerms, refuse
from gotovo.order.refusals import Code
from tests.support.order import stories
from tests.support.order.cast import BORIS, NOON, POINTS

OFFICE = Circumstances(BORIS, NOON, POINTS, OrderTerms())


def test_an_open_order_is_in_no_stage_for_the_step() -> None:
    play = stories.paid()
    refused = forbid(play.order, OFFICE)
    assert refused == refuse(Code.STAGE_FORBIDS, "stage", "paid")


def test_an_issued_order_is_closed_whatever_the_step() -> None:
    play = stories.issued()
    refused = forbid(play.order, OFFICE)
    assert refused == refuse(Code.CLOSED, "stage", "issued")


def test_a_cancelled_order_is_closed_while_its_parcels_travel_back() -> None:
    play = stories.shelved().do(stories.Cancel())
    refused = forbid(play.order, OFFICE)
    assert refused == refuse(Code.CLOSED, "stage", "turned_round")
