"""Money: everything captured is for goods issued, refunded, or still owed to somebody."""

import pytest

from gotovo.order.values.money import Balance
from gotovo.order.values.order import Stage
from gotovo.order.values.settlement.balance import balance
from tests.support.order import stories

CAPTURED = {stage: 0 if stage is Stage.PLACED else 1350 for stage in stories.AT}
ISSUED = {Stage.ISSUED: 1350}


@pytest.mark.parametrize("stage", list(stories.AT))
def test_at_every_stage_the_sum_is_somewhere(stage: Stage) -> None:
    """Rule 4.8."""
    sums = balance(stories.AT[stage]().order)
    assert sums.captured == CAPTURED[stage]
    assert sums.issued == ISSUED.get(stage, 0)
    assert sums.owed == (CAPTURED[stage] if stage in stories.OPEN else 0)
    assert sums.holds


def test_money_that_is_nowhere_or_twice_is_found() -> None:
    """Rule 4.8."""
    assert Balance(captured=10, issued=3, refunded=3, owed=4).holds
    assert not Balance(captured=10, issued=3, refunded=3, owed=3).holds
    assert not Balance(captured=10, issued=3, refunded=4, owed=4).holds
    assert not Balance(captured=10, issued=14, refunded=0, owed=-4).holds
