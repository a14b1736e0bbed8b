"""Message delivery: sends what is due, through the first channel that takes it.

A message is taken for a minute. A process that dies in between leaves it to another one, whose
attempt has the same id. A channel that can't be reached is tried again, later each time, and given
up for the next one after the patience of the notice's rule; one that refuses, or that asks for more
patience than that, at once. Waiting for a channel's own pace counts as no attempt, and neither does
a night in which what was due by day is not sent any more.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Final

from msgspec import structs

from gotovo.access.buyer_requests.pay_links import PayLinks
from gotovo.engine.ports import PlacesSource
from gotovo.keyring.keyring import Keyring
from gotovo.notices.attempts import GIVE_UP, AttemptOutcomes, DeliveryTerms, asked_for
from gotovo.notices.channels.port import ChannelBusy
from gotovo.notices.policy import (
    channels_of,
    current,
    is_overtaken,
    is_repeated_later,
    notice_of,
    state_after,
)
from gotovo.notices.preferences.channel_choice import ChannelChoice, given_up, without_channel
from gotovo.notices.preferences.preferences import NoticePreferences
from gotovo.notices.routes.route import Route
from gotovo.notices.rules import RULES, ChannelName, Purpose
from gotovo.notices.sending_time import sending_time
from gotovo.notices.settlement import settled
from gotovo.notices.texts.letter_writer import DueMessage, LetterWriter
from gotovo.notices.texts.message_texts import MessageTexts
from gotovo.order.values.customer import Contact
from gotovo.store.postgres.unreachable import DATABASE_UNREACHABLE
from gotovo.store.reads.buyer import BuyerReads
from gotovo.store.tables.messages.messages import (
    BuyerMessage,
    MessageOutcome,
    MessageState,
    MessageStore,
)

POLL_SECONDS: Final = 1.0
"""How often due messages are looked for; new ones wake the job."""

PAGE: Final = 100
AT_ONCE: Final = 32
"""Messages that are on their way to a channel at the same time."""


class MessageNotSent(Exception):
    """An attempt failed; the message waits for its next one."""


class MessageDelivery:
    """Sends messages that were planned."""

    def __init__(  # noqa: PLR0917  (what a message is made of, and where it goes)
        self,
        reads: BuyerReads,
        messages: MessageStore,
        places: PlacesSource,
        routes: Mapping[ChannelName, Route],
        keyring: Callable[[], Keyring],
        clock: Callable[[], datetime],
        *,
        site: str = "",
        pay_links: PayLinks | None = None,
        texts: MessageTexts | None = None,
        preferences: NoticePreferences | None = None,
        tells_past: bool = False,
        terms: DeliveryTerms | None = None,
        report: Callable[[MessageNotSent], None] = lambda _: None,
        rng: Random | None = None,
    ) -> None:
        """Without `site`, the address of the pages, messages have no links, and without `pay_links`
        none to a payment; `texts` are an operator's own. Without `preferences` nobody has switched
        anything off.

        A message tells what is true when it is sent. With `tells_past` it tells what was true when
        it was due, and bears that time: the demo's town has a past of days. Every attempt that
        fails is passed to `report`.
        """
        self._reads = reads
        self._messages = messages
        self._routes = routes
        self._clock = clock
        self._writer = LetterWriter(
            places, keyring, self._told_at, site, texts, pay_links=pay_links
        )
        self._channels = ChannelChoice(routes, preferences)
        self._tells_past = tells_past
        self._terms = terms or DeliveryTerms()
        self._report = report
        rng = rng or Random()  # noqa: S311  (spreads attempts, no secrets)
        self._outcomes = AttemptOutcomes(self._terms, places, clock, rng)
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def send_due(self) -> int:
        """Send what is due; return how many messages were taken.

        A message that can't be sent holds up neither the others nor the next run: it waits for its
        own next attempt.
        """
        count = 0
        while True:
            now = self._clock()
            until = now + self._terms.lease
            taken = await self._messages.take(now, until, PAGE)
            count += len(taken)
            attempts = (self._attempt(group, until) for group in _groups(taken))
            errors = await asyncio.gather(*attempts, return_exceptions=True)
            if error := next((each for each in errors if each is not None), None):
                raise error
            if len(taken) < PAGE:
                return count

    async def wait_seconds(self, most: float) -> float:
        """Return how long there is nothing to send, at most so long."""
        next_at = await self._messages.next_at()
        if next_at is None:
            return most
        return min(max((next_at - self._clock()).total_seconds(), 0.0), most)

    async def _attempt(self, group: list[BuyerMessage], until: datetime) -> None:
        """Send some messages as one, with those that are held for it.

        What has waited too long for its turn is left: another process may take it meanwhile.
        """
        async with self._turns:
            first = group[0]
            if until - self._clock() < self._terms.attempt_max:
                return
            try:
                if first.hold is not None and first.was is not MessageState.SENT:
                    group += await self._messages.take_held(first, until)
                # The first names the attempt, whatever order the rows came in.
                group.sort(key=lambda each: (each.created_at, each.id))
                due = [each for each in [await self._due(message) for message in group] if each]
                for part in _by_contact(due):
                    await self._send(part)
            except DATABASE_UNREACHABLE:
                raise
            except Exception as error:  # noqa: BLE001  (a fault of ours: the others go on)
                self._report(MessageNotSent(f"{first.number}:{first.version}: {error!r}"))
                for message in group:
                    outcome = self._outcomes.fault(message, error)
                    await self._messages.finish(message, settled(outcome, message, self._clock()))

    async def _send(self, due: Sequence[DueMessage]) -> None:
        """Send a letter through the first channel that is left, and store what became of it."""
        letter = self._writer.letter(due)
        first, tried = due[0].message, given_up(due[0].message)
        off = await self._channels.switched_off(letter)
        notice = due[0].notice
        order = RULES[letter.purpose].channels if notice is None else channels_of(notice)
        channel = await self._channels.first(order, letter, (*tried, *off))
        if channel is None:
            is_off = bool(off) and await self._channels.first(order, letter, tried) is not None
            await self._finish(due, without_channel(first, tried, is_off=is_off))
            return
        route = self._routes[channel]
        night = sending_time(letter.purpose, letter.at, letter.time_zone) - letter.at
        if night > timedelta(0):  # It was due by day, and nobody could send it then.
            await self._postpone(due, night)
            return
        letter = structs.replace(letter, text=self._writer.text(due, channel))
        try:
            sent = await route.send(letter)
        except DATABASE_UNREACHABLE:
            raise
        except ChannelBusy as error:
            await self._postpone(due, asked_for(error))
            return
        except Exception as error:  # noqa: BLE001  (whatever a channel raises)
            left = await self._channels.first(order, letter, (*tried, channel, *off))
            outcome = self._outcomes.failed(due[0], channel, tried, error, is_last=left is None)
            await self._finish(due, outcome)
            self._report(MessageNotSent(f"{first.number}:{first.version}: {error!r}"))
            return
        outcome = self._outcomes.taken(letter, sent, channel, tried, waits=route.has_receipts)
        await self._finish(due, outcome)

    async def _due(self, message: BuyerMessage) -> DueMessage | None:
        """Return what a message announces; it is dropped if that is nothing any more."""
        if not message.number:
            return await self._due_of_account(message)
        contact = await self._reads.contact(message.number)
        history = await self._reads.history(message.number)
        if self._tells_past:
            history = [x for x in history if x.recorded_at <= message.due_at]
        notice = notice_of(history, message.version)
        order = state_after(history, len(history))
        why = ""
        if contact is None or order is None or notice is None:
            why = "erased"
        elif is_overtaken(notice, order, self._told_at(message)) or is_repeated_later(
            history, message.version
        ):
            why = "overtaken"
        elif self._is_old_news(message):
            why = "too old"
        if why or contact is None or order is None or notice is None:
            outcome = MessageOutcome(state=MessageState.DROPPED, reason=why)
            await self._messages.finish(message, outcome)
            return None
        return DueMessage(message, current(notice, order, self._told_at(message)), contact)

    async def _due_of_account(self, message: BuyerMessage) -> DueMessage | None:
        """Return a message about an account; the contact of its latest order has the e-mail."""
        if message.phone is None or self._is_old_news(message):
            outcome = MessageOutcome(state=MessageState.DROPPED, reason="too old")
            await self._messages.finish(message, outcome)
            return None
        known = await self._reads.latest_contact(message.customer)
        contact = structs.replace(known or Contact(message.phone), phone=message.phone)
        return DueMessage(message, None, contact)

    def _is_old_news(self, message: BuyerMessage) -> bool:
        """Return whether nobody needs it any more, as when messages are switched on later.

        An order that waits on a shelf is told of nevertheless.
        """
        is_kept = message.purpose == Purpose.READY or message.was is MessageState.SENT
        return not is_kept and self._told_at(message) - message.created_at > GIVE_UP

    def _told_at(self, message: BuyerMessage) -> datetime:
        """Return the time that a message bears and speaks of."""
        return message.due_at if self._tells_past else self._clock()

    async def _postpone(self, due: Sequence[DueMessage], wait: timedelta) -> None:
        for each in due:
            await self._messages.finish(each.message, self._outcomes.postponed(each, wait))

    async def _finish(self, due: Sequence[DueMessage], outcome: MessageOutcome) -> None:
        at = outcome.sent_at or self._clock()
        for each in due:
            await self._store(each.message, settled(outcome, each.message, at))

    async def _store(self, message: BuyerMessage, outcome: MessageOutcome) -> None:
        """Store what became of a message, also after the database was away for a moment.

        What was sent and is not stored would be sent once more when its lease ends.
        """
        for seconds in self._terms.store_again:
            try:
                await self._messages.finish(message, outcome)
            except DATABASE_UNREACHABLE as error:
                name = f"{message.number}:{message.version}"
                self._report(MessageNotSent(f"{name}: not stored yet: {type(error).__name__}"))
                await asyncio.sleep(seconds)
            else:
                return
        await self._messages.finish(message, outcome)


def _by_contact(due: Sequence[DueMessage]) -> Iterable[Sequence[DueMessage]]:
    """Return what is sent as one by where it goes: an order may name an e-mail of its own."""
    parts: dict[tuple[str, str | None], list[DueMessage]] = {}
    for each in due:
        parts.setdefault((each.contact.phone, each.contact.email), []).append(each)
    return parts.values()


def _groups(taken: Sequence[BuyerMessage]) -> Iterable[list[BuyerMessage]]:
    """Return the messages by what is sent as one.

    What was sent and has no receipt goes another way, with none that was never sent.
    """
    groups: dict[str, list[BuyerMessage]] = {}
    for message in taken:
        key = message.hold or str(message.id)
        again = message.was is MessageState.SENT
        groups.setdefault(f"again:{key}" if again else key, []).append(message)
    return groups.values()
