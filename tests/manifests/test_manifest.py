"""What a manifest lists: codes are read in any form, and every mistake is named."""

import pytest

from gotovo.manifests.manifest import (
    PARCELS_MAX,
    ManifestParcel,
    box_code,
    contents_errors,
    manifest_code,
)

FIRST = ManifestParcel(barcode="20078580477601")


@pytest.mark.parametrize("text", ["MAN-KZN-104", " man-kzn-104 "])
def test_a_code_is_read_as_it_is_typed(text: str) -> None:
    assert manifest_code(text) == "MAN-KZN-104"
    assert box_code("box-7") == "BOX-7"


@pytest.mark.parametrize("text", ["", "MAN-", "BOX-1", "MAN-Ы", "MAN-" + "1" * 40, "CELL:1-1"])
def test_what_is_no_manifest_is_none(text: str) -> None:
    assert manifest_code(text) is None


def test_a_parcel_is_listed_once_and_travels_in_a_box() -> None:
    twice = contents_errors((FIRST, FIRST))
    assert [(x.field, x.expected) for x in twice] == [
        ("contents[1].parcel", "a parcel listed once")
    ]
    boxed = ManifestParcel(barcode="20078580477602", box="sack")
    (error,) = contents_errors((FIRST, boxed))
    assert (error.field, error.value, error.expected) == ("contents[1].box", "sack", "like BOX-104")


def test_a_van_holds_a_bounded_number_of_parcels() -> None:
    many = tuple(ManifestParcel(barcode=f"{n:014}") for n in range(PARCELS_MAX + 1))
    (error,) = contents_errors(many)
    assert error.value == str(PARCELS_MAX + 1)
