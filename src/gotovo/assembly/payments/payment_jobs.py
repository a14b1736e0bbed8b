"""What runs for payments in a process: polling, refunds, receipts and reconciliation."""

from collections.abc import Callable

from msgspec import Struct

from gotovo.assembly.cases.case_jobs import case_jobs
from gotovo.assembly.runtime import Runtime
from gotovo.engine.background.followers import Follower
from gotovo.engine.background.periodic import PeriodicJob

Report = Callable[[str, Exception], None]


class PaymentJobs(Struct, frozen=True, kw_only=True):
    """The jobs that follow the journal, and those that run by the clock."""

    followers: tuple[Follower, ...] = ()
    jobs: tuple[PeriodicJob, ...] = ()


def payment_jobs(runtime: Runtime, report: Report) -> PaymentJobs:
    """Return what runs for payments."""
    cases = case_jobs(runtime, report)
    return PaymentJobs(followers=(cases.follower,), jobs=(cases.finishing,))
