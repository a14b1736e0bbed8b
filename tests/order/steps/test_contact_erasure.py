"""Erasure: the buyer is forgotten; the order, its money and its disputes stay."""

import pytest

from gotovo.order.refusals import Code
from gotovo.order.steps.contact_erasure import EraseContact
from gotovo.order.values.order import Stage
from gotovo.order.values.settlement.balance import balance
from tests.support.order import stories


@pytest.mark.parametrize("stage", stories.CLOSED)
def test_the_buyer_of_a_closed_order_is_forgotten_and_the_money_is_not(stage: Stage) -> None:
    play = stories.AT[stage]()
    money = balance(play.order)
    play.do(EraseContact())
    assert play.order.erased
    assert balance(play.order) == money
    assert play.is_already_done(EraseContact())


@pytest.mark.parametrize("stage", stories.OPEN)
def test_nobody_is_forgotten_while_they_may_still_have_to_be_told(stage: Stage) -> None:
    assert stories.AT[stage]().refused(EraseContact()) is Code.STAGE_FORBIDS
