"""A refund is found by its id, and one that nobody started is refused with those there are."""

from gotovo.order.checks.money.refund_check import find_refund
from gotovo.order.facts import Decision
from gotovo.order.refusals import Code
from tests.support.order import stories


def test_a_refund_is_found_by_its_id() -> None:
    order = stories.cancelled().order
    assert find_refund(order, order.refunds[0].id) == order.refunds[0]


def test_a_refund_that_is_not_there_is_refused_with_those_that_are() -> None:
    order = stories.cancelled().order
    refused = find_refund(order, "R9")
    assert isinstance(refused, Decision)
    assert refused.refusal is not None
    assert (refused.refusal.code, refused.refusal.value) == (Code.UNKNOWN_REFUND, "R9")
    assert refused.refusal.expected == order.refunds[0].id
