"""The lifecycle of a return box: what goes in, and when it takes no more."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from msgspec.structs import replace

from gotovo.manifests.boxes import (
    ITEMS_MAX,
    OPEN_MAX,
    BoxKind,
    BoxRefusal,
    BoxState,
    NewItem,
    ReturnBox,
    is_open_too_long,
    new_box_code,
    refused_item,
    refused_sealing,
)
from gotovo.manifests.manifest import box_code

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
BOX = ReturnBox(
    code="BOX-104",
    point="KZN-1",
    kind=BoxKind.ORDINARY,
    state=BoxState.OPEN,
    items=3,
    opened_at=NOW - timedelta(hours=1),
    opened_by="point:staff-1",
)
EMPTY = replace(BOX, items=0)
SEALED = replace(BOX, state=BoxState.SEALED)


@pytest.mark.parametrize(
    ("box", "item", "refusal"),
    [
        (BOX, NewItem(), None),
        (SEALED, NewItem(), BoxRefusal.CLOSED),
        (replace(BOX, state=BoxState.HANDED_OVER), NewItem(), BoxRefusal.CLOSED),
        (replace(BOX, opened_at=NOW - OPEN_MAX), NewItem(), None),
        (
            replace(BOX, opened_at=NOW - OPEN_MAX - timedelta(microseconds=1)),
            NewItem(),
            BoxRefusal.OPEN_TOO_LONG,
        ),
        (replace(BOX, items=ITEMS_MAX - 1), NewItem(), None),
        (replace(BOX, items=ITEMS_MAX), NewItem(), BoxRefusal.FULL),
        (EMPTY, NewItem(large=True), None),
        (BOX, NewItem(large=True), BoxRefusal.LARGE_ALONE),
        (replace(BOX, items=1, single=True), NewItem(), BoxRefusal.LARGE_ALONE),
        (BOX, NewItem(defective=True), BoxRefusal.WRONG_KIND),
        (replace(BOX, kind=BoxKind.DEFECTIVE), NewItem(defective=True), None),
        (replace(BOX, kind=BoxKind.DEFECTIVE), NewItem(), None),
        (BOX, NewItem(moves=2), None),
        (BOX, NewItem(moves=3), BoxRefusal.MOVED_TOO_OFTEN),
    ],
)
def test_what_goes_into_a_box(box: ReturnBox, item: NewItem, refusal: BoxRefusal | None) -> None:
    assert refused_item(box, item, NOW) is refusal


def test_an_empty_box_is_not_sealed() -> None:
    assert refused_sealing(EMPTY) is BoxRefusal.EMPTY
    assert refused_sealing(BOX) is None
    assert refused_sealing(replace(SEALED, items=0)) is None


def test_only_an_open_box_is_open_for_too_long() -> None:
    old = NOW - timedelta(days=3)
    assert is_open_too_long(replace(BOX, opened_at=old), NOW)
    assert not is_open_too_long(replace(SEALED, opened_at=old), NOW)


def test_a_new_box_has_the_code_of_its_request_and_can_be_scanned() -> None:
    codes = {new_box_code(UUID(int=n)) for n in range(500)}
    assert len(codes) == 500
    assert all(box_code(each) == each for each in codes)
    assert new_box_code(UUID(int=7)) == new_box_code(UUID(int=7))
