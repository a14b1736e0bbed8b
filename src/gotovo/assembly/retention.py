"""Retention job: removes what the retention rules say is due, in bounded batches (rule 4.16).

Rules by time delete through an index. The others go through the orders in rounds, a page at a
time, and store how far they have come, so that a restart or another process goes on there. Contacts
are blanked by the step `contact-erasure`, whose command id is made of the order and its end. All of
it can be repeated, so that two processes are harmless.
"""

import asyncio
import hashlib
import uuid
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from msgspec import structs

from gotovo.assembly.runtime import Runtime
from gotovo.config import Settings
from gotovo.engine.background.periodic import PeriodicJob
from gotovo.engine.background.steady_clock import ClockError, SteadyClock
from gotovo.engine.ports import EngineClosed, JournalUnreachable, QueueFull
from gotovo.engine.submission import ResultKind, Submission
from gotovo.order.deadlines import settled_at
from gotovo.order.steps.contact_erasure import EraseContact
from gotovo.order.values.actor import TIMER
from gotovo.order.values.order import Order
from gotovo.store.postgres.statements import SWEPT_ROWS_MAX
from gotovo.store.retention.retention import Progress, RetentionStore, RoundPage
from gotovo.store.retention.rule import RetentionRule, Walk
from gotovo.store.retention.rules import RULES
from gotovo.store.tables.orders.personal_data import PersonalData
from gotovo.store.tables.security.security_log import SecurityLogStore

RUN_SECONDS: Final = 60.0
"""What is due a minute longer does no harm."""

RULE_SECONDS_MAX: Final = 2.0
"""How long one rule may take in one run: the next goes on. A stop of the server waits for less."""

PAGE: Final = 256
"""Orders of one page of a round: those that are due are one commit."""

ROUND_EVERY: Final = timedelta(days=1)
"""How often all closed orders are looked at, page by page."""

COUNTED_MAX: Final = 1_000_000
"""Up to how many rows of a rule by time are counted: more of them count as so many."""

_NAMESPACE: Final = uuid.UUID("5a0cfe3e-9a0f-5c5a-8d0b-5f0f6f3f6a51")
_FINGERPRINT: Final = hashlib.blake2b(b"contact-erasure", digest_size=16).digest()


def days_of(rule: RetentionRule, settings: Settings) -> int:
    """Return after how many days a rule removes what it names."""
    return getattr(settings, rule.setting) if rule.setting else rule.days


