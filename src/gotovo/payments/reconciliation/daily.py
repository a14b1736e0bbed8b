"""The daily reconciliation: each day that is over, once, whichever process does it.

Every difference becomes a case. A day whose provider can't be reached is tried again, and shows.
What the provider's account was used for before the first attempt of ours is not compared.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from gotovo.cases.case import CaseOpener, NewCase
from gotovo.cases.case_kinds import CaseKind
from gotovo.payments.providers.port import PaymentProvider, ProviderError
from gotovo.payments.reconciliation.comparison import (
    SETTLING,
    Books,
    PeriodResult,
    compare_period,
)
from gotovo.payments.reconciliation.differences import MoneyDifference
from gotovo.store.tables.money.reconciliations import DayResult, ReconciliationStore

DAYS_BACK: Final = 7
"""Days that are caught up with after an outage; older ones are for `gotovo audit money`."""

HOLD: Final = timedelta(minutes=30)
"""How long a day is one process's: a list of 200,000 payments is read in less."""

CASES_MAX: Final = 200
"""Cases opened of a day: if there are more, one thing is wrong, and the count says so."""

RETRY: Final = timedelta(minutes=10)

DAY: Final = timedelta(days=1)


class DailyReconciliation:
    """Compares yesterday and the days before it that were not compared yet."""

    def __init__(
        self,
        providers: Mapping[str, PaymentProvider],
        books_of: Callable[[str], Books],
        store: ReconciliationStore,
        cases: CaseOpener,
        clock: Callable[[], datetime],
        *,
        write_up: Callable[[], Awaitable[object]],
        begins_at: datetime | None = None,
    ) -> None:
        """`books_of` returns our books of a provider, after `write_up` has brought them up to date.

        They are written by a follower, which may be hours behind after an outage or an update.
        Nothing is compared before `begins_at`: what was captured meanwhile is looked up first.
        """
        self.latest: Sequence[DayResult] = ()
        self._providers = providers
        self._books_of = books_of
        self._store = store
        self._cases = cases
        self._clock = clock
        self._begins_at = begins_at
        self._write_up = write_up

    async def run(self) -> None:
        """Compare what is due, and read what others found."""
        if self._begins_at is None or self._clock() >= self._begins_at:
            for provider in self._providers.values():
                await self._compare_days(provider)
        self.latest = await self._store.latest(list(self._providers))

    async def _compare_days(self, provider: PaymentProvider) -> None:
        first = await self._store.first_attempt(provider.name)
        if first is None:
            return
        for day in days_over(self._clock()):
            if day >= first.date():
                await self._compare(provider, day, first)

    @property
    def warnings(self) -> tuple[str, ...]:
        """Return what an operator should know, in sentences."""
        return tuple(text for each in self.latest if (text := _warning(each)))

    async def _compare(self, provider: PaymentProvider, day: date, first: datetime) -> None:
        now = self._clock()
        if not await self._store.take(provider.name, day, now, now + HOLD):
            return
        await self._write_up()
        begins = max(datetime.combine(day, time(), UTC), first)
        books = self._books_of(provider.name)
        try:
            ends = datetime.combine(day, time(), UTC) + DAY
            result = await compare_period(provider, books, begins, ends)
        except ProviderError as error:
            again_at = self._clock() + RETRY
            await self._store.failed(provider.name, day, str(error), again_at)
            return
        for each in result.differences[:CASES_MAX]:
            await self._cases.open(case_of(provider.name, each, self._clock()))
        await self._store.finish(_day_result(provider.name, day, result), self._clock())


def days_over(now: datetime) -> Sequence[date]:
    """Return the days in UTC that can be compared, the oldest first."""
    today = (now - SETTLING).astimezone(UTC).date()
    return [today - timedelta(days=back) for back in range(DAYS_BACK, 0, -1)]


def case_of(provider: str, difference: MoneyDifference, now: datetime) -> NewCase:
    """Return the case of a difference; found again by a later day or by hand, it is the same."""
    proofs = {
        "provider": provider,
        "difference": difference.kind.value,
        "id": difference.id,
        "here": difference.here,
        "there": difference.there,
    }
    return NewCase(
        kind=CaseKind.RECONCILIATION,
        subject=f"{provider}:{difference.kind}:{difference.id}",
        opened_at=now,
        number=difference.number,
        proofs={name: value for name, value in proofs.items() if value},
    )


def _day_result(provider: str, day: date, result: PeriodResult) -> DayResult:
    return DayResult(
        provider=provider,
        day=day,
        payments=result.payments,
        refunds=result.refunds,
        differences=len(result.differences),
    )


def _warning(result: DayResult) -> str:
    if result.failure:
        return f"{result.provider}: {result.day} could not be reconciled: {result.failure}"
    if not result.differences:
        return ""
    return (
        f"{result.provider}: {result.differences} differences on {result.day}; "
        f"run gotovo audit money --provider {result.provider} --from {result.day}"
    )
