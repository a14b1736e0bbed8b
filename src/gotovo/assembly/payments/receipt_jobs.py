"""What runs for receipts: who stores what is due, who sends it, and who watches the queue."""

import asyncio
from collections.abc import Callable
from typing import Final

import structlog
from msgspec import Struct

from gotovo.assembly.runtime import Runtime
from gotovo.engine.background.followers import Follower
from gotovo.engine.background.periodic import PeriodicJob
from gotovo.payments.receipts.fiscal_planning import FOLLOWER, FiscalPlanner
from gotovo.payments.receipts.fiscal_sending import POLL_SECONDS, FiscalSending, FiscalTools
from gotovo.payments.receipts.fiscal_watch import READ_SECONDS, FiscalWatch
from gotovo.store.reads.buyer import BuyerReads
from gotovo.store.tables.cases.cases import CaseStore
from gotovo.store.tables.money.fiscal_receipts import FiscalReceipts
from gotovo.store.tables.money.fiscal_terms import FiscalTermsStore

Report = Callable[[str, Exception], None]

OFF_SECONDS: Final = 3_600.0
"""How often it is noted that receipts are off: the first time is at the start."""

_log: Final = structlog.get_logger("gotovo")


class ReceiptJobs(Struct, frozen=True, kw_only=True):
    """The follower and the jobs of receipts; without a register nothing is due."""

    followers: tuple[Follower, ...] = ()
    jobs: tuple[PeriodicJob, ...] = ()
    watch: FiscalWatch | None = None


def receipt_jobs(runtime: Runtime, report: Report) -> ReceiptJobs:
    """Return what runs for receipts.

    Where they are off, that is noted: switched on again, they begin with what is paid from then on.
    """
    receipts = FiscalReceipts(runtime.pool)
    if runtime.register is None:
        return ReceiptJobs(
            jobs=(PeriodicJob("receipts-off", receipts.end, OFF_SECONDS, report=report),)
        )
    sending = _sending(runtime, receipts, report)
    planner = FiscalPlanner(
        BuyerReads(runtime.pool),
        receipts,
        CaseStore(runtime.pool),
        runtime.clock,
        on_planned=sending.wake,
    )
    watch = FiscalWatch(receipts, runtime.clock)
    return ReceiptJobs(
        followers=(Follower(FOLLOWER, runtime.journal, planner, report=report),),
        jobs=(
            sending,
            PeriodicJob("receipts-begin", planner.begin, OFF_SECONDS, report=report),
            PeriodicJob("receipts-watch", watch.run, READ_SECONDS, report=report),
        ),
        watch=watch,
    )


def _sending(runtime: Runtime, receipts: FiscalReceipts, report: Report) -> PeriodicJob:
    """Return the job that sends; it runs when the next receipt is due."""
    assert runtime.register is not None
    tools = FiscalTools(
        receipts=receipts,
        terms=FiscalTermsStore(runtime.pool),
        reads=BuyerReads(runtime.pool),
        cases=CaseStore(runtime.pool),
        register=runtime.register,
        clock=runtime.clock,
    )
    sending = FiscalSending(
        tools, report=lambda error: _log.warning("receipt not registered", error=str(error))
    )

    async def send() -> None:
        await sending.send_due()
        seconds = await sending.wait_seconds(POLL_SECONDS)
        if seconds < POLL_SECONDS:
            asyncio.get_running_loop().call_later(seconds, job.wake)

    job = PeriodicJob("receipts-sending", send, POLL_SECONDS, report=report)
    return job
