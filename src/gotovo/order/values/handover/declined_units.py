"""Goods that the desk does not take back, why, and the photos that show it."""

from enum import StrEnum
from typing import Annotated

from msgspec import Meta

from gotovo.order.values.handover.refused_units import ATTACHMENTS_MAX, AttachmentId
from gotovo.order.values.order import Units


class ReturnDecline(StrEnum):
    """Why goods are not taken back: the closed list."""

    USED = "used"  # worn, washed, opened where that ends the right
    DAMAGED_BY_BUYER = "damaged_by_buyer"
    INCOMPLETE = "incomplete"  # something of it is missing
    OTHER_GOODS = "other_goods"  # not what was sold
    NOT_RETURNABLE = "not_returnable"  # of a class that comes back only with a defect
    OTHER = "other"  # said in words


class DeclinedUnits(Units, frozen=True, omit_defaults=True):
    """Units of one line that stay with the buyer; photos as of `RefusedUnits`."""

    reason: ReturnDecline
    attachments: Annotated[tuple[AttachmentId, ...], Meta(max_length=ATTACHMENTS_MAX)] = ()
    digests: tuple[str, ...] = ()
