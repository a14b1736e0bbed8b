"""Intake of payments in a process: what takes notifications, and the jobs that look payments up."""

from collections.abc import Awaitable, Callable
from functools import partial

from msgspec import Struct

from gotovo.access.rate_limits import wide_network_of
from gotovo.access.security_log import SecurityEvent, SecurityLog
from gotovo.assembly.payments.intake import payment_intake
from gotovo.assembly.runtime import Runtime
from gotovo.engine.background.periodic import PeriodicJob
from gotovo.payments.intake import attempt_poller, notification_round, provider_sweep
from gotovo.payments.intake.attempt_poller import AttemptPoller
from gotovo.payments.intake.notification_counts import NotificationCounts, RefusedAs
from gotovo.payments.intake.notification_desk import NotificationDesk
from gotovo.payments.intake.notification_round import NotificationRound
from gotovo.payments.intake.provider_sweep import ProviderSweep
from gotovo.payments.intake.refund_lookup import RefundLookup
from gotovo.store.tables.cases.cases import CaseStore
from gotovo.store.tables.payments.payment_attempts import PaymentAttempts
from gotovo.store.tables.payments.payment_notifications import PaymentNotifications, PaymentSweeps
from gotovo.store.tables.security.entries import VISITOR, Author
from gotovo.store.tables.security.kinds import SecurityKind

Report = Callable[[str, Exception], None]


class IntakeJobs(Struct, frozen=True):
    """What takes notifications, its counts, and the jobs."""

    desk: NotificationDesk
    counts: NotificationCounts
    jobs: tuple[PeriodicJob, ...]


def intake_jobs(
    runtime: Runtime,
    security_log: SecurityLog,
    report: Report,
    refunds: RefundLookup | None = None,
) -> IntakeJobs | None:
    """Return what takes in payments; None where no provider is open.

    Without `refunds`, notifications about refunds wait for a process that watches them.
    """
    providers = runtime.providers.by_name
    if not providers:
        return None
    intake = payment_intake(runtime)
    attempts, stored = PaymentAttempts(runtime.pool), PaymentNotifications(runtime.pool)
    counts = NotificationCounts(partial(_log_suspicious, security_log))
    handling = NotificationRound(
        stored,
        intake,
        counts,
        runtime.clock,
        refunds=refunds,
        report=partial(report, "payment-notifications"),
    )
    polling = AttemptPoller(
        providers, attempts, intake, runtime.clock, report=partial(report, "payment-attempts")
    )
    sweep = ProviderSweep(
        providers,
        attempts,
        PaymentSweeps(runtime.pool),
        intake,
        runtime.clock,
        cases=CaseStore(runtime.pool),
        report=partial(report, "payment-lists"),
    )
    handle = _job(
        "payment-notifications", handling.handle_due, notification_round.POLL_SECONDS, report
    )
    poll = _job("payment-attempts", polling.check_due, attempt_poller.POLL_SECONDS, report)
    read = PeriodicJob("payment-lists", sweep.read_due, provider_sweep.LOOK_SECONDS, report=report)
    desk = NotificationDesk(
        providers,
        stored,
        attempts,
        counts,
        runtime.clock,
        on_taken=handle.wake,
        waiting=lambda: handling.waiting,
    )
    return IntakeJobs(desk, counts, (handle, poll, read))


def _job(
    name: str,
    run: Callable[[Callable[[], bool]], Awaitable[object]],
    every_seconds: float,
    report: Report,
) -> PeriodicJob:
    """Return a job whose long runs end when the process stops."""
    job = PeriodicJob(name, lambda: run(lambda: job.is_stopping), every_seconds, report=report)
    return job


def _log_suspicious(
    security_log: SecurityLog, provider: str, refused_as: RefusedAs, address: str
) -> None:
    network = wide_network_of(address) if address else ""
    event = SecurityEvent(
        SecurityKind.NOTIFICATION_REFUSED,
        Author(VISITOR, network),
        outcome=refused_as,
        endpoint=provider,
    )
    security_log.record(event)
