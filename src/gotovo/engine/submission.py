"""Submissions to the engine, and their results."""

from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from msgspec import Struct

from gotovo.order.refusals import Refusal
from gotovo.order.values.actor import Actor
from gotovo.order.values.customer import Contact
from gotovo.order.values.order import Order
from gotovo.value import Value


class ResultKind(StrEnum):
    """How a command ended."""

    DONE = "done"
    ALREADY_DONE = "already_done"
    REFUSED = "refused"


class Submission(Value, frozen=True):
    """One command for one order.

    `command_id` makes a repetition harmless: the same id gives the same result for 30 days
    (rule 4.13). `fingerprint` is of the request (see `fingerprints`); the same id with that of
    another request is the caller's mistake (`CommandIdReused`). `at` is when it happened, if
    the caller says so. `contact` comes with a placement alone, `address` (as one line) and its
    `postcode` with a redirection to the courier, `phone` (E.164) with its change.
    """

    command_id: UUID
    number: str
    command: Struct
    actor: Actor
    fingerprint: bytes
    at: datetime | None = None
    contact: Contact | None = None
    address: str | None = None
    postcode: str = ""
    phone: str | None = None


class SubmissionResult(Value, frozen=True):
    """The result of a command, returned after its commit and never before.

    `version` is the order's after the command, 0 where there is no order; `order` and `contact`
    are as of that version. A repeated command carries the outcome of the first, and
    `fingerprint` is that of the first request.
    """

    command_id: UUID
    number: str
    kind: ResultKind
    version: int
    refusal: Refusal | None = None
    order: Order | None = None
    contact: Contact | None = None
    repeated: bool = False
    fingerprint: bytes = b""


class Submitter(Protocol):
    """Takes commands: the engine."""

    async def submit(self, submission: Submission) -> SubmissionResult:
        """Return the result of one command, after its commit."""
        ...
