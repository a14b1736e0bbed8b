"""Why a webhook sends nothing."""

from enum import StrEnum


class OffReason(StrEnum):
    """Why a webhook was switched off; its owner reads it."""

    OWNER = "owner"  # its owner did
    GONE = "gone"  # the receiver answered 410: it wants no more messages
    FAILING = "failing"  # the receiver took nothing, or one message not, for three days
    SECRET = "secret"  # noqa: S105  (its secrets were sealed under a key that was destroyed)
