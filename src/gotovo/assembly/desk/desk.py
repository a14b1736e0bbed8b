"""What the desks of every point use, put together from the settings."""

from gotovo.access.staff.second_person import SecondPerson
from gotovo.api.desk_dependencies import DeskDependencies
from gotovo.assembly.background import Background
from gotovo.assembly.desk.acceptances import acceptance_of
from gotovo.assembly.desk.closures import point_closures
from gotovo.assembly.desk.shelves import shelves_at
from gotovo.assembly.desk.visits import desk_returns, desk_visits
from gotovo.assembly.runtime import Runtime
from gotovo.attachments.attachments import Attachments
from gotovo.desk.boxes.tools import return_box_tools


def desk_dependencies(
    runtime: Runtime,
    background: Background,
    approvals: SecondPerson,
    attachments: Attachments,
) -> DeskDependencies:
    """Return what endpoints of desks use; `approvals` is who agrees above a limit."""
    security_log = background.security_log
    visiting = desk_visits(runtime, approvals, background.access_log, security_log)
    return DeskDependencies(
        acceptance=acceptance_of(runtime, attachments),
        boxes=return_box_tools(runtime.pool, runtime.engine, runtime.clock),
        visiting=visiting,
        returning=desk_returns(runtime, visiting, attachments),
        closures=point_closures(runtime, approvals),
        shelves=shelves_at(runtime, security_log),
    )
