"""The port through which an acceptance asks whether photos exist; it stores none."""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID


class AttachmentCheck(Protocol):
    """Knows which attachments there are."""

    async def missing(self, attachments: Sequence[UUID]) -> UUID | None:
        """Return the first that does not exist, None where all of them do."""
        ...


class NoAttachments:
    """An installation that stores no attachments: none exists."""

    async def missing(self, attachments: Sequence[UUID]) -> UUID | None:
        """Return the first one that is named."""
        return next(iter(attachments), None)
