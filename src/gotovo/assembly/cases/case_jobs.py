"""What decisions on cases do in this installation, and what runs for cases in a process."""

from collections.abc import Callable
from typing import Final

from msgspec import Struct

from gotovo.assembly.runtime import Runtime
from gotovo.casework.decisions import FINISH_SECONDS, Decisions
from gotovo.casework.effects import Effects, EffectTools, RefundRerouting, effects_of
from gotovo.casework.flag_follower import FOLLOWER, FlagCases
from gotovo.engine.background.followers import Follower
from gotovo.engine.background.periodic import PeriodicJob
from gotovo.order.steps.refund_reroute import RerouteRefund
from gotovo.order.values.payments.refund import RefundRoute
from gotovo.store.reads.programs import ProgramReads
from gotovo.store.tables.cases.cases import CaseStore
from gotovo.store.tables.payments.refund_transfers import RefundTransfers

FINISH_JOB: Final = "case-decisions"

CASES_MAX: Final = 10_000
"""Open cases are counted no further, the longest due first."""


class CaseJobs(Struct, frozen=True, kw_only=True):
    """The follower that opens cases of flags, and the job that finishes decisions."""

    follower: Follower
    finishing: PeriodicJob


def case_effects(runtime: Runtime) -> Effects:
    """Return what can be decided here; what is not wired is not offered."""
    tools = EffectTools(
        submit=runtime.engine.submit,
        orders=ProgramReads(runtime.pool),
        cases=CaseStore(runtime.pool),
        returns=RefundTransfers(runtime.pool),
        rerouting=RefundRerouting(tuple(RefundRoute), _reroute),
    )
    return effects_of(tools)


def _reroute(refund: str, route: str) -> RerouteRefund:
    return RerouteRefund(refund, RefundRoute(route))


def case_decisions(runtime: Runtime) -> Decisions:
    """Return what decides cases, for the API and the commands."""
    return Decisions(CaseStore(runtime.pool), case_effects(runtime), runtime.clock)


def case_jobs(runtime: Runtime, report: Callable[[str, Exception], None]) -> CaseJobs:
    """Return what runs for cases in a process."""
    handle = FlagCases(CaseStore(runtime.pool)).handle
    finish = case_decisions(runtime).finish
    return CaseJobs(
        follower=Follower(FOLLOWER, runtime.journal, handle, report=report),
        finishing=PeriodicJob(FINISH_JOB, finish, FINISH_SECONDS, report=report),
    )


async def overdue_cases(runtime: Runtime) -> tuple[str, ...]:
    """Return the warning that nobody has decided in time, none where that is not so."""
    counts = await CaseStore(runtime.pool).count(runtime.clock(), CASES_MAX)
    overdue = sum(each.overdue for each in counts.values())
    if not overdue:
        return ()
    told = "1 case is overdue" if overdue == 1 else f"{overdue} cases are overdue"
    return (f"{told}; see gotovo case list --overdue",)
