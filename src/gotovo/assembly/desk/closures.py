"""Closures of points: what they read and write, and who approves them."""

from gotovo.access.staff.second_person import SecondPerson
from gotovo.assembly.runtime import Runtime
from gotovo.desk.today.closing import PointClosures
from gotovo.store.reads.desk.today import TodayReads
from gotovo.store.tables.network.closures import ClosureStore


def point_closures(runtime: Runtime, approvals: SecondPerson) -> PointClosures:
    """Return what enters closures of every point, and takes them back."""
    return PointClosures(
        store=ClosureStore(runtime.pool, runtime.directory),
        reads=TodayReads(runtime.pool),
        places=runtime.directory,
        second_person=approvals,
        terms=runtime.terms,
        clock=runtime.clock,
    )
