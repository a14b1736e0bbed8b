"""What a file is, by its own bytes: names and types that are told of it may be wrong.

A PDF is stored as it was sent and nothing of it is ever shown in place. It has to begin as one at
its first byte and end as one, so that what is an archive or a page at the same time is refused.
"""

from enum import StrEnum
from typing import Final

from msgspec import Struct

from gotovo.store.tables.attachments.attachment import AttachmentContent, AttachmentType

FILE_BYTES_MAX: Final = 8 * 1024 * 1024
"""A photograph of a good telephone has two to six megabytes, an expert's report of ten pages one.
The same as `http.caps.FILE_BYTES_MAX`; a test compares them."""

SENT_TYPES: Final = ("image/jpeg", "image/png", "image/webp", "application/pdf")
"""What can be sent."""

_PDF_VERSIONS: Final = (b"%PDF-1.", b"%PDF-2.")
_PDF_END: Final = b"%%EOF"
_PDF_END_BYTES: Final = 1_024
"""Within so many bytes of its end readers look for the mark."""

_PICTURES: Final = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")
_HEIF_BRANDS: Final = frozenset(
    {b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif", b"avis"}
)


class AttachmentRefusalCode(StrEnum):
    """Why nothing was stored; a request's error has the same word."""

    ATTACHMENT_TYPE = "attachment_type"
    ATTACHMENT_UNREADABLE = "attachment_unreadable"
    ATTACHMENT_TOO_LARGE = "attachment_too_large"
    TOO_MANY_ATTACHMENTS = "too_many_attachments"


class AttachmentRefusal(Struct, frozen=True):
    """Why nothing was stored: what it is, and what was expected."""

    code: AttachmentRefusalCode
    value: str = ""
    expected: str = ""


class SentKind(StrEnum):
    """What a file is by its first bytes."""

    PICTURE = "picture"
    PDF = "pdf"
    HEIF = "image/heic"
    OTHER = "other"


def kind_of(sent: bytes) -> SentKind:
    """Return what a file is by its first bytes."""
    if sent.startswith(_PICTURES) or (sent.startswith(b"RIFF") and sent[8:12] == b"WEBP"):
        return SentKind.PICTURE
    if sent.startswith(_PDF_VERSIONS):
        return SentKind.PDF
    if sent[4:8] == b"ftyp" and sent[8:12] in _HEIF_BRANDS:
        return SentKind.HEIF
    return SentKind.OTHER


def checked_pdf(sent: bytes) -> AttachmentContent | AttachmentRefusal:
    """Return a PDF as it was sent, or why it is none."""
    if _PDF_END not in sent[-_PDF_END_BYTES:]:
        return AttachmentRefusal(
            AttachmentRefusalCode.ATTACHMENT_UNREADABLE, "application/pdf", "a whole file"
        )
    return AttachmentContent(type=AttachmentType.PDF, content=sent)
