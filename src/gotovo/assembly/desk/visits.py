"""Visits of buyers at desks: what they read, count and flag."""

from gotovo.access.access_log import AccessLog
from gotovo.access.security_log import SecurityEvent, SecurityLog
from gotovo.access.staff.second_person import SecondPerson
from gotovo.assembly.runtime import Runtime
from gotovo.attachments.attachments import Attachments
from gotovo.desk.handover.try_limits import TryLimits
from gotovo.desk.handover.visiting import Visiting
from gotovo.desk.returns.returning import Returning
from gotovo.order.values.actor import Actor
from gotovo.store.reads.desk.returns import ReturnReads
from gotovo.store.reads.desk.visits import VisitReads
from gotovo.store.reads.programs import ProgramReads
from gotovo.store.tables.access.rate_limits import RateLimitStore
from gotovo.store.tables.security.entries import Author
from gotovo.store.tables.security.kinds import SecurityKind


def desk_visits(
    runtime: Runtime, approvals: SecondPerson, access_log: AccessLog, security_log: SecurityLog
) -> Visiting:
    """Return the visits of every desk; who issues often without a code is in the security log."""

    def flag(actor: Actor, number: str) -> None:
        author = Author(f"{actor.role}:{actor.id}")
        event = SecurityEvent(
            SecurityKind.WITHOUT_CODE_OFTEN, author, actor.shop, subject=f"order:{number}"
        )
        security_log.record(event)

    return Visiting(
        reads=ProgramReads(runtime.pool),
        visit_reads=VisitReads(runtime.pool),
        access_log=access_log,
        limits=TryLimits(RateLimitStore(runtime.pool), lambda: runtime.keyring().limits.key),
        points=lambda: runtime.directory()[0],
        code_keys=lambda: runtime.keyring().codes,
        clock=runtime.clock,
        terms=runtime.terms,
        flag=flag,
        second_person=approvals,
        without_code_per_shift=runtime.settings.without_code_per_shift,
    )


def desk_returns(runtime: Runtime, visiting: Visiting, attachments: Attachments) -> Returning:
    """Return the returns of every desk; they share the limits and the log of its visits."""
    return Returning(visiting, ReturnReads(runtime.pool), attachments)
