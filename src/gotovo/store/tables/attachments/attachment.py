"""An attachment as it is stored: what it is about, why it was added, and what is known of it."""

import hashlib
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from msgspec import Struct

from gotovo.order.values.number import home_of
from gotovo.value import Value


class AttachmentType(StrEnum):
    """What is stored: pictures become JPEG, whatever they were."""

    JPEG = "image/jpeg"
    PDF = "application/pdf"


class AttachmentKind(StrEnum):
    """What an attachment can be about."""

    ORDER = "order"
    ACCEPTANCE = "acceptance"
    BOX = "box"
    CASE = "case"


class AttachmentPurpose(StrEnum):
    """Why it was added; how long it stays follows from that."""

    CLAIM = "claim"
    """The buyer's own, of goods that come back; it goes when the buyer is erased."""

    CONDITION = "condition"
    """How goods or parcels looked to staff: damage, a defect, a wrong article."""

    PROOF = "proof"
    """Proof in a dispute: a record that outlives the buyer's account."""


class RemovalReason(StrEnum):
    """Why somebody removed an attachment before its time; a closed list names no person."""

    ADDED_BY_MISTAKE = "added_by_mistake"
    ABOUT_SOMETHING_ELSE = "about_something_else"
    SHOWS_A_PERSON = "shows_a_person"
    ASKED_BY_BUYER = "asked_by_buyer"
    UNLAWFUL = "unlawful"


COUNT_MAX: Final = {
    AttachmentKind.ORDER: 60,
    AttachmentKind.ACCEPTANCE: 400,
    AttachmentKind.BOX: 60,
    AttachmentKind.CASE: 60,
}
"""How many one subject can have. Of an order: twenty of the buyer's claims, and ten of each line of
the usual four. Of an acceptance: four of each parcel of a truck of a hundred that fell over. At
300 kB each that is 18 MB of an order at worst."""

CLAIM_COUNT_MAX: Final = 20
"""Of those of an order, the buyer's own: four claims with five pictures each."""


class AttachmentSubject(Value, frozen=True, kw_only=True):
    """What an attachment is about. `name` is a number, a code or an id.

    `number` is its order, empty where there is none; `point` the point that it is at.
    """

    kind: AttachmentKind
    name: str
    number: str = ""
    point: str = ""

    @property
    def home(self) -> int:
        """Return the home of the order, or that of a case, or a byte of the name's digest."""
        if self.number:
            return home_of(self.number)
        if self.kind is AttachmentKind.CASE:
            return UUID(self.name).bytes[0]
        return hashlib.sha256(f"{self.kind}\0{self.name}".encode()).digest()[0]


def of_order(number: str, point: str = "") -> AttachmentSubject:
    """Return an order as what an attachment is about."""
    return AttachmentSubject(kind=AttachmentKind.ORDER, name=number, number=number, point=point)


class AttachmentContent(Value, frozen=True, kw_only=True):
    """The bytes that are stored. A file has no sides and no thumbnail."""

    type: AttachmentType
    content: bytes
    thumbnail: bytes | None = None
    width: int | None = None
    height: int | None = None

    @property
    def digest(self) -> bytes:
        """Return the SHA-256 of what is stored, which need not be what was sent."""
        return hashlib.sha256(self.content).digest()


class Attachment(Struct, frozen=True, kw_only=True):
    """What is known of an attachment; its bytes are read on their own.

    `size` is in bytes, of the content; `digest` is its SHA-256. `added_by` and `removed_by` are
    `role:id`, as in events. What was removed has neither content nor thumbnail.
    """

    id: UUID
    subject: AttachmentSubject
    purpose: AttachmentPurpose
    type: AttachmentType
    size: int
    width: int | None
    height: int | None
    digest: bytes
    added_at: datetime
    added_by: str
    removed_at: datetime | None = None
    removed_by: str | None = None
    removal_reason: RemovalReason | None = None


def attachment_id(home: int, random_bytes: bytes) -> UUID:
    """Return an id that begins with its home; of the rest nobody guesses 120 bits."""
    return UUID(bytes=bytes((home,)) + random_bytes[:15])
