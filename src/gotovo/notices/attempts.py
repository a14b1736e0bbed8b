"""Attempts: what each one makes of a message, by the rule of its notice."""

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import Final

from gotovo.engine.ports import PlacesSource
from gotovo.notices.channels.port import ChannelUnavailable, MessageRefused, Sent
from gotovo.notices.preferences.channel_choice import given_up
from gotovo.notices.routes.route import Letter
from gotovo.notices.rules import RULES, ChannelName
from gotovo.notices.sending_time import sending_time
from gotovo.notices.texts.letter_writer import DueMessage
from gotovo.order.time_zone import time_zone_of
from gotovo.store.tables.messages.messages import BuyerMessage, MessageOutcome, MessageState
from gotovo.value import Value

BACKOFF_STEPS_MAX: Final = 20
"""So often a wait is made longer; a process that dies in an attempt counts one, day by day."""

GIVE_UP: Final = timedelta(days=3)
"""Older news than that is told to nobody; the order's page has it."""


class DeliveryTerms(Value, frozen=True, kw_only=True):
    """How long things take. A process has a message for `lease`: for its turn and its attempt.

    An attempt takes `attempt_max`: channels give up after fifteen seconds. The next one is
    `backoff_first` seconds later, then three times as long each time, up to `backoff_max`. What
    became of it is stored, with these pauses in seconds where the database is away: all of them
    pass before the lease is over.
    """

    lease: timedelta = timedelta(seconds=60)
    attempt_max: timedelta = timedelta(seconds=20)
    store_again: tuple[float, ...] = (0.2, 1.0, 3.0, 6.0)
    backoff_first: float = 5.0
    backoff_max: float = 900.0


class AttemptOutcomes:
    """Says what follows an attempt."""

    def __init__(
        self,
        terms: DeliveryTerms,
        places: PlacesSource,
        clock: Callable[[], datetime],
        rng: Random,
    ) -> None:
        self._terms = terms
        self._places = places
        self._clock = clock
        self._rng = rng

    def taken(
        self,
        letter: Letter,
        sent: Sent,
        channel: ChannelName,
        tried: tuple[str, ...],
        *,
        waits: bool,
    ) -> MessageOutcome:
        """Return what is known of a letter that was sent; one that waits has time to arrive.

        When that is over it goes another way, which the quiet hours put off as well.
        """
        until = self._clock() + (sent.arrives_within or RULES[letter.purpose].arrives_within)
        return MessageOutcome(
            state=MessageState.SENT if waits else MessageState.DELIVERED,
            again_at=sending_time(letter.purpose, until, letter.time_zone) if waits else None,
            tried=tried,
            channel=channel,
            sent_at=letter.at,
            text=sent.text or letter.text,
            provider_id=sent.provider_id or None,
            segments=sent.segments,
        )

    def failed(
        self,
        due: DueMessage,
        channel: ChannelName,
        before: tuple[str, ...],
        error: Exception,
        *,
        is_last: bool,
    ) -> MessageOutcome:
        """Return what follows a failed attempt: another one later, or the next channel."""
        message, now = due.message, self._clock()
        since = message.channel_since if message.channel == channel else None
        since = since or now
        is_told = isinstance(error, MessageRefused | ChannelUnavailable)
        reason = str(error) if is_told else type(error).__name__
        rule = RULES[due.purpose]
        tried = (*before, channel)
        is_refused = isinstance(error, MessageRefused)
        if (is_refused and is_last) or now - message.created_at > GIVE_UP:
            return MessageOutcome(
                state=MessageState.FAILED, channel=channel, tried=tried, reason=reason
            )
        wait = timedelta(0)
        if not is_refused and (is_last or now + asked_for(error) - since <= rule.patience):
            tried, wait = before, self._backoff(message.attempt, error)
        return MessageOutcome(
            state=MessageState.WAITING,
            again_at=self._not_before(due, wait),
            tried=tried,
            channel=channel,
            channel_since=since,
            reason=reason,
        )

    def postponed(self, due: DueMessage, wait: timedelta) -> MessageOutcome:
        """Return that nothing was tried: the message stands where it stood, and is sent later.

        One that was sent still waits for its receipt.
        """
        message = due.message
        was_sent = message.was is MessageState.SENT
        return MessageOutcome(
            state=MessageState.SENT if was_sent else MessageState.WAITING,
            again_at=self._not_before(due, wait),
            tried=message.tried,
            channel=message.channel,
            channel_since=message.channel_since,
            is_uncounted=True,
        )

    def fault(self, message: BuyerMessage, error: Exception) -> MessageOutcome:
        """Return what follows a fault of ours: the same again later, until it is no news."""
        now = self._clock()
        is_over = now - message.created_at > GIVE_UP
        return MessageOutcome(
            state=MessageState.FAILED if is_over else MessageState.WAITING,
            again_at=None if is_over else now + self._backoff(message.attempt, error),
            tried=given_up(message),
            channel=message.channel,
            channel_since=message.channel_since,
            reason=type(error).__name__,
        )

    def _not_before(self, due: DueMessage, wait: timedelta) -> datetime:
        """Return when a message may be sent after a wait: not in the quiet hours."""
        points, warehouses = self._places()
        zone = time_zone_of(due.notice.order, points, warehouses) if due.notice else "UTC"
        return sending_time(due.purpose, self._clock() + wait, zone)

    def _backoff(self, attempt: int, error: Exception) -> timedelta:
        """Return how long to wait: three times as long as before, with jitter, or as asked for."""
        terms = self._terms
        factor = 3.0 ** min(attempt - 1, BACKOFF_STEPS_MAX)
        seconds = terms.backoff_first * factor * self._rng.uniform(0.5, 1.5)
        seconds = max(seconds, asked_for(error).total_seconds())
        return timedelta(seconds=min(seconds, terms.backoff_max))


def asked_for(error: Exception) -> timedelta:
    """Return how long a channel wants to be left alone."""
    seconds = error.retry_after if isinstance(error, ChannelUnavailable) else None
    return timedelta(seconds=seconds or 0.0)
