"""A case: one thing that a person has to decide, with what is known of it."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from gotovo.cases.case_kinds import CASE_RULES, CaseKind

CASE_DOMAIN = b"gotovo case\0"


class NewCase(Struct, frozen=True, kw_only=True):
    """A case to open. One of the same kind and subject is opened once, however often it is told.

    `subject` is what it is about, unique within its kind: `yookassa:2d9f…`, a refund's id, an
    order's number with the event's version. `number` and `shop` are empty where no order is known.
    `proofs` is what is known, by name: sums, ids at the provider, instants; no names and phones.
    """

    kind: CaseKind
    subject: str
    opened_at: datetime
    number: str = ""
    shop: str = ""
    proofs: Mapping[str, str] = {}

    @property
    def id(self) -> UUID:
        """Return the id, made from kind and subject: a repetition is the same case."""
        name = f"{self.kind}\0{self.subject}".encode()
        return UUID(bytes=hashlib.sha256(CASE_DOMAIN + name).digest()[:16])

    @property
    def due_at(self) -> datetime:
        """Return until when somebody should have decided."""
        return self.opened_at + CASE_RULES[self.kind].within
