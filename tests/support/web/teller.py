"""What tells buyers of events: the planner and the delivery of messages, one after the other."""

from collections.abc import Sequence

from gotovo.engine.ports import FeedEvent
from gotovo.notices.delivery import MessageDelivery
from gotovo.notices.planning import MessagePlanner


class Teller:
    """Plans messages and sends those that are due by the test's clock."""

    def __init__(self, planner: MessagePlanner, delivery: MessageDelivery) -> None:
        self.planner = planner
        self.delivery = delivery

    async def __call__(self, events: Sequence[FeedEvent]) -> None:
        await self.planner(events)
        await self.delivery.send_due()
