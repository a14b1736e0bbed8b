"""A buyer's phone: what the messages of a journal show on it."""

from collections.abc import Sequence

from gotovo.store.journal.journal import PostgresJournal
from gotovo.store.tables.messages.phone_messages import PhoneMessage
from gotovo.web.site.dependencies import DemoPhone
from tests.support.web.cast import ALINA
from tests.support.web.teller import Teller

FEED_MAX = 1000


class BuyerPhone:
    """Alina's phone, and the follower that sends messages to it."""

    def __init__(self, journal: PostgresJournal, dispatcher: Teller, messages: DemoPhone) -> None:
        self.dispatcher = dispatcher
        self._journal = journal
        self._messages = messages

    async def after_all_events(self, times: int = 1) -> Sequence[PhoneMessage]:
        """Follow the whole journal, each time from its beginning, and return what is shown."""
        for _ in range(times):
            await self.dispatcher(await self._journal.feed(0, 0, FEED_MAX))
        return await self.shown()

    async def shown(self) -> Sequence[PhoneMessage]:
        return await self._messages.latest(ALINA, FEED_MAX)

    async def sent_to_anybody(self) -> Sequence[PhoneMessage]:
        return await self._messages.latest(None, FEED_MAX)
