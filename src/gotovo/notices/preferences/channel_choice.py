"""Channel choice: the first channel that is open, reaches the person, and is not switched off."""

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from gotovo.notices.preferences.preferences import NoticePreferences
from gotovo.notices.routes.route import Letter, Route
from gotovo.notices.rules import RULES, ChannelName
from gotovo.store.tables.messages.messages import BuyerMessage, MessageOutcome, MessageState

OPTED_OUT: Final = "opted out"
"""Why a message was dropped whose kind its buyer has switched off."""

NOT_REACHED: Final = "not reached"
"""Why a message was dropped that is told only if it reaches the buyer: the channel has gone."""

_IF_REACHED: Final = frozenset(purpose for purpose, rule in RULES.items() if rule.if_reached)


class ChannelChoice:
    """Chooses among the routes that are open."""

    def __init__(
        self, routes: Mapping[ChannelName, Route], preferences: NoticePreferences | None = None
    ) -> None:
        """Without `preferences` nobody has switched anything off."""
        self._routes = routes
        self._preferences = preferences

    async def switched_off(self, letter: Letter) -> Collection[str]:
        """Return the channels through which the person is not to be told of this."""
        if self._preferences is None:
            return ()
        kind = RULES[letter.purpose].kind
        return await self._preferences.channels_off(letter.customer, kind)

    async def first(
        self, order: Sequence[ChannelName], letter: Letter, left_out: Collection[str]
    ) -> ChannelName | None:
        """Return the first of these channels that is open, not left out, and reaches the person."""
        for name in order:
            route = self._routes.get(name)
            if route is not None and name not in left_out and await route.reaches(letter):
                return name
        return None


def given_up(message: BuyerMessage) -> tuple[str, ...]:
    """Return the channels that were given up: also the one whose receipt did not come in time."""
    if message.was is MessageState.SENT and message.channel is not None:
        return (*message.tried, message.channel)
    return message.tried


def without_channel(
    message: BuyerMessage, tried: tuple[str, ...], *, is_off: bool
) -> MessageOutcome:
    """Return the end of a message for which no channel is left: a receipt may still come."""
    was_sent = message.was is MessageState.SENT
    if is_off and not was_sent:
        return MessageOutcome(state=MessageState.DROPPED, tried=tried, reason=OPTED_OUT)
    if message.purpose in _IF_REACHED and not was_sent and not tried:
        return MessageOutcome(state=MessageState.DROPPED, reason=NOT_REACHED)
    return MessageOutcome(
        state=MessageState.SENT if was_sent else MessageState.FAILED,
        tried=message.tried if was_sent else tried,
        channel=message.channel,
        reason="no receipt in time" if was_sent else "no channel is left",
    )
