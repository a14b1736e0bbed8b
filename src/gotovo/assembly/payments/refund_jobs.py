"""What gives money back in a process: the follower, the sender, and the count of what waits."""

from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Final

from msgspec import Struct

from gotovo.assembly.runtime import Runtime
from gotovo.engine.background.followers import Follower
from gotovo.engine.background.periodic import PeriodicJob
from gotovo.payments.refunds.refund_health import RefundHealth
from gotovo.payments.refunds.refund_outcomes import RefundOutcomes
from gotovo.payments.refunds.refund_planner import FOLLOWER, RefundPlanner
from gotovo.payments.refunds.refund_sender import RefundSender, RefundTerms
from gotovo.payments.refunds.refund_watcher import RefundWatcher
from gotovo.store.reads.programs import ProgramReads
from gotovo.store.tables.cases.cases import CaseStore
from gotovo.store.tables.payments.refund_transfers import RefundTransfers

SENT_EVERY_SECONDS: Final = 5.0
"""How often the table is asked for what is due; a refund that starts wakes the sender at once."""

DEMO_POLL: Final = timedelta(seconds=5)
"""How often the demo looks up a refund: its bank pays within seconds, and tells nobody."""

COUNTED_EVERY_SECONDS: Final = 60.0
"""How often what waits too long is counted, for /readyz."""

Report = Callable[[str, Exception], None]


class RefundJobs(Struct, frozen=True, kw_only=True):
    """The jobs of refunds; `watcher` is told by notifications, `health` tells /readyz."""

    follower: Follower
    jobs: tuple[PeriodicJob, ...]
    watcher: RefundWatcher
    health: RefundHealth


def refund_jobs(runtime: Runtime, report: Report) -> RefundJobs:
    """Return what gives money back through the providers that are open."""
    transfers = RefundTransfers(runtime.pool)
    providers = runtime.providers.by_name
    outcomes = RefundOutcomes(transfers, runtime.engine, CaseStore(runtime.pool), runtime.clock)
    sender = RefundSender(
        transfers,
        runtime.engine,
        outcomes,
        providers,
        clock=runtime.clock,
        rng=Random(),  # noqa: S311  (jitter, no secrets)
        terms=RefundTerms(poll=DEMO_POLL) if runtime.settings.demo else RefundTerms(),
    )
    sending = PeriodicJob("refund-sender", sender.run, SENT_EVERY_SECONDS, report=report)
    planner = RefundPlanner(
        transfers,
        ProgramReads(runtime.pool),
        providers,
        outcomes,
        hold=timedelta(minutes=runtime.settings.refund_hold_minutes),
        on_planned=sending.wake,
    )
    health = RefundHealth(transfers, runtime.clock)
    counting = PeriodicJob("refund-health", health.run, COUNTED_EVERY_SECONDS, report=report)
    return RefundJobs(
        follower=Follower(FOLLOWER, runtime.journal, planner, report=report),
        jobs=(sending, counting),
        watcher=RefundWatcher(transfers, sender, outcomes, providers),
        health=health,
    )
