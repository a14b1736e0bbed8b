"""Push route: a letter goes to every browser of a person, and rests on none that has not shown it.

A push service takes a message whether anybody sees it or not. Only the service worker's word that
it was shown is a receipt, and it comes within minutes or the letter goes another way.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from gotovo.notices.channels.port import Channel, ChannelUnavailable, MessageRefused, Sent
from gotovo.notices.channels.push.push_channel import (
    TTL_MAX,
    BrowserGone,
    PushMessage,
)
from gotovo.notices.routes.push_texts import push_text
from gotovo.notices.routes.route import Letter, Route
from gotovo.notices.rules import RULES, ChannelName, Purpose, Urgency
from gotovo.store.tables.messages.push_subscriptions import PushSubscriptions, Subscription
from gotovo.words.language import preferred_language

SHOWN_WITHIN: Final = timedelta(minutes=10)
"""How long browsers have to show a message that can wait so long."""

_SHOWN_WITHIN: Final[Mapping[Purpose, timedelta]] = {
    Purpose.BEING_ISSUED: timedelta(minutes=1),  # Somebody is at the desk now.
    Purpose.NEW_CODE: timedelta(minutes=2),  # The buyer stands there with the old one.
}
_UNTIL_DEADLINE: Final = frozenset({Purpose.READY, Purpose.EXPIRING, Purpose.STORAGE_MOVED})
_TTL: Final[Mapping[Purpose, timedelta]] = {
    Purpose.BEING_ISSUED: timedelta(minutes=10),
    Purpose.NEW_CODE: timedelta(hours=1),
}
_TTL_OF_OTHERS: Final = timedelta(days=3)


class PushRoute:
    """Notifications in the browsers in which the buyer has switched them on.

    `after` are the ways that are tried when no browser shows the letter.
    """

    has_receipts = True

    def __init__(
        self,
        channel: Channel[PushMessage],
        browsers: PushSubscriptions,
        clock: Callable[[], datetime],
        after: Mapping[ChannelName, Route] | None = None,
    ) -> None:
        self._channel = channel
        self._browsers = browsers
        self._clock = clock
        self._after = after or {}

    async def reaches(self, letter: Letter) -> bool:
        """Return whether a browser that is signed in wants notifications."""
        return bool(await self._living(letter))

    async def send(self, letter: Letter) -> Sent:
        """Send a letter to all browsers; it counts as sent when one push service took it.

        Raises MessageRefused when none of them ever will, ChannelUnavailable when one may later.
        Subscriptions that have ended are deleted.
        """
        browsers = await self._living(letter)
        ttl = await self._ttl(letter)
        messages = [_message(letter, browser, ttl) for browser in browsers]
        results = await asyncio.gather(*(self._send(each) for each in messages))
        taken = [each for each, error in zip(messages, results, strict=True) if error is None]
        if not taken:
            raise await self._failed(letter, [error for error in results if error is not None])
        return Sent(
            provider_id=str(letter.id),
            text=f"{taken[0].title}\n{taken[0].body}",
            arrives_within=_SHOWN_WITHIN.get(letter.purpose, SHOWN_WITHIN),
        )

    async def _living(self, letter: Letter) -> Sequence[Subscription]:
        """Return the browsers that may open what a letter is about, the oldest order too."""
        oldest = min((order.placed_at for order in letter.orders), default=None)
        return await self._browsers.living(letter.customer, self._clock(), oldest)

    async def _send(self, message: PushMessage) -> MessageRefused | ChannelUnavailable | None:
        """Send to one browser; return why not, and forget one that is gone."""
        try:
            await self._channel.send(message)
        except BrowserGone as error:
            await self._browsers.forget(message.browser.endpoint)
            return error
        except (MessageRefused, ChannelUnavailable) as error:
            return error
        return None

    async def _ttl(self, letter: Letter) -> timedelta:
        """Return how long push services store a letter for a phone that is switched off.

        Where another way follows, not longer than it is waited for: a notification that came after
        it would tell the same a second time.
        """
        if await self._is_followed(letter):
            return _SHOWN_WITHIN.get(letter.purpose, SHOWN_WITHIN)
        if letter.purpose in _UNTIL_DEADLINE and letter.until is not None:
            return min(max(letter.until - self._clock(), timedelta()), TTL_MAX)
        return _TTL.get(letter.purpose, _TTL_OF_OTHERS)

    async def _failed(
        self, letter: Letter, errors: Sequence[MessageRefused | ChannelUnavailable]
    ) -> MessageRefused | ChannelUnavailable:
        """Return what is raised when nobody took a letter.

        What happens at the desk now has no time for a second attempt where another way follows.
        """
        error = _worst(errors)
        is_urgent = letter.purpose in _SHOWN_WITHIN and await self._is_followed(letter)
        if isinstance(error, ChannelUnavailable) and is_urgent:
            return MessageRefused(str(error), code=error.code)
        return error

    async def _is_followed(self, letter: Letter) -> bool:
        """Return whether another way reaches the buyer when no browser shows a letter."""
        channels = RULES[letter.purpose].channels
        for name, route in self._after.items():
            if name in channels and await route.reaches(letter):
                return True
        return False


def _message(letter: Letter, browser: Subscription, ttl: timedelta) -> PushMessage:
    """Return what one browser gets; a click opens the order's page, or the list of several."""
    language = preferred_language(browser.language)
    title, body = push_text(letter, language)
    return PushMessage(
        key=str(letter.id),
        browser=browser,
        title=title,
        body=body,
        language=language,
        path="/orders" if letter.count > 1 else f"/orders/{letter.number}",
        about=letter.number,
        urgency=_urgency(letter.purpose),
        ttl=ttl,
    )


def _urgency(purpose: Purpose) -> Urgency:
    """Return that of the rule; an order that is ready wakes a phone, or it costs an SMS."""
    return Urgency.HIGH if purpose is Purpose.READY else RULES[purpose].urgency


def _worst(
    errors: Sequence[MessageRefused | ChannelUnavailable],
) -> MessageRefused | ChannelUnavailable:
    """Return the first error that may change, if one may; of no browsers at all a refusal."""
    refused = MessageRefused("no browser wants notifications any more")
    later = next((error for error in errors if isinstance(error, ChannelUnavailable)), None)
    return later or next(iter(errors), refused)
