"""Reconciliation, put together: the ledger's follower, our books, and the daily job."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

import asyncpg

from gotovo.assembly.runtime import Runtime
from gotovo.engine.background.followers import Follower, FollowerTerms
from gotovo.engine.background.periodic import PeriodicJob
from gotovo.payments.providers.port import PaymentProvider
from gotovo.payments.reconciliation.comparison import SETTLING, PeriodResult, compare_period
from gotovo.payments.reconciliation.daily import DailyReconciliation
from gotovo.payments.reconciliation.our_books import OurBooks
from gotovo.store.journal.journal import PostgresJournal
from gotovo.store.tables.cases.cases import CaseStore
from gotovo.store.tables.money.money_ledger import FOLLOWER, MoneyLedger
from gotovo.store.tables.money.reconciliations import ReconciliationStore
from gotovo.store.tables.payments.sent_refunds import SentRefunds

Report = Callable[[str, Exception], None]

POLL_SECONDS = 600.0
"""How often it is looked whether a day is over: nobody waits for it."""

LEDGER_REST = 1.0
"""Half of the time is for the ledger: replaying a busy hour may take a few more minutes."""


def ledger_follower(runtime: Runtime, report: Report) -> Follower:
    """Return the follower that writes the ledger of money."""
    terms = FollowerTerms(resting=LEDGER_REST)
    ledger = MoneyLedger(runtime.pool)
    return Follower(FOLLOWER, runtime.journal, ledger.follow, terms, report=report)


def daily_reconciliation(runtime: Runtime) -> DailyReconciliation | None:
    """Return what compares each day, None where no provider is open."""
    providers = runtime.providers.by_name
    if not providers:
        return None
    return DailyReconciliation(
        providers,
        lambda provider: books_of(runtime.pool, provider),
        ReconciliationStore(runtime.pool),
        CaseStore(runtime.pool),
        runtime.clock,
        write_up=partial(up_to_date_ledger, runtime.pool),
        begins_at=runtime.clock() + SETTLING,
    )


def reconciliation_job(daily: DailyReconciliation, report: Report) -> PeriodicJob:
    """Return the job that compares days."""
    return PeriodicJob("reconciliation", daily.run, POLL_SECONDS, report=report)


def books_of(pool: "asyncpg.Pool[Any]", provider: str) -> OurBooks:
    """Return our books of a provider."""
    return OurBooks(provider, MoneyLedger(pool), SentRefunds(pool))


async def reconcile(
    pool: "asyncpg.Pool[Any]", provider: PaymentProvider, since: datetime, until: datetime
) -> PeriodResult:
    """Bring the ledger up to date, and compare a period."""
    await up_to_date_ledger(pool)
    return await compare_period(provider, books_of(pool, provider.name), since, until)


async def up_to_date_ledger(pool: "asyncpg.Pool[Any]") -> MoneyLedger:
    """Return the ledger after it has read the whole journal; a serving process may read as well."""
    ledger = MoneyLedger(pool)
    await Follower(FOLLOWER, PostgresJournal(pool), ledger.follow).catch_up()
    return ledger
