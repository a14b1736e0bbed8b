"""Returns at desks: what they read, and the photos of claims."""

from gotovo.assembly.runtime import Runtime
from gotovo.attachments.attachments import Attachments
from gotovo.desk.handover.visiting import Visiting
from gotovo.desk.returns.returning import Returning
from gotovo.store.reads.desk.returns import ReturnReads


def desk_returns(runtime: Runtime, visiting: Visiting, attachments: Attachments) -> Returning:
    """Return the returns of every desk; they share the limits and the log of its visits."""
    return Returning(visiting, ReturnReads(runtime.pool), attachments)
