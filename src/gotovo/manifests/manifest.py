"""A manifest: what one van should bring from a warehouse to a point, and in which boxes."""

import re
from datetime import datetime
from typing import Final

from gotovo.manifests.lifecycle import ManifestState
from gotovo.value import Value

PARCELS_MAX: Final = 2_000
"""Parcels of one manifest: what a van of 20 m³ holds, twice what a point ever has."""

BOXES_MAX: Final = 500
"""Boxes and cages of one manifest."""

MANIFEST_PREFIX: Final = "MAN-"
BOX_PREFIX: Final = "BOX-"

_CODE: Final = re.compile(r"MAN-[A-Z0-9][A-Z0-9-]{0,35}")
_BOX: Final = re.compile(r"BOX-[A-Z0-9][A-Z0-9-]{0,35}")


class ManifestParcel(Value, frozen=True, kw_only=True):
    """A parcel that should come. `box` is what it travels in, empty where it travels alone.

    `missing_since` is set when its acceptance was closed without it, `found_at` when it turned up
    afterwards. `accepted_at` is when a point took it in.
    """

    barcode: str
    box: str = ""
    accepted_at: datetime | None = None
    missing_since: datetime | None = None
    found_at: datetime | None = None

    @property
    def is_missing(self) -> bool:
        """Return whether nobody knows where it is: it was expected, and has not turned up."""
        return self.missing_since is not None and self.found_at is None


class Manifest(Value, frozen=True, kw_only=True):
    """A manifest as it stands; times are UTC, None while it has not come to that."""

    code: str
    warehouse: str
    point: str
    state: ManifestState
    created_at: datetime
    created_by: str
    sealed_at: datetime | None = None
    dispatched_at: datetime | None = None
    arrived_at: datetime | None = None
    accepted_at: datetime | None = None
    closed_at: datetime | None = None


def manifest_code(text: str) -> str | None:
    """Return the code that somebody typed or scanned, None where it is no manifest's."""
    found = _CODE.fullmatch(text.strip().upper())
    return found[0] if found else None


def box_code(text: str) -> str | None:
    """Return the code of a box that somebody typed or scanned, None where it is no box's."""
    found = _BOX.fullmatch(text.strip().upper())
    return found[0] if found else None


class ContentsError(Value, frozen=True):
    """One wrong field of what a manifest lists; `expected` says what was."""

    field: str
    value: str
    expected: str


def contents_errors(parcels: tuple[ManifestParcel, ...]) -> tuple[ContentsError, ...]:
    """Return every error of what a manifest lists; whether an order has the parcel is not asked."""
    errors: list[ContentsError] = []
    if len(parcels) > PARCELS_MAX:
        errors.append(ContentsError("contents", str(len(parcels)), f"0..{PARCELS_MAX} parcels"))
    seen: set[str] = set()
    for index, each in enumerate(parcels):
        field = f"contents[{index}]"
        if each.barcode in seen:
            errors.append(ContentsError(f"{field}.parcel", each.barcode, "a parcel listed once"))
        seen.add(each.barcode)
        if each.box and box_code(each.box) is None:
            errors.append(ContentsError(f"{field}.box", each.box, "like BOX-104"))
    boxes = {each.box for each in parcels if each.box}
    if len(boxes) > BOXES_MAX:
        errors.append(ContentsError("contents", str(len(boxes)), f"0..{BOXES_MAX} boxes"))
    return tuple(errors)
