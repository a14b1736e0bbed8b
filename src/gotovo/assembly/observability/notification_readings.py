"""Metrics of payment notifications: what they were, what they ended as, and what waits."""

from gotovo.api.metrics import MetricReading
from gotovo.assembly.payments.intake_jobs import IntakeJobs
from gotovo.assembly.runtime import Runtime
from gotovo.payments.intake.notification_round import WAITING_COUNTED_MAX
from gotovo.store.tables.payments.payment_notifications import PaymentNotifications


async def waiting_notifications(runtime: Runtime) -> tuple[MetricReading, ...]:
    """Return how many notifications of each open provider wait, and for how long."""
    names = runtime.providers.by_name
    stored = PaymentNotifications(runtime.pool)
    waiting = await stored.waiting(WAITING_COUNTED_MAX) if names else {}
    now = runtime.clock()
    counts = dict.fromkeys(names, 0.0) | {name: each.count for name, each in waiting.items()}
    waits = dict.fromkeys(names, 0.0) | {
        name: max(0.0, (now - each.since).total_seconds()) for name, each in waiting.items()
    }
    return (
        MetricReading(
            "gotovo_payment_notifications_waiting",
            "Notifications that are not looked up yet.",
            counts,
            "provider",
        ),
        MetricReading(
            "gotovo_payment_notification_wait_seconds",
            "How long the oldest of them waits.",
            waits,
            "provider",
        ),
    )


def counted_notifications(intake: IntakeJobs | None) -> MetricReading:
    """Return what this process has seen of notifications, by what they were and ended as."""
    return MetricReading(
        "gotovo_payment_notifications",
        "Notifications of payment providers, by outcome.",
        {} if intake is None else dict(intake.counts.by_outcome),
        "outcome",
        is_counter=True,
        of_worker=True,
    )
