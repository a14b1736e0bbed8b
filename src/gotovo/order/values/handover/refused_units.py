"""Goods that the buyer leaves at the desk, why, and the photos of what is wrong with them."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated

from msgspec import Meta

from gotovo.order.values.order import Units

ATTACHMENTS_MAX = 10
"""Photos of one line: front, back, the defect, the barcode, and as many again."""

_ID_CHARACTERS_MAX = 36  # A UUID as text.


AttachmentId = Annotated[str, Meta(min_length=1, max_length=_ID_CHARACTERS_MAX)]


class GoodsRefusal(StrEnum):
    """Why goods are left at the desk: the closed list."""

    NOT_FITTING = "not_fitting"
    NOT_AS_DESCRIBED = "not_as_described"
    DEFECT = "defect"
    CHANGED_MIND = "changed_mind"
    OTHER = "other"


class RefusedUnits(Units, frozen=True, omit_defaults=True):
    """Units of one line that stay behind; nobody has to say why.

    `attachments` are ids of photos in the store of attachments, `digests` the SHA-256 that each of
    them had then: a photo that was exchanged afterwards is found by it.
    """

    reason: GoodsRefusal | None = None
    attachments: Annotated[
        tuple[AttachmentId, ...],
        Meta(max_length=ATTACHMENTS_MAX),
    ] = ()
    digests: tuple[str, ...] = ()

    @property
    def is_defective(self) -> bool:
        """Return whether they are left because of a defect."""
        return self.reason is GoodsRefusal.DEFECT


def with_reason(units: Units) -> RefusedUnits:
    """Return units as they are recorded, also those of callers who give no reasons."""
    if isinstance(units, RefusedUnits):
        return units
    return RefusedUnits(units.line, units.quantity)


def plain(units: Iterable[Units]) -> tuple[Units, ...]:
    """Return the units without why they were refused: what a box contains."""
    return tuple(Units(each.line, each.quantity) for each in units)
