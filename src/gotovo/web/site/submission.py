"""Submission: a form becomes a command of the engine."""

from msgspec import Struct

from gotovo.access.buyer_requests.buyer_commands import buyer_submission
from gotovo.engine.submission import SubmissionResult
from gotovo.order.values.actor import Role
from gotovo.web.site.errors import StaleForm
from gotovo.web.site.visit import Visit


async def submit_command(
    visit: Visit,
    number: str,
    command: Struct,
    *,
    once: str,
    role: Role,
    address: str = "",
    postcode: str = "",
    phone: str | None = None,
) -> SubmissionResult:
    """Submit a command as the person signed in; the same form sent twice is one command."""
    if visit.session is None:
        raise StaleForm
    submission = buyer_submission(
        "web",
        visit.session.customer,
        number,
        command,
        once,
        role=role,
        address=address,
        postcode=postcode,
        phone=phone,
    )
    return await visit.dependencies.engine.submit(submission)
