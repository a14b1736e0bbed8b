"""One round of a webhook: what waits for another attempt, then what is new in the feed.

Events of an order are sent one after another. Where one fails, the later ones of its order wait
behind it, while those of other orders go on. Results are stored with the cursor, in one commit:
after a crash the same page is read again, and what was sent from it is sent again under its id.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from datetime import datetime
from random import Random
from typing import Any, Final, TypeVar

from msgspec import Struct, structs

from gotovo.access.feed_cursors import FeedCursors, shop_reader
from gotovo.access.feed_events import EventFilter
from gotovo.engine.ports import EventFeed, FeedItem
from gotovo.keyring.keyring import Keys
from gotovo.order.values.texts.order_text import TextKey
from gotovo.outbound.guarded_sender import Attempt, GuardedSender
from gotovo.store.reads.order_texts import OrderTextReads
from gotovo.store.tables.webhooks.deliveries import (
    Delivery,
    DeliveryStore,
    LeaseLost,
    RoundResults,
    WebhookDeliveryState,
)
from gotovo.store.tables.webhooks.webhooks import StoredWebhook, WebhookStore
from gotovo.webhooks.lease import LEASE_SECONDS, WebhookLease
from gotovo.webhooks.off_reasons import OffReason
from gotovo.webhooks.payload import Message, message_of
from gotovo.webhooks.receiver_health import ReceiverHealth
from gotovo.webhooks.retry import RetryTerms, next_attempt
from gotovo.webhooks.signing import signed_headers
from gotovo.webhooks.webhook_secrets import signing_secrets

PAGE: Final = 100
"""Messages sent before results are stored: no more than that is sent again after a crash."""

EVENTS_READ: Final = 500
"""Events read at once, some 350 KB: most of them may be of other shops or types."""

AT_ONCE: Final = 8
"""Messages on the way to one receiver at once, each of another order."""

ROUND_SECONDS: Final = 10.0
"""How long a round goes on: a webhook that was changed or switched off is seen after that."""


T = TypeVar("T")


_HEADERS: Final = ((b"content-type", b"application/json"), (b"user-agent", b"gotovo-webhooks"))


class DeliveryTools(Struct, frozen=True, kw_only=True):
    """What all rounds of a process use. `keys` are those that secrets are sealed under."""

    webhooks: WebhookStore
    deliveries: DeliveryStore
    feed: EventFeed
    texts: OrderTextReads
    cursors: FeedCursors
    keys: Callable[[], Keys]
    sender: GuardedSender
    clock: Callable[[], datetime]
    rng: Random
    terms: RetryTerms = RetryTerms()
    lease_seconds: float = LEASE_SECONDS


class DeliveryRound:
    """A round of one webhook under its lease."""

    def __init__(
        self,
        tools: DeliveryTools,
        webhook: StoredWebhook,
        lease: WebhookLease,
        health: ReceiverHealth,
        is_stopping: Callable[[], bool],
    ) -> None:
        self.off_reason = ""
        self._tools = tools
        self._webhook = webhook
        self._lease = lease
        self._health = health
        self._is_stopping = is_stopping
        self._filter = EventFilter(frozenset(webhook.types or ()), webhook.shop)
        self._reached: dict[int, int] = {}
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._is_lost = False

    async def run(self) -> None:
        """Send until nothing is left, or the round has to end; raise LeaseLost without a lease."""
        ends = asyncio.get_running_loop().time() + ROUND_SECONDS
        webhook = self._webhook.id
        self._reached = dict((await self._tools.webhooks.cursors([webhook]))[webhook])
        has_more = True
        while has_more and not self._is_over and asyncio.get_running_loop().time() < ends:
            has_more = await self._retry_due()
            for lane, head in (await self._tools.webhooks.heads()).items():
                if self._reached.setdefault(lane, 0) < head and not self._is_over:
                    has_more = await self._read_on(lane) or has_more
        since = self._health.failing_since
        if since is not None and self._tools.clock() - since >= self._tools.terms.failing_max:
            self.off_reason = self.off_reason or OffReason.FAILING

    @property
    def _is_over(self) -> bool:
        return self._is_stopping() or self._is_lost or bool(self.off_reason)

    async def _retry_due(self) -> bool:
        """Try what is due again; return whether anything came of it."""
        tools = self._tools
        due = await tools.deliveries.due(self._webhook.id, tools.clock(), PAGE)
        if not due:
            return False
        events = await _side_by_side(self._event_at(each) for each in due)
        pairs = zip(due, events, strict=True)
        messages = [self._message(each.lane, event) for each, event in pairs]
        words = await self._words(messages)
        rows = await _side_by_side(
            self._tried(message, words, before)
            for message, before in zip(messages, due, strict=True)
        )
        tried = [row for row in rows if row is not None]
        arrived = [
            row.number
            for row, before in zip(rows, due, strict=True)
            if row is not None
            and row.state == WebhookDeliveryState.DELIVERED
            and before.state == WebhookDeliveryState.WAITING
        ]
        await self._store(tried, arrived=arrived)
        return bool(tried)

    async def _read_on(self, lane: int) -> bool:
        """Send a page of new events of a lane; return whether the cursor has moved."""
        tools, after = self._tools, self._reached[lane]
        events = await tools.feed.feed_items(lane, after, EVENTS_READ)
        if not events:
            return False
        wanted = [each for each in events if self._filter.passes(each.type, each.shop)]
        if wanted and not self._health.may_try(tools.clock()):
            return False
        most = 1 if self._health.is_down else PAGE
        last = wanted[most - 1].position if len(wanted) >= most else events[-1].position
        wanted = wanted[:most]
        messages, waiting = await self._unknown(lane, after, wanted)
        words = await self._words(messages)
        by_order: dict[str, list[Message]] = {}
        for each in messages:
            by_order.setdefault(each.number, []).append(each)
        is_probe = self._health.is_down
        parts = await _side_by_side(
            self._in_order(lane, part, words, is_open=number in waiting, probe=is_probe)
            for number, part in by_order.items()
        )
        rows = [row for part in parts for row in part]
        left = {each.position for each in messages} - {row.position for row in rows}
        reached = min(left, default=last + 1) - 1
        await self._store(rows, cursor=(lane, reached))
        self._reached[lane] = reached
        return reached > after

    async def _unknown(
        self, lane: int, after: int, wanted: Sequence[FeedItem]
    ) -> tuple[Sequence[Message], frozenset[str]]:
        """Return the messages that are not stored yet, and which of their orders have to wait."""
        if not wanted:
            return (), frozenset()
        deliveries, webhook = self._tools.deliveries, self._webhook.id
        known = await deliveries.known(webhook, lane, after, wanted[-1].position)
        new = [self._message(lane, each) for each in wanted if each.position not in known]
        return new, await deliveries.open_orders(webhook, list({each.number for each in new}))

    async def _in_order(
        self,
        lane: int,
        messages: Sequence[Message],
        words: Mapping[TextKey, str],
        *,
        is_open: bool,
        probe: bool,
    ) -> Sequence[Delivery]:
        """Send the messages of one order until one fails; those after it wait behind it."""
        rows: list[Delivery] = []
        for message in messages:
            new = _new(lane, message)
            if is_open:
                rows.append(structs.replace(new, state=WebhookDeliveryState.BEHIND))
                continue
            if self._health.is_down and not probe:
                break
            row = await self._tried(message, words, new)
            if row is None:
                break
            rows.append(row)
            is_open = row.state != WebhookDeliveryState.DELIVERED
        return rows

    async def _tried(
        self, message: Message, words: Mapping[TextKey, str], before: Delivery
    ) -> Delivery | None:
        """Send a message and return what became of it; None where it was not tried."""
        tools = self._tools
        async with self._slots:
            if self._is_over:
                return None
            try:
                await self._lease.cover(tools.sender.timeout_seconds)
            except Exception:  # noqa: BLE001  (who can't renew it must not send)
                self._is_lost = True
                return None
            now = tools.clock()
            secrets = signing_secrets(tools.keys(), self._webhook, now)
            if not secrets:
                self.off_reason = OffReason.SECRET
                return None
            body = message.payload(words)
            headers = [*_HEADERS, *signed_headers(secrets, message.id, now, body)]
            attempt = await tools.sender.send(self._webhook.url, headers, body, now)
            self._health.note(now, is_success=attempt.is_success)
            return self._result(before, attempt, now)

    def _result(self, before: Delivery, attempt: Attempt, now: datetime) -> Delivery:
        attempts = before.attempts + 1
        after = structs.replace(
            before, attempts=attempts, last_at=now, status=attempt.status, error=attempt.error
        )
        if attempt.is_success:
            return structs.replace(after, state=WebhookDeliveryState.DELIVERED, next_at=None)
        if attempt.is_gone:
            self.off_reason = OffReason.GONE
        tools = self._tools
        next_at = next_attempt(attempts, now, attempt.wait, tools.rng, tools.terms)
        if next_at is not None:
            return structs.replace(after, next_at=next_at)
        if before.state == WebhookDeliveryState.RESENDING:
            return structs.replace(after, state=WebhookDeliveryState.FAILED, next_at=None)
        self.off_reason = self.off_reason or OffReason.FAILING  # It waits until that is mended.
        return structs.replace(after, next_at=now)

    async def _store(
        self,
        rows: Sequence[Delivery],
        *,
        arrived: Sequence[str] = (),
        cursor: tuple[int, int] | None = None,
    ) -> None:
        if self._is_lost:
            raise LeaseLost(self._webhook.id)
        results = RoundResults(
            rows=rows,
            failing_since=self._health.failing_since,
            cursor=cursor,
            arrived=arrived,
            is_back=self._health.take_return(),
        )
        now = self._tools.clock()
        await self._tools.deliveries.store(self._webhook.id, self._lease.holder, now, results)

    async def _event_at(self, row: Delivery) -> FeedItem:
        (event,) = await self._tools.feed.feed_items(row.lane, row.position - 1, 1)
        return event

    def _message(self, lane: int, event: FeedItem) -> Message:
        """Return the message about an event, under the cursor that its shop reads on from."""

        def cursor_of(position: int) -> str:
            reached = self._reached | {lane: position}
            positions = tuple(reached[each] for each in sorted(reached))
            return self._tools.cursors.text_of_event(positions, shop_reader(self._webhook.shop))

        return message_of(event, cursor_of)

    async def _words(self, messages: Sequence[Message]) -> Mapping[TextKey, str]:
        keys = [each.item.text for each in messages if each.item.text is not None]
        return await self._tools.texts.of_keys(keys) if keys else {}


async def _side_by_side(work: Iterable[Coroutine[Any, Any, T]]) -> Sequence[T]:
    """Return all results; where one fails the others end before it is raised."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(each) for each in work]
    return [task.result() for task in tasks]


def _new(lane: int, message: Message) -> Delivery:
    return Delivery(
        position=message.position,
        lane=lane,
        number=message.number,
        type=message.type,
        message=message.id,
        state=WebhookDeliveryState.WAITING,
        attempts=0,
        last_at=None,
        next_at=None,
        status=None,
        error="",
    )
