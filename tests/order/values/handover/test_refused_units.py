"""Units that were refused are written like any units, and say more where somebody said more."""

import msgspec
import pytest

from gotovo.order.values.handover.refused_units import (
    ATTACHMENTS_MAX,
    GoodsRefusal,
    RefusedUnits,
    plain,
)
from gotovo.order.values.order import Units


def test_without_a_reason_they_have_the_bytes_of_units() -> None:
    assert msgspec.json.encode(RefusedUnits(1, 2)) == msgspec.json.encode(Units(1, 2))


def test_what_a_box_contains_says_nothing_of_reasons() -> None:
    refused = RefusedUnits(1, 2, GoodsRefusal.DEFECT, ("a",))
    assert refused.is_defective
    assert plain((refused,)) == (Units(1, 2),)


@pytest.mark.parametrize("photos", [["a"] * (ATTACHMENTS_MAX + 1), [""], ["a" * 37]])
def test_photos_are_few_and_named_by_their_ids(photos: list[str]) -> None:
    body = {"line": 1, "quantity": 1, "attachments": photos}
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(body, RefusedUnits)
