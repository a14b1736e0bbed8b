"""Commands of buyers: the same press of the same person is one command, from a page or the bot."""

import hashlib
from uuid import UUID

import msgspec
from msgspec import Struct

from gotovo.engine.submission import Submission
from gotovo.order.values.actor import Actor, Role


def buyer_submission(
    origin: str,
    customer: str,
    number: str,
    command: Struct,
    once: str,
    *,
    role: Role = Role.BUYER,
    address: str = "",
    postcode: str = "",
    phone: str | None = None,
) -> Submission:
    """Return the submission of a buyer's command; the same `once` of an origin is one command.

    The command's id is derived from the person and `once`, so nobody can use the id of somebody
    else's command.
    """
    key = f"{origin}:{customer}:{number}:{type(command).__name__}:{once}".encode()
    return Submission(
        command_id=UUID(bytes=hashlib.sha256(key).digest()[:16]),
        number=number,
        command=command,
        actor=Actor(role, "demo" if role is Role.SYSTEM else customer),
        fingerprint=hashlib.sha256(msgspec.json.encode(command)).digest()[:16],
        address=address or None,
        postcode=postcode,
        phone=phone,
    )
