"""Sends for all webhooks: a round for each that has something to send, side by side.

A receiver that is slow or down holds up no other one. Several processes may run this: the lease
of a webhook decides which of them sends for it.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Final

import structlog

from gotovo.engine.background.periodic import PeriodicJob
from gotovo.store.tables.webhooks.deliveries import LeaseLost
from gotovo.store.tables.webhooks.webhooks import SendingWebhook
from gotovo.webhooks.delivery_round import DeliveryRound, DeliveryTools
from gotovo.webhooks.lease import WebhookLease
from gotovo.webhooks.receiver_health import ReceiverHealth

JOB: Final = "webhooks"

POLL_SECONDS: Final = 1.0
"""How often something is looked for when no commit of this process wakes the job."""

LOOK_SECONDS_MIN: Final = 0.05
"""Whatever is committed, it is looked twenty times a second at most."""

WEBHOOKS_AT_ONCE: Final = 64
"""Rounds at once: each has eight messages on the way at most."""

STOP_SECONDS: Final = 5.0
"""How long a process that ends waits for receivers; what they have not answered is sent again."""

REST_SECONDS: Final = 5.0
"""How long a webhook rests after an error of ours, like a database that can't be reached."""

_log = structlog.get_logger("gotovo")


class WebhookDispatcher:
    """The rounds of one process; `holder` names it in leases."""

    def __init__(
        self,
        tools: DeliveryTools,
        holder: str,
        *,
        report: Callable[[str, Exception], None] | None = None,
    ) -> None:
        self._tools = tools
        self._holder = holder
        self._report = report
        self._running: dict[str, asyncio.Task[None]] = {}
        self._health: dict[str, ReceiverHealth] = {}
        self._rests_until: dict[str, float] = {}
        self._looked_at = float("-inf")
        self._has_webhooks = True
        self.job = PeriodicJob(JOB, self.start_rounds, POLL_SECONDS, report=report)

    def wake(self) -> None:
        """Look now; made for `Engine.on_commit`. Without webhooks it costs nothing."""
        if self._has_webhooks:
            self.job.wake()

    async def start_rounds(self) -> None:
        """Start a round of every webhook that has something to send and none under way."""
        loop = asyncio.get_running_loop()
        await self.job.rest(self._looked_at + LOOK_SECONDS_MIN - loop.time())
        self._looked_at = loop.time()
        tools, now = self._tools, self._tools.clock()
        found = await tools.webhooks.sending(self._holder, now)
        self._has_webhooks = bool(found)
        self._forget(found)
        idle = [each for each in found if each.webhook.id not in self._running]
        if not idle:
            return
        heads = await tools.webhooks.heads()
        cursors = await tools.webhooks.cursors([each.webhook.id for each in idle])
        tools.rng.shuffle(idle)  # None is always the last where there are too many.
        for each in idle:
            webhook = each.webhook
            if len(self._running) >= WEBHOOKS_AT_ONCE or self.job.is_stopping:
                return
            health = self._health.setdefault(webhook.id, ReceiverHealth(webhook.failing_since))
            if self._has_work(each, health, heads, cursors[webhook.id], now):
                self._running[webhook.id] = asyncio.create_task(self._round(each, health))

    async def close(self) -> None:
        """Let the rounds under way end, once the job was stopped, and end the connections."""
        tasks = list(self._running.values())
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=STOP_SECONDS)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        await self._tools.sender.close()

    def _has_work(
        self,
        each: SendingWebhook,
        health: ReceiverHealth,
        heads: Mapping[int, int],
        reached: Mapping[int, int],
        now: datetime,
    ) -> bool:
        if asyncio.get_running_loop().time() < self._rests_until.get(each.webhook.id, 0.0):
            return False
        if each.due_at is not None and each.due_at <= now:
            return True
        is_behind = any(reached.get(lane, 0) < head for lane, head in heads.items())
        return is_behind and health.may_try(now)

    async def _round(self, sending: SendingWebhook, health: ReceiverHealth) -> None:
        webhook, tools = sending.webhook, self._tools
        lease = WebhookLease(
            tools.webhooks, webhook.id, self._holder, tools.clock, tools.lease_seconds
        )
        try:
            if await lease.take():
                try:
                    await self._send(webhook.id, lease, health)
                finally:
                    await lease.end()
        except LeaseLost:
            _log.warning("webhook lease lost", webhook=webhook.id)
        except Exception as error:  # noqa: BLE001  (whatever it is, the next round tries again)
            rests_until = asyncio.get_running_loop().time() + REST_SECONDS
            self._rests_until[webhook.id] = rests_until
            if self._report is not None:
                self._report(JOB, error)
        finally:
            del self._running[webhook.id]
            self.job.wake()

    async def _send(self, id_: str, lease: WebhookLease, health: ReceiverHealth) -> None:
        """Send for a webhook as it is now that nobody else does."""
        webhook = await self._tools.webhooks.find(id_)
        if webhook is None or not webhook.is_on:
            return
        health.failing_since = webhook.failing_since
        this = DeliveryRound(self._tools, webhook, lease, health, lambda: self.job.is_stopping)
        await this.run()
        if this.off_reason:
            await self._switch_off(id_, this.off_reason)

    async def _switch_off(self, webhook: str, reason: str) -> None:
        self._health.pop(webhook, None)
        if await self._tools.webhooks.switch_off(webhook, reason, self._tools.clock()):
            _log.warning(
                "webhook switched off", webhook=webhook, reason=reason, fix="tell its owner"
            )

    def _forget(self, found: Sequence[SendingWebhook]) -> None:
        """Forget receivers of webhooks that are off, deleted, or another process's."""
        ids = {each.webhook.id for each in found} | set(self._running)
        for known in [each for each in self._health if each not in ids]:
            del self._health[known]
            self._rests_until.pop(known, None)