class Retention:
    """Applies every retention rule, a bounded part of it at each run."""

    def __init__(
        self, runtime: Runtime, *, report: Callable[[str, Exception], None] | None = None
    ) -> None:
        self._runtime = runtime
        self._store = RetentionStore(runtime.pool)
        self._personal_data = PersonalData(runtime.pool)
        self._security_log = SecurityLogStore(runtime.pool)
        self._report = report
        self.job = PeriodicJob("retention", self.run, RUN_SECONDS, report=report)

    async def run(self, *, whole: bool = False) -> Mapping[str, int]:
        """Remove what is due; return how much, by rule.

        A `whole` run ends when nothing is due any more and begins every round anew. A rule that
        fails does not hold up the others; the first such error is raised at the end.
        """
        self._refuse_wrong_clock()
        removed: Counter[str] = Counter()
        first: Exception | None = None
        for rule in RULES:
            try:
                removed[rule.name] = await self._apply(rule, whole=whole)
            except Exception as error:  # noqa: BLE001  (raised below, once the others have run)
                first = first or error
        if first is not None:
            raise first
        return removed

    def _refuse_wrong_clock(self) -> None:
        """Raise ClockError while the clock can't be right: what is removed does not come back."""
        clock = self._runtime.clock
        if isinstance(clock, SteadyClock) and clock.fault() is not None:
            message = "the clock has jumped; nothing is removed: run gotovo timers status"
            raise ClockError(message)

    async def count_due(self) -> Mapping[str, int]:
        """Count what a whole run would remove, and change nothing."""
        return {rule.name: await self._count(rule) for rule in RULES}

    async def _apply(self, rule: RetentionRule, *, whole: bool) -> int:
        if rule.walk in {Walk.BESIDE_ORDERS, Walk.CLOSED_ORDERS}:
            return await self._go_round(rule, whole=whole)
        before, total = self._before(rule), 0
        pause = _Pause(self.job, None if whole else RULE_SECONDS_MAX)
        while True:
            if rule.walk is Walk.SECURITY_LOG:
                count = await self._security_log.retire(before, self._runtime.clock())
            elif rule.walk is Walk.RECORDS:
                count = await self._runtime.journal.delete_records(before, SWEPT_ROWS_MAX)
            else:
                count = await self._store.remove(rule, before, SWEPT_ROWS_MAX)
            await self._add(rule, count)
            total += count
            if count < SWEPT_ROWS_MAX or not await pause.over():
                return total

    async def _go_round(self, rule: RetentionRule, *, whole: bool) -> int:
        """Go on with the round of a rule, or begin a new one; return how much was removed."""
        now, before, total = self._runtime.clock(), self._before(rule), 0
        stored = (await self._store.progress()).get(rule.name, Progress(rule=rule.name))
        progress = self._new_round(stored, now) if whole else self._at(stored, now)
        pause = _Pause(self.job, None if whole else RULE_SECONDS_MAX)
        while progress is not None:
            page = await self._store.page(rule, progress, before, PAGE)
            removed = await self._remove(rule, page, before) if page else 0
            await self._add(rule, removed)
            total += removed
            moved = self._after(progress, page, now)
            is_end = moved.ended_at is not None
            if (is_end or not whole) and not await self._store.advance(stored, moved):
                break  # another process goes on from there
            if is_end or not await pause.over():
                break
            progress, stored = moved, stored if whole else moved
        return total

    def _at(self, stored: Progress, now: datetime) -> Progress | None:
        """Return where to go on; None while the last round is young enough."""
        if stored.began_at is None or stored.ended_at is not None:
            is_young = stored.began_at is not None and now - stored.began_at < ROUND_EVERY
            return None if is_young else self._new_round(stored, now)
        return stored

    def _new_round(self, stored: Progress, now: datetime) -> Progress:
        return structs.replace(
            stored, after_placed_at=None, after_number=None, began_at=now, ended_at=None
        )

    def _after(self, progress: Progress, page: RoundPage | None, now: datetime) -> Progress:
        """Return the progress after a page; a short one ends the round."""
        if page is None:
            return structs.replace(progress, ended_at=now)
        return structs.replace(
            progress,
            after_placed_at=page.last_placed_at,
            after_number=page.last_number,
            ended_at=None if page.length == PAGE else now,
        )

    async def _remove(self, rule: RetentionRule, page: RoundPage, before: datetime) -> int:
        due = [order for order in page.orders if self._is_due(order, before)]
        if not due:
            return 0
        if rule.walk is Walk.CLOSED_ORDERS:
            return await self._erase(due)
        return await self._store.remove_beside(rule, [each.number for each in due], before)

    async def _erase(self, orders: Sequence[Order]) -> int:
        """Erase the contacts of closed orders and what their buyers added; return how many.

        An order that fails is reported and left to the next round.
        """
        results = await self._runtime.engine.submit_each([_erasure(each) for each in orders])
        count = 0
        for order, result in zip(orders, results, strict=True):
            if isinstance(result, EngineClosed | JournalUnreachable | QueueFull):
                raise result
            if isinstance(result, Exception):
                if self._report is not None:
                    self._report(self.job.name, result)
            elif not isinstance(result, BaseException) and result.kind is not ResultKind.REFUSED:
                await self._personal_data.forget_order(order.number)
                count += result.kind is ResultKind.DONE and not result.repeated
        return count

    async def _count(self, rule: RetentionRule) -> int:
        before = self._before(rule)
        if rule.walk not in {Walk.BESIDE_ORDERS, Walk.CLOSED_ORDERS}:
            return await self._store.count_due(rule, before, COUNTED_MAX)
        progress, total = Progress(rule=rule.name), 0
        while page := await self._store.page(rule, progress, before, PAGE):
            total += sum(self._is_due(order, before) for order in page.orders)
            progress = self._after(progress, page, before)
        return total

    def _is_due(self, order: Order, before: datetime) -> bool:
        settled = settled_at(order, self._runtime.terms)
        return settled is not None and settled < before

    def _before(self, rule: RetentionRule) -> datetime:
        """Return the instant before which something has to be for the rule to remove it."""
        return self._runtime.clock() - timedelta(days=days_of(rule, self._runtime.settings))

    async def _add(self, rule: RetentionRule, count: int) -> None:
        if count:
            await self._store.add_removed(rule, count, self._runtime.clock())


class _Pause:
    """The rest between batches: as long as the batch took, so that half of the time is people's."""

    def __init__(self, job: PeriodicJob, seconds_max: float | None) -> None:
        self._job = job
        self._loop = asyncio.get_running_loop()
        self._began = self._loop.time()
        self._ends = None if seconds_max is None else self._began + seconds_max

    async def over(self) -> bool:
        """Rest; return whether there is time for another batch."""
        now = self._loop.time()
        if self._job.is_stopping or (self._ends is not None and now > self._ends):
            return False
        await self._job.rest(now - self._began)
        self._began = self._loop.time()
        return not self._job.is_stopping


def _erasure(order: Order) -> Submission:
    assert order.closed_at is not None, order.number
    return Submission(
        command_id=uuid.uuid5(_NAMESPACE, f"{order.number}:{order.closed_at.isoformat()}"),
        number=order.number,
        command=EraseContact(),
        actor=TIMER,
        fingerprint=_FINGERPRINT,
    )
