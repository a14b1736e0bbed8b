"""What runs for payments in a process: polling, refunds, receipts and reconciliation."""

from collections.abc import Callable

from msgspec import Struct

from gotovo.assembly.payments.refund_jobs import RefundJobs, refund_jobs
from gotovo.assembly.runtime import Runtime
from gotovo.engine.background.followers import Follower
from gotovo.engine.background.periodic import PeriodicJob

Report = Callable[[str, Exception], None]


class PaymentJobs(Struct, frozen=True, kw_only=True):
    """The jobs that follow the journal, and those that run by the clock.

    `refunds` is there where a provider is open that money goes back through.
    """

    followers: tuple[Follower, ...] = ()
    jobs: tuple[PeriodicJob, ...] = ()
    refunds: RefundJobs | None = None


def payment_jobs(runtime: Runtime, report: Report) -> PaymentJobs:
    """Return what runs for payments."""
    refunds = refund_jobs(runtime, report) if runtime.providers.by_name else None
    return PaymentJobs(
        followers=() if refunds is None else (refunds.follower,),
        jobs=() if refunds is None else refunds.jobs,
        refunds=refunds,
    )
