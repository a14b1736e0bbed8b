"""What a buyer is offered to do, at every stage."""

import pytest

from gotovo.order.account.offered_actions import buyer_circumstances, offered_actions
from gotovo.order.allowed import allowed
from gotovo.order.facts import OrderTerms
from gotovo.order.values.order import Stage
from tests.support.order.stories import AT, CLOSED
from tests.support.web.network import POINTS


@pytest.mark.parametrize("stage", AT)
def test_what_is_offered_is_allowed(stage: Stage) -> None:
    play = AT[stage]()
    assert play.order is not None
    circumstances = buyer_circumstances(play.order, play.now, POINTS, OrderTerms())
    offered = offered_actions(play.order, circumstances)
    for step, is_offered in (
        ("slot", offered.slot),
        ("redirection", offered.redirection),
        ("trusted-person", offered.trusted_person),
        ("storage-extension", offered.storage_extension),
        ("cancellation", offered.cancellation),
        ("return-claim", offered.return_claim),
    ):
        assert not is_offered or allowed(play.order, step, circumstances), step
    is_under_way = stage not in {*CLOSED, Stage.HANDING_OVER}
    assert offered.cancellation is is_under_way


def test_during_a_handover_nobody_else_is_sent() -> None:
    play = AT[Stage.HANDING_OVER]()
    assert play.order is not None
    circumstances = buyer_circumstances(play.order, play.now, POINTS, OrderTerms())
    assert not offered_actions(play.order, circumstances).trusted_person
