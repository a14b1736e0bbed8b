"""The follower `cases`: a flag that goes up opens a case, and one that goes down resolves it.

Events may come again after a crash: a case is opened once, and a flag that went down resolves only
what earlier events of its order have opened.
"""

from collections.abc import Sequence
from typing import Final

from gotovo.cases.attention_cases import FLAG_EVENTS, ClearedFlag, FlagEvent, case_of_event
from gotovo.engine.ports import FeedEvent
from gotovo.order.replay import decode
from gotovo.store.tables.cases.cases import CaseStore

FOLLOWER: Final = "cases"
"""The name that its position is stored under."""


class FlagCases:
    """Opens and resolves the cases of flags."""

    def __init__(self, store: CaseStore) -> None:
        """Use a store."""
        self._store = store

    async def handle(self, events: Sequence[FeedEvent]) -> None:
        """Handle a page of the journal."""
        for each in events:
            if each.event.type in FLAG_EVENTS:
                await self._handle(each)

    async def _handle(self, found: FeedEvent) -> None:
        stored = found.event
        event = FlagEvent(
            number=stored.number,
            version=stored.version,
            shop=found.shop,
            at=stored.recorded_at,
            role=stored.actor.partition(":")[0],
        )
        match case_of_event(decode(stored.type, stored.body), event):
            case None:
                return
            case ClearedFlag(flag):
                await self._store.clear(
                    stored.number, flag, stored.version, stored.actor, stored.recorded_at
                )
            case case:
                await self._store.open(case)
