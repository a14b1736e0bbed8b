"""Bodies and queries of return boxes."""

from typing import Annotated, Literal

from msgspec import Meta

from gotovo.api.dispatch.pagination import PAGE_ITEMS, PAGE_ITEMS_MAX
from gotovo.api.schemas.step_bodies import Instant
from gotovo.manifests.boxes import HANDOVER_BOXES_MAX, BoxKind
from gotovo.points.cells.plan import CellSize
from gotovo.value import Value

ScannedCode = Annotated[str, Meta(min_length=1, max_length=200)]
Cursor = Annotated[str, Meta(max_length=200)]
PageLimit = Annotated[int, Meta(ge=1, le=PAGE_ITEMS_MAX)]

DRIVER_MAX = 80
"""Characters of who took the boxes: a name, and the number of a van."""


class OpenBoxBody(Value, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Opens a box: `box` is the code on its sticker, as it was scanned; without one it gets one."""

    kind: BoxKind
    box: Annotated[str, Meta(max_length=200)] = ""
    at: Instant | None = None


class BoxItemBody(Value, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A parcel that is put into the box, or taken out of it, as it was scanned or typed.

    `size` is what the clerk sees: a large one is a box of its own. `at` is when it was scanned.
    """

    parcel: ScannedCode
    size: CellSize = CellSize.MEDIUM
    at: Instant | None = None


class BoxRemovalBody(Value, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A parcel that is taken out of an open box."""

    parcel: ScannedCode
    at: Instant | None = None


class SealingBody(Value, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Seals a box: `box` is its sticker, scanned once more, so that no other one is sealed."""

    box: ScannedCode
    at: Instant | None = None


class BoxHandoverBody(Value, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Boxes that a driver takes, each scanned; `driver` is who it is, as the clerk writes it."""

    boxes: Annotated[tuple[ScannedCode, ...], Meta(min_length=1, max_length=HANDOVER_BOXES_MAX)]
    driver: Annotated[str, Meta(max_length=DRIVER_MAX)] = ""
    at: Instant | None = None


class BoxesQuery(Value, frozen=True, forbid_unknown_fields=True):
    """A page of a point's boxes."""

    after: Cursor = ""
    limit: PageLimit = PAGE_ITEMS
    state: Literal["open", "sealed", "handed_over", "any"] = "any"


class HandoversQuery(Value, frozen=True, forbid_unknown_fields=True):
    """A page of acts."""

    after: Cursor = ""
    limit: PageLimit = PAGE_ITEMS


class ActQuery(Value, frozen=True, forbid_unknown_fields=True):
    """The form of an act."""

    format: Literal["json", "csv"] = "json"


class LeavingQuery(Value, frozen=True, forbid_unknown_fields=True):
    """A page of what must leave; `rack` is a rack's number, empty for all of them."""

    after: Annotated[str, Meta(max_length=400)] = ""
    limit: PageLimit = PAGE_ITEMS
    rack: Annotated[str, Meta(max_length=200)] = ""
