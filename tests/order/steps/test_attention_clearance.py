"""Staff take a flag down."""

from gotovo.order.steps.attention_clearance import ClearAttention
from gotovo.order.values.order import Attention
from tests.support.order import stories


def test_a_flag_that_is_down_cannot_be_taken_down() -> None:
    assert stories.dispatched().is_already_done(ClearAttention(Attention.LOST))
