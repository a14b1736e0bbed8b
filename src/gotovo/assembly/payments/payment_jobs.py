"""What runs for payments in a process: polling, refunds, receipts, cases and reconciliation."""

from collections.abc import Callable

from msgspec import Struct

from gotovo.access.security_log import SecurityLog
from gotovo.assembly.cases.case_jobs import case_jobs
from gotovo.assembly.payments.intake_jobs import IntakeJobs, intake_jobs
from gotovo.assembly.payments.receipt_jobs import receipt_jobs
from gotovo.assembly.payments.reconciliation import (
    daily_reconciliation,
    ledger_follower,
    reconciliation_job,
)
from gotovo.assembly.payments.refund_jobs import RefundJobs, refund_jobs
from gotovo.assembly.runtime import Runtime
from gotovo.engine.background.followers import Follower
from gotovo.engine.background.periodic import PeriodicJob
from gotovo.payments.providers.health_round import ASKED_EVERY_SECONDS, ProviderHealthRound
from gotovo.payments.receipts.fiscal_watch import FiscalWatch
from gotovo.payments.reconciliation.daily import DailyReconciliation

Report = Callable[[str, Exception], None]


class PaymentJobs(Struct, frozen=True, kw_only=True):
    """The jobs that follow the journal, and those that run by the clock.

    Where a provider is open, `intake` takes in what was captured, `refunds` sends what goes back,
    `reconciliation` compares each day, and `health` tells whether it can be reached. `receipts`
    tells what is wrong with the queue of receipts, where they are on.
    """

    followers: tuple[Follower, ...] = ()
    jobs: tuple[PeriodicJob, ...] = ()
    intake: IntakeJobs | None = None
    refunds: RefundJobs | None = None
    reconciliation: DailyReconciliation | None = None
    health: ProviderHealthRound | None = None
    receipts: FiscalWatch | None = None

    @property
    def warnings(self) -> tuple[str, ...]:
        """Return what an operator should know, in sentences."""
        return (
            *(() if self.health is None else self.health.warnings),
            *(() if self.refunds is None else self.refunds.health.warnings),
            *(() if self.receipts is None else self.receipts.warnings),
            *(() if self.reconciliation is None else self.reconciliation.warnings),
        )


def payment_jobs(runtime: Runtime, security_log: SecurityLog, report: Report) -> PaymentJobs:
    """Return what runs for payments."""
    health = _health_round(runtime)
    refunds = refund_jobs(runtime, report) if runtime.providers.by_name else None
    watcher = None if refunds is None else refunds.watcher
    intake = intake_jobs(runtime, security_log, report, watcher)
    receipts = receipt_jobs(runtime, report)
    reconciliation = daily_reconciliation(runtime)
    cases = case_jobs(runtime, report)
    return PaymentJobs(
        followers=(
            ledger_follower(runtime, report),
            cases.follower,
            *receipts.followers,
            *(() if refunds is None else (refunds.follower,)),
        ),
        jobs=(
            cases.finishing,
            *(() if health is None else (_health_job(health, report),)),
            *(() if intake is None else intake.jobs),
            *(() if refunds is None else refunds.jobs),
            *receipts.jobs,
            *(() if reconciliation is None else (reconciliation_job(reconciliation, report),)),
        ),
        intake=intake,
        refunds=refunds,
        reconciliation=reconciliation,
        health=health,
        receipts=receipts.watch,
    )


def _health_round(runtime: Runtime) -> ProviderHealthRound | None:
    """Return what asks the providers whether they work, None where there is none."""
    providers = runtime.providers
    if not providers.watches:
        return None
    asked = {name: providers.by_name[name] for name in providers.watches}
    return ProviderHealthRound(asked, providers.watches.values(), runtime.clock)


def _health_job(health: ProviderHealthRound, report: Report) -> PeriodicJob:
    return PeriodicJob("payment-providers", health.run, ASKED_EVERY_SECONDS, report=report)
