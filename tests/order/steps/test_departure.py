"""A courier sets out with an agreed time, once."""

from gotovo.order.refusals import Code
from gotovo.order.steps.departure import Depart
from gotovo.order.values.order import Stage
from tests.support.order import stories


def test_nobody_sets_out_without_an_agreed_time() -> None:
    assert stories.with_courier().refused(Depart()) is Code.STAGE_FORBIDS
    assert stories.attempt_failed().refused(Depart()) is Code.STAGE_FORBIDS
    assert stories.slot_agreed().do(Depart()).stage is Stage.OUT_FOR_DELIVERY


def test_setting_out_twice_changes_nothing() -> None:
    assert stories.out_for_delivery().is_already_done(Depart())
