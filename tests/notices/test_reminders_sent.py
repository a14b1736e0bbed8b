"""A reminder never comes after what it reminds of, nor in the night, nor of an older deadline."""

from datetime import datetime, timedelta

from gotovo.notices.channels.port import ChannelUnavailable
from gotovo.notices.rules import ChannelName
from gotovo.order.steps.storage_extension import ExtendStorage
from gotovo.order.steps.storage_reminder import RemindOfStorage
from gotovo.order.values.actor import Role
from gotovo.order.values.order import Order, Storage
from gotovo.store.tables.messages.messages import MessageState
from tests.support.notices.message_desk import FaultyRoute, MessageDesk
from tests.support.web.cast import DAY, HOUR, Cast
from tests.support.web.sample_orders.open_orders import ready

SECOND = timedelta(seconds=1)


def storage_of(order: Order) -> Storage:
    assert order.storage is not None
    return order.storage


async def reminded(cast: Cast, desk: MessageDesk, order: Order, index: int) -> Order:
    """Let the timer remind of the storage when it is due, and plan the message."""
    at = storage_of(order).reminders[index].at
    order = await cast.step(order, RemindOfStorage(), at, Role.SYSTEM)
    await desk.plan()
    desk.clock.now = at + SECOND
    return order


async def attempt(desk: MessageDesk, route: FaultyRoute, at: datetime) -> None:
    desk.clock.now = at
    await desk.delivery({ChannelName.SMS: route}).send_due()


async def test_a_reminder_that_could_not_be_sent_in_time_is_not_sent_afterwards(
    desk: MessageDesk, cast: Cast
) -> None:
    """Rule 4.2."""
    order = await ready(cast)
    await desk.plan()
    route = FaultyRoute()
    await attempt(desk, route, desk.clock.now)
    route.error = ChannelUnavailable("no line")
    order = await reminded(cast, desk, order, -1)
    await attempt(desk, route, desk.clock.now)
    assert route.tries == 2
    route.error = None
    await attempt(desk, route, storage_of(order).deadline_at)
    assert [letter.purpose for letter in route.sent] == ["ready"]
    assert (await desk.states(order))[-1] == ("expiring", MessageState.DROPPED)


async def test_a_reminder_that_comes_late_says_what_is_left_then(
    desk: MessageDesk, cast: Cast
) -> None:
    order = await ready(cast)
    deadline = storage_of(order).deadline_at
    route = FaultyRoute(ChannelUnavailable("no line"))
    order = await reminded(cast, desk, order, 1)
    await attempt(desk, route, desk.clock.now)
    route.error = None
    await attempt(desk, route, deadline - 21 * HOUR)
    text = route.sent[-1].text.replace("\xa0", " ")
    assert "ещё 21 час, до " in text


async def test_of_several_reminders_that_waited_only_the_last_is_sent(
    desk: MessageDesk, cast: Cast
) -> None:
    order = await ready(cast)
    await desk.plan()
    route = FaultyRoute()
    await attempt(desk, route, desk.clock.now)
    route.error = ChannelUnavailable("no line")
    order = await reminded(cast, desk, order, 0)
    await attempt(desk, route, desk.clock.now)
    order = await reminded(cast, desk, order, 0)
    route.error = None
    await attempt(desk, route, desk.clock.now + HOUR)
    assert [state for _, state in await desk.states(order)] == [
        MessageState.DELIVERED,
        MessageState.DROPPED,
        MessageState.DELIVERED,
    ]


async def test_extending_the_storage_drops_the_reminder_that_waits_and_arms_new_ones(
    desk: MessageDesk, cast: Cast
) -> None:
    """Rule 4.2."""
    order = await ready(cast)
    await desk.plan()
    route = FaultyRoute()
    await attempt(desk, route, desk.clock.now)
    before = storage_of(order)
    route.error = ChannelUnavailable("no line")
    order = await reminded(cast, desk, order, -1)
    await attempt(desk, route, desk.clock.now)
    assert route.tries == 2
    now = desk.clock.now
    order = await cast.step(order, ExtendStorage(), now, Role.BUYER)
    route.error = None
    await attempt(desk, route, now + HOUR)
    assert [letter.purpose for letter in route.sent] == ["ready"]
    after = storage_of(order)
    assert after.deadline_at >= before.deadline_at + DAY
    order = await reminded(cast, desk, order, 0)
    await attempt(desk, route, desk.clock.now)
    assert [letter.purpose for letter in route.sent] == ["ready", "expiring"]
