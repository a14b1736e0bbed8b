"""Values are equal by their fields, do not change, and are not tracked by the collector."""

import gc

import pytest

from gotovo.value import Value


class Weight(Value, frozen=True):
    """Some value with more than a number in it."""

    grams: int
    measured_by: str


def test_values_are_equal_and_interchangeable_as_keys_when_their_fields_are() -> None:
    assert Weight(5, "scales") == Weight(5, "scales") != Weight(6, "scales")
    assert {Weight(5, "scales"): "light"}[Weight(5, "scales")] == "light"


def test_a_value_does_not_change() -> None:
    weight = Weight(5, "scales")
    with pytest.raises(AttributeError, match="immutable"):
        weight.grams = 6  # pyright: ignore[reportAttributeAccessIssue]


def test_the_garbage_collector_does_not_track_a_value() -> None:
    assert not gc.is_tracked(Weight(5, "scales"))
