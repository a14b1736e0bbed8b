"""What runs for payments in a process: polling, refunds, receipts and reconciliation."""

from collections.abc import Callable

from msgspec import Struct

from gotovo.access.security_log import SecurityLog
from gotovo.assembly.payments.intake_jobs import IntakeJobs, intake_jobs
from gotovo.assembly.runtime import Runtime
from gotovo.engine.background.followers import Follower
from gotovo.engine.background.periodic import PeriodicJob
from gotovo.payments.providers.health_round import ASKED_EVERY_SECONDS, ProviderHealthRound

Report = Callable[[str, Exception], None]


class PaymentJobs(Struct, frozen=True, kw_only=True):
    """The jobs that follow the journal, and those that run by the clock.

    `health` tells which providers can't be reached, and `intake` takes in what they captured;
    without providers there is neither.
    """

    followers: tuple[Follower, ...] = ()
    jobs: tuple[PeriodicJob, ...] = ()
    intake: IntakeJobs | None = None
    health: ProviderHealthRound | None = None


def payment_jobs(runtime: Runtime, security_log: SecurityLog, report: Report) -> PaymentJobs:
    """Return what runs for payments."""
    health = _health_round(runtime)
    asking = () if health is None else (_health_job(health, report),)
    intake = intake_jobs(runtime, security_log, report)
    taking = () if intake is None else intake.jobs
    return PaymentJobs(jobs=(*asking, *taking), health=health, intake=intake)


def _health_round(runtime: Runtime) -> ProviderHealthRound | None:
    """Return what asks the providers whether they work, None where there is none."""
    providers = runtime.providers
    if not providers.watches:
        return None
    asked = {name: providers.by_name[name] for name in providers.watches}
    return ProviderHealthRound(asked, providers.watches.values(), runtime.clock)


def _health_job(health: ProviderHealthRound, report: Report) -> PeriodicJob:
    return PeriodicJob("payment-providers", health.run, ASKED_EVERY_SECONDS, report=report)
