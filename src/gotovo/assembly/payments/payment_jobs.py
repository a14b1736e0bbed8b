"""What runs for payments in a process: polling, refunds, receipts and reconciliation."""

from collections.abc import Callable

from msgspec import Struct

from gotovo.assembly.payments.receipt_jobs import receipt_jobs
from gotovo.assembly.runtime import Runtime
from gotovo.engine.background.followers import Follower
from gotovo.engine.background.periodic import PeriodicJob
from gotovo.payments.providers.health_round import ASKED_EVERY_SECONDS, ProviderHealthRound
from gotovo.payments.receipts.fiscal_watch import FiscalWatch

Report = Callable[[str, Exception], None]


class PaymentJobs(Struct, frozen=True, kw_only=True):
    """The jobs that follow the journal, and those that run by the clock.

    `health` tells which providers can't be reached; without providers there is none. `receipts`
    tells what is wrong with the queue of receipts, where they are on.
    """

    followers: tuple[Follower, ...] = ()
    jobs: tuple[PeriodicJob, ...] = ()
    health: ProviderHealthRound | None = None
    receipts: FiscalWatch | None = None


def payment_jobs(runtime: Runtime, report: Report) -> PaymentJobs:
    """Return what runs for payments."""
    health = _health_round(runtime)
    asking = () if health is None else (_health_job(health, report),)
    receipts = receipt_jobs(runtime, report)
    return PaymentJobs(
        followers=receipts.followers,
        jobs=(*asking, *receipts.jobs),
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
