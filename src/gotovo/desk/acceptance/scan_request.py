"""A scan at an acceptance, as a clerk makes it."""

from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from gotovo.order.values.actor import Actor
from gotovo.points.cells.plan import CellSize
from gotovo.value import Value


class ItemCondition(StrEnum):
    """What the clerk sees of an item; a scanner alone can't tell."""

    INTACT = "intact"
    DAMAGED = "damaged"  # photographed, accepted and flagged
    UNREADABLE = "unreadable"  # it has no code, or one that can't be read
    SECOND_ITEM = "second_item"  # another item had the same code before
    NO_ORDER = "no_order"  # consumables, hand-ins of others, items to check


class ItemReason(StrEnum):
    """What is damaged, or what comes without an order; a closed list holds nobody's name."""

    PACKAGING = "packaging"  # torn, crushed or wet outside; factory packaging is not opened
    GOODS = "goods"  # what is inside is broken
    OPENED = "opened"  # it was opened on the way
    CONSUMABLES = "consumables"  # bags, tape, labels for the point itself
    HAND_IN = "hand_in"  # brought for somebody else
    TO_CHECK = "to_check"  # the sender asks the point to look at it


DAMAGES: Final = frozenset({ItemReason.PACKAGING, ItemReason.GOODS, ItemReason.OPENED})
WITHOUT_ORDER: Final = frozenset(ItemReason) - DAMAGES

REASONS_OF: Final = {
    ItemCondition.DAMAGED: DAMAGES,
    ItemCondition.NO_ORDER: WITHOUT_ORDER,
}
"""The reasons that a condition needs; others have none."""


class ScanRequest(Value, frozen=True, kw_only=True):
    """One scan: a command with an id, so that its repetition gets the same answer.

    `code` is what was read, empty where nothing could be. `box` and `product` are what can still be
    read of an item without a code of its own. `at` is when the client says that it happened.
    """

    id: UUID
    actor: Actor
    code: str = ""
    condition: ItemCondition = ItemCondition.INTACT
    size: CellSize = CellSize.MEDIUM
    reason: ItemReason | None = None
    box: str = ""
    product: str = ""
    attachments: tuple[UUID, ...] = ()
    at: datetime | None = None

    @property
    def by(self) -> str:
        """Return who scans, as in `event.actor`."""
        return f"{self.actor.role}:{self.actor.id}"
