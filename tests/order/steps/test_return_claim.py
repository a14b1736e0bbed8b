"""A claim announces what comes back within the return period."""

from gotovo.order.refusals import Code
from gotovo.order.steps.return_acceptance import AcceptReturn
from gotovo.order.steps.return_claim import ClaimReturn
from gotovo.order.values.order import Outcome, Units
from tests.support.order import stories

ONE_TEA = (Units(1, 1),)


def test_a_claim_announces_what_comes_back() -> None:
    play = stories.issued().wait(days=1).do(ClaimReturn(ONE_TEA, "too strong"))
    assert play.order.claim is not None
    assert play.order.claim.units == ONE_TEA
    assert play.words[play.order.claim.text_digest] == "too strong"
    assert play.order.outcome is Outcome.ISSUED


def test_without_units_everything_that_was_issued_is_meant() -> None:
    play = stories.refused_in_part().do(ClaimReturn())
    assert play.order.claim is not None
    assert play.order.claim.units == (Units(1, 1), Units(2, 1), Units(3, 1))


def test_seven_days_after_issue_the_right_is_over() -> None:
    """Rule 4.7."""
    play = stories.issued().wait(days=7)
    play.do(ClaimReturn(ONE_TEA))
    late = stories.issued().wait(days=7, seconds=1)
    assert late.refused(ClaimReturn(ONE_TEA)) is Code.RETURN_PERIOD_OVER
    assert late.refused(AcceptReturn(ONE_TEA)) is Code.RETURN_PERIOD_OVER
