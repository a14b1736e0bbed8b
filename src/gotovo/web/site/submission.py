"""Submission: a form becomes a command of the engine."""

import hashlib
from uuid import UUID

import msgspec
from msgspec import Struct

from gotovo.engine.submission import Submission, SubmissionResult
from gotovo.order.values.actor import Actor, Role
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
    """Submit a command as the person signed in; the same form sent twice is one command.

    The command's id is derived from the person and the form's `once`, so nobody can use the id of
    somebody else's command.
    """
    if visit.session is None:
        raise StaleForm
    customer = visit.session.customer
    key = f"web:{customer}:{number}:{type(command).__name__}:{once}".encode()
    submission = Submission(
        command_id=UUID(bytes=hashlib.sha256(key).digest()[:16]),
        number=number,
        command=command,
        actor=Actor(role, "demo" if role is Role.SYSTEM else customer),
        fingerprint=hashlib.sha256(msgspec.json.encode(command)).digest()[:16],
        address=address or None,
        postcode=postcode,
        phone=phone,
    )
    return await visit.dependencies.engine.submit(submission)
