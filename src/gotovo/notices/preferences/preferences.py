"""Preferences: what a buyer may switch off, channel by channel, and what is told all the same.

Whatever is not chosen is on: messages about an order are part of it. What the hand-over needs, and
whether the order goes on at all, can't be switched off (`NoticeKind.may_be_off`). A kind that is
off in one channel is told through the next one; off in all of them, it is not told, and the order's
page has it. A choice counts from the next attempt on, also for a message that waits already.

Pages, the bot, links in e-mails and support choose here alone.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from msgspec import Struct

from gotovo.notices.rules import ChannelName, NoticeKind
from gotovo.store.tables.messages.notice_choices import NoticeChoice, NoticeChoiceStore

WORDING: Final = 1
"""The version of the sentences that buyers choose by: those of the page `/notifications`, and of
`/unsubscribe`. Whoever changes what they mean counts it up."""

CHOICES_PATH: Final = "/notifications"
"""The page where a buyer chooses."""

OPTIONAL: Final = tuple(kind for kind in NoticeKind if kind.may_be_off)
"""The kinds that a buyer may switch off, in the order they are shown."""

NEEDED: Final = tuple(kind for kind in NoticeKind if not kind.may_be_off)
"""The kinds that are always told."""

Choices = Mapping[tuple[NoticeKind, ChannelName], bool]
"""Whether messages of a kind may be sent through a channel."""


class NeededKind(ValueError):
    """Messages that the hand-over or the order needs can't be switched off."""


class ChoiceSource(StrEnum):
    """Where a buyer chose."""

    PAGE = "page"
    BOT = "bot"
    LINK = "link"
    SUPPORT = "support"


class Preferences(Struct, frozen=True):
    """What a buyer has switched off."""

    off: frozenset[tuple[NoticeKind, ChannelName]] = frozenset()

    def is_on(self, kind: NoticeKind, channel: ChannelName) -> bool:
        """Return whether messages of a kind may be sent through a channel."""
        return (kind, channel) not in self.off

    def is_told(self, kind: NoticeKind, channels: Iterable[ChannelName]) -> bool:
        """Return whether a kind is told through any of these channels."""
        return any(self.is_on(kind, channel) for channel in channels)


class NoticePreferences:
    """Reads and records what buyers choose."""

    def __init__(self, store: NoticeChoiceStore, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock

    async def of(self, customer: str) -> Preferences:
        """Return what a customer has switched off."""
        return preferences_of(await self._store.of_customer(customer))

    async def history(self, customer: str) -> Sequence[NoticeChoice]:
        """Return every change of a customer, oldest first: the record of consent."""
        return await self._store.of_customer(customer)

    async def choose(self, customer: str, wanted: Choices, source: ChoiceSource) -> int:
        """Record what a customer wants; return how much of it changes anything.

        What is so already is not recorded again. Raise NeededKind for a kind that can't be off.
        """
        if any(not kind.may_be_off for kind, _ in wanted):
            raise NeededKind
        known = await self.of(customer)
        changes = [
            (channel.value, kind.value, is_on)
            for (kind, channel), is_on in wanted.items()
            if is_on != known.is_on(kind, channel)
        ]
        await self._store.put(customer, changes, self._clock(), source, WORDING)
        return len(changes)

    async def is_of_former_owner(self, customer: str, day: date) -> bool:
        """Return whether a link of a day went to another person, who had the phone before."""
        return await self._store.is_of_former_owner(customer, day)

    async def channels_off(self, customer: str, kind: NoticeKind) -> Collection[str]:
        """Return the channels through which a customer is not to be told of a kind."""
        return await self._store.channels_off(customer, kind) if kind.may_be_off else ()


def preferences_of(history: Iterable[NoticeChoice]) -> Preferences:
    """Return what every change up to now, oldest first, leaves switched off."""
    latest = {(each.kind, each.channel): each.is_on for each in history}
    kinds, channels = frozenset(OPTIONAL), frozenset(ChannelName)
    return Preferences(
        frozenset(
            (NoticeKind(kind), ChannelName(channel))
            for (kind, channel), is_on in latest.items()
            if not is_on and kind in kinds and channel in channels
        )
    )
