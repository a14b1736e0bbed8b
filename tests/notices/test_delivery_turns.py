"""Many messages at once: turns, leases, faults of ours, and when the next run is."""

from datetime import timedelta

import pytest

from gotovo.notices.attempts import DeliveryTerms
from gotovo.notices.delivery import AT_ONCE
from gotovo.notices.rules import ChannelName
from gotovo.store.tables.messages.messages import MessageState
from tests.support.notices.message_desk import BrokenRoute, FaultyRoute, MessageDesk, SlowRoute
from tests.support.web.cast import HOUR, Cast
from tests.support.web.sample_orders.open_orders import ready

LEASE = DeliveryTerms().lease


async def test_what_waited_too_long_for_its_turn_is_left_to_the_next_lease(
    desk: MessageDesk, cast: Cast
) -> None:
    """A process that is slow must not send what another one may have taken."""
    for _ in range(AT_ONCE + 1):
        await ready(cast)
    await desk.plan()
    desk.clock.now += HOUR / 60
    route = SlowRoute(desk.clock, LEASE - DeliveryTerms().attempt_max / 2)
    delivery = desk.delivery({ChannelName.SMS: route})
    assert await delivery.send_due() == AT_ONCE + 1
    assert len(route.sent) == AT_ONCE
    desk.clock.now += LEASE
    assert await delivery.send_due() == 1
    assert len({letter.id for letter in route.sent}) == AT_ONCE + 1


async def test_a_fault_of_ours_in_one_message_holds_up_no_other(
    desk: MessageDesk, cast: Cast
) -> None:
    bad, good = await ready(cast), await ready(cast)
    await desk.plan()
    desk.clock.now += HOUR / 60
    route = BrokenRoute(bad.number)
    delivery = desk.delivery({ChannelName.SMS: route})
    await delivery.send_due()
    assert [letter.number for letter in route.sent] == [good.number]
    (record,) = await desk.messages.of_order(bad.number, bad.customer)
    assert (record.state, record.reason) == ("waiting", "ZeroDivisionError")
    route.number = ""
    desk.clock.now += HOUR / 60
    await delivery.send_due()
    assert await desk.states(bad) == [("ready", MessageState.DELIVERED)]


async def test_the_next_run_is_when_the_next_message_is_due(desk: MessageDesk, cast: Cast) -> None:
    delivery = desk.delivery({ChannelName.SMS: FaultyRoute()})
    assert await delivery.wait_seconds(5) == 5
    await ready(cast)
    await desk.plan(hold_seconds=60)
    due = await desk.messages.next_at()
    assert due is not None
    desk.clock.now = due - timedelta(seconds=2)
    assert await delivery.wait_seconds(5) == pytest.approx(2, abs=0.01)
    desk.clock.now = due + HOUR
    assert await delivery.wait_seconds(5) == 0
    await delivery.send_due()
    assert await delivery.wait_seconds(5) == 5
